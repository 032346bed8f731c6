"""Answers of pictures that the hall shows, told here so that a script can log in during a rehearsal."""

import time
from typing import Any

from sandbox.answers import Answer, Refused, china_time
from sandbox.shapes import NUMBER, Shape, text
from sandbox.store import Store

KEPT_CAPTCHAS = 10_000

CAPTCHA = Shape({"captcha_id": NUMBER, "answer": text(r"[^\x00-\x1f]{1,32}")})


def tell(store: Store, body: dict[str, Any]) -> Answer:
    """POST /captchas: the answer of a picture just drawn."""
    with store.writing() as connection:
        told = connection.execute(
            "INSERT OR REPLACE INTO captchas (captcha_id, answer, told_at) VALUES (?, ?, ?)",
            (body["captcha_id"], body["answer"], time.time()),
        )
        oldest = (told.lastrowid or 0) - KEPT_CAPTCHAS
        connection.execute("DELETE FROM captchas WHERE sequence <= ?", (oldest,))
    return Answer({"captcha_id": body["captcha_id"]}, 201)


def read(store: Store, captcha_id: str) -> Answer:
    """GET /captchas/<id>. Raises Refused 404."""
    row = (
        store.reading()
        .execute("SELECT captcha_id, answer FROM captchas WHERE captcha_id = ?", (captcha_id,))
        .fetchone()
    )
    if row is None:
        raise Refused(404, "captcha_unknown")
    return Answer(dict(row))


def newest(store: Store, limit: int) -> list[dict[str, Any]]:
    """The answers told last, newest first."""
    rows = store.reading().execute("SELECT * FROM captchas ORDER BY sequence DESC LIMIT ?", (limit,))
    return [
        {"captcha_id": row["captcha_id"], "answer": row["answer"], "at": china_time(row["told_at"])}
        for row in rows
    ]
