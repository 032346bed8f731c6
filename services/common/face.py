"""What every service answers beside its own methods: keyed operations, dead letters, gaps, a ping."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import orjson
from marshmallow import fields, validate
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.common.clock import business_now, technical_at
from services.common.database import Database, kept_answer
from services.common.errors import NotFound
from services.common.events import (
    DeadLetterKeeper,
    EventCounter,
    durable,
    publish_confirmed,
)
from services.common.inbox import Event, count_event, decoded, give_up, is_settled
from services.common.logs import get_logger, tracing
from services.common.machine import Machine, Step
from services.common.move import begin, move
from services.common.operation_log import LogWish, forget, page_of
from services.common.outbox import publish_again
from services.common.permissions import SEE_RUNNING, SETTLE_LETTERS
from services.common.request import Request
from services.common.retention import forget_old, kept_by
from services.common.rpc import command, query
from services.common.sequences import ask_for_missing, watch_sequence
from services.common.settings import settings
from services.common.shape import Shape
from services.common.tables import DeadLetter, Operation, Transition
from services.common.timers import every
from services.common.topology import RETRY_DELAYS_S, retry_queue

log = get_logger(__name__)

SYSTEM = "system"
MOST_LETTERS = 200
FORGET_EVERY_S = 3600
ASK_EVERY_S = 10
# The services name it so; the table of permissions has a name for each thing.
STAFF = SEE_RUNNING

LETTERS = Machine(
    "dead_letter",
    start="dead",
    steps=(
        Step("dead", "replay", "replayed", "staff"),
        Step("dead", "drop", "dropped", "staff"),
        Step("replayed", "die_again", "dead", SYSTEM),
        Step("dropped", "die_again", "dead", SYSTEM),
    ),
    final=frozenset(),
    labels={"dead": "未能处理", "replayed": "已重放", "dropped": "已放弃"},
)


class OperationShape(Shape):
    """Which keyed operation."""

    op_id = fields.String(required=True, validate=validate.Length(min=1, max=150))


class LetterShape(Shape):
    """Which dead letter, by its number."""

    number = fields.String(required=True, validate=validate.Length(min=1, max=80))


class CommonFace:
    """Base of every service class."""

    name = ""
    database: Any = Database()

    @query(roles=None, callers=("gateway", "withdrawal", "notify"))
    def ping(self, arguments: dict[str, Any], request: Request) -> dict[str, Any]:
        """That calls reach the service and its database answers."""
        with self.database.read() as session:
            session.execute(select(1))
        return {"service": self.name}

    @query(OperationShape, roles=None)
    def operation(self, arguments: dict[str, Any], request: Request) -> dict[str, Any]:
        """What became of a keyed command; only its own subject may ask."""
        with self.database.read() as session:
            return operation_of(session, arguments["op_id"], request)

    @query(LogWish)
    def operation_log(self, arguments: dict[str, Any], request: Request) -> dict[str, Any]:
        """What was done in the own name here (日志查询, A-20)."""
        with self.database.read() as session:
            return page_of(session, request.person.id, arguments)

    @every(FORGET_EVERY_S, lock="forget_operations")
    def forget_operations(self, request: Request) -> None:
        """Forget old answers, then the rows, then what else is kept for a time only."""
        try:
            forget(self.database)
        finally:
            forget_old(self.database, kept_by(self.name))

    @query(roles=SEE_RUNNING)
    def dead_letters(self, arguments: dict[str, Any], request: Request) -> dict[str, Any]:
        """Messages that could not take effect, open ones first; names and reasons, no contents."""
        wanted = select(DeadLetter).order_by(DeadLetter.state != LETTERS.start, DeadLetter.died_at.desc())
        with self.database.read() as session:
            return {"items": _all_shown(session, session.scalars(wanted.limit(MOST_LETTERS)).all())}

    @command(LetterShape, roles=SETTLE_LETTERS)
    def replay_dead_letter(self, arguments: dict[str, Any], request: Request) -> dict[str, Any]:
        """Put a dead letter back before the service once more.

        It is published before it is closed: should the closing fail, it is open still, and the inbox stops a
        second effect of the message.
        """
        with self.database.read() as session:
            body = _open_letter(session, arguments["number"])
        soon = retry_queue(settings().service, RETRY_DELAYS_S[0])
        publish_confirmed("retry", soon, body, {"attempt": 0})
        answer: dict[str, Any] = self.database.once(request, _close_letter, arguments["number"], "replay")
        return answer

    @command(LetterShape, roles=SETTLE_LETTERS)
    def drop_dead_letter(self, arguments: dict[str, Any], request: Request) -> dict[str, Any]:
        """Give a dead letter up, on the record: its event takes no effect even when it is published again."""
        answer: dict[str, Any] = self.database.once(request, _drop_letter, arguments["number"])
        return answer

    @DeadLetterKeeper.decorator  # type: ignore[untyped-decorator]
    def keep_dead_letter(self, body: bytes, reason: str) -> None:
        """Store a message from the dead-letter queue where staff can see it."""
        with self.database.write() as session:
            _keep(session, body, reason)

    @EventCounter.decorator  # type: ignore[untyped-decorator]
    def count_event(self, event: Event) -> str:
        """Count an event that nobody here handles, beside those of its noun that somebody does."""
        with tracing(event.trace), self.database.write() as session:
            return count_event(session, event)

    @every(ASK_EVERY_S, lock="ask_for_missing")
    def ask_for_missing(self, request: Request) -> None:
        """Ask for events that did not come."""
        with self.database.write() as session:
            ask_for_missing(session)

    @durable("gap.found")
    def publish_missed_events(self, event: Event, session: Session) -> None:
        """Publish again what a consumer has missed of this service's events."""
        wanted = event.payload
        if wanted["producer"] == settings().service:
            publish_again(session, wanted["aggregate"], wanted["first"], wanted["last"])


