"""Holds on the real ledger: money set aside once, ended once, whoever asks twice or at the same time."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.common.clock import technical_now
from services.common.database import DatabaseAccess
from services.common.errors import NotFound, Refusal
from services.common.ledger import book
from services.common.ledger.models import LedgerAccount
from services.common.request import Request, digest_of
from services.deposit import holds
from services.deposit.models import Account
from tests.component.deposit.conftest import BALANCE_FEN, DEPOSITOR

BILL = "W20261122000001"


def ask(database: DatabaseAccess, use: Callable[..., Any], wanted: dict[str, Any], key: str = "") -> Any:
    """One keyed command of withdrawal's."""
    request = Request(
        method=use.__name__,
        caller="withdrawal",
        trace=uuid.uuid4().hex,
        deadline=technical_now() + 5,
        op_id=key or uuid.uuid4().hex,
        digest=digest_of(wanted),
    )
    return database.once(request, use, wanted)


def a_wish(amount_fen: int | None, *, closes: bool = False, bill: str = BILL) -> dict[str, Any]:
    return {
        "fund_number": DEPOSITOR,
        "amount_fen": amount_fen,
        "closes_account": closes,
        "bill_number": bill,
    }


def kept(database: DatabaseAccess) -> tuple[int, int]:
    """Balance and held amount."""
    with database.read() as session:
        row = session.get_one(LedgerAccount, book.personal(DEPOSITOR))
        return row.balance_fen, row.held_fen


def held(database: DatabaseAccess, amount_fen: int | None = 400_000, **changes: Any) -> dict[str, str]:
    """A hold as its bill names it."""
    answer = ask(database, holds.hold, a_wish(amount_fen, **changes))
    return {"hold_id": answer["hold_id"], "bill_number": changes.get("bill", BILL)}


def settled(named: dict[str, str]) -> dict[str, str]:
    return named | {"reason_code": "01"}


def test_the_same_hold_asked_twice_is_one(database: DatabaseAccess) -> None:
    first = ask(database, holds.hold, a_wish(400_000), key="W1/1/hold")
    assert ask(database, holds.hold, a_wish(400_000), key="W1/1/hold") == first
    assert kept(database) == (BALANCE_FEN, 400_000)


def test_holds_at_the_same_time_never_pass_the_balance(database: DatabaseAccess) -> None:
    def one(number: int) -> bool:
        try:
            held(database, 400_000, bill=f"W{number:014d}")
        except Refusal as refusal:
            assert refusal.code == "not_enough_available"
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(one, range(4)))
    assert (sum(outcomes), kept(database)) == (2, (BALANCE_FEN, 800_000))


def test_a_settled_hold_is_booked_once_and_cannot_be_released(database: DatabaseAccess) -> None:
    named = held(database)
    booked = [ask(database, holds.settle, settled(named)) for _ in range(2)]
    assert booked[0]["voucher"] == booked[1]["voucher"]
    assert kept(database) == (BALANCE_FEN - 400_000, 0)
    with pytest.raises(Refusal) as refused:
        ask(database, holds.release, named)
    assert refused.value.code == "hold_ended_otherwise"


def test_a_released_hold_gives_the_money_back_once_and_is_never_booked(database: DatabaseAccess) -> None:
    named = held(database)
    for _ in range(2):
        ask(database, holds.release, named)
    assert kept(database) == (BALANCE_FEN, 0)
    with pytest.raises(Refusal) as refused:
        ask(database, holds.settle, settled(named))
    assert refused.value.code == "hold_ended_otherwise"
    assert kept(database) == (BALANCE_FEN, 0)


def test_a_closing_bill_takes_all_with_interest_and_closes_the_account(database: DatabaseAccess) -> None:
    answer = ask(database, holds.hold, a_wish(None, closes=True))
    assert answer["principal_fen"] == BALANCE_FEN
    assert answer["amount_fen"] == BALANCE_FEN + answer["interest_fen"]
    ask(database, holds.settle, settled({"hold_id": answer["hold_id"], "bill_number": BILL}))
    with database.read() as session:
        assert session.get_one(Account, DEPOSITOR).state == "closed_by_withdrawal"
        rows = book.trial_balance(session)
    assert kept(database) == (0, 0)
    assert sum(row.debit_fen for row in rows) == sum(row.credit_fen for row in rows)


def test_a_closing_bill_waits_until_nothing_else_is_held(database: DatabaseAccess) -> None:
    held(database)
    with pytest.raises(Refusal) as refused:
        ask(database, holds.hold, a_wish(None, closes=True, bill="W20261122000002"))
    assert refused.value.code == "money_in_flight"


@pytest.mark.parametrize("use", [holds.release, holds.settle])
def test_another_bills_hold_is_not_to_be_found(database: DatabaseAccess, use: Callable[..., Any]) -> None:
    named = held(database) | {"bill_number": "W20261122000009"}
    with pytest.raises(NotFound, match="no_hold"):
        ask(database, use, settled(named))
    assert kept(database) == (BALANCE_FEN, 400_000)
