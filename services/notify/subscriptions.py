"""短信定制 (manual 10.2, N-01 to N-04, N-16): what a depositor is told of, and on which phone.

A saving takes a code for just these items and this phone. The code goes to the receiving phone when that is
new, and to the verified phone otherwise: nothing else is ever sent to a phone that never gave a code back.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common.clock import business_now, business_today
from services.common.database import DatabaseAccess
from services.common.errors import Invalid, NotFound, Stale
from services.common.identifiers import mask_mobile
from services.common.receipts import digest_of, use_receipt
from services.common.request import Request
from services.notify.items import ALWAYS, ITEMS, modes, wants
from services.notify.messages import Answer, Wake, policy, write_message
from services.notify.models import CHANGE_NUMBERS, Message, Subscription, SubscriptionChange
from services.notify.purposes import PURPOSES
from services.notify.usecases import (
    Asked,
    Asker,
    Contact,
    Wish,
    allowed,
    contact_of,
    given_back,
    receipt_of,
    spend_try,
)

PURPOSE = "sms_subscription"
VERIFIED, KEPT, OTHER = "verified", "kept", "other"
RECEIVERS = (VERIFIED, KEPT, OTHER)
CHANGES_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a depositor wants: the optional items, and another receiving phone than the verified one, if any.

    `version` is the subscription's as it was shown.
    """

    items: tuple[str, ...]
    phone: str | None
    version: int

    @property
    def digest(self) -> str:
        """What a code for this saving is good for."""
        return digest_of({"items": list(self.items), "phone": self.phone, "version": self.version})


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a depositor's subscription stands, saved or not."""

    version: int = 0
    chosen: tuple[str, ...] = ()
    phone: str | None = None
    changed_at: datetime | None = None


def asker_of(request: Request) -> Asker:
    """The citizen who asks. Raises Forbidden for a first visit that is not finished."""
    person = allowed(PURPOSES.get(PURPOSE), request)
    return Asker(purpose=PURPOSES.get(PURPOSE), person=person.id, fund_number=person.id)


def standing(session: Session, fund_number: str) -> Standing:
    """The subscription of a depositor; without a saved one, what the city chooses."""
    row = session.get(Subscription, fund_number)
    lists = (row.chosen, row.declined) if row else ([], [])
    today = modes(policy(), business_today())
    chosen = tuple(code for code, mode in today.items() if mode != ALWAYS and wants(mode, code, *lists))
    if row is None:
        return Standing(chosen=chosen)
    return Standing(version=row.version, chosen=chosen, phone=row.phone, changed_at=row.changed_at)


def shown(database: DatabaseAccess, auth: Asked, request: Request) -> Answer:
    """One's own subscription with its items, phones masked, and the last savings. Raises Unavailable."""
    asker = asker_of(request)
    verified = auth.call("contact", asker.known_as, request)["phone"]
    with database.read() as session:
        now, changes = standing(session, asker.person), _changes(session, asker.person)
    kept = now.phone if now.phone != verified else None
    return {
        "version": now.version,
        "items": _items(now.chosen),
        "receiver": KEPT if kept else VERIFIED,
        "phone_masked": _masked(kept or verified),
        "verified_masked": _masked(verified),
        "changed_at": now.changed_at.isoformat() if now.changed_at else None,
        "changes": changes,
    }


def _items(chosen: tuple[str, ...]) -> list[Answer]:
    today = modes(policy(), business_today())
    entries = (ITEMS.get(code) for code in today)
    return [
        {
            "code": entry.code,
            "title": entry.title_zh,
            "note": entry.note_zh,
            "fixed": today[entry.code] == ALWAYS,
            "chosen": today[entry.code] == ALWAYS or entry.code in chosen,
        }
        for entry in entries
    ]


def _masked(phone: str | None) -> str | None:
    return mask_mobile(phone) if phone else None


def _changes(session: Session, fund_number: str) -> list[Answer]:
    wanted = (
        select(SubscriptionChange)
        .where(SubscriptionChange.fund_number == fund_number)
        .order_by(SubscriptionChange.version.desc())
        .limit(CHANGES_SHOWN)
    )
    return [_change(row) for row in session.scalars(wanted)]


def _change(row: SubscriptionChange) -> Answer:
    return {
        "number": row.number,
        "at": row.at.isoformat(),
        "added": _titles(row.added),
        "removed": _titles(row.removed),
        "chosen": _titles(row.chosen),
        "phone_masked": _masked(row.phone),
        "phone_changed": row.phone_changed,
    }


def _titles(codes: list[str]) -> list[str]:
    return [ITEMS.get(code).title_zh for code in codes if code in ITEMS]


def change(database: DatabaseAccess, arguments: Answer, request: Request) -> Answer:
    """One of one's own savings, for its receipt; NotFound for another's."""
    asker = asker_of(request)
    with database.read() as session:
        row = session.get(SubscriptionChange, arguments["number"])
    if row is None or row.fund_number != asker.person:
        raise NotFound("change_unknown", "没有查到这次短信定制。")
    return _change(row)


