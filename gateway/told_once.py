"""A sentence for the next page alone: signed, for one session and one page, and gone once it is shown.

It stands in a cookie and in no address, so that no link can put words on a page and no reload says again what
was true when a button was pressed.
"""

import hmac
from hashlib import sha256

from flask import Request, Response, after_this_request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from gateway.visitor import Visitor

COOKIE = "told"
COOKIE_LIFE_S = 60
# A page that looks again by itself asks for a part of itself: that shows no sentence, and so takes none.
_FOR_A_PART = "HX-Request"


class ToldOnce:
    """Writes the cookie of a sentence, and reads it back once."""

    def __init__(self, key: bytes, *, secure: bool) -> None:
        self._serializer = URLSafeTimedSerializer(hmac.digest(key, b"told once", sha256))
        self._secure = secure

    def tell(self, response: AnyResponse, visitor: Visitor, place: str, sentence: str) -> None:
        """Have the page at `place` say `sentence` when the visitor opens it within a minute."""
        value = self._serializer.dumps(sentence, salt=_for(visitor, place))
        response.set_cookie(
            COOKIE, str(value), max_age=COOKIE_LIFE_S, path=place, httponly=True, samesite="Lax",
            secure=self._secure,
        )  # fmt: skip

    def told(self, request: Request, visitor: Visitor) -> str:
        """The sentence for the page that is asked for, or nothing; its answer takes it from the browser."""
        value, place = request.cookies.get(COOKIE), request.path
        if not value or _FOR_A_PART in request.headers:
            return ""
        after_this_request(lambda response: self._forget(response, place))
        try:
            return str(self._serializer.loads(value, salt=_for(visitor, place), max_age=COOKIE_LIFE_S))
        except BadSignature:
            return ""

    def _forget(self, response: Response, place: str) -> Response:
        response.delete_cookie(COOKIE, path=place, httponly=True, samesite="Lax", secure=self._secure)
        return response


def _for(visitor: Visitor, place: str) -> str:
    session = visitor.subject.session_id if visitor.subject else ""
    return f"{session}|{place}"
