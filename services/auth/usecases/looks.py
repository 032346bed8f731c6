"""Looking a person up at the counter: by number, for a purpose, masked, and each look on record.

Personal information is looked at for a stated purpose only, and the person can see that it was
(个人信息保护法 第四十五条、第五十一条). A look that finds nobody is on record too, and a limit by the hour
keeps anyone from trying numbers.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from services.auth.models import Login, Person
from services.auth.rules import kind_of_login_name, normal_login_name, normal_name, normal_staff_name
from services.auth.staff_models import LOOK_NUMBERS, Look, StaffMember
from services.auth.usecases import attempts, people
from services.auth.usecases.attempts import Door
from services.auth.usecases.editions import suspended
from services.auth.usecases.limits import CARDS_OF_A_LOOK, LOOKS, figure, minutes
from services.auth.usecases.staff import names_of, office_title
from services.common.clock import CHINA, business_now
from services.common.database import Answer, DatabaseAccess
from services.common.errors import Invalid, NotFound, Refusal, TooMany
from services.common.identifiers import mask_mobile, mask_name, mask_own_id
from services.common.listing import newest_first
from services.common.operation_log import belongs_to, note
from services.common.permissions import LOOK_PURPOSES
from services.common.request import Request

ANOTHER_CARD = "身份证上的姓名或者号码与本中心登记的不一致，不能办理；请先办理信息更正。"
_TOO_MANY_CARDS = TooMany(
    "too_many_cards", "身份证上的姓名或者号码多次与登记的不一致，请核对证件后重新查询职工资料再办理。"
)
_TOO_MANY = TooMany("too_many_looks", "查询职工资料过于频繁，请在{minutes}分钟后再试。")


def look_up(database: DatabaseAccess, arguments: dict[str, Any], request: Request) -> Answer:
    """Look up whose fund number or ID number it is: {look, purpose, purpose_title, at, person|None}.

    `person` has everything masked and is told this once: it is not in the kept answer of the key, so a repeat
    comes without it and `seen_again` shows it. Raises Invalid for what is neither, TooMany past the hourly
    limit.
    """
    typed = normal_login_name(arguments["number"])
    if kind_of_login_name(typed) not in ("fund_number", "id_number"):
        raise Invalid("number_wrong", "请输入12位职工编号或者身份证号码。", pointer="/number")
    attempts.knock(database, request, Door(LOOKS, request.person.id), _TOO_MANY)
    look = database.once(request, _look_up, typed, arguments["purpose"])
    return look | {"person": _person_of(database, look["look"])}


def _look_up(session: Session, request: Request, typed: str, purpose: str) -> Answer:
    person, now = people.find(session, typed), business_now()
    look = Look(
        number=f"L{now:%Y%m%d}{session.execute(LOOK_NUMBERS.next_value()).scalar_one():08d}",
        login_name=request.person.id,
        office=session.get_one(StaffMember, request.person.id).office,
        purpose=LOOK_PURPOSES.get(purpose).code,
        fund_number=person.fund_number if person else None,
        at=now,
    )
    session.add(look)
    session.flush()
    if person:
        belongs_to(session, request, person.fund_number)
    return _told(look)


def _told(look: Look) -> Answer:
    return {
        "look": look.number,
        "purpose": look.purpose,
        "purpose_title": LOOK_PURPOSES.get(look.purpose).title_zh,
        "at": look.at.astimezone(CHINA).isoformat(),
    }


def _person_of(database: DatabaseAccess, number: str) -> Answer | None:
    with database.read() as session:
        person = session.get(Person, session.get_one(Look, number).fund_number or "")
        return _masked(session, person) if person else None


def _masked(session: Session, person: Person) -> Answer:
    since = person.professional_since_on
    return {
        "fund_number": person.fund_number,
        "name": mask_name(person.name),
        "id_number": mask_own_id(person.id_number),
        "phone": mask_mobile(person.phone) if person.phone else None,
        "registered_on": person.registered_on.isoformat(),
        "professional_since_on": since.isoformat() if since else None,
        "suspended": suspended(session, person.fund_number),
        "has_login": session.get(Login, person.fund_number) is not None,
    }


def seen_again(database: DatabaseAccess, request: Request, number: str) -> Answer:
    """What one of the own fresh looks showed, as it is now. Raises as `fresh_look`."""
    with database.read() as session:
        look = _told(fresh_look(session, request, number))
    return look | {"person": _person_of(database, number)}


def fresh_look(session: Session, request: Request, number: str) -> Look:
    """One of the asker's own looks of the last `look_minutes`: one purpose is not good for ever.

    Raises NotFound for anybody else's, Refusal for an older one.
    """
    look = session.get(Look, number)
    if look is None or look.login_name != request.person.id:
        raise NotFound("no_such_look", "没有这次查询记录。")
    if look.at + minutes("look_minutes") <= business_now():
        lives = figure("look_minutes")
        raise Refusal("look_over", f"这次查询已超过{lives}分钟，请写明用途重新查询。", pointer="/look")
    return look


def look_for(session: Session, request: Request, number: str, purposes: Collection[str]) -> Look:
    """A fresh look of the asker's that found somebody, for one of these purposes; else refused."""
    look = fresh_look(session, request, number)
    if look.purpose not in purposes or look.fund_number is None:
        raise Refusal("look_for_something_else", "这次查询不是为办理此业务，请重新查询。", pointer="/look")
    return look


