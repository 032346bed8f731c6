"""After a change of phone or card less can be drawn for some hours, whatever way the change is heard of."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from services.common.clock import business_now
from services.common.errors import Refusal
from services.common.events import _once
from services.common.inbox import Event
from services.withdrawal import cautions, usecases
from services.withdrawal.models import Bill, HeededChange
from tests.component.withdrawal.stage import RENTER, RETIREE, Stage

LIMIT_FEN = 500_000


@pytest.fixture
def move_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Move the business clock on by so many seconds."""
    place = tmp_path / "clock"
    monkeypatch.setenv("HALL_CLOCK_FILE", str(place))
    return lambda seconds: place.write_text(str(seconds)) and None


def phone_changed(stage: Stage, person: str = RENTER, at: datetime | None = None, **how: str) -> str:
    """Hear of a change of phone, as the consumer does."""
    at = at or business_now()
    number = uuid.uuid4().hex
    event = Event(
        message_id=how.get("message_id", str(uuid.uuid4())),
        name="phone.changed",
        producer="auth",
        aggregate=f"phone:{person}",
        sequence=1,
        at=at,
        trace="",
        payload={"number": number, "fund_number": person, "at": at.isoformat()},
    )
    with stage.database.write() as session:
        return _once(stage, lambda _, heard, open_session: cautions.heed(open_session, heard), event, session)


def card_changed(stage: Stage, person: str, at: datetime) -> None:
    stage.deposit.accounts[person]["card_changed_at"] = at.isoformat()


def refused(stage: Stage, by: str, form: dict[str, object]) -> Refusal:
    with pytest.raises(Refusal) as no:
        stage.act("register", form, by=by)
    return no.value


def bills(stage: Stage) -> int:
    with stage.database.read() as session:
        return session.scalar(select(func.count()).select_from(Bill)) or 0


@pytest.mark.feature("A-15")
def test_more_than_the_lowered_limit_is_refused_with_the_time_from_which_it_passes(stage: Stage) -> None:
    changed_at = business_now()
    phone_changed(stage, at=changed_at)
    no = refused(stage, RENTER, stage.registration())
    assert (no.code, no.pointer) == ("amount_above_ceiling", "/amount")
    until = changed_at + timedelta(hours=12)
    assert no.figures["恢复正常额度时间"] == f"{until:%Y-%m-%d %H:%M}"
    assert no.passes_on == until.date()
    assert bills(stage) == 0


def test_as_much_as_the_limit_leaves_is_paid_and_counts(stage: Stage) -> None:
    phone_changed(stage)
    assert stage.register(amount_fen=LIMIT_FEN)["state"] == "booked"
    told = usecases.cautions_told(stage, stage.request(RENTER, "cautions", {}, None))
    assert told["active"]["left_fen"] == 0


def test_the_limit_passes_by_itself(stage: Stage, move_clock: Callable[[int], None]) -> None:
    phone_changed(stage)
    move_clock(12 * 3600 + 1)
    assert stage.register()["state"] == "booked"


def test_a_changed_card_lowers_the_limit_without_any_event(stage: Stage) -> None:
    card_changed(stage, RENTER, business_now() - timedelta(hours=11))
    assert refused(stage, RENTER, stage.registration()).code == "amount_above_ceiling"
    card_changed(stage, RENTER, business_now() - timedelta(hours=13))
    assert stage.register()["state"] == "booked"


def test_a_change_of_phone_whose_event_was_lost_lowers_the_limit_all_the_same(stage: Stage) -> None:
    stage.auth.phone_changed[RENTER] = (business_now() - timedelta(hours=11)).isoformat()
    assert refused(stage, RENTER, stage.registration()).code == "amount_above_ceiling"
    told = usecases.cautions_told(stage, stage.request(RENTER, "cautions", {}, None))
    assert told["active"]["deeds"] == ["修改手机号"]
    stage.auth.phone_changed[RENTER] = (business_now() - timedelta(hours=13)).isoformat()
    assert stage.register()["state"] == "booked"


def test_while_auth_is_away_the_changes_that_were_heard_of_count(stage: Stage) -> None:
    phone_changed(stage)
    stage.faults.tell("phone_changed", "down")
    assert refused(stage, RENTER, stage.registration()).code == "amount_above_ceiling"


def test_a_closing_withdrawal_waits_until_the_limit_is_lifted(
    stage: Stage, move_clock: Callable[[int], None]
) -> None:
    phone_changed(stage, RETIREE)
    no = refused(stage, RETIREE, stage.retirement())
    assert no.code == "caution_of_the_whole"
    assert "为保障资金安全" in no.sentence
    move_clock(12 * 3600 + 1)
    assert stage.act("register", stage.retirement(), by=RETIREE)["state"] == "booked"


def test_the_form_tells_of_the_limit_before_anything_is_typed(stage: Stage) -> None:
    assert stage.act("assess", {"reason": "rent_quota", "details": {}})["caution"] is None
    phone_changed(stage)
    told = stage.act("assess", {"reason": "rent_quota", "details": {}})
    assert (told["ceiling_fen"], told["caution"]["left_fen"]) == (LIMIT_FEN, LIMIT_FEN)
    assert told["because"] == told["caution"]["sentence"]


def test_anothers_change_lowers_nothing(stage: Stage) -> None:
    phone_changed(stage, RETIREE)
    assert stage.register()["state"] == "booked"


def test_a_change_heard_twice_counts_once(stage: Stage) -> None:
    message_id = str(uuid.uuid4())
    assert [phone_changed(stage, message_id=message_id) for _ in range(2)] == ["handled", "repeated"]
    with stage.database.read() as session:
        assert session.scalar(select(func.count()).select_from(HeededChange)) == 1


def test_a_bill_that_was_waiting_before_the_change_goes_on(stage: Stage) -> None:
    stage.faults.tell("register.property", "down")
    assert stage.register()["state"] == "awaiting_evidence"
    phone_changed(stage)
    stage.sweep_until_rest()
    assert stage.state() == "booked"


def test_a_cancelled_bill_paid_again_after_the_change_is_judged_anew(stage: Stage) -> None:
    stage.faults.tell("payout", "fail")
    number = stage.register()["number"]
    stage.act("cancel_settlement", {"number": number})
    phone_changed(stage)
    with pytest.raises(Refusal, match="amount_above_ceiling"):
        stage.act("pay", {"number": number})
    assert len(stage.bank_outside.executed()) == 0
