"""What every refusal over HTTP looks like, and the people of the books that journeys ask for."""

import re
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from ops.books.situations import Depositor, Household
from ops.demo.cast import FREELANCER, RENTER, RETIREE, Part
from ops.demo.device import Reply

CHINESE = re.compile(r"[\u4e00-\u9fff]")
BOOKED = "支付完成，已记账！可登录个人网银查看资金是否到账"
QUOTA, SINGLE = "8400.00", {"marital_status": "single"}
TWO_YEARS_DAYS = 740
RENTING = Part((), RENTER.fits)
RETIRING = Part((), RETIREE.fits)


def _on_low_income(household: Household, depositor: Depositor, today: date) -> bool:
    plan = depositor.plan
    listed = depositor.circumstances.low_income_category is not None
    equipped = depositor.card is not None and depositor.professional_since is not None
    return listed and equipped and plan.frozen_on is None and plan.closed_on is None


def _deposits(household: Household, depositor: Depositor, today: date) -> bool:
    """Contributing all along with a card; none of those who rent alone or pay for themselves."""
    plan = depositor.plan
    equipped = depositor.card is not None and depositor.professional_since is not None
    open_still = plan.frozen_on is None and plan.closed_on is None and plan.sealed_on is None
    steady = plan.missed_month is None and plan.withdrawn_on is None
    wanted_elsewhere = any(part.fits(household, depositor, today) for part in (RENTER, FREELANCER))
    return equipped and open_still and steady and not wanted_elsewhere


def _without_work(household: Household, depositor: Depositor, today: date) -> bool:
    """Without work for over two years, with a card: free to draw everything."""
    plan, sealed_on = depositor.plan, depositor.plan.sealed_on
    equipped = depositor.card is not None and depositor.professional_since is not None
    open_still = plan.frozen_on is None and plan.closed_on is None
    long_since = sealed_on is not None and (today - sealed_on).days > TWO_YEARS_DAYS
    return equipped and open_still and long_since and not depositor.circumstances.employed


LOW_INCOME = Part((), _on_low_income)
WITHOUT_WORK = Part((), _without_work)
DEPOSITING = Part((), _deposits)


def refused(reply: Reply, status: int, code: str, pointer: str | None = None) -> dict[str, Any]:
    """The problem document of a refusal: its kind, a Chinese sentence, and where in the body it is wrong."""
    assert (reply.status, reply.code) == (status, code), reply.text
    assert reply.headers["Content-Type"].startswith("application/problem+json")
    assert CHINESE.search(reply.body["detail"]), reply.text
    assert reply.body["status"] == status
    assert len(reply.body["trace_id"]) == 32
    if pointer is not None:
        assert {error["pointer"] for error in reply.body["errors"]} == {pointer}, reply.text
        assert CHINESE.search(reply.body["errors"][0]["detail"])
    return reply.body


def until(look: Callable[[], Sequence[Any]], at_least: int, limit_s: float = 20.0) -> Sequence[Any]:
    """What `look` sees once it is at least so many; fails when it is not within the limit."""
    ends_at = time.monotonic() + limit_s
    while len(seen := look()) < at_least:
        assert time.monotonic() < ends_at, f"only {len(seen)} of {at_least} within {limit_s:.0f} s"
        time.sleep(0.1)
    return seen
