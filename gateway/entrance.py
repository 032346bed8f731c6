"""The door: every request gets its visitor here, and is turned away here when it has no business inside."""

from flask import Flask, Request, Response, current_app, g, request
from flask.globals import request_ctx

from gateway.addresses import plain_address
from gateway.crowding import Crowd
from gateway.devices import device
from gateway.protection import (
    SAFE_METHODS,
    Bodies,
    CsrfTokens,
    refuse_foreign_writes,
    refuse_large_bodies,
    refuse_unknown_host,
    refuse_unknown_methods,
)
from gateway.rates import Rates
from gateway.renewing import Renewals
from gateway.sessions import Sessions
from gateway.settings import GatewaySettings
from gateway.told_once import ToldOnce
from gateway.visitor import Visitor
from services.common.errors import Forbidden, Unauthenticated
from services.common.logs import current_trace

CITIZEN = "citizen"
API_PREFIX = "/api/"
# Told by the machines of others: no session, no cookie, no form; the receiving service checks the signature.
CALLBACK_PREFIX = "/callbacks/"
# Answers to nobody in particular; a cookie sent along with them does not matter.
_UNCOUNTED = ("/static/", "/healthz", "/readyz", "/metrics")
_OPEN_PATHS = (*_UNCOUNTED, "/openapi.json", "/docs")
_UNGUARDED = (*_OPEN_PATHS, CALLBACK_PREFIX)


class Entrance:
    """Knows the visitor of a request and guards writes that a cookie authenticates."""

    def __init__(self, settings: GatewaySettings, sessions: Sessions) -> None:
        self._settings = settings
        self._rates = Rates(settings)
        self._crowd = Crowd(settings.threads)
        self.sessions = sessions
        self._renewals = Renewals(sessions)
        self._bodies = Bodies(max(1, settings.threads // 2), of_one=max(1, settings.threads // 4))
        self.secure = settings.cookie_secure
        self.url = settings.url
        self.csrf = CsrfTokens(settings.operation_key, secure=settings.cookie_secure)
        self.told_once = ToldOnce(settings.operation_key, secure=settings.cookie_secure)

    def register(self, app: Flask) -> None:
        """Stand at the door of `app`."""
        app.extensions["entrance"] = self
        app.before_request(self.admit)
        app.after_request(self.see_off)
        app.teardown_request(self._let_out)

    def admit(self) -> None:
        """Build the visitor; refuse what is foreign, too much, or a cookie's write without its CSRF token."""
        # Itself, not Flask's stand-in for it, which looks it up at every use.
        asked = request_ctx.request
        path, writes = asked.path, asked.method not in SAFE_METHODS
        g.visitor = nobody = _nobody(asked)
        g.by_cookie = False
        refuse_unknown_methods(asked)
        refuse_unknown_host(asked, self._settings.hosts)
        refuse_large_bodies(asked)
        counted = writes or not path.startswith(_UNCOUNTED)
        # What reaches no receiver is anybody's, and takes nothing of the providers' part.
        report = path.startswith(CALLBACK_PREFIX) and asked.url_rule is not None and asked.method == "POST"
        if report:
            self._rates.spend_callback(nobody.address)
        elif counted:
            self._count(path, nobody)
        self._bodies.read(asked, nobody.address)
        if writes and not path.startswith(_UNGUARDED):
            self._guard_write()
        if counted:
            # Not before the body is in: those have places of their own.
            g.taken = self._crowd.enter_report() if report else self._crowd.enter(g.visitor)

    def _count(self, path: str, nobody: Visitor) -> None:
        """Count the request among those of this minute, for the person it comes from if there is one."""
        if not path.startswith(_UNGUARDED):
            self._recognise(nobody)
        self._rates.spend(g.visitor)

    def _let_out(self, _: BaseException | None) -> None:
        taken = g.pop("taken", None)
        if taken is not None:
            self._crowd.leave(taken)

    def admit_to_captcha(self) -> None:
        """Count a captcha; TooMany when this address has had too many drawn."""
        self._rates.spend_captcha(g.visitor.address)

    def note_rubbish(self) -> None:
        """Count the report that this request brought as nobody's."""
        self._rates.spend_rubbish(g.visitor.address)

    def see_off(self, response: Response) -> Response:
        """Send the cookies that this answer needs: for its forms, and for a session that goes on."""
        if g.by_cookie and not request.path.startswith(API_PREFIX):
            self._renewals.renew(g.visitor, response)
        self.csrf.leave_cookie(response)
        return response

    def _token(self) -> str | None:
        bearer = self.sessions.bearer(request.headers)
        if bearer is not None:
            return bearer
        cookie = self.sessions.cookie_token(request.cookies)
        g.by_cookie = cookie is not None
        return cookie

    def _recognise(self, nobody: Visitor) -> None:
        """Give the request its person. A made-up token counts as nobody's request, and a good one never does:
        a neighbour behind the same address must not shut out who is logged in."""
        try:
            token = self._token()
            subject = self.sessions.subject(token) if token is not None else None
        except Unauthenticated as refusal:
            if not g.by_cookie:
                self._rates.spend(nobody)
                raise
            # A stale cookie is nobody's: the page itself decides whether that matters.
            g.by_cookie = False
            g.stale_session = refusal
            return
        if subject is not None:
            g.visitor = Visitor(
                address=nobody.address, client=nobody.client, trace=nobody.trace, subject=subject, token=token
            )

    def _guard_write(self) -> None:
        refuse_foreign_writes(request)
        of_a_page = not request.path.startswith(API_PREFIX)
        if g.by_cookie or of_a_page:
            self.csrf.check(request, g.visitor)


def _nobody(asked: Request) -> Visitor:
    client = device(asked.headers.get("User-Agent", ""))
    return Visitor(address=plain_address(asked.remote_addr), client=client, trace=current_trace())


def entrance() -> Entrance:
    """The entrance of the application at work."""
    door: Entrance = current_app.extensions["entrance"]
    return door


def visitor() -> Visitor:
    """Whoever asks, logged in or not."""
    known: Visitor = g.visitor
    return known


def citizen() -> Visitor:
    """The citizen who asks; Unauthenticated for nobody, Forbidden for staff and first visits (A-14)."""
    return _in_role(CITIZEN)


def member_of_staff() -> Visitor:
    """Whoever of the staff asks; Forbidden for citizens, and before the login is set up."""
    known = logged_in()
    if not known.at_work:
        raise Forbidden("role_not_allowed", "当前登录身份不能办理此项业务。")
    return known


def logged_in() -> Visitor:
    """Whoever is logged in, in whatever role."""
    known = visitor()
    if known.subject is None:
        stale: Unauthenticated | None = g.get("stale_session")
        raise stale or Unauthenticated("not_logged_in", "请先登录。")
    return known


def _in_role(role: str) -> Visitor:
    known = logged_in()
    subject = known.subject
    if subject is None or subject.role != role:
        raise Forbidden("role_not_allowed", "当前登录身份不能办理此项业务。")
    if subject.restricted:
        raise Forbidden("first_visit_unfinished", "请先完成首次登录，设置密码后再办理业务。")
    return known


def csrf_token() -> str:
    """The token for the hidden field of a page's form."""
    return entrance().csrf.token(request, visitor())
