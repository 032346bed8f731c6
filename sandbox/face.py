"""Who verifies faces: takes an order once by its number, lets people pass or fail, tells the hall.

The browser in which a face passes goes back with a one-time code, and the hall is told the code's digest: so
the hall can tell that browser from any other. Nobody gets the code before the pass, or a second time.
"""

import hashlib
import secrets
import sqlite3
import time
from typing import Any
from urllib.parse import urljoin

from flask import has_request_context, request

from sandbox import callbacks
from sandbox.answers import DONE, FAILED, UNKNOWN, Answer, Dropped, Refused, china_time
from sandbox.shapes import ID_NUMBER, NAME, NUMBER, Shape, text
from sandbox.store import Store
from sandbox.told import Fault

PARTY = "face"
ORDER = Shape(
    {
        "order_number": NUMBER,
        "name": NAME,
        "id_number": ID_NUMBER,
        "return_url": text(r"https?://[\x21-\x7e]{1,300}"),
    }
)
ORDER_NUMBER = Shape({"order_number": NUMBER})
REASONS = {DONE: "", FAILED: "face_not_matched"}


def start(store: Store, order: dict[str, Any], fault: Fault | None) -> Answer:
    """POST /face/verifications: {order_number, page_url}, the same page for the same order.

    Raises Refused 409 for a known number with another body, and for a closed one.
    """
    _go_wrong(fault)
    with store.writing() as connection:
        row = _find(connection, order["order_number"]) or _insert(connection, order)
    if row["reason"] == "closed":
        raise Refused(409, "closed")
    if any(row[name] != order[name] for name in ("name", "id_number", "return_url")):
        raise Refused(409, "order_number_taken")
    return Answer({"order_number": row["order_number"], "page_url": _page_url(row["page_key"])})


def _go_wrong(fault: Fault | None) -> None:
    if fault is not None:
        raise Refused(500, "told_to_fail") if fault.mode == "fail" else Dropped


def _find(connection: sqlite3.Connection, number: str) -> sqlite3.Row | None:
    found = connection.execute("SELECT * FROM verifications WHERE order_number = ?", (number,))
    row: sqlite3.Row | None = found.fetchone()
    return row


def _insert(connection: sqlite3.Connection, order: dict[str, Any]) -> sqlite3.Row:
    written = order | {"page_key": secrets.token_urlsafe(18), "made_at": time.time()}
    row: sqlite3.Row = connection.execute(
        "INSERT INTO verifications (order_number, page_key, name, id_number, return_url, made_at)"
        " VALUES (:order_number, :page_key, :name, :id_number, :return_url, :made_at) RETURNING *",
        written,
    ).fetchone()
    return row


def _page_url(page_key: str) -> str:
    base = request.host_url if has_request_context() else ""
    return urljoin(base, f"/face/pages/{page_key}")


def query(store: Store, body: dict[str, Any], fault: Fault | None) -> Answer:
    """POST /face/verifications/query: the order as `told`; Refused 404 for a number never seen."""
    _go_wrong(fault)
    row = _find(store.reading(), body["order_number"])
    if row is None:
        raise Refused(404, "order_unknown")
    return Answer(told(row, _returned(store.reading(), row["order_number"])))


def close(store: Store, body: dict[str, Any], fault: Fault | None) -> Answer:
    """POST /face/verifications/close: end an order that is not finished, seen before or not; as `told`."""
    _go_wrong(fault)
    with store.writing() as connection:
        row = _find(connection, body["order_number"]) or _insert(connection, _nobodys(body["order_number"]))
        if row["outcome"] is None:
            row = _finish(connection, row["order_number"], FAILED, "closed")
        returned = _returned(connection, row["order_number"])
    return Answer(told(row, returned))


def _returned(connection: sqlite3.Connection, number: str) -> str:
    wanted = "SELECT digest FROM verification_returns WHERE order_number = ?"
    found = connection.execute(wanted, (number,)).fetchone()
    return str(found["digest"]) if found else ""


def _nobodys(number: str) -> dict[str, Any]:
    return {"order_number": number, "name": "", "id_number": "", "return_url": ""}


def _finish(connection: sqlite3.Connection, number: str, outcome: int, reason: str) -> sqlite3.Row:
    row: sqlite3.Row = connection.execute(
        "UPDATE verifications SET outcome = ?, reason = ?, final_at = ?"
        " WHERE order_number = ? AND outcome IS NULL RETURNING *",
        (outcome, reason, time.time(), number),
    ).fetchone()
    return row


def told(row: sqlite3.Row, returned: str = "") -> dict[str, object]:
    """What the hall is told of an order: whose face it was as a digest, never a name or a number."""
    person = f"{row['order_number']}\n{row['name']}\n{row['id_number']}"
    return {
        "order_number": row["order_number"],
        "outcome": UNKNOWN if row["outcome"] is None else row["outcome"],
        "reason": "processing" if row["outcome"] is None else row["reason"],
        "person": hashlib.sha256(person.encode()).hexdigest(),
        "return_digest": returned,
        "at": china_time(row["final_at"] or row["made_at"]),
    }


def decide(store: Store, page_key: str, outcome: int) -> tuple[sqlite3.Row, str]:
    """The person passes or fails on the page: once, and the hall is told in the same transaction.

    The order, and the return code of who has passed just now; empty for everybody else and ever after.
    """
    with store.writing() as connection:
        row = of_page(connection, page_key)
        if row["outcome"] is not None:
            return row, ""
        row = _finish(connection, row["order_number"], outcome, REASONS[outcome])
        code = secrets.token_urlsafe(24) if outcome == DONE else ""
        returned = _keep_return(connection, row["order_number"], code) if code else ""
        callbacks.put(connection, PARTY, told(row, returned))
    return row, code


def _keep_return(connection: sqlite3.Connection, number: str, code: str) -> str:
    digest = hashlib.sha256(f"{number}\n{code}".encode()).hexdigest()
    connection.execute("INSERT INTO verification_returns VALUES (?, ?)", (number, digest))
    return digest


def of_page(connection: sqlite3.Connection, page_key: str) -> sqlite3.Row:
    """The order of a page. Raises Refused 404."""
    found = connection.execute("SELECT * FROM verifications WHERE page_key = ?", (page_key,))
    row: sqlite3.Row | None = found.fetchone()
    if row is None:
        raise Refused(404, "page_unknown")
    return row


def newest(store: Store, limit: int) -> list[dict[str, Any]]:
    """Orders newest first, for the people who rehearse."""
    rows = store.reading().execute(
        "SELECT * FROM verifications WHERE name <> '' ORDER BY made_at DESC LIMIT ?", (limit,)
    )
    return [told(row) | {"page": f"/face/pages/{row['page_key']}"} for row in rows]
