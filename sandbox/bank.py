"""The bank: pays an order once by its number, tells what became of it, closes numbers, shows all it did."""

import hashlib
import sqlite3
import time
from typing import Any

import orjson

from sandbox.answers import DONE, FAILED, UNKNOWN, Answer, Refused, china_time
from sandbox.cards import Judgement, judge
from sandbox.shapes import AMOUNT_FEN, BANK_CODE, CARD_NUMBER, NAME, NUMBER, Shape, text
from sandbox.store import Store
from sandbox.told import Fault

ORDER = Shape(
    {
        "order_number": NUMBER,
        "bank_code": BANK_CODE,
        "card_number": CARD_NUMBER,
        "holder_name": NAME,
        "amount_fen": AMOUNT_FEN,
        "purpose": text(r"[^\x00-\x1f]{0,100}"),
    }
)
ORDER_NUMBER = Shape({"order_number": NUMBER})
STATEMENT_PAGE = 10_000


INSERT_PAYOUT = (
    "INSERT INTO payouts (order_number, digest, bank_code, card_number, holder_name, amount_fen, purpose,"
    " outcome, reason, accepted_at, final_at) VALUES (:order_number, :digest, :bank_code, :card_number,"
    " :holder_name, :amount_fen, :purpose, :outcome, :reason, :accepted_at, :final_at) RETURNING *"
)


def pay(store: Store, order: dict[str, Any], fault: Fault | None) -> Answer:
    """POST /bank/payouts: execute the order once, or answer again for one that is known.

    A fault of mode "fail" makes the bank refuse a new order for good; "unknown" makes it answer 2 and end the
    order as told after the delay. Raises Refused 409 for a known number with another body.
    """
    with store.writing() as connection:
        number = order["order_number"]
        if _is_closed(connection, number):
            return Answer(_closed(number))
        row = _find(connection, number)
        return Answer(_execute(connection, order, fault) if row is None else _answer_again(row, order))


def _execute(connection: sqlite3.Connection, order: dict[str, Any], fault: Fault | None) -> dict[str, Any]:
    judgement = _judge(connection, order, fault)
    in_doubt = judgement.outcome == UNKNOWN or (fault is not None and fault.mode == "unknown")
    now_s = time.time()
    written = {
        "digest": _digest(order),
        "outcome": FAILED if judgement.outcome == FAILED else DONE,
        "reason": judgement.reason if judgement.outcome == FAILED else "",
        "accepted_at": now_s,
        "final_at": now_s + (fault.delay_ms / 1000 if fault and in_doubt else 0),
    }
    row = connection.execute(INSERT_PAYOUT, order | written).fetchone()
    return _as_answer(row, in_doubt)


def _judge(connection: sqlite3.Connection, order: dict[str, Any], fault: Fault | None) -> Judgement:
    if fault is not None and (fault.mode == "fail" or fault.resolves_to == FAILED):
        return Judgement(FAILED, reason="told_to_fail")
    return judge(connection, order)


def query(store: Store, body: dict[str, Any], fault: Fault | None) -> Answer:
    """POST /bank/payouts/query: what became of an order. Raises Refused 404 for a number never seen."""
    _fail_if_told(fault)
    connection, number = store.reading(), body["order_number"]
    row = _find(connection, number)
    if row is not None:
        return Answer(_as_answer(row, in_doubt=fault is not None))
    if _is_closed(connection, number):
        return Answer(_closed(number))
    raise Refused(404, "order_unknown")


def close(store: Store, body: dict[str, Any], fault: Fault | None) -> Answer:
    """POST /bank/payouts/close: a number never seen can never be paid from now on; a known one is told."""
    _fail_if_told(fault)
    number = body["order_number"]
    with store.writing() as connection:
        row = _find(connection, number)
        if row is not None:
            return Answer(_as_answer(row, in_doubt=fault is not None))
        connection.execute("INSERT OR IGNORE INTO closed_orders VALUES (?, ?)", (number, time.time()))
    return Answer(_closed(number))


def _fail_if_told(fault: Fault | None) -> None:
    if fault is not None and fault.mode == "fail":
        raise Refused(500, "told_to_fail")


def statement(store: Store, after: int, limit: int) -> Answer:
    """GET /bank/statement: payouts in the order of acceptance, and the fen that left in all of them."""
    rows = (
        store.reading()
        .execute("SELECT * FROM payouts WHERE sequence > ? ORDER BY sequence LIMIT ?", (after, limit))
        .fetchall()
    )
    payouts = [_line(row) for row in rows]
    following = rows[-1]["sequence"] if len(rows) == limit else None
    return Answer({"payouts": payouts, "executed_fen": executed_fen(store), "next": following})


def newest(store: Store, limit: int) -> list[dict[str, Any]]:
    """The payouts accepted last, newest first, with card and holder masked, for the page."""
    rows = store.reading().execute("SELECT * FROM payouts ORDER BY sequence DESC LIMIT ?", (limit,))
    return [_as_answer(row) | _masked(row) for row in rows]


def _masked(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "amount_fen": row["amount_fen"],
        "bank_code": row["bank_code"],
        "card": f"{row['card_number'][:4]} **** {row['card_number'][-4:]}",
        "holder": row["holder_name"][:1] + "**",
    }


def executed_fen(store: Store) -> int:
    """Fen that left the bank in all executed payouts."""
    total: int = (
        store.reading()
        .execute(
            "SELECT coalesce(sum(amount_fen), 0) FROM payouts WHERE outcome = 0 AND final_at <= ?",
            (time.time(),),
        )
        .fetchone()[0]
    )
    return total


def _find(connection: sqlite3.Connection, order_number: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM payouts WHERE order_number = ?", (order_number,)
    ).fetchone()
    return row


def _is_closed(connection: sqlite3.Connection, order_number: str) -> bool:
    found = connection.execute(
        "SELECT 1 FROM closed_orders WHERE order_number = ?", (order_number,)
    ).fetchone()
    return found is not None


def _answer_again(row: sqlite3.Row, order: dict[str, Any]) -> dict[str, Any]:
    if row["digest"] != _digest(order):
        raise Refused(409, "order_number_taken")
    return _as_answer(row)


def _digest(order: dict[str, Any]) -> bytes:
    return hashlib.sha256(orjson.dumps(order, option=orjson.OPT_SORT_KEYS)).digest()


def _outcome(row: sqlite3.Row, in_doubt: bool = False) -> int:
    return UNKNOWN if in_doubt or time.time() < row["final_at"] else row["outcome"]


def _as_answer(row: sqlite3.Row, in_doubt: bool = False) -> dict[str, Any]:
    outcome = _outcome(row, in_doubt)
    return {
        "order_number": row["order_number"],
        "outcome": outcome,
        "reason": "processing" if outcome == UNKNOWN else row["reason"],
        "serial": _serial(row),
        "at": china_time(row["accepted_at"]),
    }


def _serial(row: sqlite3.Row) -> str:
    """As the clearing system numbers: 02 for a payout, the day, a counter of seven digits."""
    day = china_time(row["accepted_at"])[2:10].replace("-", "")
    return f"02{day}{row['sequence'] % 10**7:07d}"


def _closed(order_number: str) -> dict[str, Any]:
    return {"order_number": order_number, "outcome": FAILED, "reason": "closed", "serial": None, "at": None}


def _line(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "order_number": row["order_number"],
        "amount_fen": row["amount_fen"],
        "outcome": _outcome(row),
        "at": china_time(row["accepted_at"]),
    }
