"""Making a statement, and finding one's own again."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common.clock import CHINA, business_now, business_today
from services.common.database import DatabaseAccess, operation_id
from services.common.listing import newest_first
from services.common.papers.wording import figure, paper_columns, words_of
from services.common.request import Request
from services.deposit import rules
from services.deposit.accounts import account_of
from services.deposit.models import Account
from services.deposit.statements import content, refusals
from services.deposit.statements.content import Span
from services.deposit.statements.models import NUMBERS, Statement, StatementWish

Arguments = dict[str, Any]
Shown = dict[str, Any]


class Hall(Protocol):
    """What statements need of the service."""

    @property
    def database(self) -> DatabaseAccess: ...


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
    span = _since_opening(span, account.opened_on)
    number = f"A{now:%Y%m%d}{int(session.execute(NUMBERS.next_value()).scalar_one()):06d}"
    said = content.statement_content(session, account, span, figure("statement_lines_most"))
    days = {"from_on": span.from_on, "to_on": span.to_on}
    statement = Statement(fund_number=account.number, **days, **paper_columns(said, number, now))
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
    most = figure("statements_per_day")
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
    return words_of(statement)


def _line(statement: Statement) -> Shown:
    return {
        "number": statement.number,
        "code": statement.code,
        "from_on": statement.from_on.isoformat(),
        "to_on": statement.to_on.isoformat(),
        "made_at": statement.made_at.isoformat(),
    }


def forget_wishes(hall: Hall) -> None:
    """Drop the wishes that no limit looks back to."""
    with hall.database.write() as session:
        session.execute(delete(StatementWish).where(StatementWish.at < _morning(business_now())))
