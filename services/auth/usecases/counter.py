"""Opening the professional edition at the counter (A-24): look, identity card, paper; checked by another.

The clerk types name and ID number from the card that lies there: they must be the ones in the books. The same
rules decide as online, the same state table moves the opening, and the person is told.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.auth.models import OPENING_NUMBERS, Opening, Person
from services.auth.rules import Proven, why_not_opened
from services.auth.staff_models import CounterCheck, CounterOpening, EditionSuspension, Look, StaffMember
from services.auth.states import OPENING
from services.auth.usecases import suspensions
from services.auth.usecases.editions import AGREEMENT, locked, open_professional, suspended
from services.auth.usecases.looks import ANOTHER_CARD, is_own_card, look_for, prove_card
from services.auth.usecases.staff import names_of, office_title
from services.common.agreements import AT_COUNTER, Agreement, Signature, accepted
from services.common.clock import CHINA, business_now
from services.common.database import Answer, DatabaseAccess
from services.common.errors import Forbidden, Invalid, NotFound, Refusal
from services.common.identifiers import mask_name
from services.common.move import begin, move
from services.common.operation_log import belongs_to
from services.common.permissions import COUNTER_OPENING
from services.common.request import Request
from services.common.sealed import blind_index

WHY_NOT = {
    "no_account": "职工没有住房公积金个人账户，不能开通个人专业版。",
    "name_differs": ANOTHER_CARD,
    "already_open": "职工已经开通个人专业版，不用再办理。",
    "suspended": "职工的个人专业版因复核有误已暂停，请更正后由业务主管恢复，不用重新开通。",
}


def open_at_counter(database: DatabaseAccess, arguments: dict[str, Any], request: Request) -> Answer:
    """Open the edition to the person of a look, under a signed paper: the opening as lists show it.

    Refused when the look is another's, too old or for something else, when the card is not the person's, when
    the paper's number was used, or when the agreement has changed since the paper was printed (409).
    """
    prove_card(database, request, arguments, {COUNTER_OPENING})
    return database.once(request, _open, arguments)


def _open(session: Session, request: Request, arguments: dict[str, Any]) -> Answer:
    look = look_for(session, request, arguments["look"], {COUNTER_OPENING})
    agreement = accepted(AGREEMENT, arguments["consent"])
    paper = arguments["paper_number"].strip().upper()
    person = _proven(session, look, arguments)
    row = _write(session, look, agreement, paper)
    signature = Signature(
        fund_number=person.fund_number, agreement=agreement, way=AT_COUNTER, signed_for=paper, at=row.at
    )
    open_professional(session, person, signature)
    belongs_to(session, request, person.fund_number)
    return _shown(row, person, None, None)


def _proven(session: Session, look: Look, card: dict[str, Any]) -> Person:
    person = locked(session, Person.fund_number == look.fund_number)
    reason = why_not_opened(_proof(session, person, card))
    if person is None or reason:
        raise Refusal(reason or "no_account", WHY_NOT[reason or "no_account"])
    return person


def _proof(session: Session, person: Person | None, card: dict[str, Any]) -> Proven:
    if person is None:
        return Proven(has_account=False)
    return Proven(
        has_account=True,
        same_name=is_own_card(person, card),
        professional=person.professional_since_on is not None,
        suspended=suspended(session, person.fund_number),
    )


def _write(session: Session, look: Look, agreement: Agreement, paper: str) -> CounterOpening:
    now = business_now()
    opening = Opening(
        number=f"O{now:%Y%m%d}{session.execute(OPENING_NUMBERS.next_value()).scalar_one():06d}",
        # Nobody holds the secret: there is no browser to come back with it.
        secret_index=blind_index(f"opening:{secrets.token_hex(16)}"),
        fund_number=look.fund_number,
        agreement_version=agreement.version,
        agreement_digest=agreement.digest,
        accepted_at=now,
        address="",
        expires_at=now + timedelta(0),
    )
    begin(session, OPENING, opening, actor=look.login_name, at=now)
    move(session, OPENING, opening, "open_at_counter", actor=look.login_name, at=now)
    columns = {"fund_number": look.fund_number, "clerk": look.login_name, "office": look.office}
    row = insert(CounterOpening).values(
        number=opening.number, look=look.number, paper_number=paper, at=now, **columns
    )
    unused = row.on_conflict_do_nothing(index_elements=["paper_number"]).returning(CounterOpening)
    written = session.scalars(unused).one_or_none()
    if written is None:
        sentence = "这个纸质协议编号已经登记过，请核对协议原件。"
        raise Refusal("paper_number_used", sentence, pointer="/paper_number")
    return written


def _named(session: Session, answers: Sequence[Answer]) -> list[Answer]:
    """The same with the names of the staff in them."""
    parts = [part for one in answers for part in (one, one["check"], one["suspension"]) if part]
    by = {"clerk": "clerk_name", "checker": "checker_name", "lifted_by": "lifted_by_name"}
    names = names_of(session, (part.get(who) for part in parts for who in by))
    for part in parts:
        part |= {name: names.get(part[who] or "", "") for who, name in by.items() if who in part}
    return list(answers)


def _shown(
    row: CounterOpening,
    person: Person | None,
    check: CounterCheck | None,
    suspension: EditionSuspension | None,
) -> Answer:
    return {
        "number": row.number,
        "fund_number": row.fund_number,
        "name": mask_name(person.name) if person else "",
        "clerk": row.clerk,
        "office": row.office,
        "office_title": office_title(row.office),
        "paper_number": row.paper_number,
        "at": row.at.astimezone(CHINA).isoformat(),
        "check": _check(check) if check else None,
        "suspension": suspensions.shown(suspension) if suspension else None,
    }


def _check(check: CounterCheck) -> Answer:
    return {
        "checker": check.checker,
        "right": check.right,
        "label": "复核无误" if check.right else "复核有误",
        "remark": check.remark,
        "at": check.at.astimezone(CHINA).isoformat(),
    }


def listed(database: DatabaseAccess, arguments: dict[str, Any], request: Request) -> Answer:
    """Openings at the counter, the latest first: {items, next_cursor}; people of an office see its own."""
    with database.read() as session:
        wanted = _of_own_office(session, request)
        if arguments["cursor"]:
            wanted = wanted.where(CounterOpening.number < arguments["cursor"])
        rows = session.execute(wanted.limit(arguments["limit"] + 1)).all()
        page = rows[: arguments["limit"]]
        items = _named(session, [_shown(*row) for row in page])
    return {"items": items, "next_cursor": page[-1][0].number if len(rows) > len(page) else None}


def _of_own_office(session: Session, request: Request) -> Any:
    office = session.get_one(StaffMember, request.person.id).office
    wanted = (
        select(CounterOpening, Person, CounterCheck, EditionSuspension)
        .join(Person, Person.fund_number == CounterOpening.fund_number, isouter=True)
        .join(CounterCheck, CounterCheck.number == CounterOpening.number, isouter=True)
        .join(EditionSuspension, EditionSuspension.number == CounterOpening.number, isouter=True)
        .order_by(CounterOpening.number.desc())
    )
    return wanted.where(CounterOpening.office == office) if office else wanted


def check(session: Session, request: Request, arguments: dict[str, Any]) -> Answer:
    """Say that another's opening was right, or what is wrong with it: once, and never the own one.

    What is found wrong shuts the edition until it is corrected.
    """
    row = session.get(CounterOpening, arguments["number"])
    office = session.get_one(StaffMember, request.person.id).office
    if row is None or row.office != office:
        raise NotFound("no_such_opening", "没有这笔柜台开通。")
    if row.clerk == request.person.id:
        raise Forbidden("own_work", "不能复核本人经办的业务。")
    remark = arguments["remark"].strip()
    if not arguments["right"] and not remark:
        raise Invalid("remark_needed", "请写明有什么问题。", pointer="/remark")
    judged = _check_once(session, request, arguments, remark)
    if not judged.right:
        suspensions.suspend(session, row, request.person.id)
    suspension = session.get(EditionSuspension, row.number)
    return _shown(row, session.get(Person, row.fund_number), judged, suspension)


def _check_once(session: Session, request: Request, arguments: dict[str, Any], remark: str) -> CounterCheck:
    made = insert(CounterCheck).values(
        number=arguments["number"],
        checker=request.person.id,
        right=arguments["right"],
        remark=remark,
        at=business_now(),
    )
    written = session.scalars(made.on_conflict_do_nothing().returning(CounterCheck)).one_or_none()
    if written is None:
        raise Refusal("checked_already", "这笔柜台开通已经复核过，请刷新列表。")
    return written