def wish_of(database: DatabaseAccess, auth: Asked, arguments: Answer, request: Request) -> Wish:
    """The code wanted for a saving, to the new receiving phone or to the verified one.

    Raises Invalid for a choice that cannot be saved, Stale when the subscription changed meanwhile.
    """
    asker = asker_of(request)
    verified = auth.call("contact", asker.known_as, request)["phone"]
    with database.read() as session:
        now = standing(session, asker.person)
    choice = _choice(arguments, now, verified)
    is_new = choice.phone is not None and choice.phone != now.phone
    contact = (
        Contact(phone=choice.phone, target="", typed=True) if is_new else contact_of(auth, asker, request)
    )
    return Wish(asker=asker, contact=contact, digest=choice.digest, address=arguments["address"])


def _choice(arguments: Answer, now: Standing, verified: str | None) -> Choice:
    today = modes(policy(), business_today())
    items = tuple(code for code in today if code in arguments["items"])
    if set(arguments["items"]) != set(items) or any(today[code] == ALWAYS for code in items):
        raise Invalid("item_unknown", "所选的短信项目有误，请刷新页面后重新选择。", pointer="/items")
    if arguments["version"] != now.version:
        raise Stale("subscription_changed", "短信定制刚刚已被修改，请刷新页面后重新选择。")
    phone = _phone(arguments, now)
    choice = Choice(items=items, phone=None if phone == verified else phone, version=now.version)
    if now.version and (choice.items, choice.phone) == (now.chosen, now.phone):
        raise Invalid("nothing_changed", "项目和接收手机号都没有变化，无需保存。", pointer="/items")
    return choice


def _phone(arguments: Answer, now: Standing) -> str | None:
    if arguments["receiver"] == KEPT:
        return now.phone
    if arguments["receiver"] == OTHER and not arguments["phone"]:
        raise Invalid("phone_missing", "请填写新的接收手机号。", pointer="/phone")
    return arguments["phone"] if arguments["receiver"] == OTHER else None


def subscribe(
    database: DatabaseAccess, auth: Asked, arguments: Answer, request: Request, wake: Wake
) -> Answer:
    """Save items and receiving phone with the code for just that (N-04): the saving, as on its receipt."""
    asker = asker_of(request)
    verified = auth.call("contact", asker.known_as, request)["phone"]
    with database.read() as session:
        choice = _choice(arguments, standing(session, asker.person), verified)
    with database.write() as session:
        code_id = spend_try(session, request, asker, arguments["code"], choice.digest)
    return database.once(request, _saved, asker, choice, (code_id, arguments["code"]), wake)


def _saved(
    session: Session, request: Request, asker: Asker, choice: Choice, code: tuple[str, str], wake: Wake
) -> Answer:
    used = given_back(session, request, *code)
    use_receipt(session, receipt_of(used, choice.digest), request)
    row = _locked(session, asker.person)
    before = standing(session, asker.person)
    if row.version != choice.version:
        raise Stale("subscription_changed", "短信定制刚刚已被修改，请刷新页面后重新选择。")
    _apply(row, choice)
    saving = _saving(session, row, before)
    session.add(saving)
    if saving.phone_changed:
        _warn(session, saving, wake)
    return _change(saving)


def _locked(session: Session, fund_number: str) -> Subscription:
    """The row of a depositor, locked; an empty one before the first saving."""
    empty = {"version": 0, "chosen": [], "declined": [], "changed_at": business_now()}
    fresh = insert(Subscription).values(fund_number=fund_number, **empty)
    session.execute(fresh.on_conflict_do_nothing())
    return session.get_one(Subscription, fund_number, with_for_update=True)


def _apply(row: Subscription, choice: Choice) -> None:
    today = modes(policy(), business_today())
    row.version += 1
    row.chosen = list(choice.items)
    row.declined = [code for code, mode in today.items() if mode != ALWAYS and code not in choice.items]
    row.phone, row.changed_at = choice.phone, business_now()


def _saving(session: Session, row: Subscription, before: Standing) -> SubscriptionChange:
    counted = session.scalar(select(CHANGE_NUMBERS.next_value()))
    return SubscriptionChange(
        number=f"D{row.changed_at:%Y%m%d}{counted:08d}",
        fund_number=row.fund_number,
        version=row.version,
        added=[code for code in row.chosen if code not in before.chosen],
        removed=[code for code in before.chosen if code not in row.chosen],
        chosen=row.chosen,
        phone=row.phone,
        phone_changed=row.phone != before.phone,
        at=row.changed_at,
    )


def _warn(session: Session, saving: SubscriptionChange, wake: Wake) -> None:
    """Tell the verified phone that business messages now go elsewhere, or back to it."""
    message = Message(cause=saving.number, fund_number=saving.fund_number, phone=None, code=None)
    facts = {"phone_masked": _masked(saving.phone) or "您的认证手机号"}
    write_message(session, message, "subscription.phone_changed", facts, wake)
