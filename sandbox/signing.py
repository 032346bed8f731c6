"""Is a request from one who holds the shared key? The callers' rule, written a second time on purpose."""

import hashlib
import hmac
from dataclasses import dataclass

from sandbox.answers import Refused

WINDOW_S = 300
LONGEST_TIMESTAMP = 12


@dataclass(frozen=True)
class Signed:
    """What was signed, with the two headers: Unix seconds, and the hex HMAC-SHA-256."""

    timestamp: str
    signature: str
    path: str
    body: bytes


def require_signature(key: bytes, signed: Signed, now_s: float) -> None:
    """Raise Refused 401 unless the HMAC is right and its timestamp at most 5 minutes off `now_s`."""
    lines = f"{signed.timestamp}\n{signed.path}\n".encode() + signed.body
    expected = hmac.new(key, lines, hashlib.sha256).hexdigest()
    genuine = hmac.compare_digest(expected.encode(), signed.signature.encode())
    if not (genuine and _is_fresh(signed.timestamp, now_s)):
        raise Refused(401, "bad_signature")


def _is_fresh(timestamp: str, now_s: float) -> bool:
    readable = len(timestamp) <= LONGEST_TIMESTAMP and timestamp.isascii() and timestamp.isdigit()
    return readable and abs(now_s - int(timestamp)) <= WINDOW_S
