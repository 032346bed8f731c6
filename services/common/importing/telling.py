"""What an import tells the one who started it: a JSON object a line on standard output, nothing personal."""

import json
import sys
from typing import TextIO


class Teller:
    """Writes what happens as lines that `ops.books.load` reads."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self._out = out

    def resumed(self, file: str, line: int) -> None:
        """The file's lines up to `line` were booked before."""
        self._tell(event="resumed", file=file, line=line)

    def progressed(self, file: str, line: int) -> None:
        """The file's lines up to `line` are booked."""
        self._tell(event="progressed", file=file, line=line)

    def refused(self, file: str, line: int, reason: str) -> None:
        """A line was not taken over."""
        self._tell(event="refused", file=file, line=line, reason=reason)

    def missing(self, file: str) -> None:
        """The folder has no such file."""
        self._tell(event="missing", file=file)

    def unfinished(self, accounts: int) -> None:
        """At its end: the accounts that still wait for their lines, of folders not imported to their end."""
        self._tell(event="unfinished", accounts=accounts)

    def _tell(self, **words: object) -> None:
        self._out.write(json.dumps(words, ensure_ascii=False) + "\n")
        self._out.flush()
