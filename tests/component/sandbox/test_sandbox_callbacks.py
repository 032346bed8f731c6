"""What the outside world tells the hall: signed, repeated until taken, kept over a kill."""

import hashlib
import hmac
import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sandbox import callbacks
from sandbox.store import FILE_NAME
from tests.component.sandbox.program import KEYS, Program, within


class Hall:
    """Hears the callbacks, and answers with the statuses it was given, then 200."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        hall = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hall.heard.append((self.path, dict(self.headers), body))
                self.send_response(hall.statuses.pop(0) if hall.statuses else 200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def hall() -> Iterator[Hall]:
    made = Hall()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def telling(hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    monkeypatch.setenv("HALL_URL", hall.url)
    program = Program(tmp_path)
    yield program
    program.stop()


def tell(program: Program, **body: object) -> None:
    connection = sqlite3.connect(program.folder / FILE_NAME, timeout=10)
    with connection:
        callbacks.put(connection, "bank", body)
    connection.close()


def waiting(program: Program) -> int:
    connection = sqlite3.connect(program.folder / FILE_NAME, timeout=10)
    (count,) = connection.execute("SELECT count(*) FROM callbacks").fetchone()
    connection.close()
    return int(count)


def test_a_callback_is_signed_with_the_partys_key(telling: Program, hall: Hall) -> None:
    tell(telling, order_number="P1")
    path, headers, body = within(10, lambda: hall.heard)[0]
    lines = f"{headers['X-Timestamp']}\n/callbacks/bank\n".encode() + body
    assert (path, body) == ("/callbacks/bank", b'{"order_number":"P1"}')
    assert headers["X-Signature"] == hmac.new(KEYS["BANK_KEY"].encode(), lines, hashlib.sha256).hexdigest()
    within(10, lambda: waiting(telling) == 0)


def test_it_is_told_again_until_it_is_taken(telling: Program, hall: Hall) -> None:
    hall.statuses = [503, 403]
    tell(telling, order_number="P2")
    within(20, lambda: len(hall.heard) == 3 and waiting(telling) == 0)
    assert len({body for _, _, body in hall.heard}) == 1


def test_it_outlives_a_kill(telling: Program, hall: Hall) -> None:
    telling.fault("callbacks.bank", "down")
    tell(telling, order_number="P3")
    telling.kill()
    telling.start()
    assert (waiting(telling), hall.heard) == (1, [])
    assert telling.clear_faults() == 1
    within(20, lambda: waiting(telling) == 0)
    assert len(hall.heard) == 1


def test_twice_means_twice(telling: Program, hall: Hall) -> None:
    telling.fault("callbacks.bank", "twice", times=1)
    tell(telling, order_number="P4")
    within(10, lambda: waiting(telling) == 0)
    assert len(hall.heard) == 2
