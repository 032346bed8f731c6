"""Fails a test whose code asks somebody else while a transaction of its own is open (N9)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any

import pytest
from sqlalchemy.orm import Session

from services.common.calls import ServiceAccess
from services.common.database import DatabaseAccess
from services.common.outside import Outside

_open: ContextVar[int] = ContextVar("open transactions", default=0)


def refuse_open_transaction() -> None:
    """What every stand-in of somebody else says first: its caller may hold no row while it waits."""
    assert _open.get() == 0, "a transaction is open while somebody else is asked"


def watch_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count the open transactions of each greenthread, and have every call outwards look at the count."""
    for name in ("write", "write_at_length"):
        monkeypatch.setattr(DatabaseAccess, name, _counted(getattr(DatabaseAccess, name)))
    for kind, name in ((Outside, "post"), (ServiceAccess, "_ask")):
        monkeypatch.setattr(kind, name, _guarded(getattr(kind, name)))


def _counted(
    whole: Callable[..., AbstractContextManager[Session]],
) -> Callable[..., AbstractContextManager[Session]]:
    @contextmanager
    def write(*told: Any) -> Iterator[Session]:
        before = _open.set(_open.get() + 1)
        try:
            with whole(*told) as session:
                yield session
        finally:
            _open.reset(before)

    return write


def _guarded(call: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(*arguments: Any, **named: Any) -> Any:
        refuse_open_transaction()
        return call(*arguments, **named)

    return guarded
