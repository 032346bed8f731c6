"""A freelancer of a proof asks for what is shown, notes each wish first, and pays the code it saw last."""

import threading
from types import SimpleNamespace
from typing import cast

import pytest

from ops.prove import contributor
from ops.prove.citizen import Occasion
from ops.prove.client import Answer, Body, Client
from ops.prove.contributor import FATES, PLACES, Contributor
from ops.prove.history import CONTRIBUTION, FAIL, OK, History, Wish
from ops.prove.people import Citizen
from services.deposit.contribution import states

NUMBER = "C20261122000001"
SHOWN = {"months": ["2026-10", "2026-11"], "amount": "2400.00", "agreement": None}
CITIZEN = Citizen(
    fund_number="370200005013",
    phone="19900000000",
    card_number="6222000000000000",
    address="10.0.0.1",
    reasons=("both", "card", "code"),
    freelancer=True,
)


class HallDouble:
    """Answers questions as told and takes every order down, with what the history knew at that moment."""

    def __init__(self, answers: dict[str, Body], outcome: str = OK) -> None:
        self.citizen = CITIZEN
        self.stage = SimpleNamespace(sandbox_url="http://sandbox", set_fault=self._told)
        self.orders: list[tuple[str, Body | None, bool]] = []
        self.faults: list[dict[str, object]] = []
        self.history = History()
        self._answers, self._outcome = answers, outcome

    def ask(self, path: str) -> Body | None:
        return self._answers.get(path)

    def order(self, method: str, path: str, body: Body | None, *, wish: Wish, limit_s: float) -> Answer:
        self.orders.append((path, body, wish in self.history.wishes))
        return Answer(self._outcome, {"number": NUMBER} if self._outcome == OK else {"code": "no"})

    def keep_session(self) -> None:
        """A session does not end here."""

    def _told(self, **fault: object) -> None:
        self.faults.append(fault)


def playing(hall: HallDouble, seed: str = "1") -> Contributor:
    occasion = Occasion(history=hall.history, seed=seed, progress=lambda: 1.0, over=threading.Event())
    actor = Contributor(cast(Client, hall), occasion)
    actor.echo_share = 0.0
    return actor


def bill(state: str, order_number: str | None = None) -> Body:
    return {"state": state, "settlement": {"order_number": order_number} if order_number else None}


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody pauses between two looks."""
    monkeypatch.setattr(contributor, "STEP_S", 0)


@pytest.fixture
def paid(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Body]]:
    """What was paid at the sandbox."""
    calls: list[tuple[str, Body]] = []

    def post(url: str, json: Body, timeout: float) -> None:
        calls.append((url, json))

    monkeypatch.setattr(contributor.requests, "post", post)
    return calls


def test_what_is_shown_is_registered_and_noted_before_anybody_is_asked() -> None:
    hall = HallDouble({"/contribution-proposal": SHOWN})
    assert playing(hall).register_as_shown() == NUMBER
    body = {"months": SHOWN["months"], "amount": SHOWN["amount"]}
    assert hall.orders == [("/contribution-bills", body, True)]
    [wish] = hall.history.wishes
    assert (wish.business, wish.action, wish.amount_fen) == (CONTRIBUTION, "register", 240_000)


def test_nothing_is_registered_where_nothing_is_due() -> None:
    hall = HallDouble({"/contribution-proposal": SHOWN | {"months": []}})
    assert playing(hall).register_as_shown() is None
    assert (hall.orders, hall.history.wishes) == ([], [])


def test_a_refused_registration_has_no_bill() -> None:
    assert playing(HallDouble({"/contribution-proposal": SHOWN}, FAIL)).register_as_shown() is None


@pytest.mark.parametrize(
    ("agreement", "consent"),
    [
        (None, None),
        (
            {"code": "direct_debit", "version": 2, "digest": "ab", "text": "…"},
            {"code": "direct_debit", "version": 2, "digest": "ab"},
        ),
    ],
)
def test_a_debit_accepts_the_agreement_that_is_shown(agreement: Body | None, consent: Body | None) -> None:
    hall = HallDouble({"/contribution-proposal": SHOWN | {"agreement": agreement}})
    playing(hall).settle_by_card(NUMBER)
    assert hall.orders == [(f"/contribution-bills/{NUMBER}/card-settlement", {"consent": consent}, True)]
    assert hall.history.wishes[0].subject == NUMBER


def test_a_code_that_is_shown_no_more_is_paid_all_the_same(paid: list[tuple[str, Body]]) -> None:
    answers = {f"/contribution-bills/{NUMBER}": bill("awaiting_scan", f"{NUMBER}-1")}
    actor = playing(HallDouble(answers))
    assert actor.reaches(NUMBER, {"awaiting_scan"}) == "awaiting_scan"
    answers[f"/contribution-bills/{NUMBER}"] = bill("registered")
    actor.scan_and_pay(NUMBER, anyhow=True)
    place = f"http://sandbox/bank/payment-codes/{NUMBER}-1/payments"
    assert paid == [(place, {"channel": "wechat", "anyhow": True})]


def test_the_newest_code_is_paid(paid: list[tuple[str, Body]]) -> None:
    answers = {f"/contribution-bills/{NUMBER}": bill("awaiting_scan", f"{NUMBER}-1")}
    actor = playing(HallDouble(answers))
    actor.reaches(NUMBER, {"awaiting_scan"})
    answers[f"/contribution-bills/{NUMBER}"] = bill("awaiting_scan", f"{NUMBER}-2")
    actor.scan_and_pay(NUMBER)
    assert [url.split("/")[-2] for url, _ in paid] == [f"{NUMBER}-2"]


def test_nothing_is_paid_where_no_code_was_ever_seen(paid: list[tuple[str, Body]]) -> None:
    playing(HallDouble({f"/contribution-bills/{NUMBER}": bill("registered")})).scan_and_pay(NUMBER)
    assert paid == []


def test_a_proof_that_is_over_waits_for_no_state() -> None:
    actor = playing(HallDouble({}))
    actor.occasion.over.set()
    assert actor.reaches(NUMBER, {"booked"}) == ""


@pytest.mark.parametrize(("way", "place"), [("card", "card-settlement"), ("code", "payment-code")])
def test_a_reason_is_a_way_to_pay_in(way: str, place: str, paid: list[tuple[str, Body]]) -> None:
    answers = {"/contribution-proposal": SHOWN, f"/contribution-bills/{NUMBER}": bill("booked")}
    hall = HallDouble(answers)
    actor = playing(hall)
    actor.reaches = _at_once  # type: ignore[method-assign]
    assert actor.case(way, {}) == NUMBER
    assert [path.split("/")[-1] for path, _, _ in hall.orders] == ["contribution-bills", place]


def _at_once(number: str, wanted: set[str]) -> str:
    return next(iter(wanted))


def test_the_same_seed_plays_the_same_fates() -> None:
    def played(seed: str) -> list[dict[str, object]]:
        hall = HallDouble({"/contribution-proposal": SHOWN, f"/contribution-bills/{NUMBER}": bill("booked")})
        actor = playing(hall, seed)
        for _ in range(20):
            actor.case("card", {})
        return hall.faults

    assert played("1") == played("1") != played("2")
    assert {fault["target"] for fault in played("1")} == {"bank.debits"}
    assert {fault["card_number"] for fault in played("1")} == {CITIZEN.card_number}


def test_fates_are_whole_and_buttons_are_those_of_a_person() -> None:
    assert sum(weight for weight, _ in FATES) == 100
    own = {step.action for step in states.CONTRIBUTION.steps if step.actor == states.CITIZEN}
    assert set(PLACES) <= own
