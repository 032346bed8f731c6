"""The words of a paper as they are kept: content, number and code in one text, and the digest of it."""

import hashlib
import secrets
from datetime import datetime
from typing import Any, Final

import orjson

from services.common.clock import business_today
from services.common.policy import load_policy
from services.common.settings import settings

Shown = dict[str, Any]

# No I, L, O, U, 0 or 1: a code is read off paper.
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH: Final = 16
TAIL: Final = 4
"""So many digits at the end of the fund number are asked for with a code."""


def new_code() -> str:
    """A code (核验码) that nobody guesses."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))


def paper_columns(content: Shown, number: str, at: datetime) -> Shown:
    """The columns of a paper over `content`, under a new code and in the name of the centre."""
    code = new_code()
    named = content | {"centre": figure("paper_centre_name")}
    text, digest = wording(named, number, code, at)
    return {"number": number, "code": code, "content": text, "digest": digest, "made_at": at}


def wording(content: Shown, number: str, code: str, at: datetime) -> tuple[str, str]:
    """The paper as the text that is kept, and its digest."""
    whole = content | {"number": number, "code": code, "made_at": at.isoformat()}
    text = orjson.dumps(whole, option=orjson.OPT_SORT_KEYS)
    return text.decode(), hashlib.sha256(text).hexdigest()


def words_of(paper: Any) -> Shown:
    """What the paper says, with its digest."""
    said: Shown = orjson.loads(paper.content)
    return said | {"digest": paper.digest}


def figure(name: str) -> Any:
    """A figure of this city for papers, today."""
    return load_policy(settings().city).figure(name).on(business_today())
