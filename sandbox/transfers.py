"""The national platform between centres: takes contact letters, and the other centre's answers to them."""

import hashlib
import sqlite3
import time
from typing import Any

import orjson

from sandbox import callbacks
from sandbox.answers import Answer, Refused, china_time
from sandbox.shapes import ID_NUMBER, NAME, Shape, maybe, one_of, text, whole_number
from sandbox.store import Store
from sandbox.told import Fault

LETTER_NUMBER = text(r"[0-9A-Z]{16}")
CENTRE = text(r"C[0-9]{14}")
LETTER = Shape(
    {
        "letter_number": LETTER_NUMBER,
        "from_centre": CENTRE,
        "to_centre": CENTRE,
        "name": NAME,
        "id_number": ID_NUMBER,
        "employer_name": text(r"[^\x00-\x1f]{1,100}"),
        "account_number": text(r"[0-9A-Za-z]{1,20}"),
    }
)
NAMED = Shape({"letter_number": LETTER_NUMBER})
REVOCATION = Shape({"letter_number": LETTER_NUMBER, "reason": text(r"[^\x00-\x1f]{0,100}")})

# What the other centre may answer after which step; 01 and 05 are the sender's own.
TITLES = {
    "01": "联系函复核通过",
    "02": "联系函确认接收",
    "05": "转入撤销业务办结",
    "06": "协商中",
    "08": "账户信息复核通过",
    "13": "转出审核不通过",
    "00": "正常办结",
    "20": "协商后办结",
    "40": "失败办结",
}
ANSWERS = {
    "01": ("02",),
    "02": ("08", "06", "13"),
    "08": ("00", "06"),
    "06": ("20", "13"),
    "13": ("40",),
}
WITH_MONEY = ("00", "20")
ANSWER = Shape(
    {"letter_number": LETTER_NUMBER, "code": one_of(*TITLES)},
    {
        "remark": text(r"[^\x00-\x1f]{0,100}"),
        "principal_fen": maybe(whole_number(1, 10**12)),
        "interest_fen": maybe(whole_number(0, 10**12)),
    },
)


def send(store: Store, letter: dict[str, Any], fault: Fault | None) -> Answer:
    """POST /transfers/letters: take a letter once. Raises Refused 409 for a known number, another body."""
    _fail_if_told(fault)
    number = letter["letter_number"]
    with store.writing() as connection:
        row = _find(connection, number)
        if row is None:
            _insert(connection, number, _digest(letter), letter)
            _add(connection, number, "01", "")
        elif row["digest"] not in (None, _digest(letter)):
            raise Refused(409, "letter_number_taken")
        return Answer(_as_told(connection, number))


def query(store: Store, body: dict[str, Any], fault: Fault | None) -> Answer:
    """POST /transfers/letters/query: how a letter stands. Raises Refused 404 for one never seen."""
    _fail_if_told(fault)
    connection = store.reading()
    if _find(connection, body["letter_number"]) is None:
        raise Refused(404, "letter_unknown")
    return Answer(_as_told(connection, body["letter_number"]))


def revoke(store: Store, body: dict[str, Any], fault: Fault | None) -> Answer:
    """POST /transfers/letters/revocation: 05 while the other centre has not confirmed; else as it stands.

    A number never seen is closed by this: a late letter with it is answered 05.
    """
    _fail_if_told(fault)
    number = body["letter_number"]
    with store.writing() as connection:
        if _find(connection, number) is None:
            _insert(connection, number, None, {})
            _add(connection, number, "05", body["reason"])
        elif _last_code(connection, number) == "01":
            _add(connection, number, "05", body["reason"])
        return Answer(_as_told(connection, number))


def answer(store: Store, body: dict[str, Any]) -> Answer:
    """A person answers as the other centre. Raises Refused 404, 409 (not after this step), 422 (no money)."""
    number, code = body["letter_number"], body["code"]
    with store.writing() as connection:
        if _find(connection, number) is None:
            raise Refused(404, "letter_unknown")
        if code not in ANSWERS.get(_last_code(connection, number), ()):
            raise Refused(409, "not_after_this_step", "code")
        if code in WITH_MONEY:
            _bring_money(connection, number, body)
        _add(connection, number, code, body.get("remark", ""))
        return Answer(_as_told(connection, number))


def listed(store: Store, limit: int) -> list[dict[str, Any]]:
    """The letters received last, newest first, with what may be answered now."""
    connection = store.reading()
    rows = connection.execute("SELECT * FROM letters ORDER BY sequence DESC LIMIT ?", (limit,)).fetchall()
    return [_with_wording(connection, row) for row in rows]


def _with_wording(connection: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
    letter = _as_told(connection, row["letter_number"])
    wording: dict[str, Any] = orjson.loads(row["wording"])
    person = {
        "name": wording.get("name", "")[:1] + "**",
        "employer_name": wording.get("employer_name", ""),
        "account_tail": wording.get("account_number", "")[-4:],
        "from_centre": wording.get("from_centre", ""),
    }
    return letter | person | {"answers": list(ANSWERS.get(letter["steps"][-1]["code"], ()))}


def _fail_if_told(fault: Fault | None) -> None:
    if fault is not None:
        raise Refused(500, "told_to_fail")


def _find(connection: sqlite3.Connection, number: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM letters WHERE letter_number = ?", (number,)
    ).fetchone()
    return row


def _insert(
    connection: sqlite3.Connection, number: str, digest: bytes | None, wording: dict[str, Any]
) -> None:
    connection.execute(
        "INSERT INTO letters (letter_number, digest, wording) VALUES (?, ?, ?)",
        (number, digest, orjson.dumps(wording)),
    )


def _digest(letter: dict[str, Any]) -> bytes:
    return hashlib.sha256(orjson.dumps(letter, option=orjson.OPT_SORT_KEYS)).digest()


def _steps(connection: sqlite3.Connection, number: str) -> list[sqlite3.Row]:
    return connection.execute(
        "SELECT * FROM letter_steps WHERE letter_number = ? ORDER BY ordinal", (number,)
    ).fetchall()


def _last_code(connection: sqlite3.Connection, number: str) -> str:
    code: str = _steps(connection, number)[-1]["code"]
    return code


def _add(connection: sqlite3.Connection, number: str, code: str, remark: str) -> None:
    """Add a step, and tell the hall how the letter stands now."""
    connection.execute(
        "INSERT INTO letter_steps VALUES (?, (SELECT count(*) FROM letter_steps WHERE letter_number = ?),"
        " ?, ?, ?)",
        (number, number, code, remark, time.time()),
    )
    callbacks.put(connection, "transfers", _as_told(connection, number))


def _bring_money(connection: sqlite3.Connection, number: str, body: dict[str, Any]) -> None:
    for name in ("principal_fen", "interest_fen"):
        if body.get(name) is None:
            raise Refused(422, "missing", name)
    connection.execute(
        "UPDATE letters SET principal_fen = ?, interest_fen = ? WHERE letter_number = ?",
        (body["principal_fen"], body["interest_fen"], number),
    )


def _as_told(connection: sqlite3.Connection, number: str) -> dict[str, Any]:
    row = connection.execute("SELECT * FROM letters WHERE letter_number = ?", (number,)).fetchone()
    steps = [
        {"code": step["code"], "at": china_time(step["at"]), "remark": step["remark"]}
        for step in _steps(connection, number)
    ]
    return {
        "letter_number": number,
        "steps": steps,
        "principal_fen": row["principal_fen"],
        "interest_fen": row["interest_fen"],
    }
