"""The driver on a real database: one at a time, none that was overtaken, trouble put off, others awaited."""

import os
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import eventlet
import pytest
from sqlalchemy import DateTime, create_engine, make_url, select, text, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from services.common.clock import business_now, technical_at
from services.common.database import DatabaseAccess
from services.common.driving import leases
from services.common.driving.leases import Turn
from services.common.driving.procedure import KEPT_FOR_THE_ANSWER_S, STEPS_MOST, Procedure
from services.common.driving.rows import DrivenRow, due_index
from services.common.driving.sweeping import sweep
from services.common.errors import Fault, Refusal, Unavailable, Unknown, WrongState
from services.common.logs import current_trace
from services.common.machine import Machine, Step
from services.common.migrate import upgrade
from services.common.move import begin
from services.common.outside import NoAnswer
from services.common.request import Request, background
from services.common.settings import settings
from services.common.tables import Transition

PARCEL = Machine(
    "parcel",
    start="packed",
    steps=(
        Step("packed", "send", "sent", "system"),
        Step("sent", "deliver", "delivered", "system"),
        Step("sent", "return", "packed", "system"),
    ),
    final=frozenset({"delivered"}),
)


class Record(DeclarativeBase):
    """Base of the table below."""

    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012  # SQLAlchemy's shape


class Parcel(DrivenRow, Record):
    """Something to be driven: packed, sent, delivered. `noted` is what is written with each lease."""

    __tablename__ = "parcels"
    noted: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (due_index("parcels_to_drive"),)


class Died(BaseException):
    """The process dies here."""


class Office:
    """A service with parcels, and a courier of whom `courier` says what happens while it is asked."""

    def __init__(self, database: DatabaseAccess) -> None:
        self.database = database
        self.courier: Callable[[str], None] = lambda _: None
        self.action = "deliver"

    def parcel(self) -> str:
        """A new parcel that is due."""
        number = f"P{uuid.uuid4().hex[:12]}"
        with self.database.write() as session:
            parcel = Parcel(number=number, moved_at=business_now())
            leases.due_now(parcel)
            begin(session, PARCEL, parcel, actor="somebody", at=business_now())
        return number

    def found(self, number: str) -> Parcel:
        """The parcel as it is now."""
        with self.database.read() as session:
            return session.get_one(Parcel, number)

    def past(self, number: str) -> list[str]:
        """What was done with the parcel, in order."""
        wanted = select(Transition.action).where(Transition.number == number).order_by(Transition.id)
        with self.database.read() as session:
            return list(session.scalars(wanted))

    def time_passes(self) -> None:
        """Leases of dead drivers run out and every back-off is over."""
        past = technical_at() - timedelta(seconds=1)
        with self.database.write() as session:
            session.execute(update(Parcel).values(lease_until=past))
            session.execute(update(Parcel).where(Parcel.drive_after.is_not(None)).values(drive_after=past))


def _send(office: Office, turn: Turn[Parcel], request: Request) -> Turn[Parcel] | None:
    office.courier(turn.number)
    with leases.keeping(office.database, turn) as (session, parcel):
        PARCELS.moved(session, parcel, "send", "system")
    return turn.after(parcel)


def _deliver(office: Office, turn: Turn[Parcel], request: Request) -> Turn[Parcel] | None:
    with leases.keeping(office.database, turn) as (session, parcel):
        PARCELS.moved(session, parcel, office.action, "system")
    return turn.after(parcel) if office.action == "return" else None


def _noted(session: Session, parcel: Parcel) -> None:
    parcel.noted = True


PARCELS: Procedure[Office, Parcel] = Procedure(
    kind=Parcel,
    machine=PARCEL,
    driven=frozenset({"packed", "sent"}),
    steps={"packed": _send, "sent": _deliver},
    told=lambda parcel: {},
    begun=_noted,
)


