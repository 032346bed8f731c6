"""/api/v1: inbound transfers from other centres."""

from flask import Response

from gateway.api import schemas, windows
from gateway.api.answers.transfers import TransferAnswer, TransferFormAnswer, TransfersAnswer
from gateway.api.document import HallBlueprint, as_json, operation
from gateway.api.keys import check_unchanged, conditional, hall, key, linked, tagged
from gateway.calls import Shape
from gateway.entrance import citizen

transfers = HallBlueprint("transfers", __name__, url_prefix="/api/v1", description="异地转入")


@transfers.get("/transfer-form")
@operation(TransferFormAnswer, covers=("D-24",))
def form() -> Shape:
    """The centres a fund may come from, and what stands against an application today."""
    return hall().transfer_form(citizen())


@transfers.post("/transfers")
@transfers.taking(schemas.TransferApplication)
@operation(TransferAnswer, status=201, covers=("D-23", "D-24"), writes=True)
def register(body: Shape) -> Response:
    """Register an inbound transfer; its contact letter is sent at once."""
    transfer = hall().register_transfer(citizen(), key(), body)
    response = as_json(transfer, 201)
    response.headers["Location"] = f"/api/v1/transfers/{transfer['number']}"
    return response


@transfers.get("/transfers")
@transfers.taking(windows.Window, "query")
@operation(TransfersAnswer, covers=("D-25", "D-27"), errors=(422,))
def own_transfers(window: Shape) -> Response:
    """Own transfers, newest first; revoked ones stay in the list."""
    return linked(hall().transfers(citizen(), window))


@transfers.get("/transfers/<segment:number>")
@operation(TransferAnswer, covers=("D-25",), errors=(404,), tagged=True)
def transfer(number: str) -> Response:
    """One own transfer with its timeline."""
    return tagged(hall().transfer(citizen(), number))


@transfers.post("/transfers/<segment:number>/revocation")
@operation(TransferAnswer, covers=("D-26", "D-27"), errors=(404, 412), writes=True)
def revoke(number: str) -> Shape:
    """申请撤销: while registered, or until the other centre has confirmed the letter."""
    who, its_key = citizen(), key()
    if conditional():
        check_unchanged(hall().transfer(who, number))
    return hall().revoke_transfer(who, its_key, number)
