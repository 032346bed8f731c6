"""Own withdrawal bills: the list, a bill with its timeline, the buttons of its state (W-01, W-24 to W-29)."""

from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from gateway.pages.asking import hall, key, visitor
from gateway.pages.blueprint import pages, transaction
from gateway.pages.overtaken import is_race, lead_back, of_refusal, too_late, what_became
from gateway.pages.presenting import ACTIONS, OFFERS, offers
from gateway.pages.windows import asked_window, listed
from services.common.errors import Refusal

PATHS = "<any('payment','payment-check','settlement-cancellation','deletion'):action>"


@pages.get("/withdrawals")
def withdrawals() -> Response:
    """个人提取信息; empty dates mean all (W-02)."""
    return listed("withdrawals.html", hall().withdrawals, asked_window())


@pages.get("/withdrawals/<segment:number>")
def withdrawal(number: str) -> str:
    """One bill: how far it is, when each step happened, what may be done now."""
    bill = hall().withdrawal(visitor(), number)
    return render_template("bill.html", bill=bill, overtaken=what_became())


@pages.get("/withdrawals/<segment:number>/result")
def result(number: str) -> str:
    """What came of the registration, in the words of the bill's state (W-23, W-24, W-26)."""
    return render_template("result.html", bill=hall().withdrawal(visitor(), number))


@pages.get("/withdrawals/<segment:number>/receipt")
def receipt(number: str) -> str:
    """The bill as a sheet of paper."""
    return render_template("receipt.html", bill=hall().withdrawal(visitor(), number))


@pages.get(f"/withdrawals/<segment:number>/{PATHS}")
@transaction
def confirm_action(number: str, action: str) -> Response | str:
    """Ask once more before something that is not undone."""
    bill = hall().withdrawal(visitor(), number)
    name = ACTIONS[action]
    if OFFERS[name] not in offers(bill["actions"]):
        return lead_back("pages.withdrawal", number, too_late(OFFERS[name].title, bill["label"]))
    return render_template("confirm_action.html", bill=bill, step=OFFERS[name])


@pages.post(f"/withdrawals/<segment:number>/{PATHS}")
@transaction
def act(number: str, action: str) -> Response:
    """Do one of the bill's actions and show what became of it."""
    try:
        bill = _acting(ACTIONS[action], number)
    except Refusal as refusal:
        if not is_race(refusal):
            raise
        return lead_back("pages.withdrawal", number, of_refusal(refusal, OFFERS[ACTIONS[action]].title))
    if bill.get("state") == "deleted":
        return redirect(url_for("pages.withdrawals"), 303)
    return redirect(url_for("pages.withdrawal", number=number), 303)


def _acting(name: str, number: str) -> dict[str, Any]:
    desk = hall()
    uses = {
        "pay": desk.pay,
        "check": desk.check,
        "cancel_settlement": desk.cancel_settlement,
        "delete": desk.delete,
    }
    return uses[name](visitor(), key(), number)
