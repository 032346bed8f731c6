"""What became of a message after a provider took it: its report, the wait for one, how long it is kept."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from services.common.callbacks import genuine
from services.common.clock import business_now, technical_at
from services.common.database import DatabaseAccess
from services.common.errors import Forbidden
from services.common.logs import get_logger
from services.common.move import move
from services.common.request import Request
from services.common.shape import loaded
from services.notify.adapters import CALLBACK_PATHS, Providers
from services.notify.messages import ACTOR, Answer, Wake, policy
from services.notify.models import Code, CodeTry, Message
from services.notify.schemas import DeliveryReport
from services.notify.states import ACCEPTED, MESSAGE, SENDING, UNKNOWN

log = get_logger(__name__)

HANDED_OVER = (SENDING, UNKNOWN, ACCEPTED)
CODES_KEPT = timedelta(days=2)
AT_ONCE = 500
_ACTIONS = {"delivered": "deliver", "failed": "bounce", "expired": "expire"}


def report_in(providers: Providers, arguments: Answer) -> tuple[str, Answer]:
    """The provider by the address it called, and what it reports.

    Raises Forbidden for a report that is not genuine or from nobody, Invalid for one that cannot be read.
    """
    provider = CALLBACK_PATHS.get(arguments["path"], "")
    if provider not in providers.keys:
        raise Forbidden("callback_not_genuine", "通知的签名无效或已过期。")
    return provider, loaded(DeliveryReport, genuine(providers.keys[provider], arguments))


def hear(
    session: Session, request: Request, told: tuple[str, dict[str, Any]], order: tuple[str, ...], wake: Wake
) -> Answer:
    """Take a provider's report once: a final message stays what it is, whatever comes in what order."""
    provider, report = told
    message = session.get(Message, report["message_number"], with_for_update=True)
    if message is None:
        log.warning("report about no message of ours", number=report["message_number"], provider=provider)
    elif message.provider == provider and message.state in HANDED_OVER:
        _take(session, message, report, order)
        wake()
    else:
        log.info("report changes nothing", number=message.number, provider=provider, state=message.state)
    return {"received": True}


def _take(session: Session, message: Message, report: dict[str, Any], order: tuple[str, ...]) -> None:
    action = _ACTIONS[report["state"]]
    if action == "bounce":
        message.refused_by = [*message.refused_by, str(message.provider)]
        if set(message.refused_by) < set(order) and _still_wanted(session, message):
            action = "pass_on"
            message.phone = message.phone if message.is_code else None
            message.next_attempt_at = technical_at()
    if MESSAGE.step(message.state, action).target in MESSAGE.final:
        message.code = None
    message.reported_at = business_now()
    message.sent_at = message.sent_at or message.reported_at
    remark = f"{message.provider}: {report['reason'] or report['state']}"
    move(session, MESSAGE, message, action, actor=str(message.provider), at=business_now(), remark=remark)


def _still_wanted(session: Session, message: Message) -> bool:
    """A code is worth sending once more only while it lives; one that left the row cannot be sent at all."""
    if message.send_before_at is None:
        return True
    living = session.scalar(select(Code.id).where(Code.id == message.cause)) is not None
    return message.code is not None and living and message.send_before_at > business_now()


def stop_waiting(session: Session) -> int:
    """End the wait for reports that are long overdue; returns how many it was."""
    wait_s = policy().figure("sms_report_wait_s").whole(business_now().date())
    overdue = (
        select(Message)
        .where(Message.state == ACCEPTED, Message.accepted_at < technical_at() - timedelta(seconds=wait_s))
        .order_by(Message.accepted_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    found = session.scalars(overdue).all()
    for message in found:
        message.code = None
        move(session, MESSAGE, message, "stop_waiting", actor=ACTOR, at=business_now(), remark="no report")
    return len(found)


def drop_dead_codes(session: Session) -> None:
    """Take the codes out of accepted messages once nobody could use them any more."""
    dead = (Message.state == ACCEPTED, Message.code.is_not(None), Message.send_before_at <= business_now())
    session.execute(update(Message).where(*dead).values(code=None))


def forget_old(database: DatabaseAccess) -> int:
    """Remove codes, tries and messages that were kept as long as the city says; how many messages it was.

    Some at a time, each time in a transaction of its own, until there are none.
    """
    with database.write() as session:
        before = business_now() - CODES_KEPT
        session.execute(delete(CodeTry).where(CodeTry.tried_at < before))
        session.execute(delete(Code).where(Code.expires_at < before))
    return _forget_messages(database, "messages_kept_days") + _forget_messages(
        database, "code_messages_kept_days", Message.send_before_at.is_not(None)
    )


def _forget_messages(database: DatabaseAccess, days: str, *which: ColumnElement[bool]) -> int:
    gone = 0
    while some := _forget_some(database, days, *which):
        gone += some
    return gone


def _forget_some(database: DatabaseAccess, days: str, *which: ColumnElement[bool]) -> int:
    """Each kind by its own index: one question for both would pass over all that is kept longer."""
    now = business_now()
    before = now - timedelta(days=policy().figure(days).whole(now.date()))
    old = (Message.written_at < before, Message.state.in_(MESSAGE.final), *which)
    oldest = select(Message.number).where(*old).order_by(Message.written_at).limit(AT_ONCE)
    forgotten = delete(Message).where(Message.number.in_(oldest)).returning(Message.number)
    with database.write() as session:
        return len(session.execute(forgotten).all())
