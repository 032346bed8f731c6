"""Making a statement, finding one's own again, and letting anybody verify one."""

import hmac
import secrets
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol

import orjson
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common.clock import CHINA, business_now, business_today
from services.common.database import DatabaseAccess, operation_id
from services.common.listing import newest_first
from services.common.policy import load_policy
from services.common.request import Request
from services.common.sealed import blind_index
from services.common.settings import settings
from services.deposit import rules
from services.deposit.accounts import account_of
from services.deposit.models import Account
from services.deposit.statements import content, refusals
from services.deposit.statements.content import Span
from services.deposit.statements.models import NUMBERS, Statement, StatementWish, VerificationAttempt
from services.deposit.states import TAKING_OVER

Arguments = dict[str, Any]
Shown = dict[str, Any]

# No I, L, O, U, 0 or 1: a code is read off paper.
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH: Final = 16
_TAIL: Final = 4
_HOUR: Final = timedelta(hours=1)


class Hall(Protocol):
    """What statements need of the service."""

    @property
    def database(self) -> DatabaseAccess: ...


def _figure(name: str) -> Any:
    return load_policy(settings().city).figure(name).on(business_today())


def make(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """A new statement over the days asked for. Its content is never computed again."""
    span = _span(arguments, business_today())
    if (made := hall.database.answered(request)) is not None:
        return made
    with hall.database.write() as session:
        _count_wish(session, request)
    return hall.database.once(request, _make, span)


def _span(arguments: Arguments, today: date) -> Span:
    to_on = arguments["to_on"] or today
    from_on = arguments["from_on"] or rules.year_before(to_on)
    if to_on > today:
        raise refusals.not_yet(today)
    if from_on > to_on:
        raise refusals.days_out_of_order()
    return Span(from_on=from_on, to_on=to_on)


def _make(session: Session, request: Request, span: Span) -> Shown:
    account, now = account_of(session, request.person.id), business_now()
    if account.freeze_flag == TAKING_OVER:
        raise refusals.being_taken_over()
    span = _since_opening(span, account.opened_on)
    number = f"A{now:%Y%m%d}{int(session.execute(NUMBERS.next_value()).scalar_one()):06d}"
    code = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
    said = content.frozen(session, account, span, _figure("statement_lines_most"))
    said["centre"] = _figure("statement_centre_name")
    text, digest = content.wording(said, number, code, now)
    statement = Statement(
        number=number,
        code=code,
        fund_number=account.number,
        from_on=span.from_on,
        to_on=span.to_on,
        content=text,
        digest=digest,
        made_at=now,
    )
    session.add(statement)
    session.flush()
    return _line(statement)


def _since_opening(span: Span, opened_on: date) -> Span:
    """The days of the span on which there was an account. Raises Invalid when there are none."""
    if span.to_on < opened_on:
        raise refusals.before_opening(opened_on)
    return replace(span, from_on=max(span.from_on, opened_on))


def _count_wish(session: Session, request: Request) -> None:
    """Every wish of a day counts, refused or not: reading an account's lines is what costs. TooMany."""
    now, account = business_now(), account_of(session, request.person.id)
    # Two that come at once wait for each other at the account's row.
    session.execute(select(Account.number).where(Account.number == account.number).with_for_update())
    mine = (StatementWish.fund_number == account.number, StatementWish.at >= _morning(now))
    wished = select(func.count()).where(*mine, StatementWish.op_id != operation_id(request))
    most = _figure("statements_per_day")
    if (session.scalar(wished) or 0) >= most:
        raise refusals.too_many_today(most)
    row = insert(StatementWish).values(op_id=operation_id(request), fund_number=account.number, at=now)
    session.execute(row.on_conflict_do_nothing())


def _morning(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(CHINA).date(), datetime.min.time(), CHINA)


def own(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """Own statements, newest first, without their lines."""
    query = select(Statement).where(Statement.fund_number == request.person.id)
    with hall.database.read() as session:
        return newest_first(session, query, Statement.number, arguments, _line)


def one(hall: Hall, arguments: Arguments, request: Request) -> Shown:
    """One own statement as it was made, line for line."""
    with hall.database.read() as session:
        statement = session.scalar(
            select(Statement).where(
                Statement.number == arguments["number"], Statement.fund_number == request.person.id
            )
        )
    if statement is None:
        raise refusals.no_statement()
    said: Shown = orjson.loads(statement.content)
    return said | {"digest": statement.digest}


def _line(statement: Statement) -> Shown:
    return {
        "number": statement.number,
        "code": statement.code,
        "from_on": statement.from_on.isoformat(),
        "to_on": statement.to_on.isoformat(),
        "made_at": statement.made_at.isoformat(),
    }


def verify(hall: Hall, arguments: Arguments) -> Shown:
    """Whether a statement is genuine, and its sums to compare: for whoever holds the paper.

    Every question counts for its address, right or wrong. Raises TooMany; NotFound for a wrong pair.
    """
    with hall.database.write() as session:
        _count(session, blind_index(f"statement-verification|{arguments['address']}"))
    with hall.database.read() as session:
        statement = session.scalar(select(Statement).where(Statement.code == arguments["code"]))
    tail = statement.fund_number[-_TAIL:] if statement else ""
    if statement is None or not hmac.compare_digest(tail, arguments["tail"]):
        raise refusals.not_verified()
    said: Shown = orjson.loads(statement.content)
    return _summary(said) | {"digest": statement.digest}


def _count(session: Session, address_index: bytes) -> None:
    now = business_now()
    # Two questions of one address wait for each other here, so that neither is overlooked.
    session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(address_index[:8], signed=True))))
    recent = select(VerificationAttempt.at).where(
        VerificationAttempt.address_index == address_index, VerificationAttempt.at > now - _HOUR
    )
    asked = session.scalars(recent.order_by(VerificationAttempt.at)).all()
    most = _figure("verifications_per_address_hour")
    if len(asked) >= most:
        wait_s = max(1, int((asked[-most] + _HOUR - now).total_seconds()))
        raise refusals.too_many_verifications(wait_s)
    session.add(VerificationAttempt(address_index=address_index, at=now))


def _summary(said: Shown) -> Shown:
    told = ("number", "centre", "from_on", "to_on", "made_at", "opening_fen", "in_fen", "out_fen")
    name, fund_number = str(said["name"]), str(said["fund_number"])
    return {name_: said[name_] for name_ in told} | {
        "name_masked": name[:1] + "*" * (len(name) - 1),
        "fund_number_masked": "*" * (len(fund_number) - _TAIL) + fund_number[-_TAIL:],
        "closing_fen": said["closing_fen"],
        "line_count": len(said["lines"]),
    }


def forget_attempts(hall: Hall) -> None:
    """Drop the questions and wishes that no limit looks back to."""
    now = business_now()
    with hall.database.write() as session:
        session.execute(delete(VerificationAttempt).where(VerificationAttempt.at < now - _HOUR))
        session.execute(delete(StatementWish).where(StatementWish.at < _morning(now)))
