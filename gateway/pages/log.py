"""日志查询 (A-20): everything done in the own name, by day and kind, and as a file."""

from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from gateway.api.windows import LogExport, LogWindow
from gateway.log_files import FILES, attached
from gateway.pages.asking import hall, visitor
from gateway.pages.blueprint import pages
from gateway.pages.forms import Form, same_names
from gateway.pages.windows import DAYS, asked_window
from gateway.problems import checked
from services.common.deeds import KINDS
from services.common.errors import NotFound, Refusal

CHOICES = [{"code": kind.code, "title": kind.title_zh} for kind in KINDS]
INPUTS = same_names(*DAYS, "kind")


@pages.get("/operation-log")
def operation_log() -> Response:
    """One page of the log with its query form; empty dates mean all that is kept."""
    form = _asked()
    page: dict[str, Any] = {"items": [], "next_cursor": None, "missing": []}
    try:
        page = hall().operation_log(visitor(), checked(LogWindow(), form.values))
    except Refusal as refusal:
        form.refuse(refusal, INPUTS)
    return _page(form, page)


@pages.get("/operation-log/file/<segment:ending>")
def operation_log_file(ending: str) -> Response:
    """The lines of the same query as an Excel or CSV file."""
    if ending not in FILES:
        raise NotFound("no_such_file", "没有这种文件格式。")
    form = _asked()
    try:
        window = checked(LogExport(), dict(form.values) | {"format": ending})
        return attached(FILES[ending], hall().whole_operation_log(visitor(), window), window)
    except Refusal as refusal:
        form.refuse(refusal, INPUTS)
    return _page(form, {"items": [], "next_cursor": None, "missing": []})


def _asked() -> Form:
    form = asked_window()
    if kind := request.args.get("kind", "").strip():
        form.values = dict(form.values) | {"kind": kind}
    return form


def _page(form: Form, page: dict[str, Any]) -> Response:
    window = {name: form.value(name) for name in (*DAYS, "kind") if form.value(name)}
    body = render_template("operation_log.html", page=page, form=form, window=window, kinds=CHOICES)
    return Response(body, 422 if form.problems else 200, content_type="text/html; charset=utf-8")
