"""Password resets and changes of phone at the counter: entered from card and paper, checked by another.

Whoever has lost password or phone comes with the identity card. A clerk enters what the signed paper says;
when somebody else of the office has compared it, it takes effect and the person is told.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.auth.models import Login, Person, PhoneChange
from services.auth.staff_models import COUNTER_CHANGE_NUMBERS, CounterChange, StaffMember
from services.auth.states import COUNTER_CHANGE, ENTERED, EXPIRED, PHONE_CHANGE
from services.auth.usecases import attempts, phone_change
from services.auth.usecases.attempts import Door
from services.auth.usecases.editions import locked
from services.auth.usecases.limits import PHONES_OF_A_CHANGE, figure
from services.auth.usecases.looks import look_for, prove_card
from services.auth.usecases.own_password import login_door
from services.auth.usecases.sessions import end_all
from services.auth.usecases.staff import names_of, office_title
from services.common.clock import CHINA, business_now
from services.common.database import Answer, DatabaseAccess
from services.common.errors import Forbidden, Invalid, NotFound, Refusal, TooMany
from services.common.identifiers import Malformed, mask_mobile, mask_name, parse_mobile
from services.common.move import begin, move
from services.common.operation_log import belongs_to, note
from services.common.outbox import announce
from services.common.permissions import COUNTER_CHANGES, COUNTER_PHONE, COUNTER_RESET, LOOK_PURPOSES
from services.common.request import Request

SYSTEM = "system"
_TOO_MANY_PHONES = TooMany(
    "too_many_phones", "新手机号多次与经办登记的不一致，请核对纸质申请，在{minutes}分钟后再复核。"
)


def enter(database: DatabaseAccess, arguments: dict[str, Any], request: Request) -> Answer:
    """Enter what the paper says, for whom a look was made: the change as lists show it. Nothing changes yet.

    What it is follows from the look's purpose. Refused when the look is another's, too old or for something
    else, when the card is not the person's, when the paper's number was used, and while one waits already.
    """
    prove_card(database, request, arguments, COUNTER_CHANGES)
    return database.once(request, _enter, arguments)


def _enter(session: Session, request: Request, arguments: dict[str, Any]) -> Answer:
    look = look_for(session, request, arguments["look"], COUNTER_CHANGES)
    person = locked(session, Person.fund_number == look.fund_number)
    if person is None:
        raise NotFound("no_such_person", "没有查到这位职工。")
    kind, now = KINDS[look.purpose], business_now()
    change = CounterChange(
        number=f"B{now:%Y%m%d}{session.execute(COUNTER_CHANGE_NUMBERS.next_value()).scalar_one():06d}",
        kind=look.purpose,
        fund_number=person.fund_number,
        clerk=look.login_name,
        office=look.office,
        look=look.number,
        paper_number=arguments["paper_number"].strip().upper(),
        new_phone=kind.entered(session, person, arguments),
        at=now,
    )
    _write(session, change)
    belongs_to(session, request, person.fund_number)
    return _shown(change, person)


def _write(session: Session, change: CounterChange) -> None:
    same = CounterChange.paper_number == change.paper_number
    if session.scalar(select(CounterChange.number).where(same)) is not None:
        sentence = "这个纸质申请编号已经登记过，请核对申请原件。"
        raise Refusal("paper_number_used", sentence, pointer="/paper_number")
    of_this = (CounterChange.fund_number == change.fund_number, CounterChange.kind == change.kind)
    expire_lapsed(session, *of_this)
    begin(session, COUNTER_CHANGE, change, actor=change.clerk, at=change.at)
    try:
        session.flush()
    except IntegrityError:
        sentence = "这位职工已有一笔同样的登记在等待复核，或者申请编号刚刚已被使用。"
        raise Refusal("change_waits", sentence, pointer="/paper_number") from None


def expire_lapsed(session: Session, *which: ColumnElement[bool]) -> None:
    """End what nobody has checked in time, so that the person can be helped anew."""
    lapsed = (CounterChange.state == ENTERED, CounterChange.at <= _lapsed_before())
    wanted = select(CounterChange).where(*lapsed, *which).with_for_update(skip_locked=True)
    for change in session.scalars(wanted).all():
        move(session, COUNTER_CHANGE, change, "expire", actor=SYSTEM, at=business_now())


def _lapsed_before() -> datetime:
    return business_now() - timedelta(hours=figure("counter_change_hours"))


def check(database: DatabaseAccess, arguments: dict[str, Any], request: Request) -> Answer:
    """Compare another's entry with the paper: right lets it take effect, wrong ends it. Once.

    A new phone is typed again from the paper and must be the one that was entered; others are counted.
    """
    if arguments["right"] and not database.once(request.step("phone"), _same_phone, arguments)["right"]:
        sentence = "与经办登记的新手机号不一致，请核对纸质申请；登记错误的请复核为有误。"
        raise Invalid("phone_differs", sentence, pointer="/new_phone")
    return database.once(request, _check, arguments)


def _same_phone(session: Session, request: Request, arguments: dict[str, Any]) -> Answer:
    change = _of_another(session, request, arguments["number"])
    if change.new_phone is None:
        return {"right": True}
    _refuse_lapsed(change)
    COUNTER_CHANGE.step(change.state, "confirm")
    door, right = Door(PHONES_OF_A_CHANGE, change.number), _typed_phone(arguments) == change.new_phone
    return {"right": attempts.proves(session, door, right, _TOO_MANY_PHONES)}


def _of_another(session: Session, request: Request, number: str) -> CounterChange:
    change = session.get(CounterChange, number, with_for_update=True)
    if change is None or change.office != session.get_one(StaffMember, request.person.id).office:
        raise NotFound("no_such_change", "没有这笔登记。")
    if change.clerk == request.person.id:
        raise Forbidden("own_work", "不能复核本人经办的业务。")
    return change


def _check(session: Session, request: Request, arguments: dict[str, Any]) -> Answer:
    change = _of_another(session, request, arguments["number"])
    # Before the person is locked: entering anew holds the person while it ends what has lapsed.
    _refuse_lapsed(change)
    person = locked(session, Person.fund_number == change.fund_number)
    if person is None:
        raise NotFound("no_such_person", "没有查到这位职工。")
    remark = arguments["remark"].strip()
    if arguments["right"]:
        _take_effect(session, change, person, request.person.id)
    elif not remark:
        raise Invalid("remark_needed", "请写明有什么问题。", pointer="/remark")
    _end(session, change, "confirm" if arguments["right"] else "refuse", request.person.id, remark)
    return _shown(change, person)


def _refuse_lapsed(change: CounterChange) -> None:
    if _present_state(change) == EXPIRED:
        sentence = "登记已超过复核时限，未生效；仍要办理的，请由经办凭新的申请重新登记。"
        raise Refusal("change_lapsed", sentence)


def _present_state(change: CounterChange) -> str:
    """Its state; one whose time is over has expired, also when that is not yet written down."""
    lapsed = change.state == ENTERED and change.at <= _lapsed_before()
    return EXPIRED if lapsed else change.state


def _take_effect(session: Session, change: CounterChange, person: Person, checker: str) -> None:
    COUNTER_CHANGE.step(change.state, "confirm")
    KINDS[change.kind].done(session, change, person, checker)
    end_all(session, person.fund_number)


def _end(session: Session, change: CounterChange, action: str, checker: str, remark: str) -> None:
    now = business_now()
    change.checker, change.checked_at, change.remark = checker, now, remark
    move(session, COUNTER_CHANGE, change, action, actor=checker, at=now, remark=remark)


def _typed_phone(arguments: dict[str, Any]) -> str:
    try:
        return parse_mobile("".join(arguments["new_phone"].split()))
    except Malformed as error:
        raise Invalid("phone_malformed", f"{error}。", pointer="/new_phone") from None


def _enter_reset(session: Session, person: Person, arguments: dict[str, Any]) -> None:
    if session.get(Login, person.fund_number) is None:
        raise Refusal("no_password_yet", "职工还没有设置密码，可直接在网厅办理首次登录。")
    if person.phone is None:
        raise Refusal("phone_missing", "职工没有登记手机号，请先办理柜台变更手机号。")


def _reset(session: Session, change: CounterChange, person: Person, checker: str) -> None:
    """No password any more: the person chooses another at a new first visit, with a code to the phone.

    Refused while a change of that phone waits: whoever holds the lost one would be the first to choose.
    """
    _refuse_phone_waits(session, person)
    login = session.get(Login, person.fund_number, with_for_update=True)
    if login is not None:
        session.delete(login)
    told = {"fund_number": person.fund_number, "at": business_now().isoformat()}
    announce(session, "password.reset", f"password:{person.fund_number}", told)
    attempts.forget(session, [login_door(person.fund_number)])
    note(session, person.fund_number, "reset_password", change.number)


def _refuse_phone_waits(session: Session, person: Person) -> None:
    waiting = (CounterChange.kind == COUNTER_PHONE, CounterChange.state == ENTERED)
    of_person = (CounterChange.fund_number == person.fund_number, CounterChange.at > _lapsed_before())
    if session.scalars(select(CounterChange.number).where(*waiting, *of_person)).first() is not None:
        sentence = "这位职工还有一笔变更手机号等待复核，请先复核变更手机号，再复核重置密码。"
        raise Refusal("phone_change_waits", sentence)


def _enter_phone(session: Session, person: Person, arguments: dict[str, Any]) -> str:
    phone = _typed_phone(arguments)
    if phone == person.phone:
        raise Invalid("phone_same", "新手机号与登记的手机号相同，不需要变更。", pointer="/new_phone")
    return phone


def _change_phone(session: Session, change: CounterChange, person: Person, checker: str) -> None:
    """As a change by the person: both phones are told, and limits are lowered for some hours."""
    now = business_now()
    row = PhoneChange(
        number=change.number,
        fund_number=person.fund_number,
        former_phone=person.phone,
        new_phone=change.new_phone,
        begun_at=change.at,
        expires_at=now,
    )
    begin(session, PHONE_CHANGE, row, actor=change.clerk, at=change.at)
    phone_change.take_effect(session, person, row, "complete_at_counter", actor=checker)
    note(session, person.fund_number, "change_phone_at_counter", change.number)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A change at the counter: what is refused at once (and the new phone, if any), and what it does."""

    entered: Callable[[Session, Person, dict[str, Any]], str | None]
    done: Callable[[Session, CounterChange, Person, str], None]


