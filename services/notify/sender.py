"""Sends what is queued: claims by lease, asks auth for the phone, asks the provider, writes down its word.

No transaction is open while auth or a provider is asked. Who is to get a message is written before it is
handed over. A sender that dies loses its lease, and the same provider gets the message again by its number.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
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
from services.notify.adapters import Outcome, Providers, providers_from_environment
from services.notify.messages import ACTOR, policy, receiving_phone
from services.notify.models import WAITING, Code, Message
from services.notify.routing import Silences, candidates, note_answer, note_miss, silences, waits_until
from services.notify.rules import next_wait_s
from services.notify.states import MESSAGE, SENDING, UNKNOWN
from services.notify.templates import on_the_way
from services.notify.usecases import Asked

log = get_logger(__name__)
TRIED = Counter("hall_sms_tried_total", "Tries at sending, by template and outcome", ["template", "outcome"])
ANSWERED = Counter("hall_sms_answers_total", "What SMS providers said", ["provider", "outcome"])

# All that is claimed goes out side by side, so that no message waits under its lease for others to be sent.
SIDE_BY_SIDE = 5
ASK_AUTH_S = 3.0
ASK_PROVIDER_S = 8.0
LEASE_S = 30
_SPEAKING = (Outcome.ACCEPTED, Outcome.REJECTED)
_MAY_HAVE_IT = (Outcome.ACCEPTED, Outcome.UNKNOWN)


class Sending(Protocol):
    """What sending needs of the service."""

    database: DatabaseAccess
    auth: Asked
    providers: Providers


@dataclass
class Errand:
    """One try at one message this sender holds the lease of.

    `names` are the providers to ask, in order, the first of them written down already. `said` is what they
    said. `maybe_there`: the first may have the message from an earlier try.
    """

    message: Message
    names: list[str]
    maybe_there: bool
    said: dict[str, Outcome] = field(default_factory=dict)

    @property
    def refused_by(self) -> list[str]:
        """Who certainly has not got the message and will not take it."""
        no = [name for name, outcome in self.said.items() if outcome is Outcome.REJECTED]
        return [*(name for name in self.message.refused_by if name not in no), *no]

    def action(self, order: tuple[str, ...]) -> str:
        """The step that what was said leads to."""
        outcome = list(self.said.values())[-1]
        if outcome is Outcome.ACCEPTED:
            return "accept"
        if outcome is Outcome.UNKNOWN or (outcome is Outcome.UNREACHED and self.maybe_there):
            return "lose"
        return "reject" if set(self.refused_by) >= set(order) else "postpone"


def send_due(service: Sending) -> int:
    """Hand over as many messages that are due as go out at once; returns how many were claimed."""
    with service.database.write() as session:
        claimed = _claim(session, service.providers.order)
    for _ in GreenPool(SIDE_BY_SIDE).imap(lambda errand: _send(service, errand), claimed):
        pass
    return len(claimed)


def _claim(session: Session, order: tuple[str, ...]) -> list[Errand]:
    """Messages worth sending; those that are not, or have to wait, make room for the next."""
    claimed: list[Errand] = []
    silent = silences(session)
    while due := _due(session, SIDE_BY_SIDE - len(claimed)):
        taken = (_take(session, message, order, silent) for message in due)
        claimed += [errand for errand in taken if errand]
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


def _take(session: Session, message: Message, order: tuple[str, ...], silent: Silences) -> Errand | None:
    now = business_now()
    if message.state == SENDING:
        move(session, MESSAGE, message, "lose", actor=ACTOR, at=now, remark="lease over")
    if why := _not_worth_sending(session, message, now):
        message.code = None
        move(session, MESSAGE, message, "abandon", actor=ACTOR, at=now, remark=why)
        return None
    names, pause = candidates(message, order, silent), timedelta(seconds=next_wait_s(1))
    if not names:
        message.next_attempt_at = waits_until(message, order, silent) or technical_at() + pause
        return None
    errand = Errand(message, names, maybe_there=message.state == UNKNOWN)
    message.attempts += 1
    message.provider = names[0]
    message.next_attempt_at = technical_at() + timedelta(seconds=LEASE_S)
    move(session, MESSAGE, message, "take", actor=ACTOR, at=now)
    return errand


def _not_worth_sending(session: Session, message: Message, now: datetime) -> str | None:
    if message.code and session.scalar(select(Code.id).where(Code.id == message.cause)) is None:
        return "a newer code was asked for"
    if message.send_before_at is not None and message.send_before_at <= now:
        return "the code expired"
    if message.attempts >= policy().figure("sms_attempts").whole(now.date()):
        return "too many attempts"
    return None


def _send(service: Sending, errand: Errand) -> None:
    message = errand.message
    try:
        phone = message.phone or _phone_of(service, message)
    except (Unavailable, Fault, Refusal) as trouble:
        # Also a bug or a no on auth's side: one message may not stop the batch behind it.
        log.warning("no phone for now", number=message.number, cause=type(trouble).__name__)
        _write_down(service.database, errand, "lose" if errand.maybe_there else "postpone")
        return
    if phone is None:
        _write_down(service.database, errand, "withhold")
        return
    message.phone = phone
    if _hand_over(service, errand, phone):
        _write_down(service.database, errand, errand.action(service.providers.order))


def _hand_over(service: Sending, errand: Errand, phone: str) -> bool:
    """Ask one provider after the other until one has, or may have, the message; false for a lost lease."""
    message = errand.message
    text = on_the_way(message.text, message.code)
    for name in errand.names:
        if name != message.provider and not _pass_on(service.database, message, name):
            return False
        outcome = service.providers.by_name[name].send(message.number, phone, text, ASK_PROVIDER_S)
        ANSWERED.labels(name, outcome.name.lower()).inc()
        errand.said[name] = outcome
        if outcome in _MAY_HAVE_IT or (outcome is Outcome.UNREACHED and errand.maybe_there):
            break
    return True


def _pass_on(database: DatabaseAccess, tried: Message, name: str) -> bool:
    """Write down who is to get the message now, with the phone, before it is handed over."""
    with database.write() as session:
        message = session.get_one(Message, tried.number, with_for_update=True)
        if message.state != SENDING or message.attempts != tried.attempts:
            return False
        message.provider, message.phone = name, tried.phone
    tried.provider = name
    return True


def _phone_of(service: Sending, message: Message) -> str | None:
    if message.fund_number is None:
        return None
    if message.phone_change_id is not None:
        return _former_phone(service, message.phone_change_id)
    with service.database.read() as session:
        chosen = receiving_phone(session, message)
    if chosen:
        return chosen
    said = service.auth.call("contact", {"fund_number": message.fund_number}, background(ACTOR, ASK_AUTH_S))
    phone: str | None = said["phone"]
    return phone


def _former_phone(service: Sending, phone_change_id: str) -> str | None:
    """The phone that a change took out of use, whatever phone is chosen for other messages."""
    said = service.auth.call("contact", {"phone_change_id": phone_change_id}, background(ACTOR, ASK_AUTH_S))
    phone: str | None = said["phone"]
    return phone


def _write_down(database: DatabaseAccess, errand: Errand, action: str) -> None:
    tried = errand.message
    with database.write() as session:
        message = session.get_one(Message, tried.number, with_for_update=True)
        _note(session, errand.said)
        if message.state != SENDING or message.attempts != tried.attempts:
            log.info("another sender has the message, or its report came first", number=message.number)
            return
        message.phone = tried.phone or message.phone
        message.refused_by = errand.refused_by
        message.next_attempt_at = technical_at() + timedelta(seconds=next_wait_s(message.attempts))
        _finish(message, action)
        move(session, MESSAGE, message, action, actor=ACTOR, at=business_now(), remark=_remark(errand))
    TRIED.labels(tried.template, action).inc()
    log.info("message tried", number=tried.number, template=tried.template, action=action)


def _note(session: Session, said: dict[str, Outcome]) -> None:
    for name, outcome in sorted(said.items()):
        if outcome in _SPEAKING:
            note_answer(session, name)
        elif (misses := note_miss(session, name)) > 1:
            log.warning("sms provider without an answer", provider=name, misses=misses)


def _remark(errand: Errand) -> str:
    return ", ".join(f"{name}: {outcome.name.lower()}" for name, outcome in errand.said.items())


def _finish(message: Message, action: str) -> None:
    """What goes with a step: the code leaves a finished row, and an accepted message has its times."""
    if MESSAGE.step(SENDING, action).target in MESSAGE.final:
        message.code = None
    if action == "accept":
        message.sent_at, message.accepted_at = business_now(), technical_at()


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


class ProvidersOf(DependencyProvider):  # type: ignore[misc]
    """The SMS providers of this deployment as a dependency."""

    def setup(self) -> None:
        """Read their addresses and keys."""
        self._providers = providers_from_environment()

    def get_dependency(self, worker_ctx: Any) -> Providers:
        """The one set of clients of this process."""
        return self._providers
