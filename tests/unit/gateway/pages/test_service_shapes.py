"""The shapes the pages are tried with are those the withdrawal service really sends."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from gateway.pages.application import Application
from gateway.pages.presenting import offers
from services.common.agreements import load_agreements
from services.withdrawal import documents, views
from services.withdrawal.models import Bill
from services.withdrawal.reasons import REASONS, Reason
from services.withdrawal.states import WITHDRAWAL
from services.withdrawal.views import bill_line, reason_shown, stuck_line
from tests.builders import figures_on
from tests.unit.gateway.pages.withdrawal_double import a_bill, a_reason

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
# Known only with an assessment or a timeline, which need the database; or made by the gateway itself.
ASSESSED = {"allowed", "ceiling", "prefilled", "because", "refusals", "pending", "has_card"}
TOLD_IN_FULL = {
    "notice",
    "problem",
    "settlement",
    "bank_code",
    "card_masked",
    "booked_on",
    "timeline",
    "version",
    "amount",
}


@pytest.fixture(autouse=True)
def _policy_without_an_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "figures_on", figures_on)
    monkeypatch.setattr(documents, "current", lambda code: load_agreements("qingdao").on(code, NOW.date()))


def a_row(state: str) -> Bill:
    return Bill(
        number="W20261122000001",
        reason="rent_quota",
        state=state,
        amount_fen=840_000,
        closes_account=False,
        registered_on=date(2026, 11, 22),
        registered_at=NOW,
        moved_at=NOW,
        tries=0,
        drive_after=NOW,
        evidence={},
    )


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.code)
def test_every_choice_of_an_entry_can_be_drawn(reason: Reason) -> None:
    questions = Application(reason_shown(reason, figures_on())).questions
    choices = [question.choices for question in questions if question.kind == "choice"]
    assert all(len(offered) > 1 for offered in choices)
    assert bool(choices) == (reason.code in {"rent_quota", "minimum_living"})


@pytest.mark.parametrize("state", sorted(WITHDRAWAL.states))
def test_every_button_of_a_bill_can_be_drawn(state: str) -> None:
    line = bill_line(a_row(state))
    assert len(offers(line["actions"])) == len(line["actions"])


def test_the_double_tells_nothing_that_the_service_does_not() -> None:
    for code in ("rent_quota", "minimum_living", "retirement"):
        assert set(a_reason(code)) - ASSESSED <= set(reason_shown(REASONS.get(code), figures_on()))
    assert set(a_bill()) - TOLD_IN_FULL <= set(bill_line(a_row("registered")))
    assert {"since_at", "tries", "next_try_at", "open_questions"} <= set(stuck_line(a_row("payment_unknown")))


def test_a_stuck_bill_tells_its_next_try_in_the_time_that_people_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stuck_line(a_row("payment_unknown"))["next_try_at"] == "2026-11-22T09:00:00+08:00"
    moved = tmp_path / "clock"
    moved.write_text("86400")
    monkeypatch.setenv("HALL_CLOCK_FILE", str(moved))
    assert stuck_line(a_row("payment_unknown"))["next_try_at"] == "2026-11-23T09:00:00+08:00"
