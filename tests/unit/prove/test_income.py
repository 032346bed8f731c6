"""The checker of contributions sees each thing that may go wrong, and sees nothing where all is well."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ops.prove.finding import DOUBLED, DRIFT, LOST, UNFINISHED, Finding
from ops.prove.history import CONTRIBUTION, FAIL, OK, UNKNOWN, Told, Wish
from ops.prove.income import Income, check_income, waits

PERSON = "370200005013"
BY_CODE, BY_CARD, REFUND = "C20261122000001", "C20261122000002", "F20261122000001"
CODE_INFLOW, CARD_INFLOW = f"{BY_CODE}-1/032611220000001", f"{BY_CARD}-1/012611220000001"
AMOUNT_FEN = 360_000
Row = dict[str, Any]


def wish(action: str, subject: str = "", outcome: str = OK, amount_fen: int | None = None) -> Wish:
    bill = subject if outcome == OK else ""
    return Wish(
        key=f"{action}/{subject}/{outcome}",
        fund_number=PERSON,
        action=action,
        subject="" if action == "register" else subject,
        amount_fen=amount_fen,
        business=CONTRIBUTION,
        told=[Told(at=0, outcome=outcome, bill=bill)],
    )


WISHES = (
    wish("register", BY_CODE, amount_fen=AMOUNT_FEN),
    wish("settle_by_code", BY_CODE),
    wish("register", BY_CARD, amount_fen=AMOUNT_FEN),
    wish("settle_by_card", BY_CARD),
    wish("cancel_card", BY_CARD),
)


def bill(number: str, **changes: Any) -> Row:
    usual = {"number": number, "fund_number": PERSON, "state": "booked", "amount_fen": AMOUNT_FEN}
    return usual | {"inflow_id": CODE_INFLOW, "driven": False} | changes


def steps(number: str, *places: str) -> list[Row]:
    """The history of a bill or refund: an action, where it leads, and so on."""
    chain = zip(("", *places[1:-2:2]), places[::2], places[1::2], strict=True)
    machine = "refund" if number == REFUND else "contribution"
    return [
        {"machine": machine, "number": number, "source": source, "action": action, "target": target}
        for source, action, target in chain
    ]


BOOKED = steps(
    BY_CODE,
    *("register", "registered", "settle_by_code", "code_due", "open", "awaiting_scan"),
    *("pay", "paid", "book", "booked"),
)
CANCELLED = steps(
    BY_CARD,
    *("register", "registered", "settle_by_card", "debit_due", "send", "debiting", "confirm", "settled"),
    *("cancel_card", "refunding", "refund", "registered"),
)
GIVEN_BACK = steps(REFUND, "begin", "due", "send", "sent", "confirm", "refunded")


def event(number: str, name: str) -> Row:
    return {"number": number, "event": f"contribution.{name}"}


def inflow(inflow_id: str, outcome: str | None, **changes: Any) -> Row:
    order_number, _, serial = inflow_id.partition("/")
    usual = {"id": inflow_id, "order_number": order_number, "bank_serial": serial, "amount_fen": AMOUNT_FEN}
    return usual | {"bill_number": order_number[:-2], "outcome": outcome, "posted": 1} | changes


def told_by_bank(inflow_id: str, **changes: Any) -> Row:
    order_number, _, serial = inflow_id.partition("/")
    return {"order_number": order_number, "serial": serial, "amount_fen": AMOUNT_FEN} | changes


def returned(refund_number: str = f"{REFUND}-1") -> Row:
    return told_by_bank(CARD_INFLOW) | {"refund_number": refund_number}


def sound() -> Income:
    """One bill paid by code and booked, and one whose settlement was cancelled and given back."""
    return Income(
        bills=[bill(BY_CODE), bill(BY_CARD, state="registered", inflow_id=None)],
        steps=[*BOOKED, *CANCELLED, *GIVEN_BACK],
        inflows=[inflow(CODE_INFLOW, "booked"), inflow(CARD_INFLOW, "given_back")],
        refunds=[
            {
                "number": REFUND,
                "inflow_id": CARD_INFLOW,
                "bill_number": BY_CARD,
                "state": "refunded",
                "amount_fen": AMOUNT_FEN,
                "driven": False,
            }
        ],
        booked={BY_CODE: {"bill_number": BY_CODE, "fen": AMOUNT_FEN, "vouchers": 1}},
        months=[{"fund_number": PERSON, "for_month": date(2026, 10, 1), "times": 1}],
        events=[
            *(event(BY_CODE, name) for name in ("registered", "paid", "booked")),
            *(event(BY_CARD, name) for name in ("registered", "settled", "cancelled")),
            event(REFUND, "refunded"),
        ],
        accounts={PERSON},
        debits=[told_by_bank(CARD_INFLOW)],
        payments=[told_by_bank(CODE_INFLOW)],
        given_back=[returned()],
        ledger_fen=AMOUNT_FEN,
        bank_fen=AMOUNT_FEN,
    )


def found(income: Income, *more: Wish) -> list[Finding]:
    return list(check_income(income, (*WISHES, *more)))


def test_nothing_is_found_where_all_is_well() -> None:
    assert found(sound()) == []
    assert waits(sound()) == 0


def changed(rows: list[Row], place: int, **changes: Any) -> list[Row]:
    return [row | changes if at == place else row for at, row in enumerate(rows)]


def booked(**changes: Any) -> dict[str, Row]:
    return {BY_CODE: sound().booked[BY_CODE] | changes}


Change = Callable[[Income], Income]
WRONG: dict[str, tuple[str, str, Change]] = {
    "a bill is gone": (
        LOST,
        f"{BY_CARD} was acknowledged and is not in the books as asked",
        lambda i: replace(i, bills=i.bills[:1]),
    ),
    "a bill has another amount": (
        LOST,
        f"{BY_CARD} was acknowledged and is not in the books as asked",
        lambda i: replace(i, bills=changed(i.bills, 1, amount_fen=1)),
    ),
    "a bill is there that nobody registered": (
        DOUBLED,
        f"{PERSON} has 3 bills for 2 registrations",
        lambda i: replace(i, bills=[*i.bills, bill("C3", state="deleted", inflow_id=None)]),
    ),
    "a press is missing": (
        LOST,
        f"{BY_CARD}: 1 times cancel_card acknowledged, 0 in the books",
        lambda i: replace(i, steps=[step for step in i.steps if step["action"] != "cancel_card"]),
    ),
    "a press acted twice": (
        DOUBLED,
        f"{BY_CARD}: 2 times settle_by_card for 1",
        lambda i: replace(i, steps=[*i.steps, CANCELLED[1]]),
    ),
    "a step happened twice": (
        DOUBLED,
        f"{BY_CODE}: pay from awaiting_scan happened twice",
        lambda i: replace(i, steps=[*BOOKED[:4], BOOKED[3], *BOOKED[4:], *CANCELLED, *GIVEN_BACK]),
    ),
    "a bill moved without a step": (
        LOST,
        f"{BY_CODE} is booked without a step to it",
        lambda i: replace(i, steps=[*BOOKED[:-1], *CANCELLED, *GIVEN_BACK]),
    ),
    "a refund moved without a step": (
        LOST,
        f"{REFUND} is refunded without a step to it",
        lambda i: replace(i, steps=[*BOOKED, *CANCELLED, *GIVEN_BACK[:-1]]),
    ),
    "an event of a bill is missing": (
        LOST,
        f"('{BY_CODE}', 'contribution.registered'): 1 times, 0 events",
        lambda i: replace(i, events=i.events[1:]),
    ),
    "the event of a refund is missing": (
        LOST,
        f"('{REFUND}', 'contribution.refunded'): 1 times, 0 events",
        lambda i: replace(i, events=i.events[:-1]),
    ),
    "an event is told twice": (
        DOUBLED,
        f"('{BY_CODE}', 'contribution.booked'): 1 times, 2 events",
        lambda i: replace(i, events=[*i.events, event(BY_CODE, "booked")]),
    ),
    "a debit is at the bank and not in the books": (
        DRIFT,
        "1 times at the bank, 0 in the books",
        lambda i: replace(i, inflows=i.inflows[:1]),
    ),
    "a payment is in the books and not at the bank": (
        DRIFT,
        "0 times at the bank, 1 in the books",
        lambda i: replace(i, payments=[]),
    ),
    "a payment is in the books twice": (
        DRIFT,
        "1 times at the bank, 2 in the books",
        lambda i: replace(i, inflows=[*i.inflows, inflow(CODE_INFLOW, "booked", id="other")]),
    ),
    "the bank gave back twice": (
        DOUBLED,
        f"{REFUND}: given back 2 times by the bank",
        lambda i: replace(i, given_back=[returned(), returned(f"{REFUND}-2")]),
    ),
    "the bank never gave back": (
        DOUBLED,
        f"{REFUND}: given back 0 times by the bank",
        lambda i: replace(i, given_back=[]),
    ),
    "bank and ledger differ": (
        DRIFT,
        f"the bank holds {AMOUNT_FEN} fen, the ledger {AMOUNT_FEN - 1}",
        lambda i: replace(i, ledger_fen=AMOUNT_FEN - 1),
    ),
    "money received is not posted": (
        DRIFT,
        f"{CODE_INFLOW} is posted 0 times",
        lambda i: replace(i, inflows=changed(i.inflows, 0, posted=0)),
    ),
    "money to be given back has no refund": (
        LOST,
        f"{CARD_INFLOW} is to be given back and is not",
        lambda i: replace(i, refunds=[], given_back=[]),
    ),
    "money is booked for no bill": (
        DOUBLED,
        f"{CARD_INFLOW} is booked for no bill",
        lambda i: replace(i, inflows=changed(i.inflows, 1, outcome="booked")),
    ),
    "money lies about": (
        UNFINISHED,
        f"{CARD_INFLOW} is neither booked nor given back",
        lambda i: replace(i, inflows=changed(i.inflows, 1, outcome=None)),
    ),
    "less is booked than the bill says": (
        DRIFT,
        f"{BY_CODE}: of {AMOUNT_FEN} booked {AMOUNT_FEN - 1}",
        lambda i: replace(i, booked=booked(fen=AMOUNT_FEN - 1)),
    ),
    "a bill has two vouchers": (
        DRIFT,
        f"{BY_CODE}: of {AMOUNT_FEN} booked {AMOUNT_FEN}",
        lambda i: replace(i, booked=booked(vouchers=2)),
    ),
    "nothing is booked": (DRIFT, f"{BY_CODE}: of {AMOUNT_FEN} booked 0", lambda i: replace(i, booked={})),
    "more is booked than came in": (
        DRIFT,
        f"{BY_CODE}: 1 fen came in, {AMOUNT_FEN} are booked",
        lambda i: replace(i, inflows=changed(i.inflows, 0, amount_fen=1)),
    ),
    "a month is contributed twice": (
        DOUBLED,
        f"2026-10 of {PERSON} was contributed 2 times",
        lambda i: replace(i, months=changed(i.months, 0, times=2)),
    ),
    "a bill is stuck": (
        UNFINISHED,
        f"{BY_CARD} is settled",
        lambda i: replace(i, bills=changed(i.bills, 1, state="settled")),
    ),
    "a refund is stuck": (
        UNFINISHED,
        f"{REFUND} is failed",
        lambda i: replace(i, refunds=changed(i.refunds, 0, state="failed")),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found(name: str) -> None:
    kind, what, change = WRONG[name]
    told = [(finding.kind, finding.what) for finding in found(change(sound()))]
    assert any(kind == one and what in said for one, said in told), told


def test_drift_says_how_many_fen() -> None:
    off = [finding.fen for finding in found(replace(sound(), bank_fen=AMOUNT_FEN + 7))]
    assert off == [7]


@pytest.mark.parametrize("outcome", [FAIL, UNKNOWN])
def test_a_registration_without_an_acknowledgement_may_have_no_bill(outcome: str) -> None:
    assert found(sound(), wish("register", outcome=outcome, amount_fen=AMOUNT_FEN)) == []


def test_an_unknown_registration_may_have_a_bill_and_a_refused_one_none() -> None:
    more = replace(
        sound(),
        bills=[*sound().bills, bill("C3", state="registered", inflow_id=None)],
        steps=[*sound().steps, *steps("C3", "register", "registered")],
        events=[*sound().events, event("C3", "registered")],
    )
    assert found(more, wish("register", outcome=UNKNOWN)) == []
    assert [one.kind for one in found(more, wish("register", outcome=FAIL))] == [DOUBLED]


def test_a_code_that_nobody_scans_is_at_rest() -> None:
    waiting = replace(
        sound(),
        bills=[bill(BY_CODE, state="awaiting_scan", inflow_id=None, driven=True), sound().bills[1]],
        steps=[*BOOKED[:3], *CANCELLED, *GIVEN_BACK],
        inflows=sound().inflows[1:],
        booked={},
        events=[sound().events[0], *sound().events[3:]],
        payments=[],
    )
    assert found(waiting) == []
    assert waits(waiting) == 0


def test_a_bill_that_waits_for_the_bank_is_seen_waiting_and_is_not_unfinished() -> None:
    refunding = replace(
        sound(),
        bills=[sound().bills[0], bill(BY_CARD, state="refunding", inflow_id=CARD_INFLOW, driven=True)],
        steps=[*BOOKED, *CANCELLED[:-1], *GIVEN_BACK],
    )
    assert found(refunding) == []
    assert waits(refunding) == 1
