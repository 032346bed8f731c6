"""A citizen at the API: asks and orders over one kept connection, from an address of one's own."""

import json
import sqlite3
import time
import uuid
from contextlib import closing
from typing import Any

from bench.ground import Ground
from bench.load import Line, WrongAnswer
from sandbox.store import FILE_NAME

# Text message codes are limited by the sender's network; every citizen comes from another one of loopback.
NETWORKS = 250 * 250
ACCEPTED = 202
UNKNOWN_LIMIT_S = 60.0
ASK_AGAIN_S = 0.5


class Citizen:
    """One person with a session; `unknown` counts answers that left the outcome open."""

    def __init__(self, ground: Ground, fund_number: str) -> None:
        place = int(fund_number) % NETWORKS
        source = f"127.{1 + place // 250}.{1 + place % 250}.1"
        self.unknown = 0
        self._line = Line(*ground.gateway, source)
        self._head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {ground.token(fund_number)}\r\n"

    def ask(self, path: str) -> Any:
        """GET. Raises WrongAnswer for anything but a success."""
        return json.loads(self._line.ask(f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode()))

    def order(self, path: str, body: dict[str, Any]) -> Any:
        """POST with a new key, and again with it while the outcome is unknown (202). Raises WrongAnswer."""
        content = json.dumps(body, ensure_ascii=False).encode()
        head = (
            f"POST {path} HTTP/1.1\r\n{self._head}Content-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\nIdempotency-Key: {uuid.uuid4().hex}\r\n\r\n"
        )
        request = head.encode() + content
        gives_up_at = time.monotonic() + UNKNOWN_LIMIT_S
        while (answer := self._line.answered(request))[0] == ACCEPTED:
            if time.monotonic() > gives_up_at:
                raise WrongAnswer("202", path)
            self.unknown += 1
            time.sleep(ASK_AGAIN_S)
        return json.loads(answer[1])

    def leave(self) -> None:
        """Hang up."""
        self._line.close()


def newest_text(ground: Ground, phone: str) -> str:
    """The text last sent to a phone, read past the provider's program: reading must cost it nothing."""
    place = f"file:{ground.home.sandbox / FILE_NAME}?mode=ro"
    with closing(sqlite3.connect(place, uri=True, timeout=10)) as store:
        row = store.execute(
            "SELECT text FROM messages WHERE phone = ? ORDER BY sequence DESC LIMIT 1", (phone,)
        ).fetchone()
    if row is None:
        raise WrongAnswer("no text message came")
    return str(row[0])
