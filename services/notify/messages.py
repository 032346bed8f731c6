"""Messages: written with their cause, to whoever wants to hear of an event; listed for their owner."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.common.clock import business_now, business_today, technical_at
from services.common.identifiers import mask_mobile
from services.common.inbox import Event
from services.common.listing import newest_first
from services.common.move import begin
from services.common.policy import Policy, load_policy
from services.common.settings import settings
from services.notify.items import ALWAYS, ITEMS, wants
from services.notify.models import MESSAGE_NUMBERS, Message, Subscription
from services.notify.states import MESSAGE
from services.notify.templates import TEMPLATES, Facts, Template

Answer = dict[str, Any]
Wake = Callable[[], None]
ACTOR = "notify"


def policy() -> Policy:
    """The figures of this city."""
    return load_policy(settings().city)


def write_message(session: Session, message: Message, template_code: str, facts: Facts, wake: Wake) -> None:
    """Queue a message with its template's text in the session's transaction; `wake` follows the commit."""
    template, now = TEMPLATES.get(template_code), business_now()
    signature = str(policy().figure("sms_signature").on(now.date()))
    message.number = f"S{now:%Y%m%d}{session.scalar(select(MESSAGE_NUMBERS.next_value())):08d}"
    message.template, message.template_version = template.code, template.version
    message.text = template.render(facts, signature)
    message.refused_by = []
    message.next_attempt_at, message.written_at = technical_at(), now
    begin(session, MESSAGE, message, actor=ACTOR, at=now)
    sqlalchemy_event.listen(session, "after_commit", lambda _: wake(), once=True)


def tell(session: Session, event: Event, wake: Wake) -> None:
    """Write the messages of an event to its depositors, when it has a text, to those who want to be told.

    KeyError or TypeError for a payload without what the text needs: the event is retried, then a dead letter.
    """
    if event.name not in TEMPLATES:
        return
    template = TEMPLATES.get(event.name)
    people = template.people(event.payload)
    for fund_number in _listeners(session, template, list(people)):
        cause = event.message_id if len(people) == 1 else f"{event.message_id}/{fund_number}"
        message = Message(cause=cause, fund_number=fund_number, phone=None, code=None)
        write_message(session, message, template.code, people[fund_number], wake)
    if (former := f"{event.name}.former") in TEMPLATES:
        _tell_former_phone(session, event, former, wake)


def _tell_former_phone(session: Session, event: Event, template: str, wake: Wake) -> None:
    """Whoever lost a phone to a change reads of it there: it may have been somebody else who changed it."""
    message = Message(
        cause=event.message_id,
        fund_number=event.payload["fund_number"],
        phone_change_id=event.payload["number"],
        phone=None,
        code=None,
    )
    write_message(session, message, template, event.payload, wake)


def _listeners(session: Session, template: Template, people: list[str]) -> list[str]:
    """Those of the depositors who are told: all of them of security and of items nobody can take off."""
    if template.item is None:
        return people
    mode = ITEMS.get(template.item).mode(policy(), business_today())
    if mode is None or mode == ALWAYS:
        return people if mode else []
    rows = session.scalars(select(Subscription).where(Subscription.fund_number.in_(people)))
    saved = {row.fund_number: row for row in rows}
    return [one for one in people if _wants(saved.get(one), mode, template.item)]


def _wants(subscription: Subscription | None, mode: str, item: str) -> bool:
    if subscription is None:
        return wants(mode, item, [], [])
    return wants(mode, item, subscription.chosen, subscription.declined)


def receiving_phone(session: Session, message: Message) -> str | None:
    """The phone chosen for messages of this kind; None: the verified one, which auth knows."""
    if message.fund_number is None or TEMPLATES.get(message.template).item is None:
        return None
    subscription = session.get(Subscription, message.fund_number)
    return subscription.phone if subscription else None


def own_messages(session: Session, fund_number: str, arguments: Answer) -> Answer:
    """A page of the depositor's own messages, newest first, without codes and with the phone masked."""
    wanted = select(Message).where(Message.fund_number == fund_number)
    return newest_first(session, wanted, Message.number, arguments, _shown)


def _shown(row: Message) -> Answer:
    return {
        "number": row.number,
        "title": TEMPLATES.get(row.template).title_zh,
        "template": row.template,
        "template_version": row.template_version,
        "text": row.text,
        "phone_masked": mask_mobile(row.phone) if row.phone else None,
        "state": row.state,
        "state_label": MESSAGE.labels[row.state],
        "written_at": row.written_at.isoformat(),
        "sent_at": row.sent_at.isoformat() if row.sent_at else None,
        "reported_at": row.reported_at.isoformat() if row.reported_at else None,
    }
