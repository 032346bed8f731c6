"""Makes cases for rules with sensible defaults and keyword overrides."""

from dataclasses import replace
from datetime import date
from typing import Any

from services.common.policy import Policy, load_policy
from services.withdrawal.rules.case import Account, Case, Figures

TODAY = date(2026, 11, 22)


def figures_on(day: date = TODAY, policy: Policy | None = None) -> Figures:
    """The Qingdao profile on a day, or another policy."""
    return Figures(policy or load_policy("qingdao"), day)


def an_account(**changes: Any) -> Account:
    """A man of 36 who contributes: 50,000.00 yuan, a card, nothing held."""
    account = Account(
        state="normal",
        frozen=False,
        balance_fen=5_000_000,
        available_fen=5_000_000,
        held_fen=0,
        transfer_coming=False,
        contribution_coming=False,
        interest_to_date_fen=29_792,
        continuous_months=40,
        has_card=True,
        birth_on=date(1990, 3, 15),
        sex="male",
        last_contribution_on=date(2026, 11, 10),
    )
    return replace(account, **changes)


def a_case(on: date = TODAY, account: Account | None = None, **changes: Any) -> Case:
    """A case on a day with that day's figures."""
    return Case(on=on, account=account or an_account(), figures=figures_on(on), **changes)
