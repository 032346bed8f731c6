"""Statements as they were made, and who wished for one how often."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Sequence, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from services.common.papers.models import PaperColumns
from services.common.sealed import Sealed
from services.deposit.models import Record

NUMBERS = Sequence("statement_numbers", metadata=Record.metadata)


class Statement(PaperColumns, Record):
    """An account statement. Append only."""

    __tablename__ = "statements"
    fund_number: Mapped[str] = mapped_column(ForeignKey("accounts.fund_number"))
    from_on: Mapped[date]
    to_on: Mapped[date]
    content: Mapped[str] = mapped_column(Sealed("statements.content"))
    __table_args__ = (
        CheckConstraint("from_on <= to_on", name="days_in_order"),
        Index("statements_of_a_person", "fund_number", sql("number DESC")),
    )


class StatementWish(Record):
    """That a person asked for a statement, by the key of the request; refused ones count too."""

    __tablename__ = "statement_wishes"
    op_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    fund_number: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    __table_args__ = (Index("statement_wishes_of_a_person", "fund_number", "at"),)


APPEND_ONLY = ("statements",)
