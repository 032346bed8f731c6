"""The state on disk: one SQLite file that a killed program leaves whole; answers come after the writing."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE_NAME = "outside-world.sqlite"
SCHEMA = Path(__file__).with_name("schema.sql")


class Store:
    """Connections to the file, one a thread; writers take turns."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / FILE_NAME
        self._of_thread = threading.local()
        self._turn = threading.Lock()
        self.reading().executescript(SCHEMA.read_text())

    def reading(self) -> sqlite3.Connection:
        """The connection of this thread, each statement by itself."""
        connection: sqlite3.Connection | None = getattr(self._of_thread, "connection", None)
        if connection is None:
            connection = self._of_thread.connection = _connect(self._file)
        return connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A change that happens as a whole or, when an error leaves the block, not at all."""
        connection = self.reading()
        with self._turn:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=10, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection
