"""Short walks that lead a hall to the place where a seeded bug would show; each is well without the bug."""

import threading
from collections.abc import Callable

from ops.prove.citizen import A_MINUTE_S, Actor
from ops.prove.client import Body
from ops.prove.contributor import Contributor
from ops.prove.history import OK
from ops.prove.stage import reached

# Whoever plays can do both: withdraw, and pay in.
Scenario = Callable[[Contributor], None]

PRESSES_AT_ONCE = 16
REST_S = 25.0
LATE_MS = 4000
HELD_FEN, TAKEN_FEN = 100_000, 30_000
REST = frozenset({"booked", "payment_failed"})
AGAIN = "UPDATE outbox SET published_at = NULL, claimed_until = NULL WHERE payload->>'fund_number' = %s"


def plain(actor: Actor) -> None:
    """Register, and let the hall do the rest."""
    actor.register(first(actor))


def account_closed(actor: Actor) -> None:
    """A retiree takes everything with its interest."""
    rested(actor, must(actor.register("retirement")))


def told_twice(actor: Actor) -> None:
    """Every event of a finished bill comes a second time; those of another bill come behind it."""
    rested(actor, must(actor.register(first(actor))))
    actor.client.stage.change("withdrawal", AGAIN, actor.name)
    actor.client.stage.move_clock(A_MINUTE_S)
    rested(actor, must(actor.register(_second(actor))))


def answer_lost(actor: Actor) -> None:
    """The bank pays and its answer is lost; the citizen presses what the page offers."""
    _bank(actor, mode="lose_answer")
    actor.follow(must(actor.register(first(actor))))


def order_late(actor: Actor) -> None:
    """The order hangs on its way: the bank does not know it when asked, and gets it later."""
    _bank(actor, mode="answer_late", delay_ms=LATE_MS)
    number = must(actor.register(first(actor)))
    rested(actor, number)
    # Where the order was closed in time there is nothing to see; so this waits in any case.
    reached(lambda: actor.client.stage.has_paid(number), 1.5 * LATE_MS / 1000)


def cancelled(actor: Actor) -> None:
    """The bank refuses, and the citizen cancels."""
    _failed_and_cancelled(actor)


def repeated(actor: Actor) -> None:
    """Every key of a bill that failed, was cancelled and was paid after all is sent once more."""
    number = _failed_and_cancelled(actor)
    actor.press(number, "pay")
    rested(actor, number)
    for again in actor.sent:
        again()


def code_again(actor: Actor) -> None:
    """A bill is deleted, and its code is tried for another one."""
    _bank(actor, mode="fail")
    reason = first(actor)
    wanted: Body = {"reason": reason, "amount": "120.00"}
    code = actor.fresh_code(wanted)
    number = must(actor.register(reason, code, 12_000))
    rested(actor, number)
    actor.press(number, "cancel_settlement")
    _pressed(actor, number, "delete")
    actor.register(reason, code, 12_000)


def pressed_at_once(actor: Actor) -> None:
    """A failed payment is cancelled by many presses at once, each with a key of its own."""
    _bank(actor, mode="fail")
    number = must(actor.register(first(actor)))
    rested(actor, number)
    press = [
        threading.Thread(target=actor.press, args=(number, "cancel_settlement"), daemon=True)
        for _ in range(PRESSES_AT_ONCE)
    ]
    for one in press:
        one.start()
    for one in press:
        one.join()


def settled_beside_a_hold(actor: Actor) -> None:
    """A bill is paid and booked while another one, whose payment failed, holds more money than it takes."""
    _bank(actor, mode="fail")
    rested(actor, must(actor.register(first(actor), amount_fen=HELD_FEN)))
    actor.client.stage.move_clock(A_MINUTE_S)
    rested(actor, must(actor.register(_second(actor), amount_fen=TAKEN_FEN)))


def _failed_and_cancelled(actor: Actor) -> str:
    _bank(actor, mode="fail")
    number = must(actor.register(first(actor)))
    rested(actor, number)
    actor.press(number, "cancel_settlement")
    return number


def _pressed(actor: Actor, number: str, action: str) -> None:
    """Press until it is accepted: a button may have to wait for the hall to finish the one before."""
    reached(lambda: actor.press(number, action).outcome == OK, REST_S)


def rested(actor: Actor, number: str) -> None:
    """Wait until the bill is booked or its payment has failed."""
    reached(lambda: (actor.client.ask(f"/withdrawals/{number}") or {}).get("state") in REST, REST_S)


def _bank(actor: Actor, **fault: object) -> None:
    citizen = actor.client.citizen
    fault |= {"target": "bank.payouts", "card_number": citizen.card_number, "times": 1}
    actor.client.stage.set_fault(**fault)


def must(number: str | None) -> str:
    """The number of a bill. Raises Refused where there is none."""
    if number is None:
        raise Refused("a registration was refused that has to be accepted")
    return number


class Refused(Exception):
    """The scenario cannot go on."""


def first(actor: Actor) -> str:
    """The reason this person draws for first."""
    return actor.client.citizen.reasons[0]


def _second(actor: Actor) -> str:
    return actor.client.citizen.reasons[1]
