"""/api/v1: slips on bills, as content and as a file, and the verification of papers."""

from flask import Response

from gateway.api import schemas
from gateway.api.answers.papers import PaperAnswer, SlipAnswer
from gateway.api.document import HallBlueprint, operation
from gateway.api.keys import hall, key
from gateway.calls import Shape
from gateway.entrance import citizen, visitor
from gateway.printing.files import slip_pdf

papers = HallBlueprint("papers", __name__, url_prefix="/api/v1", description="回单与核验")


@papers.get("/slips/<segment:number>")
@operation(SlipAnswer, errors=(404, 409))
def slip(number: str) -> Shape:
    """The slip on an own bill that is booked, by the bill's number; the same whenever it is asked for."""
    return hall().slip(citizen(), number)


@papers.get("/slips/<segment:number>/pdf")
@operation(None, errors=(404, 409), files=("application/pdf",))
def slip_file(number: str) -> Response:
    """The same slip as a PDF file."""
    return slip_pdf(hall().slip(citizen(), number))


@papers.post("/verifications")
@papers.taking(schemas.PaperVerification)
@operation(PaperAnswer, errors=(404,), writes=True, anonymous=True)
def verify(body: Shape) -> Shape:
    """Whether a statement or slip is genuine: what it says, to be compared, the person masked."""
    return hall().verify_paper(visitor(), key(), body)
