"""自由职业者缴存 by the API, as journeys of several kinds need it: a bill, its steps, what becomes of it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ops.demo.cast import FREELANCER
from ops.demo.citizen import Citizen
from tests.journeys.halls import JourneyHall

PAYING = FREELANCER
BILLS = "/contribution-bills"
LIMIT_S = 45.0


def registered(citizen: Citizen) -> dict[str, Any]:
    shown = citizen.device.get("/contribution-proposal").body
    body = {"months": shown["months"], "amount": shown["amount"]}
    reply = citizen.device.post(BILLS, body)
    assert reply.status == 201, reply.text
    return dict(reply.body)


def pressed(citizen: Citizen, number: str, what: str, body: Any = None) -> dict[str, Any]:
    reply = citizen.device.post(f"{BILLS}/{number}/{what}", body)
    assert reply.status == 200, reply.text
    return dict(reply.body)


def settled_by_card(citizen: Citizen, number: str) -> dict[str, Any]:
    agreement = citizen.device.get("/contribution-proposal").body["agreement"]
    consent = {name: agreement[name] for name in ("code", "version", "digest")} if agreement else None
    return pressed(citizen, number, "card-settlement", {"consent": consent})


def deleted(citizen: Citizen, number: str) -> None:
    assert citizen.device.delete(f"{BILLS}/{number}").body["state"] == "deleted"


def taken_back(citizen: Citizen, number: str) -> None:
    """联名卡结算取消, and the bill deleted: nothing is left of it."""
    pressed(citizen, number, "card-settlement-cancellation")
    in_state(citizen, number, "registered")
    deleted(citizen, number)


def within(look: Callable[[], Any], limit_s: float = LIMIT_S) -> Any:
    ends_at = time.monotonic() + limit_s
    while not (found := look()):
        assert time.monotonic() < ends_at, f"not within {limit_s:.0f} s"
        time.sleep(0.2)
    return found


def in_state(citizen: Citizen, number: str, state: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        bill = citizen.device.get(f"{BILLS}/{number}").body
        return dict(bill) if bill.get("state") == state else None

    return dict(within(look))


def refunded(citizen: Citizen, number: str, count: int = 1) -> None:
    def look() -> bool:
        refunds = citizen.device.get(f"{BILLS}/{number}").body["refunds"]
        return [one["state"] for one in refunds] == ["refunded"] * count

    within(look)


def order_of(hall: JourneyHall, number: str) -> str:
    with hall.database("deposit") as database:
        asked = "SELECT order_number FROM contribution_attempts WHERE bill_number = %s ORDER BY ordinal DESC"
        return str(database.execute(asked, (number,)).fetchone()[0])  # type: ignore[index]


@contextmanager
def booking_held_back(hall: JourneyHall) -> Iterator[None]:
    """中心记账 waits, as it does for another replica that is at it."""
    with hall.database("deposit") as database:
        database.execute("SELECT pg_advisory_lock(hashtextextended('hall.deposit.booking', 0))")
        yield


def with_code(hall: JourneyHall, citizen: Citizen) -> tuple[str, str]:
    number = registered(citizen)["number"]
    assert pressed(citizen, number, "payment-code")["state"] == "awaiting_scan"
    return number, order_of(hall, number)
