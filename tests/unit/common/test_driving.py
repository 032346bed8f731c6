"""When a driven row is due again, and what a procedure needs to be one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import DateTime
from sqlalchemy.orm import DeclarativeBase

from services.common.clock import technical_at
from services.common.driving import leases
from services.common.driving.procedure import Procedure
from services.common.driving.rows import DrivenRow, due_index
from services.common.machine import Machine, Step


class Record(DeclarativeBase):
    """Base of the table below."""

    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012  # SQLAlchemy's shape


class Errand(DrivenRow, Record):
    """Something to be driven."""

    __tablename__ = "errands"
    __table_args__ = (due_index("errands_to_drive"),)


@pytest.fixture
def errand() -> Errand:
    return Errand(number="E1", state="begun", tries=0)


def wait_s(errand: Errand) -> int:
    assert errand.drive_after is not None
    return round((errand.drive_after - technical_at()).total_seconds())


def test_trouble_is_put_off_longer_each_time_up_to_a_limit(errand: Errand) -> None:
    waits = []
    for _ in range(7):
        leases.put_off(errand)
        waits.append(wait_s(errand))
    assert (waits, errand.tries) == ([1, 2, 4, 8, 16, 20, 20], 7)


def test_who_knows_that_it_takes_longer_says_so(errand: Errand) -> None:
    leases.put_off(errand, at_least_s=600)
    assert wait_s(errand) == 600
    leases.put_off(errand, at_least_s=1)
    assert wait_s(errand) == 2


def test_where_nothing_is_wrong_the_tries_begin_anew(errand: Errand) -> None:
    leases.put_off(errand)
    leases.look_in(errand, 5)
    assert (errand.tries, wait_s(errand)) == (0, 5)


@pytest.mark.parametrize("ending", [leases.put_off, leases.rest, lambda row: leases.look_in(row, 5)])
def test_whoever_puts_a_row_off_or_to_rest_gives_up_its_lease(errand: Errand, ending: Any) -> None:
    errand.lease_token, errand.lease_until = "mine", technical_at() + timedelta(seconds=10)
    assert leases.is_leased(errand)
    ending(errand)
    assert (errand.lease_token, leases.is_leased(errand)) == (None, False)


def test_a_row_at_rest_is_not_due_until_somebody_says_so(errand: Errand) -> None:
    leases.rest(errand)
    assert errand.drive_after is None
    leases.due_now(errand)
    assert (errand.tries, wait_s(errand)) == (0, 0)


def test_its_number_comes_first_in_the_table_and_its_lease_last() -> None:
    columns = [column.name for column in Errand.__table__.columns]
    assert columns[0] == "number"
    assert columns[-4:] == ["drive_after", "tries", "lease_until", "lease_token"]
    (index,) = Errand.__table__.indexes  # type: ignore[attr-defined]
    assert index.name == "errands_to_drive"


def test_a_state_that_is_driven_and_has_no_step_is_found_at_the_start() -> None:
    machine = Machine(
        "errand", start="begun", steps=(Step("begun", "end", "ended", "system"),), final=frozenset({"ended"})
    )
    with pytest.raises(ValueError, match="no step for"):
        Procedure[Any, Errand](
            kind=Errand, machine=machine, driven=frozenset({"begun"}), steps={}, told=lambda _: {}
        )
