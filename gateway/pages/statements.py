"""账户对账单: making one, one's own again as PDF or Excel."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.api.schemas import StatementWish
from gateway.api.windows import MessagesWindow
from gateway.pages.asking import hall, key, visitor
from gateway.pages.blueprint import pages
from gateway.pages.forms import Form, same_names
from gateway.printing import papers
from gateway.printing.files import PDF, SHEET, attached, press, verify_url
from gateway.problems import checked
from services.common.errors import Refusal

DAYS = ("from_on", "to_on")


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


@pages.get("/statements/<segment:number>")
def statement(number: str) -> str:
    """One statement with its sums, its code and the two files."""
    found = hall().statement(visitor(), number)
    return render_template("statement.html", statement=found, code=papers.in_fours(found["code"]))


@pages.get("/statements/<segment:number>/<any('pdf','xlsx'):ending>")
def statement_file(number: str, ending: str) -> Response:
    """The statement as a file to keep or to hand in."""
    found = hall().statement(visitor(), number)
    content = _PAPERS[ending](found)
    return attached(content, PDF if ending == "pdf" else SHEET, papers.file_name(found, ending))


def _pdf(found: dict[str, Any]) -> bytes:
    return press().make("pdf", {"html": papers.statement_html(found, verify_url())})


def _sheet(found: dict[str, Any]) -> bytes:
    return press().make("sheet", papers.statement_sheet(found))


_PAPERS = {"pdf": _pdf, "xlsx": _sheet}
