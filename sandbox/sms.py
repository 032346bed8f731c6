"""The two text message providers: each takes a message once by its number and reports what became of it.

What reached a phone can be read by people; the numbers of the second provider's messages end with a mark.
"""

import sqlite3
import time
from typing import Any

from sandbox import callbacks
from sandbox.answers import DONE, FAILED, UNKNOWN, Answer, Refused, china_time
from sandbox.shapes import NUMBER, PHONE, Shape, text, whole_number
from sandbox.store import Store
from sandbox.told import Fault

KEPT_MESSAGES = 100_000
USUALLY_LISTED = 50
MOST_LISTED = 500

PLACES = {"sms": "/sms/messages", "sms_second": "/second/sms/messages"}
MARKS = {"sms": "", "sms_second": "-2"}
UNDELIVERED = "undelivered"

MESSAGE = Shape({"message_number": NUMBER, "phone": PHONE, "text": text(r".{1,1000}")})
SEARCH = Shape({"phone": PHONE}, {"limit": whole_number(1, MOST_LISTED)})


def send(store: Store, message: dict[str, Any], fault: Fault | None, *, party: str = "sms") -> Answer:
    """POST /sms/messages. A refused one (1) may come again with its number; an unknown one (2) did arrive.

    One that is undelivered is taken (0) and reported as failed. Raises Refused 409 for a known number with
    another phone or text.
    """
    mode = fault.mode if fault else ""
    marked = {**message, "message_number": message["message_number"] + MARKS[party]}
    with store.writing() as connection:
        if _is_known(connection, marked):
            return Answer({"outcome": DONE})
        if mode == "fail":
            return Answer({"outcome": FAILED})
        if mode == UNDELIVERED:
            _keep_lost(connection, marked)
        else:
            _insert(connection, marked)
        callbacks.put(connection, party, _report(message["message_number"], mode))
    return Answer({"outcome": UNKNOWN if mode == "unknown" else DONE})


def _report(number: str, mode: str) -> dict[str, object]:
    lost = mode == UNDELIVERED
    return {
        "message_number": number,
        "state": "failed" if lost else "delivered",
        "reason": "told_to_fail" if lost else "",
        "at": china_time(time.time()),
    }


def _is_known(connection: sqlite3.Connection, message: dict[str, Any]) -> bool:
    row = connection.execute(
        "SELECT phone, text FROM messages WHERE message_number = :message_number"
        " UNION ALL SELECT phone, text FROM lost_messages WHERE message_number = :message_number",
        message,
    ).fetchone()
    if row is not None and tuple(row) != (message["phone"], message["text"]):
        raise Refused(409, "message_number_taken")
    return row is not None


def _keep_lost(connection: sqlite3.Connection, message: dict[str, Any]) -> None:
    connection.execute("INSERT INTO lost_messages VALUES (:message_number, :phone, :text)", message)


def _insert(connection: sqlite3.Connection, message: dict[str, Any]) -> None:
    inserted = connection.execute(
        "INSERT INTO messages (message_number, phone, text, accepted_at) VALUES (?, ?, ?, ?)",
        (message["message_number"], message["phone"], message["text"], time.time()),
    )
    oldest = (inserted.lastrowid or 0) - KEPT_MESSAGES
    connection.execute("DELETE FROM messages WHERE sequence <= ?", (oldest,))


def newest(store: Store, limit: int, before: str | None = None) -> list[dict[str, Any]]:
    """Messages newest first, at most `limit`, those sent earlier than the message numbered `before`."""
    rows = store.reading().execute(
        "SELECT * FROM messages WHERE :before IS NULL OR sequence <"
        " (SELECT sequence FROM messages WHERE message_number = :before) ORDER BY sequence DESC LIMIT :limit",
        {"before": before, "limit": limit},
    )
    return [_line(row) for row in rows]


def search(store: Store, body: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages to one phone, newest first."""
    rows = store.reading().execute(
        "SELECT * FROM messages WHERE phone = ? ORDER BY sequence DESC LIMIT ?",
        (body["phone"], body.get("limit", USUALLY_LISTED)),
    )
    return [_line(row) for row in rows]


def _line(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "message_number": row["message_number"],
        "phone": row["phone"],
        "text": row["text"],
        "at": china_time(row["accepted_at"]),
    }
