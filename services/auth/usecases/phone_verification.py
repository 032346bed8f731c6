"""核实手机号: a registered phone becomes a login name once its owner gives back a code that was sent to it.

A change takes a code to the old phone (manual 10.1); a mistyped new number, or another's, shows here.
"""

from typing import Any

from sqlalchemy.orm import Session

from services.auth.models import Person
from services.auth.usecases.phone_change import verification_id
from services.common.clock import CHINA, business_now
from services.common.database import Answer, DatabaseAccess
from services.common.errors import Refusal
from services.common.receipts import Receipt, digest_of, use_receipt, verify_receipt
from services.common.request import Request

PURPOSE = "phone_verification"


def verify(database: DatabaseAccess, arguments: dict[str, Any], request: Request) -> Answer:
    """{verified_at}, for a code that was sent to the phone that is registered now."""
    with database.read() as session:
        receipt = _receipt(session, arguments["receipt"], request)
    return database.once(request, _verify, receipt)


def _receipt(session: Session, token: str, request: Request) -> Receipt:
    present = verification_id(session, session.get_one(Person, request.person.id))
    return verify_receipt(
        token,
        purpose=PURPOSE,
        person=request.person.id,
        digest=digest_of({"verification_id": present}),
        at=business_now(),
    )


def _verify(session: Session, request: Request, receipt: Receipt) -> Answer:
    person = session.get_one(Person, request.person.id, with_for_update=True, populate_existing=True)
    if receipt.digest != digest_of({"verification_id": verification_id(session, person)}):
        raise Refusal("phone_changed", "手机号刚刚已变更，请重新获取验证码。", pointer="/code")
    use_receipt(session, receipt, request)
    person.phone_verified_at = now = business_now()
    return {"verified_at": now.astimezone(CHINA).isoformat()}
