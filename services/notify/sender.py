"""Sends what is queued: claims by lease, asks auth for the phone, asks the provider, writes down its word.

No transaction is open while auth or the provider is asked. A sender that dies loses its lease, and the
message is handed over again under its own number.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from eventlet import GreenPool
from nameko.extensions import DependencyProvider
from prometheus_client import Counter
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.clock import business_now, technical_at
from services.common.database import DatabaseAccess
from services.common.errors import Fault, Refusal, Unavailable
from services.common.logs import get_logger
from services.common.move import move
from services.common.request import background
from services.notify.adapters import Outcome, SmsProvider, provider_from_environment
from services.notify.models import WAITING, Code, Message
from services.notify.rules import next_wait_s
from services.notify.states import MESSAGE, SENDING
from services.notify.templates import on_the_way
from services.notify.usecases import ACTOR, Asked, policy

log = get_logger(__name__)
TRIED = Counter("hall_sms_tried_total", "Tries at sending, by template and outcome", ["template", "outcome"])

# All that is claimed goes out side by side, so that no message waits under its lease for others to be sent.
SIDE_BY_SIDE = 5
ASK_AUTH_S = 3.0
ASK_PROVIDER_S = 8.0
LEASE_S = 30
_ACTIONS = {Outcome.ACCEPTED: "accept", Outcome.REJECTED: "reject", Outcome.UNKNOWN: "lose"}


class Sending(Protocol):
    """What sending needs of the service."""

    database: DatabaseAccess
    auth: Asked
    provider: SmsProvider


def send_due(service: Sending) -> int:
    """Hand over as many messages that are due as go out at once; returns how many were claimed."""
    with service.database.write() as session:
        claimed = _claim(session, SIDE_BY_SIDE)
    for _ in GreenPool(SIDE_BY_SIDE).imap(lambda message: _send(service, message), claimed):
        pass
    return len(claimed)


def _claim(session: Session, most: int) -> list[Message]:
    """Up to `most` messages worth sending; those that are not are abandoned and make room for the next."""
    claimed: list[Message] = []
    while due := _due(session, most - len(claimed)):
        claimed += [message for message in due if _take(session, message)]
    return claimed


def _due(session: Session, most: int) -> Sequence[Message]:
    """Messages that are due, or whose sender's lease is over, locked past other senders' claims."""
    due = (
        select(Message)
        .where(Message.state.in_(WAITING), Message.next_attempt_at <= technical_at())
        .order_by(Message.next_attempt_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(due).all()


def _take(session: Session, message: Message) -> bool:
    now = business_now()
    if message.state == SENDING:
        move(session, MESSAGE, message, "lose", actor=ACTOR, at=now, remark="lease over")
    if why := _not_worth_sending(session, message, now):
        message.code = None
        move(session, MESSAGE, message, "abandon", actor=ACTOR, at=now, remark=why)
        return False
    message.attempts += 1
    message.next_attempt_at = technical_at() + timedelta(seconds=LEASE_S)
    move(session, MESSAGE, message, "take", actor=ACTOR, at=now)
    return True


def _not_worth_sending(session: Session, message: Message, now: datetime) -> str | None:
    if message.code and session.scalar(select(Code.id).where(Code.id == message.cause)) is None:
        return "a newer code was asked for"
    if message.send_before_at is not None and message.send_before_at <= now:
        return "the code expired"
    if message.attempts >= policy().figure("sms_attempts").whole(now.date()):
        return "too many attempts"
    return None


def _send(service: Sending, message: Message) -> None:
    """One try at one message this sender holds the lease of."""
    try:
        phone = message.phone or _phone_of(service.auth, message)
    except (Unavailable, Fault, Refusal) as trouble:
        # Also a bug or a no on auth's side: one message may not stop the batch behind it.
        log.warning("no phone for now", number=message.number, cause=type(trouble).__name__)
        _write_down(service.database, message, "postpone", None)
        return
    if phone is None:
        _write_down(service.database, message, "withhold", None)
        return
    message.phone = phone
    text = on_the_way(message.text, message.code)
    outcome = service.provider.send(message.number, phone, text, ASK_PROVIDER_S)
    _write_down(service.database, message, _ACTIONS[outcome], phone)


def _phone_of(auth: Asked, message: Message) -> str | None:
    if message.fund_number is None:
        return None
    said = auth.call("contact", {"fund_number": message.fund_number}, background(ACTOR, ASK_AUTH_S))
    phone: str | None = said["phone"]
    return phone


def _write_down(database: DatabaseAccess, tried: Message, action: str, phone: str | None) -> None:
    with database.write() as session:
        message = session.get_one(Message, tried.number, with_for_update=True)
        if message.state != SENDING or message.attempts != tried.attempts:
            log.info("another sender has the message", number=message.number)
            return
        message.phone = phone or message.phone
        message.next_attempt_at = technical_at() + timedelta(seconds=next_wait_s(message.attempts))
        _finish(message, action)
        move(session, MESSAGE, message, action, actor=ACTOR, at=business_now())
    TRIED.labels(tried.template, action).inc()
    log.info("message tried", number=tried.number, template=tried.template, action=action)


def _finish(message: Message, action: str) -> None:
    """What goes with a final state: the code leaves the row, and an accepted message has its time."""
    if MESSAGE.step(SENDING, action).target in MESSAGE.final:
        message.code = None
    if action == "accept":
        message.sent_at = business_now()


class Sender(DependencyProvider):  # type: ignore[misc]
    """One sending greenthread per process, woken after a commit or by the sweeper; two wakes are one."""

    def setup(self) -> None:
        """Nothing is due yet as far as this process knows."""
        self._running = False
        self._again = False

    def get_dependency(self, worker_ctx: Any) -> "Sender":
        """The one sender of this process."""
        return self

    def wake(self, service: Sending) -> None:
        """Send what is due now, in the background."""
        self._again = True
        if not self._running:
            self._running = True
            self.container.spawn_managed_thread(lambda: self._run(service), identifier="sender")

    def _run(self, service: Sending) -> None:
        try:
            while self._again:
                self._again = False
                while send_due(service):
                    pass
        except Exception:
            # A managed greenthread that raises ends the whole process; the sweeper wakes the sender again.
            log.exception("sending stopped")
        finally:
            self._running = False


class Provider(DependencyProvider):  # type: ignore[misc]
    """The SMS provider of this deployment as a dependency."""

    def setup(self) -> None:
        """Read its address and key."""
        self._provider = provider_from_environment()

    def get_dependency(self, worker_ctx: Any) -> SmsProvider:
        """The one client of this process."""
        return self._provider
