"""业务回单 as a file, and 单证核验: the page on which anybody verifies a statement or slip."""

from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from gateway.api.schemas import PaperVerification
from gateway.pages.asking import hall, key, visitor
from gateway.pages.blueprint import pages
from gateway.pages.forms import Form, same_names
from gateway.printing.files import slip_pdf
from gateway.problems import checked
from services.common.errors import Refusal

VERIFIED_BY = ("code", "tail")


@pages.get("/slips/<segment:number>/pdf")
def slip_file(number: str) -> Response:
    """The slip on one's own bill, to keep or to hand in."""
    return slip_pdf(hall().slip(visitor(), number))


@pages.route("/verification", methods=["GET", "POST"])
def verify_paper() -> Response:
    """单证核验: for whoever was handed a statement or slip; no login."""
    if request.method == "GET":
        return _verification_page(Form({"code": request.args.get("code", "")[:40]}))
    form = Form(request.form)
    form.missing("code", "请输入对账单或回单上的核验码")
    form.missing("tail", "请输入职工编号后4位")
    if form.problems:
        return _verification_page(form, 422)
    asked = {name: "".join(form.value(name).split()).upper() for name in VERIFIED_BY}
    try:
        found = hall().verify_paper(visitor(), key(), checked(PaperVerification(), asked))
    except Refusal as refusal:
        form.refuse(refusal, same_names(*VERIFIED_BY))
        return _verification_page(form, refusal.status)
    return _verification_page(form, found=found)


def _verification_page(form: Form, status: int = 200, found: dict[str, Any] | None = None) -> Response:
    body = render_template("verification.html", form=form, found=found)
    return Response(body, status, content_type="text/html; charset=utf-8")
