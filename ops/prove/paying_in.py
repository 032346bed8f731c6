"""Short walks of a freelancer who pays in, each to a place where a seeded bug would show; well without it."""

from ops.prove.contributor import BOOKED_AFTER_S, WRONG_FEN, Contributor
from ops.prove.scenarios import LATE_MS, Scenario, must
from ops.prove.stage import reached

LATE_S = LATE_MS / 1000
INFLOWS = "SELECT id FROM inflows WHERE bill_number = %s"


def reported_late(actor: Contributor) -> None:
    """The citizen has the hall ask about a payment, and only then the bank reports it."""
    number = _with_code(actor)
    actor.client.stage.set_fault(target="callbacks.bank", mode="delay", delay_ms=LATE_MS, times=1)
    actor.scan_and_pay(number)
    actor.push(number, "check")
    # Where the payment was known there is nothing to see; so this waits in any case.
    reached(lambda: len(actor.client.stage.rows("deposit", INFLOWS, number)) > 1, 1.5 * LATE_S)


def paid_after_cancelling(actor: Contributor) -> None:
    """A code is cancelled, and the provider lets somebody pay it all the same."""
    actor.scan_and_pay(_with_code_cancelled(actor), anyhow=True)


def scanned_after_cancelling(actor: Contributor) -> None:
    """A code is cancelled, and somebody who still sees it tries to pay."""
    actor.scan_and_pay(_with_code_cancelled(actor))


def paid_wrongly(actor: Contributor) -> None:
    """The provider takes another amount than the code's."""
    number = _with_code(actor)
    actor.scan_and_pay(number, amount_fen=WRONG_FEN)
    actor.reaches(number, {"registered", "booked"})


def debit_answer_lost(actor: Contributor) -> None:
    """The bank debits the card and its answer is lost."""
    _debited(actor, mode="lose_answer")


def debit_late(actor: Contributor) -> None:
    """The debit hangs on its way: the bank does not know it when asked, and gets it later."""
    number = _debited(actor, mode="answer_late", delay_ms=LATE_MS)
    # Where the order was closed in time there is nothing to see; so this waits in any case.
    reached(lambda: actor.client.stage.has_debited(number), 1.5 * LATE_S)


def refund_answer_lost(actor: Contributor) -> None:
    """A settlement is cancelled; the bank gives the money back and its answer is lost."""
    number = must(actor.register_as_shown())
    actor.settle_by_card(number)
    actor.reaches(number, {"settled"})
    actor.client.stage.set_fault(target="bank.refunds", mode="lose_answer", times=1)
    actor.push(number, "cancel_card")
    actor.reaches(number, {"registered"})


def until_nothing_is_due(actor: Contributor) -> None:
    """What is due is paid in; then what is due then, if anything is."""
    _booked_by_code(actor, must(actor.register_as_shown()))
    if (following := actor.register_as_shown()) is not None:
        _booked_by_code(actor, following)


def _booked_by_code(actor: Contributor, number: str) -> None:
    actor.push(number, "settle_by_code")
    actor.reaches(number, {"awaiting_scan"})
    actor.scan_and_pay(number)
    actor.reaches(number, {"booked"})


def _with_code(actor: Contributor) -> str:
    number = must(actor.register_as_shown())
    actor.push(number, "settle_by_code")
    actor.reaches(number, {"awaiting_scan"})
    return number


def _with_code_cancelled(actor: Contributor) -> str:
    number = _with_code(actor)
    actor.push(number, "cancel_code")
    actor.reaches(number, {"registered"})
    return number


def _debited(actor: Contributor, **fault: object) -> str:
    """A bill settled by card while the bank behaves as told, and booked where the settlement succeeds."""
    card = {"target": "bank.debits", "card_number": actor.client.citizen.card_number, "times": 1}
    actor.client.stage.set_fault(**card, **fault)
    number = must(actor.register_as_shown())
    actor.settle_by_card(number)
    if actor.reaches(number, {"settled", "registered"}) == "settled":
        actor.client.stage.move_clock(BOOKED_AFTER_S)
    return number


PAYING_IN: frozenset[Scenario] = frozenset(
    {
        reported_late,
        paid_after_cancelling,
        scanned_after_cancelling,
        paid_wrongly,
        debit_answer_lost,
        debit_late,
        refund_answer_lost,
        until_nothing_is_due,
    }
)
"""The scenarios that need a freelancer with an account."""
