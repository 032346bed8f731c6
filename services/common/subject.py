"""Who asks: signed by auth, verified by everybody with auth's public key and without asking anyone."""

import json
import os
from dataclasses import asdict, dataclass, field
from functools import cache, lru_cache

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from services.common.clock import technical_now
from services.common.errors import Forbidden, Unauthenticated

ALGORITHM = "Ed25519"
NORMAL_EDITION = "normal"
PROFESSIONAL_NEEDED = "professional_needed"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A person in a role. `id` is the fund number of a citizen or the login name of staff.

    `restricted` sessions may only finish the first visit. `name` is that of staff, for their own screen; a
    citizen's stands in no token. Times are unix seconds of the technical clock.
    """

    id: str
    role: str
    session_id: str
    edition: str = ""
    restricted: bool = False
    issued_at: int = 0
    expires_at: int = 0
    name: str = field(default="", repr=False)


def key_from_environment(name: str) -> OKPKey:
    """The Ed25519 key that the environment variable `name` holds as JWK JSON."""
    return OKPKey.import_key(json.loads(os.environ[name]))


_key = cache(key_from_environment)


def sign_subject(subject: Subject) -> str:
    """A token for `subject`; only auth holds the key."""
    return jwt.encode({"alg": ALGORITHM}, asdict(subject), _key("TOKEN_PRIVATE_KEY"), algorithms=[ALGORITHM])


@lru_cache(maxsize=10_000)
def _verified(token: str) -> Subject:
    claims = jwt.decode(token, _key("TOKEN_PUBLIC_KEY"), algorithms=[ALGORITHM]).claims
    return Subject(**claims)


def verify_subject(token: str) -> Subject:
    """The subject of a token that auth signed and that has not expired; raises Unauthenticated."""
    try:
        subject = _verified(token)
    except (JoseError, ValueError, TypeError):
        raise Unauthenticated("token_invalid", "登录信息无效，请重新登录。") from None
    if subject.expires_at <= technical_now():
        raise Unauthenticated("token_expired", "登录已过期，请重新登录。")
    return subject


def require_professional(subject: Subject) -> None:
    """Forbidden for a citizen of the normal edition (普通版): questions and settings only (decision 23)."""
    if subject.edition == NORMAL_EDITION:
        sentence = (
            "普通版只能查询和设置手机号、密码、短信。办理此业务请选择个人专业版登录；尚未开通专业版的，"
            "可以在线开通，或者本人持有效身份证件到任一管理部柜台开通。"
        )
        raise Forbidden(PROFESSIONAL_NEEDED, sentence, rule="手册 1.1、2")