def operation_of(session: Session, op_id: str, request: Request) -> dict[str, Any]:
    """State and answer of a keyed command of the request's own subject; NotFound for anyone else's.

    Of a command that nobody in particular gave, only the state: its answer may be a session's token, and an
    address is no secret. Whoever gave it has the answer by the same key and body again. Raises
    answer_forgotten for one done so long ago that its answer is not kept any more.
    """
    row = session.get(Operation, f"{request.caller}|{op_id}")
    subject = request.subject.id if request.subject else ""
    if row is not None and row.subject != subject:
        raise NotFound("no_such_operation", "没有这项操作记录。")
    if row is None:
        return {"state": "absent", "answer": None}
    return {"state": "done", "method": row.method, "answer": kept_answer(row.answer) if row.subject else None}


def operation_on_bill(
    session: Session, op_id: str, request: Request, told: Callable[[str], dict[str, Any]]
) -> dict[str, Any]:
    """As `operation_of`; a command that was cut off after its effect answers what is told of its bill now.

    `told` takes the bill's number.
    """
    known = operation_of(session, op_id, request)
    if known["state"] == "done":
        return known
    effect = operation_of(session, f"{op_id}/effect", request)
    if effect["state"] == "done":
        effect["answer"] = told(str(effect["answer"]["number"]))
    return effect


def _keep(session: Session, body: bytes, reason: str) -> None:
    """A new letter; a settled one that came back is open again; one that is open is there already.

    One whose event has taken effect meanwhile, or was given up, stays settled: a replay would do nothing. Its
    event is not missing any more: who looks for it finds it here, and its producer is not asked.
    """
    if (event := _event(body)) is not None:
        watch_sequence(session, event.producer, event.aggregate, event.sequence)
    digest = hashlib.sha256(body).hexdigest()
    known = session.scalar(select(DeadLetter).where(DeadLetter.message_id == digest).with_for_update())
    if known is None:
        letter = DeadLetter(
            message_id=digest, number=f"D{digest[:16]}", event=_name(body), body=body, reason=reason[:200]
        )
        begin(session, LETTERS, letter, actor=SYSTEM, at=business_now())
    elif "die_again" in LETTERS.actions(known.state, SYSTEM) and not (event and is_settled(session, event)):
        known.deaths, known.died_at, known.reason = known.deaths + 1, technical_at(), reason[:200]
        move(session, LETTERS, known, "die_again", actor=SYSTEM, at=business_now(), remark=reason[:200])
        log.error("dead letter died again", number=known.number, event_name=known.event, deaths=known.deaths)


def _event(body: bytes) -> Event | None:
    try:
        return decoded(body)
    except ValueError:
        return None


def _name(body: bytes) -> str:
    try:
        return str(orjson.loads(body)["event"])[:80]
    except (ValueError, KeyError, TypeError):
        return "not an event"


def _open_letter(session: Session, number: str) -> bytes:
    """The message of a letter that may still be replayed."""
    letter = session.scalar(select(DeadLetter).where(DeadLetter.number == number))
    if letter is None:
        raise NotFound("no_such_letter", "没有这条未处理消息。")
    LETTERS.step(letter.state, "replay")
    return letter.body


def _close_letter(session: Session, request: Request, number: str, action: str) -> dict[str, Any]:
    letter = session.scalar(select(DeadLetter).where(DeadLetter.number == number).with_for_update())
    if letter is None:
        raise NotFound("no_such_letter", "没有这条未处理消息。")
    move(session, LETTERS, letter, action, actor=request.person.id, at=business_now())
    return {"letter": _all_shown(session, [letter])[0]}


def _drop_letter(session: Session, request: Request, number: str) -> dict[str, Any]:
    dropped = _close_letter(session, request, number, "drop")
    body = session.scalars(select(DeadLetter.body).where(DeadLetter.number == number)).one()
    if (event := _event(body)) is not None:
        give_up(session, event)
    return dropped


def _all_shown(session: Session, letters: Sequence[DeadLetter]) -> list[dict[str, Any]]:
    own = (Transition.machine == LETTERS.name, Transition.number.in_([letter.number for letter in letters]))
    begun = select(Transition.number, func.min(Transition.recorded_at)).where(*own)
    first = {number: at for number, at in session.execute(begun.group_by(Transition.number))}
    return [_shown(letter, first.get(letter.number, letter.died_at)) for letter in letters]


def _shown(letter: DeadLetter, first_died_at: datetime) -> dict[str, Any]:
    return {
        "number": letter.number,
        "event": letter.event,
        "reason": letter.reason,
        "state": LETTERS.labels[letter.state],
        "actions": LETTERS.actions(letter.state, "staff"),
        "first_died_at": first_died_at.isoformat(),
        "died_at": letter.died_at.isoformat(),
        "deaths": letter.deaths,
        "reopened": letter.deaths > 1 and letter.state == LETTERS.start,
    }
