"""The own account: profile, contributions, ledger, and the bound card (D-01 to D-03, D-11, W-30 to W-35)."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.api.schemas import CardBinding
from gateway.calls import Missing
from gateway.pages.asking import hall, key, visitor
from gateway.pages.blueprint import pages, transaction
from gateway.pages.cautions import caution
from gateway.pages.chart import chart_of
from gateway.pages.forms import Form, same_names
from gateway.pages.windows import asked_window, listed
from gateway.problems import checked
from gateway.visitor import Visitor
from services.common.errors import Refusal
from services.common.identifiers import BANKS

BANK_CHOICES = [{"code": code, "title": title} for code, title in BANKS.items()]
CARD_INPUTS = same_names("bank_code", "card_number")


@pages.get("/account")
def account() -> str:
    """个人公积金资料 (D-01)."""
    who = visitor()
    shown = hall().account(who)
    years = _years_of(who)
    return render_template("account.html", account=shown, years=years, chart=chart_of(years))


def _years_of(who: Visitor) -> list[dict[str, Any]]:
    """The account over the years, or nothing: the page does without its picture."""
    try:
        items: list[dict[str, Any]] = hall().years(who)["items"]
    except Missing:
        return []
    return items


@pages.get("/contributions")
def contributions() -> Response:
    """公积金缴存信息; empty dates mean the last year (D-02, D-03)."""
    return listed("contributions.html", hall().contributions, asked_window())


@pages.get("/ledger")
def ledger() -> Response:
    """公积金明细账 (D-11)."""
    return listed("ledger.html", hall().ledger_lines, asked_window())


@pages.route("/card", methods=["GET", "POST"])
@transaction
def card() -> Response:
    """借记卡变更: shows the bound card, changed in place (W-33 to W-35)."""
    bound = hall().card(visitor())
    form = Form(request.form)
    if request.method == "GET":
        return _card_page(bound, form)
    form.missing("bank_code", "请选择银行")
    form.missing("card_number", "请输入借记卡号")
    return _card_page(bound, form, 422) if form.problems else _change_card(bound, form)


def _change_card(bound: dict[str, Any], form: Form) -> Response:
    body = {"bank_code": form.value("bank_code"), "card_number": "".join(form.value("card_number").split())}
    try:
        hall().bind_card(visitor(), key(), checked(CardBinding(), body))
    except Refusal as refusal:
        form.refuse(refusal, CARD_INPUTS)
        return _card_page(bound, form, refusal.status)
    return redirect(url_for("pages.card", changed="yes"), 303)


def _card_page(bound: dict[str, Any], form: Form, status: int = 200) -> Response:
    changed = request.args.get("changed") == "yes"
    body = render_template(
        "card.html", card=bound["card"], banks=BANK_CHOICES, form=form, changed=changed, caution=caution()
    )
    return Response(body, status, content_type="text/html; charset=utf-8")
