"""The Idempotency-Key of a write, and documents that change only if they are still as they were read."""

import re
from hashlib import blake2b
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Response, current_app, request

from gateway.hall import Hall
from services.common.errors import Refusal, Stale

_KEY = re.compile(r"[A-Za-z0-9_-]{1,255}")
_TAG_BYTES = 12


class KeyMissing(Refusal):
    """A write came without a usable key, so that a repeat of it could not be told from a new one."""

    status = 400


def hall() -> Hall:
    """The hall of the application at work."""
    at_work: Hall = current_app.extensions["hall"]
    return at_work


def key() -> str:
    """The request's Idempotency-Key; KeyMissing when there is none or it is not of the promised form."""
    given = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(given):
        sentence = "请求头 Idempotency-Key 必填：1 至 255 个字母、数字、下划线或连字符。"
        raise KeyMissing("idempotency_key_missing", sentence, pointer="/Idempotency-Key")
    return given


def tagged(document: dict[str, Any]) -> Response:
    """A document with its ETag, or 304 when the client has it already.

    The ETag is for programs that keep the document themselves and for If-Match. No cache may keep it
    (no-store, as of every personal answer): the disk of a shared computer would.
    """
    body = orjson.dumps(document)
    response = Response(body, mimetype="application/json")
    response.set_etag(_tag(body))
    response.make_conditional(request)
    return response


def check_unchanged(document: dict[str, Any]) -> None:
    """Stale when the request names (If-Match) another version than the document is now."""
    if not request.if_match.contains(_tag(orjson.dumps(document))):
        raise Stale("document_changed", "内容已有变化，请刷新后再操作。")


def conditional() -> bool:
    """True when the request asks to be done only if the document is unchanged."""
    return "If-Match" in request.headers


def linked(page: dict[str, Any], status: int = 200) -> Response:
    """A page of a list with the address of the next one in its Link header (RFC 8288)."""
    response = Response(orjson.dumps(page), status=status, mimetype="application/json")
    if (cursor := page.get("next_cursor")) is not None:
        others = {name: value for name, value in request.args.items() if name != "cursor"}
        query = urlencode(others | {"cursor": cursor})
        response.headers["Link"] = f'<{request.path}?{query}>; rel="next"'
    return response


def _tag(body: bytes) -> str:
    return blake2b(body, digest_size=_TAG_BYTES).hexdigest()
