"""/api/v1: opening the professional edition, and agreements."""

from gateway.api import schemas
from gateway.api.answers.common import AgreementTextAnswer, CodeAnswer, TokenAnswer
from gateway.api.answers.opening import (
    AgreementAnswer,
    AgreementsAnswer,
    OpeningAnswer,
    OpeningBegunAnswer,
)
from gateway.api.document import HallBlueprint, operation
from gateway.api.keys import hall, key
from gateway.calls import Shape
from gateway.entrance import citizen, visitor

opening = HallBlueprint("opening", __name__, url_prefix="/api/v1", description="专业版开通与协议")


@opening.get("/agreement-texts/<segment:code>")
@operation(AgreementTextAnswer, covers=("A-07", "A-23"), errors=(404,), anonymous=True)
def agreement_text(code: str) -> Shape:
    """The text of an agreement as it is to be accepted now."""
    return hall().agreement(visitor(), code)


@opening.get("/agreements")
@operation(AgreementsAnswer, covers=("A-19",))
def agreements() -> Shape:
    """What one has signed, the latest first."""
    return hall().agreements(citizen())


@opening.get("/agreements/<segment:number>")
@operation(AgreementAnswer, covers=("A-19", "A-23"), errors=(404,))
def signed_agreement(number: str) -> Shape:
    """One signed agreement, with the text as it was signed."""
    return hall().signed_agreement(citizen(), number)


@opening.post("/openings")
@opening.taking(schemas.OpeningBegin)
@operation(OpeningBegunAnswer, status=201, covers=("A-06", "A-07"), writes=True, anonymous=True)
def begin_edition_opening(body: Shape) -> Shape:
    """Accept the agreement and begin to open the professional edition."""
    return hall().begin_edition_opening(visitor(), key(), body)


@opening.post("/openings/<segment:opening_id>/identity")
@opening.taking(schemas.OpeningIdentity)
@operation(OpeningAnswer, covers=("A-05", "A-08"), errors=(404,), writes=True, anonymous=True)
def submit_opening(body: Shape, opening_id: str) -> Shape:
    """Say who one is and choose a password; `page_url` leads to the face verification."""
    return hall().submit_opening(visitor(), key(), opening_id, body)


@opening.get("/openings/<segment:opening_id>")
@operation(OpeningAnswer, covers=("A-05",), errors=(404,), anonymous=True)
def look_at_opening(opening_id: str) -> Shape:
    """How far an opening is."""
    return hall().opening(visitor(), opening_id)


@opening.post("/openings/<segment:opening_id>/check")
@operation(OpeningAnswer, covers=("A-05",), errors=(404,), writes=True, anonymous=True)
def check_opening(opening_id: str) -> Shape:
    """Have the provider asked now what became of the verification."""
    return hall().check_opening(visitor(), key(), opening_id)


@opening.post("/openings/<segment:opening_id>/return")
@opening.taking(schemas.OpeningReturn)
@operation(OpeningAnswer, covers=("A-05",), errors=(404,), writes=True, anonymous=True)
def bring_back_opening(body: Shape, opening_id: str) -> Shape:
    """Hand over the code with which the provider sent this browser back after the face had passed."""
    return hall().bring_back_opening(visitor(), key(), opening_id, body)


@opening.post("/openings/<segment:opening_id>/code")
@operation(CodeAnswer, status=201, covers=("A-05",), errors=(404,), writes=True, anonymous=True)
def issue_edition_code(opening_id: str) -> Shape:
    """Without that code: have one sent to the registered phone."""
    return hall().issue_edition_code(visitor(), key(), opening_id)


@opening.post("/openings/<segment:opening_id>/confirmation")
@opening.taking(schemas.PhoneProof)
@operation(OpeningAnswer, covers=("A-05",), errors=(404,), writes=True, anonymous=True)
def confirm_opening(body: Shape, opening_id: str) -> Shape:
    """Confirm the opening with the code from the registered phone."""
    return hall().confirm_opening(visitor(), key(), opening_id, body)


@opening.post("/openings/<segment:opening_id>/session")
@operation(TokenAnswer, status=201, covers=("A-05",), errors=(404,), writes=True, anonymous=True)
def enter_opening(opening_id: str) -> Shape:
    """Log in after the opening, once."""
    return hall().enter_opening(visitor(), key(), opening_id)
