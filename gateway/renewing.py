"""Sessions of pages go on while they are used: a token more than half used is renewed in passing."""

from hashlib import sha256
from typing import Any

from flask import Response, current_app

from gateway.calls import Missing, Outstanding
from gateway.sessions import Sessions
from gateway.visitor import Visitor
from services.common.clock import technical_now
from services.common.errors import Fault, Refusal
from services.common.logs import get_logger
from services.common.subject import Subject, verify_subject

log = get_logger(__name__)

# A page waits for its renewal only briefly: the next one asks again.
RENEWAL_S = 1.0
_PAUSE_S = 15.0
_KEY_CHARACTERS = 40


class Renewals:
    """Exchanges the token of a page's cookie for a fresh one of the same session.

    auth keeps the session's absolute end and refuses a session that was ended. The key is made of the token:
    pages that are opened at the same moment get the same fresh one.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._paused_until = 0.0

    def renew(self, visitor: Visitor, response: Response) -> None:
        """Leave a fresh token in the answer's cookie when the visitor's is more than half used."""
        if not self._is_due(visitor.subject) or self._sessions.settles_cookie(response):
            return
        if (fresh := self._exchanged(visitor)) is not None:
            self._sessions.open_cookie(response, fresh["token"], verify_subject(fresh["token"]))

    def _is_due(self, subject: Subject | None) -> bool:
        now = technical_now()
        if subject is None or subject.restricted or now < self._paused_until:
            return False
        return 2 * now > subject.issued_at + subject.expires_at

    def _exchanged(self, visitor: Visitor) -> dict[str, Any] | None:
        key = sha256(str(visitor.token).encode()).hexdigest()[:_KEY_CHARACTERS]
        try:
            fresh: dict[str, Any] = current_app.extensions["hall"].renew(visitor, key, seconds=RENEWAL_S)
        except (Missing, Outstanding, Fault) as absence:
            # Every page of the next seconds would wait as long as this one for nothing.
            self._paused_until = technical_now() + _PAUSE_S
            log.warning("session_not_renewed", error=type(absence).__name__)
            return None
        except Refusal as refusal:
            log.info("session_not_renewed", refusal=refusal.code)
            return None
        return fresh
