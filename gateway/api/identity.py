"""/api/v1: captchas, sessions, first visits."""

from flask import Response

from gateway.api import schemas, windows
from gateway.api.answers.common import CodeAnswer, TokenAnswer
from gateway.api.answers.identity import CaptchaAnswer, FirstVisitAnswer, LooksAtMeAnswer, SessionsAnswer
from gateway.api.document import HallBlueprint, operation
from gateway.api.keys import hall, key, linked
from gateway.calls import Shape
from gateway.entrance import citizen, entrance, logged_in, visitor

identity = HallBlueprint("identity", __name__, url_prefix="/api/v1", description="谁在办理")


@identity.post("/captchas")
@operation(CaptchaAnswer, status=201, covers=("A-11",), writes=True, anonymous=True)
def issue_captcha() -> Shape:
    """Draw a captcha."""
    its_key = key()
    entrance().admit_to_captcha()
    return hall().issue_captcha(visitor(), its_key)


@identity.post("/sessions")
@identity.taking(schemas.SessionOpening)
@operation(
    TokenAnswer,
    status=201,
    covers=("A-09", "A-10", "A-11", "A-12"),
    errors=(401, 403),
    writes=True,
    anonymous=True,
)
def log_in(body: Shape) -> Shape:
    """Log in and get a bearer token."""
    return hall().log_in(visitor(), key(), body)


@identity.post("/sessions/renewal")
@operation(TokenAnswer, writes=True)
def renew() -> Shape:
    """Exchange the token for a fresh one of the same session."""
    return hall().renew(logged_in(), key())


@identity.get("/sessions")
@operation(SessionsAnswer)
def sessions() -> Shape:
    """List own living sessions."""
    return hall().sessions(logged_in())


@identity.delete("/sessions/others")
@operation(None, status=204, writes=True)
def end_other_sessions() -> Shape:
    """End all of one's own sessions but this one."""
    return hall().end_other_sessions(logged_in(), key())


@identity.delete("/sessions/current")
@operation(None, status=204, writes=True)
def log_out() -> Shape:
    """Log out."""
    return hall().log_out(logged_in(), key())


@identity.delete("/sessions/<segment:session_id>")
@operation(None, status=204, errors=(404,), writes=True)
def end_session(session_id: str) -> Shape:
    """End one of one's own sessions."""
    return hall().end_session(logged_in(), key(), session_id)


@identity.post("/first-visits")
@identity.taking(schemas.FirstVisit)
@operation(FirstVisitAnswer, status=201, covers=("A-10", "A-12", "A-13"), writes=True, anonymous=True)
def begin_first_visit(body: Shape) -> Shape:
    """Come for the first time."""
    return hall().begin_first_visit(visitor(), key(), body)


@identity.post("/first-visits/<segment:first_visit_id>/code")
@operation(CodeAnswer, status=201, covers=("A-13",), errors=(404,), writes=True, anonymous=True)
def issue_first_visit_code(first_visit_id: str) -> Shape:
    """Have a code sent to the registered phone."""
    return hall().issue_first_visit_code(visitor(), key(), first_visit_id)


@identity.post("/first-visits/<segment:first_visit_id>/password")
@identity.taking(schemas.FirstPassword)
@operation(TokenAnswer, status=201, covers=("A-13", "A-14"), errors=(404,), writes=True, anonymous=True)
def complete_first_visit(body: Shape, first_visit_id: str) -> Shape:
    """Set one's own password with the code; the first session opens at once."""
    return hall().complete_first_visit(visitor(), key(), first_visit_id, body)


@identity.get("/looks")
@identity.taking(windows.MessagesWindow, "query")
@operation(LooksAtMeAnswer)
def looks_at_me(window: Shape) -> Response:
    """Who of the centre's staff looked at the own file, when and for what."""
    return linked(hall().looks_at_me(citizen(), window))


@identity.post("/staff/sessions")
@identity.taking(schemas.StaffSessionOpening)
@operation(TokenAnswer, status=201, errors=(401, 403), writes=True, anonymous=True)
def staff_log_in(body: Shape) -> Shape:
    """Log in as staff; the first time the token only lets in to set up password and second factor."""
    return hall().staff_log_in(visitor(), key(), body)
