"""自由职业者缴存 (manual 6.1): what is due, the list of bills, a bill with its payment code, its buttons."""

from typing import Any

import segno
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.api.schemas import CardSettlement, ContributionBill
from gateway.pages.asking import hall, key, visitor
from gateway.pages.blueprint import pages, transaction
from gateway.pages.forms import Form
from gateway.pages.overtaken import is_race, lead_back, not_any_more, of_refusal, too_late, what_became
from gateway.pages.presenting import Offer
from gateway.pages.windows import asked_window, listed
from gateway.problems import checked
from services.common.errors import Refusal

OFFERS = {
    "settle_by_card": Offer(
        title="联名卡结算",
        path="card-settlement",
        tone="main",
        confirmed=True,
        question="从联名卡扣款完成这笔缴存吗？",
        consequence="确定后立即从您绑定的借记卡中扣取单据对应的金额。记账之前可以取消，款项原路退回。",
    ),
    "settle_by_code": Offer(
        title="聚合支付",
        path="payment-code",
        confirmed=True,
        question="生成付款码完成这笔缴存吗？",
        consequence="确定后显示二维码，请用微信或建行龙支付扫码支付。支付成功后等待中心记账，一般10分钟之内记账。",
    ),
    "check": Offer(title="支付检查", path="payment-check", tone="main"),
    "cancel_card": Offer(
        title="联名卡结算取消",
        path="card-settlement-cancellation",
        confirmed=True,
        question="确定取消联名卡结算吗？",
        consequence="取消后款项原路退回您的借记卡；退回之后单据可以重新结算，也可以删除。",
    ),
    "cancel_code": Offer(
        title="聚合支付取消",
        path="payment-code-cancellation",
        confirmed=True,
        question="确定取消这个付款码吗？",
        consequence="取消后付款码作废，可以改用联名卡结算。如果其实已经支付，单据会转为等待中心记账。",
    ),
    "delete": Offer(
        title="删除",
        path="deletion",
        tone="danger",
        confirmed=True,
        question="确定删除这张缴存单据吗？",
        consequence="删除后不能恢复；需要时可以重新登记。",
    ),
}
ACTIONS = {offer.path: name for name, offer in OFFERS.items()}
PATHS = (
    "<any('card-settlement','payment-code','payment-check','card-settlement-cancellation',"
    "'payment-code-cancellation','deletion'):action>"
)
SETTLING = ("settle_by_card", "settle_by_code")
SAVED = "缴存登记操作成功"


@pages.get("/contribute")
def contribute() -> Response:
    """The business page with the person's bills (D-04, D-08)."""
    return listed("contribute.html", hall().contribution_bills, asked_window())


@pages.get("/contribute/new")
@transaction
def contribute_new() -> Response:
    """登记: months and amount to be verified (D-05, D-06)."""
    return _proposal_page(Form())


@pages.post("/contribute/new")
@transaction
def contribute_save() -> Response:
    """保存: register just what was shown (D-06 to D-08)."""
    months = [month for month in request.form.get("months", "").split(",") if month]
    form = Form(request.form)
    try:
        body = checked(ContributionBill(), {"months": months, "amount": form.value("amount")})
        bill = hall().register_contribution(visitor(), key(), body)
    except Refusal as refusal:
        form.refuse(refusal, {})
        return _proposal_page(form, refusal.status)
    return redirect(url_for("pages.contribution", number=bill["number"], saved="yes"), 303)


def _proposal_page(form: Form, status: int = 200) -> Response:
    body = render_template("contribute_new.html", proposal=hall().contribution_proposal(visitor()), form=form)
    return Response(body, status, content_type="text/html; charset=utf-8")


@pages.get("/contribute/<segment:number>")
def contribution(number: str) -> str:
    """One bill: how far it is, what may be done now, and the code to scan while there is one (D-16)."""
    bill = hall().contribution(visitor(), number)
    saved = SAVED if request.args.get("saved") == "yes" else ""
    overtaken = what_became()
    return render_template(
        "contribution.html", bill=bill, picture=_picture(bill), saved=saved, overtaken=overtaken
    )


