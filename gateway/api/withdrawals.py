"""/api/v1: withdrawal reasons, codes, bills, and what became of a write."""

from collections.abc import Callable

from flask import Response

from gateway.api import schemas, windows
from gateway.api.answers.common import CodeAnswer, OperationAnswer
from gateway.api.answers.reasons import ReasonAnswer, ReasonsAnswer
from gateway.api.answers.withdrawals import BillAnswer, BillsAnswer
from gateway.api.document import HallBlueprint, as_json, operation
from gateway.api.keys import check_unchanged, conditional, hall, key, linked, tagged
from gateway.calls import Shape
from gateway.entrance import citizen, visitor
from gateway.visitor import Visitor

withdrawals = HallBlueprint("withdrawals", __name__, url_prefix="/api/v1", description="提取")

_REASONS = ("W-03", "W-06", "W-07", "W-08", "W-09", "W-10", "W-11", "W-13", "W-14", "W-21")
_FORMS = ("W-04", "W-05", "W-12", "W-13", "W-15", "W-16", "W-17", "W-19", "W-20", "W-22", "G-13")
_REGISTRATION = (
    "V-17",
    "W-05",
    "W-12",
    "W-14",
    "W-16",
    "W-17",
    "W-18",
    "W-20",
    "W-22",
    "W-23",
    "W-24",
    "W-26",
)


@withdrawals.get("/withdrawal-reasons")
@operation(ReasonsAnswer, covers=_REASONS)
def reasons() -> Shape:
    """The catalogue of withdrawal reasons."""
    return hall().reasons(citizen())


@withdrawals.get("/withdrawal-reasons/<segment:code>")
@operation(ReasonAnswer, covers=_FORMS, errors=(404,))
def reason(code: str) -> Shape:
    """One reason: what its form asks, and whether and how much this person may draw today."""
    return hall().reason(citizen(), code)


@withdrawals.post("/verification-codes")
@withdrawals.taking(schemas.CodeWish)
@operation(CodeAnswer, status=201, covers=("N-08",), writes=True)
def issue_code(body: Shape) -> Shape:
    """Have an SMS code sent, good for this reason and amount only."""
    wanted = {name: value for name, value in body.items() if name != "purpose"}
    return hall().issue_withdrawal_code(citizen(), key(), wanted)


@withdrawals.post("/withdrawals")
@withdrawals.taking(schemas.Registration)
@operation(BillAnswer, status=201, covers=_REGISTRATION, writes=True)
def register(body: Shape) -> Response:
    """Register a withdrawal; it takes effect without review."""
    bill = hall().register_withdrawal(citizen(), key(), body)
    response = as_json(bill, 201)
    response.headers["Location"] = f"/api/v1/withdrawals/{bill['number']}"
    return response


@withdrawals.get("/withdrawals")
@withdrawals.taking(windows.Window, "query")
@operation(BillsAnswer, covers=("W-01", "W-02", "W-25"), errors=(422,))
def own_withdrawals(window: Shape) -> Response:
    """Own withdrawals, newest first; without dates all of them."""
    return linked(hall().withdrawals(citizen(), window))


@withdrawals.get("/withdrawals/<segment:number>")
@operation(BillAnswer, covers=("W-01", "W-24", "W-26"), errors=(404,), tagged=True)
def withdrawal(number: str) -> Response:
    """One own bill with its timeline."""
    return tagged(hall().withdrawal(citizen(), number))


@withdrawals.post("/withdrawals/<segment:number>/payment")
@operation(BillAnswer, covers=("W-24", "W-25", "W-26"), errors=(404, 412), writes=True)
def pay(number: str) -> Shape:
    """申请支付: have the bank pay."""
    return _driven(hall().pay, number)


@withdrawals.post("/withdrawals/<segment:number>/payment-check")
@operation(BillAnswer, covers=("W-27",), errors=(404, 412), writes=True)
def check(number: str) -> Shape:
    """支付检查: ask the bank what became of the payment."""
    return _driven(hall().check, number)


@withdrawals.post("/withdrawals/<segment:number>/settlement-cancellation")
@operation(BillAnswer, covers=("W-28",), errors=(404, 412), writes=True)
def cancel_settlement(number: str) -> Shape:
    """取消结算: give up a payment that failed or was never sent."""
    return _driven(hall().cancel_settlement, number)


@withdrawals.delete("/withdrawals/<segment:number>")
@operation(BillAnswer, covers=("W-29",), errors=(404, 412), writes=True)
def delete(number: str) -> Shape:
    """删除: remove a bill whose settlement was cancelled."""
    return _driven(hall().delete, number)


@withdrawals.get("/operations/<segment:op_id>")
@operation(OperationAnswer, covers=("W-27",), errors=(404,), anonymous=True)
def own_operation(op_id: str) -> Shape:
    """What became of one's own write.

    Of a login or another write without a session only the state: who repeats key and body has its answer.
    """
    return hall().operation(visitor(), op_id)


def _driven(use: Callable[[Visitor, str, str], Shape], number: str) -> Shape:
    who, its_key = citizen(), key()
    if conditional():
        check_unchanged(hall().withdrawal(who, number))
    return use(who, its_key, number)
