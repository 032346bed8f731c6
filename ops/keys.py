"""Passwords and keys of one hall, made once and kept in a file only its owner may read."""

import base64
import secrets
from typing import Any

from joserfc.jwk import OKPKey

from ops.files import read_json, write_json
from ops.places import Home
from services.common.topology import SERVICES, USERS

Secrets = dict[str, Any]

OUTSIDE = ("bank", "sms", "sms_second", "registers", "face", "transfers")
KEYS_OF_TWO = (*OUTSIDE, "operation", "cursor")


def secrets_of(home: Home) -> Secrets:
    """Read the secrets of this hall; what an older hall did not have yet is made now."""
    kept: Secrets = read_json(home.secrets_file) or {}
    whole = _completed(kept)
    if whole != kept:
        write_json(home.secrets_file, whole, mode=0o600)
    return whole


def _completed(kept: Secrets) -> Secrets:
    fresh = _made()
    whole = fresh | kept
    for group in ("broker", "database", "sealing"):
        whole[group] = fresh[group] | kept.get(group, {})
    return whole


def _made() -> Secrets:
    roles = ["postgres", "relay", *SERVICES, *(f"{service}_owner" for service in SERVICES)]
    return {
        "hall": secrets.token_hex(4),
        "broker": {user: secrets.token_urlsafe(24) for user in USERS},
        "database": {role: secrets.token_urlsafe(24) for role in roles},
        "sealing": {service: _sealing_keys() for service in SERVICES},
        "token": _signing_key(),
        "receipt": _signing_key(),
        **{name: secrets.token_hex(32) for name in KEYS_OF_TWO},
    }


def _sealing_keys() -> dict[str, Any]:
    return {"keys": {"k1": _key_of_32_bytes()}, "current": "k1", "blind_index": _key_of_32_bytes()}


def _key_of_32_bytes() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _signing_key() -> dict[str, Any]:
    key = OKPKey.generate_key("Ed25519", private=True)
    return {"private": key.as_dict(private=True), "public": key.as_dict(private=False)}
