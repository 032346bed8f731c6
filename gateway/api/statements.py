"""/api/v1: account statements, the account year by year."""

from flask import Response

from gateway.api import schemas, windows
from gateway.api.answers.fund import YearsAnswer
from gateway.api.answers.statements import StatementAnswer, StatementsAnswer, WholeStatementAnswer
from gateway.api.document import HallBlueprint, as_json, operation
from gateway.api.keys import hall, key, linked
from gateway.calls import Shape
from gateway.entrance import citizen

statements = HallBlueprint("statements", __name__, url_prefix="/api/v1", description="对账单")


@statements.post("/statements")
@statements.taking(schemas.StatementWish)
@operation(StatementAnswer, status=201, covers=("D-01", "D-02"), writes=True)
def make(body: Shape) -> Response:
    """Make a statement; its content is frozen and its code verifies it."""
    made = hall().make_statement(citizen(), key(), body)
    response = as_json(made, 201)
    response.headers["Location"] = f"/api/v1/statements/{made['number']}"
    return response


@statements.get("/statements")
@statements.taking(windows.MessagesWindow, "query")
@operation(StatementsAnswer, covers=("D-01",), errors=(422,))
def own_statements(window: Shape) -> Response:
    """Own statements, newest first."""
    return linked(hall().statements(citizen(), window))


@statements.get("/statements/<segment:number>")
@operation(WholeStatementAnswer, covers=("D-01", "D-02"), errors=(404,))
def statement(number: str) -> Shape:
    """One own statement with all its lines."""
    return hall().statement(citizen(), number)


@statements.get("/account/years")
@operation(YearsAnswer, covers=("D-01", "D-02"))
def years() -> Shape:
    """Own account year by year: paid in, interest, drawn, balance at the end."""
    return hall().years(citizen())
