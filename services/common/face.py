"""What every service answers beside its own methods: keyed operations, dead letters, gaps, a ping."""

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
from marshmallow import fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.clock import business_now
from services.common.database import Database, kept_answer
from services.common.errors import NotFound
from services.common.events import DeadLetterKeeper, Event, durable, publish_confirmed
from services.common.machine import Machine, Step
from services.common.move import begin, move
from services.common.operation_log import LogWish, forget, page_of
from services.common.outbox import publish_again
from services.common.permissions import SEE_RUNNING, SETTLE_LETTERS
from services.common.request import Request
from services.common.rpc import command, query
from services.common.settings import settings
from services.common.shape import Shape
from services.common.tables import DeadLetter, Operation
from services.common.timers import every
from services.common.topology import RETRY_DELAYS_S, retry_queue

MOST_LETTERS = 200
FORGET_EVERY_S = 3600
# The services name it so; the table of permissions has a name for each thing.
STAFF = SEE_RUNNING

LETTERS = Machine(
    "dead_letter",
    start="dead",
    steps=(
        Step("dead", "replay", "replayed", "staff"),
        Step("dead", "drop", "dropped", "staff"),
    ),
    final=frozenset({"replayed", "dropped"}),
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
        """Forget old answers, then the rows."""
        forget(self.database)

    @query(roles=SEE_RUNNING)
    def dead_letters(self, arguments: dict[str, Any], request: Request) -> dict[str, Any]:
        """Messages that could not take effect, newest first; names and reasons, no contents."""
        with self.database.read() as session:
            rows = session.scalars(select(DeadLetter).order_by(DeadLetter.id.desc()).limit(MOST_LETTERS))
            return {"items": [_shown(letter) for letter in rows]}

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
        """Give a dead letter up, on the record."""
        answer: dict[str, Any] = self.database.once(request, _close_letter, arguments["number"], "drop")
        return answer

    @DeadLetterKeeper.decorator  # type: ignore[untyped-decorator]
    def keep_dead_letter(self, body: bytes, reason: str) -> None:
        """Store a message from the dead-letter queue where staff can see it."""
        with self.database.write() as session:
            _keep(session, body, reason)

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
    digest = hashlib.sha256(body).hexdigest()
    if session.scalar(select(DeadLetter.id).where(DeadLetter.message_id == digest)) is not None:
        return
    letter = DeadLetter(
        message_id=digest, number=f"D{digest[:16]}", event=_name(body), body=body, reason=reason[:200]
    )
    begin(session, LETTERS, letter, actor="system", at=business_now())


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
    return {"letter": _shown(letter)}


def _shown(letter: DeadLetter) -> dict[str, Any]:
    return {
        "number": letter.number,
        "event": letter.event,
        "reason": letter.reason,
        "state": LETTERS.labels[letter.state],
        "actions": LETTERS.actions(letter.state, "staff"),
        "died_at": letter.died_at.isoformat(),
    }
