"""Logging in, the first visit, and the sessions one holds."""

from gateway.calls import COMMAND_S, Command, Shape
from gateway.uses.desk import Desk
from gateway.visitor import Visitor
from services.common.request import digest_of

FIRST_VISIT = "first_visit"


def _from_here(visitor: Visitor, body: Shape) -> Shape:
    return body | {"address": visitor.address, "client": visitor.client}


class IdentityUses(Desk):
    """Uses that auth answers; only the codes of a first visit come from notify."""

    def issue_captcha(self, visitor: Visitor, key: str) -> Shape:
        """Draw a captcha (A-11): {captcha_id, image_png (base64 of a PNG), expires_at}. Anonymous."""
        return self._order(visitor, Command(service="auth", method="issue_captcha", key=key))

    def log_in(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """Open a citizen's session (A-09 to A-12).

        body: {edition: "professional"|"normal", login_name, password, captcha_id, captcha_answer}.
        Returns {token, expires_at, …}. One refusal text whether the number exists or not.
        """
        return self._order(visitor, _login("log_in", visitor, key, body))

    def staff_log_in(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """Open a session of staff. body: {login_name, password, captcha_id, captcha_answer, code}."""
        return self._order(visitor, _login("staff_log_in", visitor, key, body))

    def renew(self, visitor: Visitor, key: str, *, seconds: float = COMMAND_S) -> Shape:
        """Exchange a living token for a fresh one of the same session: {token, expires_at}."""
        return self._order(visitor, Command(service="auth", method="renew", key=key, seconds=seconds))

    def log_out(self, visitor: Visitor, key: str) -> Shape:
        """End the session of this very token: {}."""
        return self._order(visitor, Command(service="auth", method="log_out", key=key))

    def sessions(self, visitor: Visitor) -> Shape:
        """List own sessions: {items: [{session_id, opened_at, expires_at, address, client, current}]}."""
        return self._ask(visitor, "auth", "sessions")

    def end_session(self, visitor: Visitor, key: str, session_id: str) -> Shape:
        """End one of one's own sessions: {}; NotFound when it is not one's own."""
        wanted = {"session_id": session_id}
        return self._order(visitor, Command(service="auth", method="end_session", key=key, arguments=wanted))

    def end_other_sessions(self, visitor: Visitor, key: str) -> Shape:
        """End all of one's own sessions but this one: {ended: how many}."""
        return self._order(visitor, Command(service="auth", method="end_other_sessions", key=key))

    def begin_first_visit(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """Start a first visit (A-10, A-13; decision 21). body: {fund_number, captcha_id, captcha_answer}.

        Returns {first_visit_id}, the same whether the number exists or not.
        """
        arguments = body | {"address": visitor.address}
        return self._order(
            visitor,
            Command(service="auth", method="begin_first_visit", key=key, arguments=arguments, same=body),
        )

    def issue_first_visit_code(self, visitor: Visitor, key: str, first_visit_id: str) -> Shape:
        """Send the code to the registered phone: {sent: true, expires_at, next_at}, whoever asks."""
        arguments = _first_visit(first_visit_id) | {"address": visitor.address}
        same = {"first_visit_id": first_visit_id}
        return self._order(
            visitor, Command(service="notify", method="issue_code", key=key, arguments=arguments, same=same)
        )

    def complete_first_visit(self, visitor: Visitor, key: str, first_visit_id: str, body: Shape) -> Shape:
        """Set one's own password and be logged in (A-13). body: {code, password}. Returns as `log_in`."""
        checking = _first_visit(first_visit_id) | {"code": body["code"]}
        checked = self._prove_code(visitor, key, checking, body | {"first_visit_id": first_visit_id})
        arguments = {
            "first_visit_id": first_visit_id,
            "receipt": checked["receipt"],
            "password": body["password"],
        }
        return self._order(
            visitor,
            Command(
                service="auth",
                method="complete_first_visit",
                key=key,
                arguments=_from_here(visitor, arguments),
                same=body | {"first_visit_id": first_visit_id},
            ),
        )


def _login(method: str, visitor: Visitor, key: str, body: Shape) -> Command:
    return Command(service="auth", method=method, key=key, arguments=_from_here(visitor, body), same=body)


def _first_visit(first_visit_id: str) -> Shape:
    return {
        "purpose": FIRST_VISIT,
        "digest": digest_of({"first_visit_id": first_visit_id}),
        "first_visit_id": first_visit_id,
    }
