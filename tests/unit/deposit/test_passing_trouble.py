"""While the own database is away a job is put off as a whole: no row is told as a bug, none is set aside."""

from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import true
from sqlalchemy.exc import OperationalError

from services.common.clock import business_today, technical_at
from services.common.errors import Unknown
from services.common.request import background
from services.common.timers import _run_alone
from services.deposit import base_adjustments
from services.deposit.contribution import booking, closed_codes
from services.deposit.transfers import driving

AWAY = OperationalError("", {}, Exception("the server closes the connection"))
ROW = SimpleNamespace(order_number="C1-1", bill_number="C1", ordinal=1, ask_after=technical_at())


class Database:
    """Reads are answered with one row; then the server is away, or says `error`."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    @contextmanager
    def read(self) -> Any:
        """One row of whatever is asked for, and every lock."""
        rows = SimpleNamespace(all=lambda: [ROW])
        yield SimpleNamespace(
            scalars=lambda _: rows, scalar=lambda *_: True, execute=lambda *_: None, get_one=lambda *_: ROW
        )

    def write(self) -> Any:
        """The server is away."""
        raise self.error


def sweep_of(name: str, database: Any) -> Any:
    hall = SimpleNamespace(database=database, bank=SimpleNamespace(enquire_code=lambda *_: None))
    jobs = {
        "booking": lambda: booking.book_due(database),
        "closed codes": lambda: closed_codes.ask_due(hall, background("deposit")),
        "bases": lambda: base_adjustments.take_effect(database, business_today()),
    }
    return jobs[name]()


@pytest.mark.parametrize("name", ["booking", "closed codes", "bases"])
def test_a_row_is_not_blamed_for_a_database_that_is_away(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(booking, "_is_due", lambda _: true())
    with pytest.raises(OperationalError):
        sweep_of(name, Database(AWAY))


def test_a_transfer_is_not_blamed_for_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(hall: Any, number: str) -> None:
        raise AWAY

    monkeypatch.setattr(driving, "drive", away)
    with pytest.raises(OperationalError):
        driving.sweep(SimpleNamespace(database=Database(AWAY)))


@pytest.mark.parametrize(
    ("error", "told"),
    [(AWAY, "job put off"), (Unknown("late"), "job put off"), (KeyError("x"), "job failed")],
)
def test_a_job_is_put_off_for_what_passes_and_failed_by_what_does_not(
    error: Exception, told: str, listen: Any
) -> None:
    lines = listen("deposit")

    def job(service: Any, request: Any) -> None:
        raise error

    _run_alone(SimpleNamespace(database=Database(error)), job, "nightly", background("deposit"))
    assert [line["event"] for line in lines()] == [told]
