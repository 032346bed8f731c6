"""资料查询记录: who of the staff looked whom up, by staff, days and fund number.

The query comes by POST, the pages after the first too: a fund number stands in no address.
"""

from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from gateway.api.staff_schemas import LooksWish
from gateway.pages.asking import hall, visitor
from gateway.pages.blueprint import pages
from gateway.pages.forms import Form, same_names
from gateway.pages.windows import DAYS
from gateway.problems import InvalidFields, checked
from services.common.errors import Invalid, Refusal

ASKED = ("login_name", *DAYS, "fund_number")


@pages.route("/staff/looks", methods=["GET", "POST"])
def staff_looks() -> Response:
    """One page of the looks, with its query form; an empty form means all of them."""
    typed = {name: request.form.get(name, "").strip() for name in (*ASKED, "cursor")}
    form = Form({name: value for name, value in typed.items() if value})
    page: dict[str, Any] = {"items": [], "next_cursor": None}
    try:
        page = hall().looks(visitor(), checked(LooksWish(), dict(form.values)))
    except InvalidFields as refusal:
        form.refuse(refusal, same_names(*ASKED))
        _check_member(form)
    except Refusal as refusal:
        form.refuse(refusal, same_names(*ASKED))
    kept = {name: form.value(name) for name in ASKED if form.value(name)}
    body = render_template("staff_looks.html", page=page, form=form, kept=kept, later=form.value("cursor"))
    return Response(body, 422 if form.problems else 200, content_type="text/html; charset=utf-8")


def _check_member(form: Form) -> None:
    """Note that there is no such member, which only the service knows: all that is wrong is told at once."""
    if not form.value("login_name") or form.error("login_name"):
        return
    try:
        hall().looks(visitor(), checked(LooksWish(), {"login_name": form.value("login_name"), "limit": 1}))
    except Invalid as refusal:
        form.refuse(refusal, same_names(*ASKED))
