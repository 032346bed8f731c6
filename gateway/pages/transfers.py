"""异地转入申请 (manual 6.4): the own list, the form, one transfer, taking it back (D-23 to D-27)."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.api.schemas import TransferApplication
from gateway.pages.asking import hall, key, visitor
from gateway.pages.blueprint import pages, transaction
from gateway.pages.forms import Form, same_names
from gateway.pages.overtaken import is_race, lead_back, of_refusal, too_late, what_became
from gateway.pages.windows import asked_window, listed
from gateway.problems import checked
from services.common.errors import Refusal

NEEDED = {
    "centre": "请选择原公积金中心",
    "employer_name": "请填写原单位名称",
    "account_number": "请填写原个人公积金账号",
}
INPUTS = same_names(*NEEDED)
REVOKE = "申请撤销"


@pages.get("/transfers")
def transfers() -> Response:
    """Own transfers; empty dates mean all (D-25)."""
    return listed("transfers.html", hall().transfers, asked_window())


@pages.route("/transfers/new", methods=["GET", "POST"])
@transaction
def transfer_new() -> Response:
    """登记: the form, or why this person may not apply today (D-23, D-24)."""
    offered, form = hall().transfer_form(visitor()), Form(request.form)
    if request.method == "GET":
        return _form_page(offered, form)
    for name, sentence in NEEDED.items():
        form.missing(name, sentence)
    return _form_page(offered, form, 422) if form.problems else _register(offered, form)


def _register(offered: dict[str, Any], form: Form) -> Response:
    body = {name: " ".join(form.value(name).split()) for name in NEEDED}
    body["account_number"] = body["account_number"].replace(" ", "")
    try:
        registered = hall().register_transfer(visitor(), key(), checked(TransferApplication(), body))
    except Refusal as refusal:
        form.refuse(refusal, INPUTS)
        return _form_page(offered, form, refusal.status)
    return redirect(url_for("pages.transfer", number=registered["number"]), 303)


def _form_page(offered: dict[str, Any], form: Form, status: int = 200) -> Response:
    body = render_template("transfer_form.html", offered=offered, form=form)
    return Response(body, status, content_type="text/html; charset=utf-8")


@pages.get("/transfers/<segment:number>")
def transfer(number: str) -> str:
    """One transfer: how its contact letter stands, and when each step happened."""
    found = hall().transfer(visitor(), number)
    return render_template("transfer.html", transfer=found, overtaken=what_became())


@pages.route("/transfers/<segment:number>/revocation", methods=["GET", "POST"])
@transaction
def transfer_revocation(number: str) -> Response | str:
    """申请撤销: asks once more, then takes the letter back (D-26, D-27)."""
    if request.method == "POST":
        return _revoke(number)
    found = hall().transfer(visitor(), number)
    if "revoke" not in found["actions"]:
        return lead_back("pages.transfer", number, too_late(REVOKE, found["label"]))
    return render_template("transfer_revocation.html", transfer=found)


def _revoke(number: str) -> Response:
    try:
        hall().revoke_transfer(visitor(), key(), number)
    except Refusal as refusal:
        if not is_race(refusal):
            raise
        return lead_back("pages.transfer", number, of_refusal(refusal, REVOKE))
    return redirect(url_for("pages.transfer", number=number), 303)