def _picture(bill: dict[str, Any]) -> str:
    """The payment code as a picture, made here: nothing is asked of anybody to draw it."""
    if not bill.get("payment_code"):
        return ""
    return str(
        segno.make_qr(bill["payment_code"]["url"], error="m").svg_data_uri(scale=6, border=4, light="#fff")
    )


@pages.get("/contribute/<segment:number>/receipt")
def contribution_receipt(number: str) -> str:
    """The bill as a sheet of paper."""
    return render_template("contribution_receipt.html", bill=hall().contribution(visitor(), number))


@pages.get(f"/contribute/<segment:number>/{PATHS}")
@transaction
def confirm_contribution(number: str, action: str) -> Response:
    """Ask once more (D-15); before the first debit the agreement is read and accepted."""
    return _confirm_page(number, action, Form())


@pages.post(f"/contribute/<segment:number>/{PATHS}")
@transaction
def act_on_contribution(number: str, action: str) -> Response:
    """Do one of the bill's actions and show what became of it."""
    form = Form(request.form)
    try:
        bill = _acting(ACTIONS[action], number, form)
    except Refusal as refusal:
        if is_race(refusal):
            return lead_back("pages.contribution", number, of_refusal(refusal, OFFERS[ACTIONS[action]].title))
        if not OFFERS[ACTIONS[action]].confirmed:
            raise
        form.refuse(refusal, {"consent": "consent"})
        return _confirm_page(number, action, form, refusal.status)
    if bill.get("state") == "deleted":
        return redirect(url_for("pages.contribute"), 303)
    return redirect(url_for("pages.contribution", number=number), 303)


def _confirm_page(number: str, action: str, form: Form, status: int = 200) -> Response:
    bill = hall().contribution(visitor(), number)
    name = ACTIONS[action]
    if name not in bill["actions"] and not form.problems:
        return lead_back("pages.contribution", number, _not_offered(bill, name))
    debiting = name == "settle_by_card"
    body = render_template(
        "confirm_contribution.html",
        bill=bill,
        step=OFFERS[name],
        form=form,
        debiting=debiting,
        card=bill["card"] if debiting else None,
        agreement=bill["agreement"] if debiting else None,
        possible=name in bill["actions"],
    )
    return Response(body, status, content_type="text/html; charset=utf-8")


def _not_offered(bill: dict[str, Any], name: str) -> str:
    """Why the bill does not offer the button: one that waits to be settled and cannot be says so itself."""
    title = OFFERS[name].title
    if name in SETTLING and bill["state"] == "registered":
        return not_any_more(title, bill["notice"])
    return too_late(title, bill["label"])


def _acting(name: str, number: str, form: Form) -> dict[str, Any]:
    desk = hall()
    if name == "settle_by_card":
        return desk.settle_by_card(visitor(), key(), number, _consent(form))
    uses = {
        "settle_by_code": desk.settle_by_code,
        "check": desk.check_contribution,
        "cancel_card": desk.cancel_card_settlement,
        "cancel_code": desk.cancel_payment_code,
        "delete": desk.delete_contribution,
    }
    return uses[name](visitor(), key(), number)


def _consent(form: Form) -> dict[str, str] | None:
    """What the box says that was ticked: code, version and digest of the text on the page."""
    parts = form.value("consent").split("|")
    if len(parts) != len(_CONSENT):
        return None
    consent: dict[str, str] = checked(CardSettlement(), {"consent": dict(zip(_CONSENT, parts, strict=True))})[
        "consent"
    ]
    return consent


_CONSENT = ("code", "version", "digest")


def contribution_offers(actions: list[str]) -> list[Offer]:
    """The buttons of exactly those actions that the bill's state allows."""
    return [OFFERS[action] for action in actions if action in OFFERS]
