"""The checker of a proof sees each thing that may go wrong, and sees nothing where all is well."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ops.prove.checker import DOUBLED, DRIFT, LOST, UNFINISHED, check, waiting
from ops.prove.facts import Facts
from ops.prove.history import FAIL, OK, UNKNOWN, Told, Wish
from ops.prove.year_end import YearEnd

PERSON, BILL = "370200005001", "W20261122000001"
CHAIN = (
    ("", "register", "registered"),
    ("registered", "hold", "held"),
    ("held", "send", "sent"),
    ("sent", "confirm", "paid"),
    ("paid", "book", "booked"),
)
Row = dict[str, Any]


def wish(*outcomes: str, action: str = "register", key: str = "k1", bill: str = BILL) -> Wish:
    told = [
        Told(at=0, outcome=one, bill=bill if one == OK else "", code="no" if one == FAIL else "")
        for one in outcomes
    ]
    subject = "rent_quota" if action == "register" else bill
    return Wish(key=key, fund_number=PERSON, action=action, subject=subject, amount_fen=None, told=told)


def bill(**changes: Any) -> Row:
    usual = {"number": BILL, "fund_number": PERSON, "reason": "rent_quota", "state": "booked"}
    return usual | {"amount_fen": 840_000, "attempt": 1, "driven": False} | changes


def event(name: str) -> Row:
    return {"event": name, "number": BILL, "fund_number": PERSON, "message_id": name, "published": True}


def message(template: str) -> Row:
    return {"fund_number": PERSON, "template": template, "finished": True}


def line(voucher: str = "settle/1", **changes: Any) -> Row:
    usual = {"voucher": voucher, "debit": f"201-{PERSON}", "credit": "101", "amount_fen": 840_000}
    return usual | {"bill_number": BILL} | changes


def payout(order_number: str = f"{BILL}-1", outcome: int = 0) -> Row:
    return {"order_number": order_number, "bill_number": BILL, "amount_fen": 840_000, "outcome": outcome}


def steps(*chain: tuple[str, str, str]) -> list[Row]:
    return [
        {"number": BILL, "source": source, "action": action, "target": target, "actor": "system"}
        for source, action, target in chain
    ]


SIGNATURE: Row = {"number": "s1", "fund_number": PERSON, "code": "withdrawal_commitment"}


def booked() -> Facts:
    return Facts(
        bills=[bill()],
        attempts=[],
        steps=steps(*CHAIN),
        events=[event(f"withdrawal.{name}") for name in ("registered", "paid", "booked")],
        receipts={PERSON: 1},
        holds=[
            {
                "id": "h",
                "fund_number": PERSON,
                "amount_fen": 840_000,
                "bill_number": BILL,
                "outcome": "settled",
            }
        ],
        lines=[line()],
        balances=[{"fund_number": PERSON, "balance_fen": 1, "held_fen": 0, "off_fen": 0}],
        announced=[],
        messages=[message("withdrawal.paid"), message("withdrawal.booked")],
        payouts=[payout()],
        signed=[SIGNATURE],
        listed=[SIGNATURE],
    )


def kinds(facts: Facts, *wishes: Wish) -> set[str]:
    return {finding.kind for finding in check(facts, wishes or (wish(OK),))}


def test_nothing_is_found_where_all_is_well() -> None:
    assert check(booked(), [wish(UNKNOWN, OK)]) == []


NOT_THROUGH = YearEnd(run={"number": "2027", "state": "halted", "settles_on": None}, accounts=[], lines=[])
Change = Callable[[Facts], Facts]
WRONG: dict[str, tuple[str, Change]] = {
    "the bill is gone": (LOST, lambda f: replace(f, bills=[])),
    "the bill is somebody else's": (LOST, lambda f: replace(f, bills=[bill(reason="retirement")])),
    "an event is missing": (LOST, lambda f: replace(f, events=f.events[:2])),
    "a message is missing": (LOST, lambda f: replace(f, messages=f.messages[:1])),
    "a signature is not listed": (LOST, lambda f: replace(f, listed=[])),
    "a signature is listed twice": (DOUBLED, lambda f: replace(f, listed=[SIGNATURE, SIGNATURE])),
    "a step is missing": (LOST, lambda f: replace(f, steps=steps(*CHAIN[:4]))),
    "another bill is there": (DOUBLED, lambda f: replace(f, bills=[bill(), bill(number="W2")])),
    "the code was not used up": (DOUBLED, lambda f: replace(f, receipts={})),
    "the bank paid twice": (DOUBLED, lambda f: replace(f, payouts=[payout(), payout(f"{BILL}-1-x")])),
    "it was booked twice": (DOUBLED, lambda f: replace(f, lines=[line(), line("settle/2")])),
    "a step happened twice": (DOUBLED, lambda f: replace(f, steps=steps(*CHAIN, CHAIN[-1]))),
    "a message came twice": (DOUBLED, lambda f: replace(f, messages=[*f.messages, f.messages[0]])),
    "it was paid and not booked": (DRIFT, lambda f: replace(f, lines=[])),
    "it was booked and not paid": (DRIFT, lambda f: replace(f, payouts=[payout(outcome=1)])),
    "the amount is another": (DRIFT, lambda f: replace(f, bills=[bill(amount_fen=1)])),
    "a balance is off": (DRIFT, lambda f: replace(f, balances=[f.balances[0] | {"off_fen": 3}])),
    "held money is off": (DRIFT, lambda f: replace(f, balances=[f.balances[0] | {"held_fen": 3}])),
    "interest stays payable": (DRIFT, lambda f: replace(f, lines=[line(), line(credit="211", amount_fen=5)])),
    "interest is not through": (UNFINISHED, lambda f: replace(f, year_end=NOT_THROUGH)),
    "nobody drives it": (UNFINISHED, lambda f: replace(f, bills=[bill(state="sent")])),
    "it does not end": (UNFINISHED, lambda f: replace(f, bills=[bill(state="paid", driven=True)])),
    "money stays held": (UNFINISHED, lambda f: replace(f, holds=[f.holds[0] | {"outcome": None}])),
    "an event waits": (UNFINISHED, lambda f: replace(f, events=[f.events[0] | {"published": False}])),
    "a message waits": (UNFINISHED, lambda f: replace(f, messages=[message("x") | {"finished": False}])),
    "a queue is not empty": (UNFINISHED, lambda f: replace(f, left_over={"dead-notify": 1})),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found(name: str) -> None:
    kind, change = WRONG[name]
    assert kind in kinds(change(booked()))


@pytest.mark.parametrize(
    ("outcomes", "kind"), [((OK, FAIL), LOST), ((UNKNOWN,), UNFINISHED), ((FAIL,), DOUBLED)]
)
def test_a_key_has_one_outcome(outcomes: tuple[str, ...], kind: str) -> None:
    assert kind in kinds(booked(), wish(*outcomes))


def test_a_repeat_that_is_refused_before_it_is_accepted_contradicts_nothing() -> None:
    assert check(booked(), [wish(FAIL, OK)]) == []


@pytest.mark.parametrize(
    ("outcome", "presses", "kind"), [(OK, 0, LOST), (FAIL, 1, DOUBLED), (OK, 2, DOUBLED)]
)
def test_a_press_is_one_step(outcome: str, presses: int, kind: str) -> None:
    checked = [("sent", "check", "sent")] * presses
    facts = replace(booked(), steps=steps(*CHAIN[:3], *checked, *CHAIN[3:]))
    assert kind in kinds(facts, wish(OK), wish(outcome, action="check", key="k2"))


def test_a_bill_that_waits_visibly_is_not_unfinished_and_its_money_is_not_adrift() -> None:
    doubted = (*CHAIN[:3], ("sent", "doubt", "payment_unknown"))
    facts = replace(
        booked(),
        bills=[bill(state="payment_unknown", driven=True)],
        steps=steps(*doubted),
        events=booked().events[:1],
        messages=[],
        lines=[],
        holds=[booked().holds[0] | {"outcome": None}],
        balances=[booked().balances[0] | {"held_fen": 840_000}],
    )
    assert check(facts, [wish(OK)]) == []
    assert waiting(facts) == 1