def is_own_card(person: Person, card: Mapping[str, Any]) -> bool:
    """Are name and number on the identity card those in the books?"""
    same_name = normal_name(card["name"]) == normal_name(person.name)
    return same_name and normal_login_name(card["id_number"]) == person.id_number


def prove_card(
    database: DatabaseAccess, request: Request, arguments: Mapping[str, Any], purposes: Collection[str]
) -> None:
    """Invalid when the identity card on the counter is not that of the person of the look.

    Wrong ones are on record and counted: after some the look is good for nothing more, as whoever has the
    card does not need to guess what stands on it. Raises as `look_for`, and TooMany.
    """
    if not database.once(request.step("card"), _prove_card, arguments, purposes)["right"]:
        raise Invalid("name_differs", ANOTHER_CARD, pointer="/id_number")


def _prove_card(
    session: Session, request: Request, arguments: Mapping[str, Any], purposes: Collection[str]
) -> Answer:
    look = look_for(session, request, arguments["look"], purposes)
    person = session.get_one(Person, look.fund_number)
    right = is_own_card(person, arguments)
    attempts.proves(session, Door(CARDS_OF_A_LOOK, look.number), right, _TOO_MANY_CARDS)
    if not right:
        note(session, person.fund_number, "refuse_card", look.number)
    return {"right": right, "look": look.number}


def listed(database: DatabaseAccess, arguments: dict[str, Any]) -> Answer:
    """Looks, the latest first: {items, next_cursor}. Who was looked at stands there by number.

    By `login_name` of who looked, by days from and to (both included), by `fund_number` of who was looked at;
    all optional. Raises Invalid for a login that there is not and for days in the wrong order.
    """
    with database.read() as session:
        wanted = select(Look).where(*_asked_for(session, arguments))
        page = newest_first(session, wanted, Look.number, arguments, _line)
        names = names_of(session, (line["login_name"] for line in page["items"]))
    return page | {
        "items": [line | {"staff_name": names.get(line["login_name"], "")} for line in page["items"]]
    }


def _asked_for(session: Session, arguments: dict[str, Any]) -> Iterator[ColumnElement[bool]]:
    from_on, to_on = arguments["from_on"], arguments["to_on"]
    if from_on and to_on and from_on > to_on:
        raise Invalid("days_out_of_order", "截止日期不能早于开始日期，请重新填写。", pointer="/to_on")
    if login_name := normal_staff_name(arguments["login_name"] or ""):
        if session.get(StaffMember, login_name) is None:
            raise Invalid("no_such_member", "没有使用这个工号的员工，请核对工号。", pointer="/login_name")
        yield Look.login_name == login_name
    if arguments["fund_number"]:
        yield Look.fund_number == arguments["fund_number"]
    # A number begins with its business day, so that days are a span of the primary key.
    if from_on:
        yield Look.number >= f"L{from_on:%Y%m%d}"
    if to_on and to_on < date.max:
        yield Look.number < f"L{to_on + timedelta(days=1):%Y%m%d}"


def _line(row: Look) -> Answer:
    return at_me(row) | {"number": row.number, "login_name": row.login_name, "fund_number": row.fund_number}


def at_me(row: Look) -> Answer:
    """A look as the person looked at sees it: when, by which office, for what."""
    return {
        "at": row.at.astimezone(CHINA).isoformat(),
        "office_title": office_title(row.office),
        "purpose_title": LOOK_PURPOSES.get(row.purpose).title_zh,
    }


def at_own_file(database: DatabaseAccess, arguments: dict[str, Any], request: Request) -> Answer:
    """Who of the staff looked at the asker, the latest first: {items, next_cursor}."""
    with database.read() as session:
        wanted = select(Look).where(Look.fund_number == request.person.id)
        return newest_first(session, wanted, Look.number, arguments, at_me)