KINDS = {
    COUNTER_RESET: Kind(entered=_enter_reset, done=_reset),
    COUNTER_PHONE: Kind(entered=_enter_phone, done=_change_phone),
}


def _shown(change: CounterChange, person: Person | None) -> Answer:
    state = _present_state(change)
    return {
        "number": change.number,
        "kind": change.kind,
        "title": LOOK_PURPOSES.get(change.kind).title_zh,
        "state": state,
        "label": COUNTER_CHANGE.labels[state],
        "open": state == ENTERED,
        "fund_number": change.fund_number,
        "name": mask_name(person.name) if person else "",
        "new_phone": mask_mobile(change.new_phone) if change.new_phone else None,
        "clerk": change.clerk,
        "office_title": office_title(change.office),
        "paper_number": change.paper_number,
        "at": change.at.astimezone(CHINA).isoformat(),
        "checker": change.checker,
        "checked_at": change.checked_at.astimezone(CHINA).isoformat() if change.checked_at else None,
        "remark": change.remark,
    }


def listed(database: DatabaseAccess, arguments: dict[str, Any], request: Request) -> Answer:
    """Changes at the counter, the latest first: {items, next_cursor}; people of an office see its own."""
    wanted = (
        select(CounterChange, Person)
        .join(Person, Person.fund_number == CounterChange.fund_number, isouter=True)
        .order_by(CounterChange.number.desc())
    )
    if arguments["cursor"]:
        wanted = wanted.where(CounterChange.number < arguments["cursor"])
    with database.read() as session:
        office = session.get_one(StaffMember, request.person.id).office
        own = wanted.where(CounterChange.office == office) if office else wanted
        rows = session.execute(own.limit(arguments["limit"] + 1)).all()
        page = rows[: arguments["limit"]]
        names = names_of(session, (who for row in page for who in (row[0].clerk, row[0].checker)))
    following = page[-1][0].number if len(rows) > len(page) else None
    return {"items": [_shown(*row) | _names(row[0], names) for row in page], "next_cursor": following}


def _names(change: CounterChange, names: dict[str, str]) -> Answer:
    return {"clerk_name": names.get(change.clerk, ""), "checker_name": names.get(change.checker or "", "")}
