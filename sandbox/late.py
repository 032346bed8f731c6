"""Work that is done after the caller was given up: kept on disk, so that a restart does not lose it."""

import logging
import threading
import time
from typing import Any

import orjson

from sandbox.answers import Dropped, Refused
from sandbox.operations import BY_PATH, Operation
from sandbox.store import Store

LONGEST_NAP_S = 60.0
AGAIN_S = 5.0

log = logging.getLogger("sandbox.late")


class LateWork:
    """A thread that does each piece when it is due."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._woken = threading.Event()
        threading.Thread(target=self._run, name="late-work", daemon=True).start()

    def put(self, operation: Operation, body: dict[str, Any], delay_ms: int) -> None:
        """Do this `delay_ms` from now."""
        due_at = time.time() + delay_ms / 1000
        with self._store.writing() as connection:
            connection.execute(
                "INSERT INTO late_work (path, body, due_at) VALUES (?, ?, ?)",
                (operation.path, orjson.dumps(body), due_at),
            )
        self._woken.set()

    def _run(self) -> None:
        while True:
            self._woken.clear()
            self._woken.wait(self._nap_s())

    def _nap_s(self) -> float:
        """Seconds until the next piece; whatever goes wrong, the thread lives on."""
        try:
            return self._do_due()
        except Exception:
            log.exception("late work stopped for a moment")
            return AGAIN_S

    def _do_due(self) -> float:
        """Do what is due; seconds until the next piece."""
        nap_s = LONGEST_NAP_S
        for piece in self._store.reading().execute("SELECT * FROM late_work ORDER BY due_at").fetchall():
            if piece["due_at"] > time.time():
                return min(float(piece["due_at"] - time.time()), nap_s)
            if not self._do(piece["path"], piece["body"]):
                self._put_off(piece["sequence"])
                nap_s = AGAIN_S
                continue
            with self._store.writing() as connection:
                connection.execute("DELETE FROM late_work WHERE sequence = ?", (piece["sequence"],))
        return nap_s

    def _put_off(self, sequence: int) -> None:
        """Behind what is due now, so that one piece does not stop the others."""
        with self._store.writing() as connection:
            due_at = time.time() + AGAIN_S
            connection.execute("UPDATE late_work SET due_at = ? WHERE sequence = ?", (due_at, sequence))

    def _do(self, path: str, body: bytes) -> bool:
        """Whether it ended. Orders and messages carry numbers: a piece done again changes nothing."""
        try:
            BY_PATH[path].act(self._store, orjson.loads(body), None)
        except (Refused, Dropped) as refusal:
            log.info("late work was refused: %s", refusal)
        except Exception:
            log.exception("late work failed, to be done again: %s", path)
            return False
        return True
