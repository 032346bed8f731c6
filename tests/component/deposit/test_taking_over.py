"""Until its lines are compared with its balance, an account tells its owner one sentence and no figure."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from services.common.errors import Refusal
from services.common.subject import Subject
from services.deposit import base_adjustments, holds, years
from services.deposit.service import DepositService
from services.deposit.transfers import registration
from tests.component.deposit.books import FUND_NUMBER, request

TODAY = date(2026, 11, 22)
PAGE = {"from_on": None, "to_on": None, "cursor": None, "limit": 5}
CARD = {"bank_code": "102", "card_number": "6291020000000000013"}


def asked():
    """A request of the account's owner."""
    return replace(request("k1"), subject=Subject(id=FUND_NUMBER, role="citizen", session_id="s"))


class Desk:
    """The service's own questions, asked by the owner of an account that is being taken over."""

    def __init__(self, books):
        self.books = books
        self.face = SimpleNamespace(database=books.database)

    def ask(self, method, arguments):
        return getattr(DepositService, method).__wrapped__(self.face, arguments, asked())

    def read(self, ask):
        with self.books.database.read() as session:
            return ask(session)


@pytest.fixture
def desk(books):
    books.open(balance_fen=0, freeze_flag="taking_over")
    return Desk(books)


def refused(ask):
    with pytest.raises(Refusal) as caught:
        ask()
    return caught.value.code, caught.value.retry_after_s


BEING_TAKEN_OVER = ("account_being_taken_over", 600)


@pytest.mark.parametrize(
    ("method", "arguments"),
    [("profile", {}), ("contributions", PAGE), ("ledger_lines", PAGE), ("card", {}), ("bind_card", CARD)],
)
def test_no_figure_is_shown_and_no_card_bound_before_all_is_taken_over(desk, method, arguments):
    assert refused(lambda: desk.ask(method, arguments)) == BEING_TAKEN_OVER
    assert desk.books.row("SELECT count(*) FROM cards") == (0,)


@pytest.mark.parametrize(
    "ask",
    [
        lambda session: holds.facts(session, FUND_NUMBER, TODAY),
        lambda session: years.by_year(session, FUND_NUMBER, TODAY),
        lambda session: base_adjustments.shown(session, FUND_NUMBER, TODAY),
        lambda session: base_adjustments.register(session, asked(), 800_000),
        lambda session: registration.form(session, FUND_NUMBER, TODAY),
    ],
    ids=["withdrawal", "years", "base", "new base", "transfer"],
)
def test_no_reason_is_derived_from_half_of_the_lines(desk, ask):
    assert refused(lambda: desk.read(ask)) == BEING_TAKEN_OVER


def test_nothing_is_held_for_a_bill(desk):
    assert refused(lambda: desk.books.hold(1)) == BEING_TAKEN_OVER
