"""The text message provider: takes a message once by its number and lets people read what was sent."""

import sqlite3
import time
from typing import Any

from sandbox.answers import DONE, FAILED, UNKNOWN, Answer, Refused, china_time
from sandbox.shapes import NUMBER, PHONE, Shape, text, whole_number
from sandbox.store import Store
from sandbox.told import Fault

KEPT_MESSAGES = 100_000
USUALLY_LISTED = 50
MOST_LISTED = 500

MESSAGE = Shape({"message_number": NUMBER, "phone": PHONE, "text": text(r".{1,1000}")})
SEARCH = Shape({"phone": PHONE}, {"limit": whole_number(1, MOST_LISTED)})


def send(store: Store, message: dict[str, Any], fault: Fault | None) -> Answer:
    """POST /sms/messages. A refused one (1) may come again with its number; an unknown one (2) did arrive.

    Raises Refused 409 for a known number with another phone or text.
    """
    with store.writing() as connection:
        if _is_known(connection, message):
            return Answer({"outcome": DONE})
        if fault is not None and fault.mode == "fail":
            return Answer({"outcome": FAILED})
        _insert(connection, message)
    return Answer({"outcome": DONE if fault is None else UNKNOWN})


def _is_known(connection: sqlite3.Connection, message: dict[str, Any]) -> bool:
    row = connection.execute(
        "SELECT phone, text FROM messages WHERE message_number = ?", (message["message_number"],)
    ).fetchone()
    if row is not None and tuple(row) != (message["phone"], message["text"]):
        raise Refused(409, "message_number_taken")
    return row is not None


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
