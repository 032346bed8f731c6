"""Which sessions were ended before their tokens expire: heard as broadcasts, and loaded from auth first."""

import threading
import uuid
from datetime import datetime
from typing import Any

import orjson

from gateway.calls import Asking
from gateway.rpc import Question
from services.common.clock import technical_now
from services.common.errors import Fault, Refusal, Unavailable, Unknown
from services.common.logs import get_logger

log = get_logger(__name__)

_RETRY_S = 1.0
# Loaded again now and then, so that what has expired is forgotten also while the bus holds for weeks.
_RELOAD_S = 600.0
_LOAD_S = 2.0


class Revocations:
    """The ended sessions of the last token lifetime. Until they are loaded, no token is trusted."""

    def __init__(self, lifetime_s: int) -> None:
        self._lifetime_s = lifetime_s
        self._ended: dict[str, float] = {}
        self._wanted = threading.Event()
        self._stopping = False
        self.loaded = False

    def covers(self, session_id: str) -> bool:
        """True when the session was ended."""
        return session_id in self._ended

    def add(self, session_id: str, expires_at: float) -> None:
        """Remember an ended session until its last token expires (unix seconds of the technical clock)."""
        self._ended[session_id] = expires_at

    def hear(self, _: str, body: bytes) -> None:
        """Take in a `session.revoked` event as it comes over the bus."""
        try:
            event = orjson.loads(body)
            self._take(event["payload"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            # The list auth keeps is the truth: what cannot be read here is asked there.
            log.error("revocation_unreadable", error=type(error).__name__)
            self.want()

    def want(self) -> None:
        """Have the list loaded again soon, because a broadcast may have been missed."""
        self._wanted.set()

    def start(self, bus: Asking) -> None:
        """Load in the background whenever wanted, trying again until auth answers."""
        threading.Thread(target=self._keep_loading, args=(bus,), name="revocations", daemon=True).start()

    def stop(self) -> None:
        """Stop loading."""
        self._stopping = True
        self._wanted.set()

    def load(self, bus: Asking) -> None:
        """Ask auth once for every session ended within a token's lifetime; raises what the bus raises."""
        since = int(technical_now()) - self._lifetime_s
        question = Question(
            service="auth",
            method="revocations",
            arguments={"since": since},
            trace=uuid.uuid4().hex,
        )
        for revocation in bus.gather(bus.submit(question, _LOAD_S))["items"]:
            self._take(revocation)
        self._forget_expired()
        self.loaded = True

    def _take(self, revocation: dict[str, Any]) -> None:
        until = datetime.fromisoformat(revocation["expires_at"])
        self.add(revocation["session_id"], until.timestamp())

    def _forget_expired(self) -> None:
        # In place: the bus's thread may add one meanwhile, and a new dict would lose it.
        now = technical_now()
        for session_id in [known for known, until in list(self._ended.items()) if until <= now]:
            self._ended.pop(session_id, None)

    def _keep_loading(self, bus: Asking) -> None:
        while not self._stopping:
            self._wanted.wait(_RELOAD_S)
            self._wanted.clear()
            if not self._stopping and not self._loaded_now(bus):
                threading.Event().wait(_RETRY_S)
                self._wanted.set()

    def _loaded_now(self, bus: Asking) -> bool:
        try:
            self.load(bus)
        except (Unknown, Unavailable, Fault, Refusal) as error:
            log.warning("revocations_not_loaded", error=type(error).__name__)
            return False
        return True
