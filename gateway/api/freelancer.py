"""/api/v1: opening a freelancer's account, and adjusting its contribution base."""

from gateway.api import schemas
from gateway.api.answers.common import CodeAnswer
from gateway.api.answers.freelancer import (
    ApplicantAnswer,
    ApplicantStateAnswer,
    BaseAdjustmentAnswer,
    BaseAdjustmentsAnswer,
    OpenedAnswer,
    OpeningTermsAnswer,
)
from gateway.api.document import HallBlueprint, operation
from gateway.api.keys import hall, key
from gateway.calls import Shape
from gateway.entrance import citizen, visitor

freelancer = HallBlueprint("freelancer", __name__, url_prefix="/api/v1", description="自由职业者")


@freelancer.get("/freelancer-openings/terms")
@operation(OpeningTermsAnswer, covers=("D-30",), anonymous=True)
def freelancer_terms() -> Shape:
    """Departments, bounds, rates and the agreement of the opening form."""
    return hall().freelancer_terms(visitor())


@freelancer.post("/freelancer-openings")
@freelancer.taking(schemas.OpeningBegun)
@operation(ApplicantAnswer, status=201, covers=("D-28", "D-29", "D-30"), writes=True, anonymous=True)
def begin_opening(body: Shape) -> Shape:
    """Begin to open a freelancer's account; nobody's books are looked at."""
    return hall().begin_opening(visitor(), key(), body)


@freelancer.get("/freelancer-openings/<segment:applicant>")
@operation(ApplicantStateAnswer, covers=("D-32",), anonymous=True)
def opening_state(applicant: str) -> Shape:
    """How far an application is."""
    return hall().opening_state(visitor(), applicant)


@freelancer.post("/freelancer-openings/<segment:applicant>/code")
@freelancer.taking(schemas.OpeningWish)
@operation(CodeAnswer, status=201, covers=("N-13",), writes=True, anonymous=True)
def issue_opening_code(body: Shape, applicant: str) -> Shape:
    """Have a code sent to the typed phone, good for just this application."""
    return hall().issue_opening_code(visitor(), key(), applicant, body)


@freelancer.post("/freelancer-openings/<segment:applicant>/account")
@freelancer.taking(schemas.OpeningSubmitted)
@operation(
    OpenedAnswer,
    status=201,
    covers=("D-30", "D-31", "D-32", "A-21", "A-22"),
    writes=True,
    anonymous=True,
)
def open_freelancer(body: Shape, applicant: str) -> Shape:
    """Open the account at once; the answer brings the first session."""
    return hall().open_freelancer(visitor(), key(), applicant, body)


@freelancer.get("/base-adjustments")
@operation(BaseAdjustmentsAnswer, covers=("D-22",))
def base_adjustments() -> Shape:
    """Own contribution base, and what was or may be changed."""
    return hall().base_adjustments(citizen())


@freelancer.post("/base-adjustments")
@freelancer.taking(schemas.BaseWish)
@operation(BaseAdjustmentAnswer, status=201, covers=("D-22",), writes=True)
def adjust_base(body: Shape) -> Shape:
    """File another contribution base from the next month on."""
    return hall().adjust_base(citizen(), key(), body)


@freelancer.delete("/base-adjustments/<segment:number>")
@operation(BaseAdjustmentAnswer, covers=("D-22",), errors=(404,), writes=True)
def undo_base_adjustment(number: str) -> Shape:
    """Take an adjustment back before its month begins."""
    return hall().undo_base_adjustment(citizen(), key(), number)
