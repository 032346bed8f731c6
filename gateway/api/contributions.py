"""/api/v1: contribution bills of people without an employer (自由职业者缴存)."""

from collections.abc import Callable

from flask import Response

from gateway.api import schemas, windows
from gateway.api.answers.contributions import ContributionAnswer, ContributionsAnswer, ProposalAnswer
from gateway.api.document import HallBlueprint, as_json, operation
from gateway.api.keys import check_unchanged, conditional, hall, key, linked, tagged
from gateway.calls import Shape
from gateway.entrance import citizen
from gateway.visitor import Visitor

bills = HallBlueprint("contributions", __name__, url_prefix="/api/v1", description="自由职业者缴存")


@bills.get("/contribution-proposal")
@operation(ProposalAnswer, covers=("D-06",))
def proposal() -> Shape:
    """Months and amount of the next bill, to be verified before it is registered."""
    return hall().contribution_proposal(citizen())


@bills.post("/contribution-bills")
@bills.taking(schemas.ContributionBill)
@operation(ContributionAnswer, status=201, covers=("D-06", "D-08"), errors=(412,), writes=True)
def register(body: Shape) -> Response:
    """保存: register just the months and the amount that were shown."""
    bill = hall().register_contribution(citizen(), key(), body)
    response = as_json(bill, 201)
    response.headers["Location"] = f"/api/v1/contribution-bills/{bill['number']}"
    return response


@bills.get("/contribution-bills")
@bills.taking(windows.Window, "query")
@operation(ContributionsAnswer, covers=("D-08",), errors=(422,))
def own_bills(window: Shape) -> Response:
    """Own contribution bills, newest first."""
    return linked(hall().contribution_bills(citizen(), window))


@bills.get("/contribution-bills/<segment:number>")
@operation(ContributionAnswer, covers=("D-08", "D-17"), errors=(404,), tagged=True)
def bill(number: str) -> Response:
    """One own bill with its timeline."""
    return tagged(hall().contribution(citizen(), number))


@bills.post("/contribution-bills/<segment:number>/card-settlement")
@bills.taking(schemas.CardSettlement)
@operation(ContributionAnswer, covers=("D-09", "D-10", "D-33"), errors=(404, 412), writes=True)
def settle_by_card(body: Shape, number: str) -> Shape:
    """联名卡结算: debit exactly the bill's amount from the bound card, now."""
    who, its_key = citizen(), key()
    _check_if_conditional(who, number)
    return hall().settle_by_card(who, its_key, number, body.get("consent"))


@bills.post("/contribution-bills/<segment:number>/card-settlement-cancellation")
@operation(ContributionAnswer, covers=("D-12",), errors=(404, 412), writes=True)
def cancel_card_settlement(number: str) -> Shape:
    """联名卡结算取消: give the money back, until it is booked."""
    return _pressed(hall().cancel_card_settlement, number)


@bills.post("/contribution-bills/<segment:number>/payment-code")
@operation(ContributionAnswer, covers=("D-14", "D-15", "D-16"), errors=(404, 412), writes=True)
def settle_by_code(number: str) -> Shape:
    """聚合支付: have the bank make a payment code for the bill."""
    return _pressed(hall().settle_by_code, number)


@bills.post("/contribution-bills/<segment:number>/payment-code-cancellation")
@operation(ContributionAnswer, covers=("D-19", "D-20"), errors=(404, 412), writes=True)
def cancel_payment_code(number: str) -> Shape:
    """聚合支付取消: have the code closed; one that was paid already has paid the bill."""
    return _pressed(hall().cancel_payment_code, number)


@bills.post("/contribution-bills/<segment:number>/payment-check")
@operation(ContributionAnswer, covers=("D-17",), errors=(404, 412), writes=True)
def check(number: str) -> Shape:
    """支付检查: ask the bank what became of the debit or the code."""
    return _pressed(hall().check_contribution, number)


@bills.delete("/contribution-bills/<segment:number>")
@operation(ContributionAnswer, covers=("D-13", "D-21"), errors=(404, 412), writes=True)
def delete(number: str) -> Shape:
    """删除: a bill that is not settled, or no longer."""
    return _pressed(hall().delete_contribution, number)


def _pressed(use: Callable[[Visitor, str, str], Shape], number: str) -> Shape:
    who, its_key = citizen(), key()
    _check_if_conditional(who, number)
    return use(who, its_key, number)


def _check_if_conditional(who: Visitor, number: str) -> None:
    if conditional():
        check_unchanged(hall().contribution(who, number))
