"""What the outside world tells the hall by itself: kept on disk, repeated until taken."""

import hashlib
import hmac
import logging
import sqlite3
import threading
import time

import orjson
import requests

from sandbox.faults import Faults
from sandbox.store import Store

# The address at the hall by the party whose key signs.
PLACES = {
    "bank": "/callbacks/bank",
    "transfers": "/callbacks/transfers",
    "face": "/callbacks/face",
    "sms": "/callbacks/sms",
    "sms_second": "/callbacks/sms-second",
}
LOOK_EVERY_S = 0.2
ANSWER_WITHIN_S = 10
LONGEST_PAUSE_S = 60
MOST_TRIES = 200
AT_ONCE = 50

log = logging.getLogger("sandbox.callbacks")


def put(connection: sqlite3.Connection, party: str, body: dict[str, object]) -> None:
    """Tell the hall `body` in the name of `party`, from the moment this transaction is committed."""
    connection.execute(
        "INSERT INTO callbacks (party, body, tries, due_at) VALUES (?, ?, 0, ?)",
        (party, orjson.dumps(body), time.time()),
    )


class Callbacks:
    """A thread that sends each until the hall has taken it, with growing pauses."""

    def __init__(self, store: Store, faults: Faults, keys: dict[str, bytes], hall_url: str) -> None:
        self._store, self._faults, self._keys = store, faults, keys
        self._hall_url = hall_url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False
        if self._hall_url:
            threading.Thread(target=self._run, name="callbacks", daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                self._send_due()
            except Exception:
                # Whatever it was, the callbacks that are kept must go on.
                log.exception("callbacks had to pause")
            time.sleep(LOOK_EVERY_S)

    def _send_due(self) -> None:
        due = self._store.reading().execute(
            "SELECT * FROM callbacks WHERE due_at <= ? ORDER BY due_at LIMIT ?", (time.time(), AT_ONCE)
        )
        for row in due.fetchall():
            self._send(row)

    def _send(self, row: sqlite3.Row) -> None:
        fault = self._faults.take(f"callbacks.{row['party']}", "")
        mode = fault.mode if fault else ""
        if fault and mode in ("delay", "answer_late"):
            self._put_off(row, fault.delay_ms / 1000)
        elif mode in ("down", "fail", "unknown"):
            self._put_off(row, 1)
        elif self._taken(row) and (mode not in ("twice", "lose_answer") or self._taken(row)):
            with self._store.writing() as connection:
                connection.execute("DELETE FROM callbacks WHERE sequence = ?", (row["sequence"],))
        else:
            self._put_off(row, min(2 ** row["tries"], LONGEST_PAUSE_S))

    def _taken(self, row: sqlite3.Row) -> bool:
        path, timestamp = PLACES[row["party"]], str(int(time.time()))
        lines = f"{timestamp}\n{path}\n".encode() + row["body"]
        signature = hmac.new(self._keys[row["party"]], lines, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "X-Timestamp": timestamp,
            "X-Signature": signature,
        }
        try:
            answer = self._session.post(
                self._hall_url + path,
                data=row["body"],
                headers=headers,
                timeout=ANSWER_WITHIN_S,
                allow_redirects=False,
            )
        except requests.RequestException:
            return False
        return answer.status_code == 200

    def _put_off(self, row: sqlite3.Row, pause_s: float) -> None:
        with self._store.writing() as connection:
            if row["tries"] + 1 >= MOST_TRIES:
                log.error("a callback was given up: %s", row["party"])
                connection.execute("DELETE FROM callbacks WHERE sequence = ?", (row["sequence"],))
                return
            connection.execute(
                "UPDATE callbacks SET tries = tries + 1, due_at = ? WHERE sequence = ?",
                (time.time() + pause_s, row["sequence"]),
            )
