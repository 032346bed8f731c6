"""Statements as they were made, and who asked to verify one how often."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, LargeBinary, Sequence, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from services.common.sealed import Sealed
from services.deposit.models import Record

NUMBERS = Sequence("statement_numbers", metadata=Record.metadata)


class Statement(Record):
    """An account statement. Append only: `content` is what was printed, word for word, whatever is booked
    later; `digest` is the SHA-256 of it."""

    __tablename__ = "statements"
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    fund_number: Mapped[str] = mapped_column(ForeignKey("accounts.fund_number"))
    from_on: Mapped[date]
    to_on: Mapped[date]
    content: Mapped[str] = mapped_column(Sealed("statements.content"))
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
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


class VerificationAttempt(Record):
    """That somebody at an address (kept as a keyed hash) asked to verify a statement."""

    __tablename__ = "verification_attempts"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    address_index: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    __table_args__ = (Index("verification_attempts_by_address", "address_index", "at"),)


APPEND_ONLY = ("statements",)
