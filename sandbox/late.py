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
            self._woken.wait(self._do_due())

    def _do_due(self) -> float:
        """Do what is due; seconds until the next piece."""
        for piece in self._store.reading().execute("SELECT * FROM late_work ORDER BY due_at").fetchall():
            if piece["due_at"] > time.time():
                return min(float(piece["due_at"] - time.time()), LONGEST_NAP_S)
            self._do(piece["path"], orjson.loads(piece["body"]))
            with self._store.writing() as connection:
                connection.execute("DELETE FROM late_work WHERE sequence = ?", (piece["sequence"],))
        return LONGEST_NAP_S

    def _do(self, path: str, body: dict[str, Any]) -> None:
        """Orders and messages carry numbers, so a piece done again after a kill changes nothing."""
        try:
            BY_PATH[path].act(self._store, body, None)
        except (Refused, Dropped) as refusal:
            log.info("late work was refused: %s", refusal)
