"""The write path: rent withdrawals from the SMS code to the booked bill, over the API, with their CPU.

A bill is: a code asked for and sent, the registration (registers asked, money held), the payment order, the
bank's answer, the booking, and the message about it. Who is eligible is found out before the measured part.
"""

import json
import random
import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bench.citizens import Citizen, newest_text
from bench.ground import Ground
from bench.load import WrongAnswer
from bench.measure import Round, measured, summary
from bench.settling import idle_rates, settled

REASON = "rent_quota"
DETAILS = {"marital_status": "single"}
BOOKED_LIMIT_S = 60.0
LOOK_AGAIN_S = 0.25
MESSAGE_LIMIT_S = 15.0
BANK_STAND_IN = "sandbox"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How many bills a round, rounds, citizens at a time, seed. One person can rent only once a year."""

    bills: int = 50
    rounds: int = 3
    width: int = 4
    warm_up: int = 8
    seed: int = 1


@dataclass(frozen=True)
class Renter:
    """Somebody who may draw now: phone for the code, amount in yuan, documents to sign."""

    fund_number: str
    phone: str
    amount: str
    documents: list[dict[str, str]]


def write_path(ground: Ground, plan: Plan) -> dict[str, Any]:
    """Measure, and return CPU a bill (ms), bills a second, and the share spent in the bank stand-in."""
    everything = ground.processes()
    found = _renters(ground, plan.seed)
    _paid_by_all(ground, list(islice(found, plan.warm_up)), plan.width)
    rounds, unknown = [], 0
    for renters in [list(islice(found, plan.bills)) for _ in range(plan.rounds)]:
        if len(renters) < plan.bills:
            raise RuntimeError(f"the books have too few renters for {plan.rounds} rounds of {plan.bills}")
        settled(everything)
        done, open_answers = _one(ground, everything, renters, plan.width)
        rounds.append(done)
        unknown += open_answers
    behind = {"unknown_answers": unknown, "idle_cpu_ms_per_s": idle_rates(everything), "plan": vars(plan)}
    return _figures(rounds) | behind


def _one(ground: Ground, roots: dict[str, int], renters: list[Renter], width: int) -> tuple[Round, int]:
    unknown: list[int] = []
    done = measured(roots, len(renters), lambda: unknown.append(_paid_by_all(ground, renters, width)))
    return done, sum(unknown)


def _figures(rounds: list[Round]) -> dict[str, Any]:
    details = summary(rounds)
    spent = sum(sum(one.cpu_ms.values()) for one in rounds)
    stand_in = sum(one.cpu_ms[BANK_STAND_IN] for one in rounds)
    return {
        "cpu_ms_per_bill": details["cpu_ms"],
        "bills_per_second": details["per_second"],
        "bank_stand_in_share": round(stand_in / spent, 3),
        "details": details,
    }


def _renters(ground: Ground, seed: int) -> Iterator[Renter]:
    """Those whom the hall itself calls eligible, in an order that the seed decides."""
    phones = {row["GRZH"]: row["SJHM"] for row in ground.book("depositors")}
    married = {number for row in ground.book("couples") for number in list(row.values())[:2]}
    candidates = [number for number in ground.fund_numbers() if number not in married]
    random.Random(seed).shuffle(candidates)  # noqa: S311
    for fund_number in candidates:
        offer = _offer(ground, fund_number)
        if offer["allowed"]:
            yield Renter(fund_number, phones[fund_number], offer["ceiling"], _documents(offer))


def _offer(ground: Ground, fund_number: str) -> dict[str, Any]:
    citizen = Citizen(ground, fund_number)
    try:
        offer: dict[str, Any] = citizen.ask(f"/api/v1/withdrawal-reasons/{REASON}")
        return offer
    finally:
        citizen.leave()


def _documents(offer: dict[str, Any]) -> list[dict[str, str]]:
    asked = [one for one in offer["documents"] if one["when"] is None or _holds(one["when"])]
    return [{"code": one["code"], "version": one["version"]} for one in asked]


def _holds(when: dict[str, str]) -> bool:
    return DETAILS.get(when["name"]) == when["equals"]


def _paid_by_all(ground: Ground, renters: Sequence[Renter], width: int) -> int:
    with ThreadPoolExecutor(width) as pool:
        return sum(pool.map(lambda renter: _draw(ground, renter), renters))


def _draw(ground: Ground, renter: Renter) -> int:
    """One bill to its end; how often an answer left the outcome open.

    Raises WrongAnswer when a step is refused or the bill is not booked in time.
    """
    citizen = Citizen(ground, renter.fund_number)
    try:
        wish = {"reason": REASON, "amount": renter.amount}
        citizen.order("/api/v1/verification-codes", {"purpose": "withdrawal"} | wish)
        registration = {
            "details": DETAILS,
            "documents": renter.documents,
            "code": _code(ground, renter.phone),
        }
        bill = citizen.order("/api/v1/withdrawals", wish | registration)
        if "pay" in bill["actions"]:
            bill = citizen.order(f"/api/v1/withdrawals/{bill['number']}/payment", {})
        _booked(citizen, bill)
        return citizen.unknown
    finally:
        citizen.leave()


def _code(ground: Ground, phone: str) -> str:
    gives_up_at = time.monotonic() + MESSAGE_LIMIT_S
    while True:
        try:
            found = re.search(r"(?<!\d)\d{6}(?!\d)", newest_text(ground, phone))
            if found:
                return found.group()
        except WrongAnswer:
            if time.monotonic() > gives_up_at:
                raise
        time.sleep(LOOK_AGAIN_S / 10)


def _booked(citizen: Citizen, bill: dict[str, Any]) -> None:
    gives_up_at = time.monotonic() + BOOKED_LIMIT_S
    while bill["state"] != "booked":
        if time.monotonic() > gives_up_at:
            raise WrongAnswer(json.dumps({"number": bill["number"], "state": bill["state"]}))
        time.sleep(LOOK_AGAIN_S)
        bill = citizen.ask(f"/api/v1/withdrawals/{bill['number']}")
