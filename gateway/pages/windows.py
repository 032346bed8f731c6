"""The query form above every list: two optional days and a cursor."""

from collections.abc import Callable
from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from gateway.api.windows import MessagesWindow, Window
from gateway.pages.asking import visitor
from gateway.pages.forms import Form, same_names
from gateway.problems import checked
from gateway.visitor import Visitor
from services.common.errors import Refusal
from services.common.identifiers import narrow

DAYS = ("from_on", "to_on")


def asked_window() -> Form:
    """The days asked for, as they were typed."""
    values = {name: narrow(request.args.get(name, "")).strip() for name in (*DAYS, "cursor")}
    return Form({name: value for name, value in values.items() if value})


def part_asked() -> dict[str, Any]:
    """Which part of a list without a query form: what comes after the cursor of the page before."""
    cursor = request.args.get("cursor")
    return checked(MessagesWindow(), {"cursor": cursor} if cursor else {})


def listed(template: str, ask: Callable[[Visitor, dict[str, Any]], dict[str, Any]], form: Form) -> Response:
    """The list that `ask` gives for the window, or the query form with what is wrong in it."""
    page: dict[str, Any] = {"items": [], "next_cursor": None, "from_on": None, "to_on": None}
    try:
        page = ask(visitor(), checked(Window(), form.values))
    except Refusal as refusal:
        form.refuse(refusal, same_names(*DAYS))
    window = {name: form.value(name) for name in DAYS if form.value(name)}
    body = render_template(template, page=page, form=form, window=window)
    return Response(body, 422 if form.problems else 200, content_type="text/html; charset=utf-8")
