"""What deposit's no to a hold means: a verdict on the money rests the bill, any other no is asked again."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from services.common.errors import Refusal, Unknown
from services.deposit import holds
from services.withdrawal import saga
from services.withdrawal.states import UNPAID
from tests.component.withdrawal.stage import RENTER, RETIREE, Stage

DEPOSITS_OWN = ("services.deposit", "services.common.ledger")


def codes_raised_by(function: Callable[..., Any], seen: set[Any]) -> Iterator[str]:
    """The codes of the refusals that the function can raise, itself or through others of deposit's."""
    seen.add(function)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        called = _named(call.func, function.__globals__)
        if inspect.isclass(called) and issubclass(called, Refusal):
            yield ast.literal_eval(call.args[0])
        elif inspect.isfunction(called) and called.__module__.startswith(DEPOSITS_OWN) and called not in seen:
            yield from codes_raised_by(called, seen)


def _named(expression: ast.expr, names: dict[str, Any]) -> Any:
    if isinstance(expression, ast.Attribute):
        return getattr(_named(expression.value, names), expression.attr, None)
    return names.get(expression.id) if isinstance(expression, ast.Name) else None


def test_the_refusals_that_mean_no_hold_are_those_that_deposit_can_raise() -> None:
    assert set(codes_raised_by(holds.hold, set())) == saga.NOTHING_HELD


def closing_bill(stage: Stage) -> str:
    """A closing withdrawal whose hold was asked for, and a transfer that was registered in between."""
    stage.faults.tell("hold", "down")
    number: str = stage.act("register", stage.retirement(), by=RETIREE)["number"]
    stage.deposit.accounts[RETIREE]["transfer_coming"] = True
    return number


def test_a_cancelled_closing_bill_ends_beside_a_transfer(stage: Stage) -> None:
    number = closing_bill(stage)
    stage.act("cancel_settlement", {"number": number}, by=RETIREE)
    assert stage.act("delete", {"number": number}, by=RETIREE)["state"] == "deleted"


def test_a_closing_bill_beside_a_transfer_rests_unpaid_with_the_reason(stage: Stage) -> None:
    number = closing_bill(stage)
    stage.sweep(2)
    bill = stage.act("withdrawal", {"number": number}, by=RETIREE)
    assert (bill["state"], bill["notice"], "异地转入" in bill["problem"]) == ("registered", UNPAID, True)
    assert stage.faults.seen["hold"] == 2


def test_a_hold_that_comes_through_after_its_bill_was_deleted_does_not_stay(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first call was in time at deposit and waits there; its caller has given up. The bill is cancelled
    while there is no money for it, and deleted; then the money is there again, and the call goes through.
    """
    whole, late = stage.deposit.command, list[Callable[[], Any]]()

    def command(method: str, arguments: dict[str, Any], request: Any, *, key: str) -> Any:
        if method == "hold" and not late:
            late.append(lambda: whole(method, arguments, request, key=key))
            raise Unknown("deposit")
        return whole(method, arguments, request, key=key)

    monkeypatch.setattr(stage.deposit, "command", command)
    number = stage.register()["number"]
    stage.deposit.accounts[RENTER]["balance_fen"] = 0
    stage.act("cancel_settlement", {"number": number})
    stage.act("delete", {"number": number})
    stage.deposit.accounts[RENTER]["balance_fen"] = 5_000_000
    with pytest.raises(Refusal, match="hold_released"):
        late[0]()
    assert (stage.state(), stage.deposit.outcomes()) == ("deleted", ["released"])


def test_an_account_with_a_transfer_coming_is_told_before_it_registers_its_closing(stage: Stage) -> None:
    stage.deposit.accounts[RETIREE]["transfer_coming"] = True
    told = stage.act("assess", {"reason": "retirement"}, by=RETIREE)
    assert [one["code"] for one in told["refusals"]] == ["nothing_coming"]
    with pytest.raises(Refusal) as refused:
        stage.act("register", stage.retirement(), by=RETIREE)
    assert "异地转入" in refused.value.sentence


@pytest.mark.parametrize("first", ["forbid", "lose_answer"])
def test_a_refused_call_leaves_the_bill_to_the_next_try(stage: Stage, first: str) -> None:
    """What is said of the call says nothing of the money, and may not be told to the owner as if it did."""
    stage.faults.tell("hold", first, "forbid")
    bill = stage.register()
    stage.sweep()
    assert (bill["state"], bill["problem"], stage.state()) == ("registered", None, "registered")
    stage.sweep()
    assert stage.state() == "booked"
    assert stage.paid_once_and_booked_once()
