"""Every answer that is not the one asked for: application/problem+json (RFC 9457) with a Chinese sentence."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from flask import Flask, Response
from marshmallow import Schema, ValidationError
from werkzeug.exceptions import HTTPException

from gateway.calls import Missing, Outstanding
from services.common.errors import Fault, Invalid, Refusal, Unavailable, Unknown
from services.common.logs import current_trace, get_logger

log = get_logger(__name__)

MIMETYPE = "application/problem+json"
RETRY_AFTER_S = 2

_TITLES = {
    400: "请求有误",
    401: "需要登录",
    403: "不被允许",
    404: "没有找到",
    405: "方法不被允许",
    409: "当前不能办理",
    412: "内容已有变化",
    413: "内容过大",
    415: "内容格式不支持",
    422: "填写有误",
    429: "过于频繁",
    500: "系统故障",
    501: "方法不被支持",
    503: "暂时无法办理",
}
_DETAILS = {
    400: "请求的格式不正确。",
    404: "没有找到所请求的内容。",
    405: "此地址不支持这种请求方法。",
    413: "提交的内容超过允许的大小。",
    415: "只接受 application/json 格式的内容。",
    501: "系统不认识这种请求方法。",
}
_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "content_not_json",
    501: "method_unknown",
}
_SERVICE_TITLES = {
    "auth": "登录服务",
    "deposit": "账户服务",
    "withdrawal": "提取服务",
    "loan": "贷款服务",
    "notify": "短信服务",
}


class InvalidFields(Invalid):
    """Several values are not as asked for; `errors` are {"pointer", "detail"} in the order of the form."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        first = errors[0]
        super().__init__("fields_invalid", "部分内容填写有误，请检查后重新提交。", pointer=first["pointer"])
        self.errors = errors


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What went otherwise, for either adapter: the API writes `body()`, a page shows the same."""

    status: int
    code: str
    detail: str
    errors: list[dict[str, str]] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """A short Chinese heading for the status."""
        return _TITLES.get(self.status, "请求未能完成")

    def body(self) -> dict[str, Any]:
        """The members of the problem document."""
        trace = current_trace()
        return {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": f"urn:uuid:{uuid.UUID(trace)}" if trace else None,
            "code": self.code,
            "errors": self.errors,
            "trace_id": trace,
            **self.extra,
        }


def problem_of(error: Exception) -> Problem:
    """What an exception means for the person; anything unforeseen is a 500 with a trace and no text."""
    if isinstance(error, Refusal):
        return _of_refusal(error)
    if isinstance(error, Unavailable | Unknown):
        return _of_missing(error.service if isinstance(error, Missing) else "")
    if isinstance(error, HTTPException):
        return _of_http(error)
    log.error("request_failed", error=type(error).__name__, exc_info=not isinstance(error, Fault))
    return Problem(status=500, code="internal_error", detail="系统出现故障，请记下跟踪号并稍后再试。")


def _of_refusal(refusal: Refusal) -> Problem:
    passes_on = refusal.passes_on.isoformat() if refusal.passes_on else None
    after = refusal.retry_after_s
    return Problem(
        status=refusal.status,
        code=refusal.code,
        detail=refusal.sentence,
        errors=_errors(refusal),
        extra={"rule": refusal.rule, "figures": refusal.figures, "passes_on": passes_on},
        headers=({} if after is None else {"Retry-After": str(after)}) | _challenge(refusal.status),
    )


def _errors(refusal: Refusal) -> list[dict[str, str]]:
    if isinstance(refusal, InvalidFields):
        return refusal.errors
    if refusal.pointer is None:
        return []
    return [{"pointer": "#" + refusal.pointer.lstrip("#"), "detail": refusal.sentence}]


def _challenge(status: int) -> dict[str, str]:
    return {"WWW-Authenticate": "Bearer"} if status == 401 else {}


def _of_missing(service: str) -> Problem:
    title = _SERVICE_TITLES.get(service, "系统")
    return Problem(
        status=503,
        code="service_missing",
        detail=f"{title}暂时没有应答，请稍后再试。",
        extra={"missing": [service] if service else []},
        headers={"Retry-After": str(RETRY_AFTER_S)},
    )


def _of_http(error: HTTPException) -> Problem:
    status = error.code or 500
    kept = {name: value for name, value in error.get_headers() if name == "Allow"}
    return Problem(
        status=status,
        code=_CODES.get(status, f"http_{status}"),
        detail=_DETAILS.get(status, "请求未能完成。"),
        headers=kept,
    )


def problem_response(problem: Problem) -> Response:
    """The problem as an HTTP answer."""
    return Response(
        orjson.dumps(problem.body()), status=problem.status, mimetype=MIMETYPE, headers=problem.headers
    )


def outstanding_response(outstanding: Outstanding) -> Response:
    """202: the outcome is not known yet, and where it can be looked up; unknown is not failed."""
    body = {"op_id": outstanding.op_id, "state": "unknown", "trace_id": current_trace()}
    location = f"/api/v1/operations/{outstanding.op_id}"
    headers = {"Location": location, "Retry-After": str(RETRY_AFTER_S)}
    return Response(orjson.dumps(body), status=202, mimetype="application/json", headers=headers)


def register_problems(app: Flask) -> None:
    """Answer every exception of `app` as above; a blueprint with pages may register handlers of its own."""
    app.register_error_handler(Outstanding, outstanding_response)
    app.register_error_handler(Exception, lambda error: problem_response(problem_of(error)))


def field_errors(messages: Mapping[str, Any]) -> list[dict[str, str]]:
    """marshmallow's nested messages as {"pointer": "#/spouse/amount", "detail": sentence}, in their order."""
    return list(_flat(messages, "#"))


def _by_field(messages: Any) -> dict[str, Any]:
    return messages if isinstance(messages, dict) else {"_schema": messages}


def _flat(messages: Any, pointer: str) -> Iterator[dict[str, str]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _flat(inner, pointer if name == "_schema" else f"{pointer}/{_escaped(str(name))}")
    elif isinstance(messages, list):
        for message in messages:
            yield from _flat(message, pointer)
    else:
        yield {"pointer": pointer, "detail": str(messages)}


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def checked(schema: Schema, body: Mapping[str, Any]) -> dict[str, Any]:
    """`body` as `schema` loads it, for pages that share the API's schemas; InvalidFields when it is wrong."""
    try:
        loaded: dict[str, Any] = schema.load(body)
    except ValidationError as error:
        raise InvalidFields(field_errors(_by_field(error.messages))) from None
    return loaded
