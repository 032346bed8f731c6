"""Personal data at rest: a column type that encrypts, and a keyed hash by which equal values are found."""

import base64
import hmac
import os
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary, TypeDecorator

from services.common.settings import settings

_NONCE_BYTES = 12


@cache
def _cipher(key_id: str) -> AESGCM:
    return AESGCM(base64.b64decode(settings().sealing_keys[key_id]))


def seal(value: str, place: str) -> bytes:
    """`value` encrypted with AES-256-GCM for `place` ("table.column"): key id, nonce, ciphertext."""
    key_id = settings().sealing_key_current
    nonce = os.urandom(_NONCE_BYTES)
    body = _cipher(key_id).encrypt(nonce, value.encode(), place.encode())
    return bytes([len(key_id)]) + key_id.encode() + nonce + body


def unseal(sealed: bytes, place: str) -> str:
    """What `seal` was given; InvalidTag when it was changed or moved to another place."""
    start = 1 + sealed[0]
    key_id, nonce = sealed[1:start].decode(), sealed[start : start + _NONCE_BYTES]
    return _cipher(key_id).decrypt(nonce, sealed[start + _NONCE_BYTES :], place.encode()).decode()


@cache
def _index_key() -> bytes:
    return base64.b64decode(settings().blind_index_key)


def blind_index(value: str) -> bytes:
    """32 bytes that are equal for equal values and say nothing without the service's key."""
    return hmac.digest(_index_key(), value.encode(), sha256)


class Sealed(TypeDecorator[str]):
    """A text column stored encrypted, bound to its place so that a value moved elsewhere does not open."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Any) -> bytes | None:
        """Encrypt on the way in."""
        return None if value is None else seal(value, self.place)

    def process_result_value(self, value: bytes | None, dialect: Any) -> str | None:
        """Decrypt on the way out."""
        return None if value is None else unseal(bytes(value), self.place)
