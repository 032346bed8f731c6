"""What providers tell the hall by themselves: its shape, and whether it is genuine."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import orjson
from marshmallow import EXCLUDE, fields, validate

from services.common.clock import technical_now
from services.common.errors import Forbidden
from services.common.shape import Shape

WINDOW_S = 300
BODY_CHARACTERS = 16_384
TIMESTAMP_CHARACTERS = 12
SIGNATURE_CHARACTERS = 64


def signature(key: str, timestamp: str, path: str, body: bytes) -> str:
    """Hex HMAC-SHA-256 of timestamp, path and body, each on its own line, as the outside world checks it."""
    return hmac.new(key.encode(), f"{timestamp}\n{path}\n".encode() + body, hashlib.sha256).hexdigest()


class Told(Shape):
    """What a provider tells: a field that it added since is passed over, not refused."""

    class Meta:
        unknown = EXCLUDE


class Callback(Shape):
    """A provider's report as the gateway hands it on, unverified."""

    timestamp = fields.String(required=True, validate=validate.Length(max=TIMESTAMP_CHARACTERS))
    signature = fields.String(required=True, validate=validate.Length(equal=SIGNATURE_CHARACTERS))
    path = fields.String(required=True, validate=validate.Length(max=100))
    body = fields.String(required=True, validate=validate.Length(max=BODY_CHARACTERS))


def genuine(key: str, callback: Mapping[str, str]) -> dict[str, Any]:
    """What a provider told the hall by itself, once its signature and moment are checked.

    `callback` has timestamp, signature, path and body as they came. Raises Forbidden (callback_not_genuine)
    for another signature, a moment more than five minutes off, or a body that is no JSON object. It may
    still be a repeat: the receiver looks at what it already knows.
    """
    content = callback["body"].encode()
    expected = signature(key, callback["timestamp"], callback["path"], content)
    told = _object_of(content)
    right = hmac.compare_digest(expected.encode(), callback["signature"].encode())
    if not right or not _is_fresh(callback["timestamp"]) or told is None:
        raise Forbidden("callback_not_genuine", "通知的签名无效或已过期。")
    return told


def _is_fresh(timestamp: str) -> bool:
    readable = len(timestamp) <= TIMESTAMP_CHARACTERS and timestamp.isascii() and timestamp.isdigit()
    return readable and abs(technical_now() - int(timestamp)) <= WINDOW_S


def _object_of(content: bytes) -> dict[str, Any] | None:
    try:
        value = orjson.loads(content)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
