"""/api/v1: home, account, contributions, ledger, card, messages."""

from flask import Response

from gateway.api import schemas, windows
from gateway.api.answers.cards import CardAnswer
from gateway.api.answers.fund import (
    AccountAnswer,
    ContributionEntriesAnswer,
    HomeAnswer,
    LedgerAnswer,
    MessagesAnswer,
)
from gateway.api.document import HallBlueprint, operation
from gateway.api.keys import check_unchanged, conditional, hall, key, linked, tagged
from gateway.calls import Shape
from gateway.entrance import citizen

fund = HallBlueprint("fund", __name__, url_prefix="/api/v1", description="账户、明细与借记卡")


@fund.get("/home")
@operation(HomeAnswer, covers=("G-14", "W-25"))
def home() -> Shape:
    """What waits for me, from every service that answers."""
    return hall().home(citizen())


@fund.get("/account")
@operation(AccountAnswer, covers=("D-01",), errors=(409,))
def account() -> Shape:
    """Own fund profile."""
    return hall().account(citizen())


@fund.get("/contributions")
@fund.taking(windows.Window, "query")
@operation(ContributionEntriesAnswer, covers=("D-02", "D-03"), errors=(409, 422))
def contributions(window: Shape) -> Response:
    """Own contributions; without dates those of the last year up to today."""
    return linked(hall().contributions(citizen(), window))


@fund.get("/ledger-lines")
@fund.taking(windows.Window, "query")
@operation(LedgerAnswer, covers=("D-11",), errors=(409, 422))
def ledger_lines(window: Shape) -> Response:
    """Own fund ledger, newest first."""
    return linked(hall().ledger_lines(citizen(), window))


@fund.get("/card")
@operation(CardAnswer, covers=("W-30", "W-32", "W-33", "W-35"), errors=(409,), tagged=True)
def card() -> Response:
    """The bound card."""
    return tagged(hall().card(citizen()))


@fund.put("/card")
@fund.taking(schemas.CardBinding)
@operation(
    CardAnswer,
    covers=("W-30", "W-31", "W-32", "W-34", "W-35", "W-102"),
    errors=(412,),
    writes=True,
)
def bind_card(body: Shape) -> Shape:
    """Bind or change the one card that receives withdrawals."""
    who, its_key = citizen(), key()
    if conditional():
        check_unchanged(hall().card(who))
    return hall().bind_card(who, its_key, body)


@fund.get("/messages")
@fund.taking(windows.MessagesWindow, "query")
@operation(MessagesAnswer, covers=("N-08",), errors=(422,))
def messages(window: Shape) -> Response:
    """Own messages, newest first, codes left out."""
    return linked(hall().messages(citizen(), window))