@pytest.fixture
def office(servers: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The post office in the place of a service, with a table for parcels."""
    for name, value in servers.environments["loan"].items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    owner = create_engine(os.environ["OWNER_DATABASE_URL"])
    upgrade("loan", os.environ["OWNER_DATABASE_URL"])
    Record.metadata.create_all(owner)
    database = DatabaseAccess(settings().database_url)
    yield Office(database)
    database.close()
    with owner.begin() as connection:
        connection.execute(text("DROP TABLE parcels"))
    owner.dispose()
    settings.cache_clear()


def a_request(seconds: float = 10.0) -> Request:
    return background("loan", seconds)


def raising(trouble: BaseException) -> Callable[[str], None]:
    def courier(_: str) -> None:
        raise trouble

    return courier


def test_a_row_is_driven_to_its_rest_and_nobody_has_it_then(office: Office) -> None:
    number = office.parcel()
    PARCELS.drive(office, number, a_request())
    parcel = office.found(number)
    assert (parcel.state, parcel.drive_after, parcel.lease_token) == ("delivered", None, None)
    assert office.past(number) == ["register", "send", "deliver"]


def test_two_drivers_at_once_take_turns(office: Office) -> None:
    number = office.parcel()
    first = leases.take(office.database, Parcel, number)
    assert first is not None
    assert leases.take(office.database, Parcel, number) is None
    leases.give_back(office.database, first)
    assert leases.take(office.database, Parcel, number) is not None


def test_what_must_be_on_record_is_there_when_the_driver_dies_while_it_asks(office: Office) -> None:
    number = office.parcel()
    office.courier = raising(Died())
    with pytest.raises(Died):
        PARCELS.drive(office, number, a_request())
    parcel = office.found(number)
    assert (parcel.state, parcel.noted, leases.is_leased(parcel)) == ("packed", True, True)
    office.courier = lambda _: None
    office.time_passes()
    PARCELS.drive(office, number, a_request())
    assert office.past(number) == ["register", "send", "deliver"]


def test_an_overtaken_driver_changes_nothing(office: Office) -> None:
    """While the courier is asked the lease runs out, and another driver takes the parcel to its end."""
    number = office.parcel()

    def slow(_: str) -> None:
        office.courier = lambda _: None
        office.time_passes()
        PARCELS.drive(office, number, a_request())

    office.courier = slow
    PARCELS.drive(office, number, a_request())
    assert office.found(number).state == "delivered"
    assert office.past(number) == ["register", "send", "deliver"]


def test_a_lost_lease_can_neither_be_kept_nor_given_back(office: Office) -> None:
    number = office.parcel()
    slow = leases.take(office.database, Parcel, number)
    office.time_passes()
    quick = leases.take(office.database, Parcel, number)
    assert slow is not None and quick is not None
    with pytest.raises(leases.LeaseLost), leases.keeping(office.database, slow):
        raise AssertionError("the lease is another's")
    leases.give_back(office.database, slow)
    assert office.found(number).lease_token == quick.token


@pytest.mark.parametrize(
    "trouble",
    [
        NoAnswer("/courier", "too slow"),
        Unknown(),
        Unavailable("deposit"),
        Fault("0" * 32),
        Refusal("busy", "请稍候。"),
    ],
    ids=lambda trouble: type(trouble).__name__,
)
def test_the_silence_or_the_no_of_others_puts_a_row_off(office: Office, trouble: Exception) -> None:
    number = office.parcel()
    office.courier = raising(trouble)
    PARCELS.drive(office, number, a_request())
    parcel = office.found(number)
    assert (parcel.state, parcel.tries, parcel.lease_token) == ("packed", 1, None)
    assert parcel.drive_after is not None and parcel.drive_after > technical_at()


@pytest.mark.parametrize(
    "bug", [LookupError("bug"), WrongState("wrong_state", "不能进行此操作。")], ids=["any", "wrong step"]
)
def test_a_bug_puts_a_row_off_and_is_told(office: Office, bug: Exception) -> None:
    number = office.parcel()
    office.courier = raising(bug)
    with pytest.raises(type(bug)):
        PARCELS.drive(office, number, a_request())
    parcel = office.found(number)
    assert (parcel.tries, parcel.lease_token) == (1, None)


def test_without_time_for_a_step_the_row_is_left_to_the_next_driver(office: Office) -> None:
    number = office.parcel()
    PARCELS.drive(office, number, a_request(KEPT_FOR_THE_ANSWER_S / 2))
    assert office.past(number) == ["register"]
    assert leases.take(office.database, Parcel, number) is not None


def test_a_table_that_goes_in_circles_does_not_hold_its_driver(office: Office) -> None:
    number = office.parcel()
    office.action = "return"
    PARCELS.drive(office, number, a_request())
    assert len(office.past(number)) == 1 + STEPS_MOST
    assert not leases.is_leased(office.found(number))


def test_another_driver_is_waited_for(office: Office) -> None:
    number = office.parcel()
    other = leases.take(office.database, Parcel, number)
    assert other is not None
    eventlet.spawn_after(0.2, leases.give_back, office.database, other)
    PARCELS.drive_or_wait(office, number, a_request())
    assert office.found(number).state == "delivered"


def test_another_driver_is_waited_for_no_longer_than_the_request_allows(office: Office) -> None:
    number = office.parcel()
    assert leases.take(office.database, Parcel, number) is not None
    PARCELS.drive_or_wait(office, number, a_request(KEPT_FOR_THE_ANSWER_S + 0.2))
    assert office.past(number) == ["register"]
    assert leases.is_leased(office.found(number))


def test_the_sweeper_drives_what_is_due_and_has_no_driver(office: Office) -> None:
    due, taken, resting = office.parcel(), office.parcel(), office.parcel()
    assert leases.take(office.database, Parcel, taken) is not None
    with office.database.write() as session:
        leases.rest(session.get_one(Parcel, resting))
    sweep(office, a_request(), PARCELS)
    states = [office.found(number).state for number in (due, taken, resting)]
    assert states == ["delivered", "packed", "packed"]


def test_what_the_sweeper_drives_carries_its_trace(office: Office) -> None:
    number, request, traces = office.parcel(), a_request(), list[str]()
    office.courier = lambda _: traces.append(current_trace())
    sweep(office, request, PARCELS)
    assert traces == [request.trace]
    assert office.found(number).state == "delivered"


def test_one_row_that_breaks_does_not_stop_the_sweeper(office: Office) -> None:
    broken, whole, began_at = office.parcel(), office.parcel(), technical_at()

    def courier(number: str) -> None:
        if number == broken:
            raise LookupError(number)

    office.courier = courier
    sweep(office, a_request(), PARCELS)
    assert office.found(whole).state == "delivered"
    left = office.found(broken)
    assert (left.state, left.tries) == ("packed", 1)
    assert left.drive_after is not None and left.drive_after > began_at


def test_a_row_that_came_to_rest_before_its_driver_broke_stays_at_rest(office: Office) -> None:
    number = office.parcel()

    def courier(_: str) -> None:
        with office.database.write() as session:
            leases.rest(session.get_one(Parcel, number))
        raise LookupError(number)

    office.courier = courier
    sweep(office, a_request(), PARCELS)
    left = office.found(number)
    assert (left.tries, left.drive_after) == (0, None)


def test_a_row_that_another_drives_is_not_set_aside(office: Office) -> None:
    number = office.parcel()
    assert leases.take(office.database, Parcel, number) is not None
    before = office.found(number)
    leases.set_aside(office.database, Parcel, number)
    left = office.found(number)
    assert (left.tries, left.drive_after) == (0, before.drive_after)


def test_a_row_that_cannot_even_be_taken_is_set_aside(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = office.parcel()

    def take(*_: Any) -> None:
        raise LookupError(number)

    monkeypatch.setattr(leases, "take", take)
    sweep(office, a_request(), PARCELS)
    left = office.found(number)
    assert left.tries == 1
    assert left.drive_after is not None and left.drive_after > technical_at()


def test_a_database_that_is_away_for_a_while_is_not_told_as_a_bug(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    number, database = office.parcel(), office.database
    nowhere = make_url(settings().database_url).set(host="127.0.0.1", port=1)
    away = DatabaseAccess(nowhere.render_as_string(hide_password=False))

    def courier(_: str) -> None:
        office.database = away

    office.courier = courier
    sweep(office, a_request(), PARCELS)
    told = capsys.readouterr()
    assert number in told.out and "bill put off" in told.out
    assert "bill not driven" not in told.out and "Traceback" not in told.out + told.err
    office.database, office.courier = database, lambda _: None
    office.time_passes()
    sweep(office, a_request(), PARCELS)
    assert office.past(number) == ["register", "send", "deliver"]


def test_rows_that_wait_longest_come_first(office: Office) -> None:
    numbers = [office.parcel() for _ in range(3)]
    assert leases.due(office.database, Parcel, 2) == numbers[:2]
