"""Receipts: notify's signed word that a person gave the right code for one thing.

The service that owns the effect verifies the receipt itself and uses it up in the effect's transaction.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache

from joserfc import jwt
from joserfc.errors import JoseError
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common.errors import Refusal
from services.common.request import Request, digest_of
from services.common.subject import ALGORITHM, key_from_environment
from services.common.tables import UsedReceipt

__all__ = ["Receipt", "digest_of", "sign_receipt", "use_receipt", "verify_receipt"]

_key = cache(key_from_environment)


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A right code: for `person` (fund number or first visit), `purpose` and the digest of what it is for.

    `expires_at` is unix seconds of the business clock.
    """

    id: str
    purpose: str
    person: str
    digest: str
    expires_at: int


def sign_receipt(receipt: Receipt) -> str:
    """The receipt as a token; only notify holds the key."""
    return jwt.encode(
        {"alg": ALGORITHM}, asdict(receipt), _key("RECEIPT_PRIVATE_KEY"), algorithms=[ALGORITHM]
    )


def verify_receipt(token: str, *, purpose: str, person: str, digest: str, at: datetime) -> Receipt:
    """The receipt, when notify signed it for just this and it has not expired at business time `at`."""
    try:
        receipt = Receipt(**jwt.decode(token, _key("RECEIPT_PUBLIC_KEY"), algorithms=[ALGORITHM]).claims)
    except (JoseError, ValueError, TypeError):
        raise Refusal("code_invalid", "短信验证码无效，请重新获取。", pointer="/code") from None
    if (receipt.purpose, receipt.person, receipt.digest) != (purpose, person, digest):
        raise Refusal("code_for_something_else", "短信验证码与本次业务不符，请重新获取。", pointer="/code")
    if receipt.expires_at <= at.timestamp():
        raise Refusal("code_expired", "短信验证码已过期，请重新获取。", pointer="/code")
    return receipt


def use_receipt(session: Session, receipt: Receipt, request: Request) -> None:
    """Use the receipt up with the effect of `request`; a second use is refused."""
    row = insert(UsedReceipt).values(
        receipt_id=receipt.id, purpose=receipt.purpose, op_id=f"{request.caller}|{request.op_id}"
    )
    used = session.execute(row.on_conflict_do_nothing().returning(UsedReceipt.receipt_id)).first()
    if used is None:
        raise Refusal("code_used", "短信验证码已使用，请重新获取。", pointer="/code")
