"""What somebody without an account applies for, in the words in which code receipts are bound to it."""

from collections.abc import Mapping
from typing import Any

from services.common.request import digest_of

FREELANCER_OPENING = "freelancer_opening"
_OPENING = ("applicant", "name", "id_number", "office", "base_fen", "rate_percent")


def opening_digest(wanted: Mapping[str, Any]) -> str:
    """The digest a code for opening a freelancer's account is for: who, where, how much a month.

    Other members of `wanted` do not count; KeyError when one of these is missing.
    """
    return digest_of({name: wanted[name] for name in _OPENING})
