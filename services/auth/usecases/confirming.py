"""The browser that began proves to be the person's: by the return code, or by a code to the phone."""

from typing import Any

from sqlalchemy.orm import Session

from services.auth.adapters import FaceProvider
from services.auth.models import Opening
from services.auth.rules import return_digest
from services.auth.states import EXPIRED, PASSED, VERIFYING
from services.auth.usecases import attempts, faces, passes
from services.auth.usecases.attempts import Door
from services.auth.usecases.limits import CHECKS_OF_AN_OPENING
from services.auth.usecases.openings import TOO_MANY_CHECKS, found, shown
from services.auth.usecases.people import not_passed, opening_handle, over, present_state
from services.auth.usecases.phone_change import refuse_former_phone
from services.common.clock import business_now
from services.common.database import Answer, DatabaseAccess
from services.common.errors import Refusal
from services.common.receipts import Receipt, digest_of, use_receipt, verify_receipt
from services.common.request import Request

PURPOSE = "edition_opening"


def bring_back(
    database: DatabaseAccess, face: FaceProvider, arguments: dict[str, Any], request: Request
) -> Answer:
    """Take the code that the provider gave to this browser after the face had passed; the opening as `shown`.

    The provider's own word may come later than the person: then it opens when that comes. Refused with 409
    when the code is not of this opening, or was brought before; NotFound, and nothing counted, for none.
    """
    with database.read() as session:
        opening = found(session, arguments["opening_id"])
    door = Door(CHECKS_OF_AN_OPENING, f"returned:{opening.number}")
    attempts.knock(database, request, door, TOO_MANY_CHECKS)
    if database.once(request.step("brought"), _bring, opening.number, arguments["return_code"])["waits"]:
        faces.ask(database, face, opening)
    return database.once(request, _answer, opening.number)


def _bring(session: Session, request: Request, number: str, return_code: str) -> Answer:
    opening = _locked(session, number)
    if opening.state not in (VERIFYING, PASSED):
        raise Refusal("return_code_used", "这次核验的结果已经处理过，请查看办理结果或者直接登录。")
    brought = return_digest(opening.number, return_code)
    if opening.state == PASSED and opening.return_digest != brought:
        raise Refusal("return_code_wrong", "返回的核验结果与本次开通不符，请用短信验证码确认，或者重新开通。")
    opening.brought_digest = brought
    passes.open_if_returned(session, opening)
    return {"waits": opening.state == VERIFYING}


def _locked(session: Session, number: str) -> Opening:
    opening = session.get_one(Opening, number, with_for_update=True, populate_existing=True)
    if opening.state == PASSED and present_state(opening) == EXPIRED:
        raise over()
    return opening


def _answer(session: Session, request: Request, number: str) -> Answer:
    return shown(session.get_one(Opening, number))


def confirm(database: DatabaseAccess, arguments: dict[str, Any], request: Request) -> Answer:
    """Open it for who has the code that was sent to the registered phone; the opening as `shown`."""
    handle = opening_handle(arguments["opening_id"])
    receipt = verify_receipt(
        arguments["receipt"],
        purpose=PURPOSE,
        person=handle,
        digest=digest_of({"opening": handle}),
        at=business_now(),
    )
    return database.once(request, _confirm, arguments["opening_id"], receipt)


def _confirm(session: Session, request: Request, opening_id: str, receipt: Receipt) -> Answer:
    opening = _locked(session, found(session, opening_id).number)
    if opening.state != PASSED:
        raise not_passed()
    use_receipt(session, receipt, request)
    person = passes.whose(session, opening)
    if person is not None:
        refuse_former_phone(session, person, opening.accepted_at)
    person = passes.take_effect(session, opening, person)
    if person is not None:
        person.phone_verified_at = business_now()
    return shown(opening)
