"""The log file of every process: processes append to it themselves, the supervisor keeps it from growing."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from ops.places import Home

LONGEST_BYTES = 10 * 1024 * 1024
KEPT = 3


def log_of(home: Home, name: str) -> Path:
    """Where the process `name` writes."""
    return home.logs / f"{name}.log"


def rotate(path: Path, longest_bytes: int = LONGEST_BYTES) -> bool:
    """Move an overlong log aside and empty it; writers go on appending to the same file."""
    if not path.exists() or path.stat().st_size < longest_bytes:
        return False
    for number in range(KEPT - 1, 0, -1):
        older = path.with_suffix(f".log.{number}")
        if older.exists():
            older.replace(path.with_suffix(f".log.{number + 1}"))
    shutil.copyfile(path, path.with_suffix(".log.1"))
    with path.open("r+b") as file:
        file.truncate(0)
    return True


def rotate_all(home: Home) -> None:
    """Rotate every log of a hall that has become too long."""
    for path in home.logs.glob("*.log"):
        rotate(path)


def tail(path: Path, lines: int = 20) -> list[str]:
    """Read the last lines of a log, as text whatever it holds."""
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 200 * lines - 4096))
        return file.read().decode(errors="replace").splitlines()[-lines:]


def follow(path: Path) -> Iterator[str]:
    """Yield what is written to a log from now on, in pieces; an empty piece means nothing new, ask again."""
    position = path.stat().st_size if path.exists() else 0
    while True:
        size = path.stat().st_size if path.exists() else 0
        position = 0 if size < position else position
        if size == position:
            yield ""
            continue
        with path.open("rb") as file:
            file.seek(position)
            piece = file.read(size - position)
        position += len(piece)
        yield piece.decode(errors="replace")
