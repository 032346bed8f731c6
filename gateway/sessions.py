"""Who a request comes from: a signed token verified here, in a header or the session cookie."""

from flask import Response
from werkzeug.datastructures import Headers, ImmutableMultiDict

from gateway.calls import Missing
from gateway.revocations import Revocations
from services.common.errors import Unauthenticated
from services.common.subject import Subject, verify_subject

_BEARER = "bearer "


class Sessions:
    """Verifies tokens without asking anyone and keeps the cookie that pages use."""

    def __init__(self, revocations: Revocations, *, secure: bool) -> None:
        self._revocations = revocations
        self._secure = secure
        # The prefix makes browsers refuse the cookie from another host or over plain HTTP.
        self.cookie = "__Host-session" if secure else "session"

    def bearer(self, headers: Headers) -> str | None:
        """The token of an Authorization header; Unauthenticated when the header is of another scheme."""
        value = headers.get("Authorization")
        if value is None:
            return None
        if value[: len(_BEARER)].lower() != _BEARER or not value[len(_BEARER) :].strip():
            raise Unauthenticated("token_invalid", "登录信息无效，请重新登录。")
        return value[len(_BEARER) :].strip()

    def cookie_token(self, cookies: ImmutableMultiDict[str, str]) -> str | None:
        """The token of the session cookie, if there is one."""
        return cookies.get(self.cookie)

    def subject(self, token: str) -> Subject:
        """The person of a living, not revoked token.

        Raises Unauthenticated, or Missing while the revocations are not loaded yet.
        """
        subject = verify_subject(token)
        if not self._revocations.loaded:
            raise Missing("auth")
        if self._revocations.covers(subject.session_id):
            raise Unauthenticated("session_ended", "登录已结束，请重新登录。")
        return subject

    def open_cookie(self, response: Response, token: str, subject: Subject) -> None:
        """Give the browser the session of `token`, until it expires."""
        response.set_cookie(
            self.cookie,
            token,
            expires=subject.expires_at,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="Lax",
        )

    def settles_cookie(self, response: Response) -> bool:
        """Does the answer already say what becomes of the browser's session?"""
        begins = f"{self.cookie}="
        return any(line.startswith(begins) for line in response.headers.getlist("Set-Cookie"))

    def close_cookie(self, response: Response) -> None:
        """Take the session from the browser."""
        response.delete_cookie(self.cookie, path="/", secure=self._secure, httponly=True, samesite="Lax")
