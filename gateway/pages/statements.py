"""账户对账单: making one, one's own again as PDF or Excel, and the page on which anybody verifies one."""

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.api.schemas import StatementVerification, StatementWish
from gateway.api.windows import MessagesWindow
from gateway.entrance import entrance
from gateway.pages.asking import hall, key, visitor
from gateway.pages.blueprint import pages
from gateway.pages.forms import Form, same_names
from gateway.printing import papers
from gateway.printing.press import Press
from gateway.problems import checked
from services.common.errors import Refusal

DAYS = ("from_on", "to_on")
VERIFIED_BY = ("code", "tail")
PDF = "application/pdf"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.route("/statements", methods=["GET", "POST"])
def statements() -> Response:
    """Choose the days of a new statement; the earlier ones stand below."""
    form = Form(request.form)
    if request.method == "GET":
        return _statements_page(form)
    wish = {name: form.value(name).strip() for name in DAYS if form.value(name).strip()}
    try:
        made = hall().make_statement(visitor(), key(), checked(StatementWish(), wish))
    except Refusal as refusal:
        form.refuse(refusal, same_names(*DAYS))
        return _statements_page(form, refusal.status)
    return redirect(url_for("pages.statement", number=made["number"]), 303)


def _statements_page(form: Form, status: int = 200) -> Response:
    cursor = request.args.get("cursor")
    window = checked(MessagesWindow(), {"cursor": cursor} if cursor else {})
    page = hall().statements(visitor(), window)
    body = render_template("statements.html", page=page, form=form)
    return Response(body, status, content_type="text/html; charset=utf-8")


@pages.get("/statements/<number>")
def statement(number: str) -> str:
    """One statement with its sums, its code and the two files."""
    found = hall().statement(visitor(), number)
    return render_template("statement.html", statement=found, code=papers.grouped(found["code"]))


@pages.get("/statements/<number>/<any('pdf','xlsx'):ending>")
def statement_file(number: str, ending: str) -> Response:
    """The statement as a file to keep or to hand in."""
    found = hall().statement(visitor(), number)
    content = _PAPERS[ending](found)
    kind = PDF if ending == "pdf" else SHEET
    name = papers.file_name(found, ending)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return Response(content, content_type=kind, headers=headers)


def press() -> Press:
    """The press of this application."""
    at_work: Press = current_app.extensions["press"]
    return at_work


def _pdf(found: dict[str, Any]) -> bytes:
    # Not the name that the request came under: the paper is genuine, and what it says is believed.
    address = entrance().url + url_for("pages.verify_statement")
    return press().make("pdf", {"html": papers.statement_html(found, address)})


def _sheet(found: dict[str, Any]) -> bytes:
    return press().make("sheet", papers.statement_sheet(found))


_PAPERS = {"pdf": _pdf, "xlsx": _sheet}


@pages.route("/statement-verification", methods=["GET", "POST"])
def verify_statement() -> Response:
    """对账单核验: for whoever was handed a statement; no login."""
    if request.method == "GET":
        return _verification_page(Form({"code": request.args.get("code", "")[:40]}))
    form = Form(request.form)
    form.missing("code", "请输入对账单上的核验码")
    form.missing("tail", "请输入职工编号后4位")
    if form.problems:
        return _verification_page(form, 422)
    asked = {name: "".join(form.value(name).split()).upper() for name in VERIFIED_BY}
    try:
        found = hall().verify_statement(visitor(), key(), checked(StatementVerification(), asked))
    except Refusal as refusal:
        form.refuse(refusal, same_names(*VERIFIED_BY))
        return _verification_page(form, refusal.status)
    return _verification_page(form, found=found)


def _verification_page(form: Form, status: int = 200, found: dict[str, Any] | None = None) -> Response:
    body = render_template("statement_verification.html", form=form, found=found)
    return Response(body, status, content_type="text/html; charset=utf-8")
