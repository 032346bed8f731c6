"""Puts the API and its document into the application."""

import inspect
from collections.abc import Callable
from typing import Any

import orjson
from flask import Flask, Response, render_template_string

from gateway.api.contributions import bills
from gateway.api.document import HallApi, part_schema
from gateway.api.freelancer import freelancer
from gateway.api.fund import fund
from gateway.api.identity import identity
from gateway.api.log import log
from gateway.api.opening import opening
from gateway.api.papers import papers
from gateway.api.phone import phone
from gateway.api.staff import staff
from gateway.api.statements import statements
from gateway.api.subscriptions import subscriptions
from gateway.api.transfers import transfers
from gateway.api.withdrawals import withdrawals
from gateway.routing import Login, Segment, know_converters

VERSION = "1.0.0"
_TITLE = "住房公积金网上业务大厅"
_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
}
_ABOUT = (
    "个人业务与工作人员业务。Amounts are texts in yuan, moments carry the offset of China. Answers have"
    " the members described here and no others; a later version may add some: overlook what you do not know."
)
_METHODS = ("get", "post", "put", "delete")
_LIST = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ title }} API</title></head><body><main><h1>{{ title }} API {{ version }}</h1>
<p>机器可读文档：<a href="/openapi.json">/openapi.json</a>（OpenAPI 3.1.1）</p>
<table><caption>全部操作</caption>
<thead><tr>{% for head in ("方法", "地址", "说明", "覆盖条目") %}
<th scope="col">{{ head }}</th>{% endfor %}</tr></thead>
<tbody>{% for method, path, operation in operations %}
<tr><td><code>{{ method | upper }}</code></td><td><code>{{ path }}</code></td>
<td>{{ operation.summary }}</td><td>{{ operation["x-covers"] | join(", ") }}</td></tr>
{% endfor %}</tbody></table></main></body></html>
"""


def register(app: Flask) -> None:
    """Open /api/v1, /openapi.json and /docs in `app.extensions["hall"]`'s application."""
    app.config.update(API_TITLE=_TITLE, API_VERSION=VERSION, OPENAPI_VERSION="3.1.1")
    know_converters(app)
    api = HallApi(app, spec_kwargs={"servers": [{"url": "/"}], "info": {"description": _ABOUT}})
    api.register_converter(Segment, part_schema)
    api.register_converter(Login, part_schema)
    for name, scheme in _SECURITY.items():
        api.spec.components.security_scheme(name, scheme)
    parts = (
        identity,
        opening,
        phone,
        log,
        fund,
        freelancer,
        bills,
        withdrawals,
        transfers,
        statements,
        papers,
        subscriptions,
        staff,
    )
    for blueprint in parts:
        api.register_blueprint(blueprint)
    _describe_schemas(api)
    app.add_url_rule("/openapi.json", "openapi", _document(api.spec.to_dict()))
    app.add_url_rule("/docs", "docs", _listing(api.spec.to_dict()))


def _describe_schemas(api: HallApi) -> None:
    """Each schema says in the document what its docstring says."""
    for key, name in api.ma_plugin.converter.refs.items():
        api.spec.components.schemas[name]["description"] = inspect.getdoc(key[0])


def _document(document: dict[str, Any]) -> Callable[[], Response]:
    body = orjson.dumps(document)

    def answer() -> Response:
        return Response(body, mimetype="application/json", headers={"Cache-Control": "max-age=300"})

    return answer


def _listing(document: dict[str, Any]) -> Callable[[], str]:
    operations = [
        (method, path, operations[method])
        for path, operations in document["paths"].items()
        for method in _METHODS
        if method in operations
    ]

    def answer() -> str:
        return render_template_string(_LIST, title=_TITLE, version=VERSION, operations=operations)

    return answer
