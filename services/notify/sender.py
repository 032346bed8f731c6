"""Sends what is due: asks auth for the phone, asks the provider, writes down its word, each on its own.

No transaction is open while auth or a provider is asked. Who is to get a message is written before it is
handed over. A sender that dies loses its lease, and the same provider gets the message again by its number.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

from eventlet import GreenPool
from nameko.extensions import DependencyProvider
from prometheus_client import Counter
from sqlalchemy.orm import Session

from services.common.clock import business_now, technical_at
from services.common.database import DatabaseAccess
from services.common.errors import Fault, Refusal, Unavailable
from services.common.logs import get_logger
from services.common.move import move
from services.common.request import background
from services.notify.adapters import Outcome, Providers, providers_from_environment
from services.notify.errands import OTHERS_MOST, SIDE_BY_SIDE, Errand, Room, claim
from services.notify.messages import ACTOR, receiving_phone
from services.notify.models import Message
from services.notify.routing import note_answer, note_miss
from services.notify.rules import next_wait_s
from services.notify.states import MESSAGE, SENDING
from services.notify.templates import on_the_way
from services.notify.usecases import Asked

log = get_logger(__name__)
TRIED = Counter("hall_sms_tried_total", "Tries at sending, by template and outcome", ["template", "outcome"])
ANSWERED = Counter("hall_sms_answers_total", "What SMS providers said", ["provider", "outcome"])

ASK_AUTH_S = 3.0
ASK_PROVIDER_S = 8.0
_SPEAKING = (Outcome.ACCEPTED, Outcome.REJECTED, Outcome.REFUSED)
_MAY_HAVE_IT = (Outcome.ACCEPTED, Outcome.UNKNOWN)


class Sending(Protocol):
    """What sending needs of the service."""

    database: DatabaseAccess
    auth: Asked
    providers: Providers


class Dispatch:
    """What this process has under way, at most as many as `pool` has places; some of them are for codes."""

    def __init__(self, pool: GreenPool) -> None:
        self._pool = pool
        self._others = 0

    def send_due(self, service: Sending, freed: Callable[[], None]) -> int:
        """Hand over what is due and has room, each on its own; `freed` follows each. How many it were."""
        begun = 0
        while True:
            seen, errands = self._claimed(service)
            for errand in errands:
                self._others += not errand.message.is_code
                self._pool.spawn_n(self._try, service, errand, freed)
            begun += len(errands)
            # What is not worth sending, or has to wait, makes room for the next.
            if seen == len(errands):
                return begun

    def _claimed(self, service: Sending) -> tuple[int, list[Errand]]:
        room = Room(places=self._pool.free(), others=OTHERS_MOST - self._others)
        if room.places <= 0:
            return 0, []
        with service.database.write() as session:
            return claim(session, service.providers.order, room)

    def _try(self, service: Sending, errand: Errand, freed: Callable[[], None]) -> None:
        try:
            _send(service, errand)
        except Exception:
            # Its lease runs out and it is tried again; the messages beside it go on.
            log.exception("message not tried", number=errand.message.number)
        finally:
            self._others -= not errand.message.is_code
            freed()


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
    if _hand_over(service, errand, phone):
        _write_down(service.database, errand, errand.action(service.providers.order))


def _hand_over(service: Sending, errand: Errand, phone: str) -> bool:
    """Ask one provider after the other until one has, or may have, the message; false for a lost lease."""
    message = errand.message
    text = on_the_way(message.text, message.code)
    for name in errand.names:
        if not _entrust(service.database, message, name, phone):
            return False
        outcome = service.providers.by_name[name].send(message.number, phone, text, ASK_PROVIDER_S)
        ANSWERED.labels(name, outcome.name.lower()).inc()
        errand.said[name] = outcome
        if outcome in _MAY_HAVE_IT or errand.still_there(outcome):
            break
    return True


def _entrust(database: DatabaseAccess, tried: Message, name: str, phone: str) -> bool:
    """Write down who is to get the message now, for which phone, before it is handed over.

    Whoever goes on after this sender's death must say the same again. False for a lost lease.
    """
    with database.write() as session:
        message = session.get_one(Message, tried.number, with_for_update=True)
        if message.state != SENDING or message.attempts != tried.attempts:
            return False
        message.provider, message.phone = name, phone
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
    """What goes with a step: the code leaves a finished row, and an accepted message has its times.

    Nobody has a postponed message: it goes to the phone that counts when it is tried again.
    """
    if MESSAGE.step(SENDING, action).target in MESSAGE.final:
        message.code = None
    if action == "postpone" and not message.is_code:
        message.phone = None
    if action == "accept":
        message.sent_at, message.accepted_at = business_now(), technical_at()


class Sender(DependencyProvider):  # type: ignore[misc]
    """Woken after a commit, by the sweeper, or by a place that is free; two wakes are one."""

    def setup(self) -> None:
        """Nothing is due yet as far as this process knows."""
        self._running = False
        self._again = False
        self._dispatch = Dispatch(GreenPool(SIDE_BY_SIDE))

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
                self._dispatch.send_due(service, lambda: self.wake(service))
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
