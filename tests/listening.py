"""Listens to what is said to the databases, for tests of what may not even be read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL of every statement while the block runs, in order, without its values."""
    said: list[str] = []

    def hear(_: Any, __: Any, text: str, *rest: Any) -> None:
        said.append(text)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
