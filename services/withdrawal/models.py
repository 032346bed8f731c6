"""The withdrawal service's own tables: bills, payment attempts, heeded changes, slips."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Sequence,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.common.driving.rows import DrivenRow, due_index
from services.common.papers.models import AttemptColumns, SlipColumns
from services.common.sealed import Sealed
from services.withdrawal.states import IN_FLIGHT

_IN_FLIGHT = ", ".join(f"'{state}'" for state in sorted(IN_FLIGHT))


class Record(DeclarativeBase):
    """Base of the withdrawal service's tables."""

    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy's shape
        datetime: DateTime(timezone=True),
        date: Date,
        dict[str, Any]: JSONB,
    }


NUMBERS = Sequence("withdrawal_numbers", metadata=Record.metadata)


class Bill(DrivenRow, Record):
    """A withdrawal bill (提取单据). `registered_at` is a time of the business clock."""

    __tablename__ = "bills"
    fund_number: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(40))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    closes_account: Mapped[bool]
    settlement: Mapped[str] = mapped_column(String(20))
    details: Mapped[str] = mapped_column(Sealed("bills.details"))
    pot: Mapped[str | None] = mapped_column(String(80))
    evidence: Mapped[dict[str, Any]]
    attempt: Mapped[int] = mapped_column(server_default=text("1"))
    problem: Mapped[str | None] = mapped_column(Sealed("bills.problem"))
    registered_on: Mapped[date]
    registered_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        Index(
            "one_bill_in_flight",
            "fund_number",
            "reason",
            unique=True,
            postgresql_where=text(f"state IN ({_IN_FLIGHT})"),
        ),
        Index("bills_of_a_person", "fund_number", text("number DESC")),
        due_index("bills_to_drive"),
        Index("bills_of_a_pot", "pot", postgresql_where=text("pot IS NOT NULL")),
    )


class Attempt(Record):
    """One attempt to pay a bill, with the card bound when it began and what bank and book answered."""

    __tablename__ = "payment_attempts"
    bill_number: Mapped[str] = mapped_column(ForeignKey("bills.number"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    order_number: Mapped[str] = mapped_column(String(60), unique=True)
    payee: Mapped[str] = mapped_column(Sealed("payment_attempts.payee"))
    hold_asked: Mapped[bool] = mapped_column(server_default=text("false"))
    hold_id: Mapped[str | None] = mapped_column(String(60), unique=True)
    principal_fen: Mapped[int | None] = mapped_column(BigInteger)
    interest_fen: Mapped[int | None] = mapped_column(BigInteger)
    released_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    bank_reason: Mapped[str | None] = mapped_column(String(100))
    bank_serial: Mapped[str | None] = mapped_column(String(60))
    voucher: Mapped[str | None] = mapped_column(String(80), unique=True)
    booked_on: Mapped[date | None]
    began_at: Mapped[datetime]


class HeededChange(Record):
    """A change of phone that lowers the person's limits for some hours. Append only; business clock."""

    __tablename__ = "heeded_changes"
    message_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    fund_number: Mapped[str] = mapped_column(String(20))
    cause: Mapped[str] = mapped_column(String(20))
    changed_at: Mapped[datetime]
    __table_args__ = (Index("heeded_changes_of_a_person", "fund_number", "changed_at"),)


class Slip(SlipColumns, Record):
    """A slip on a withdrawal."""


class VerificationAttempt(AttemptColumns, Record):
    """A question about a slip of this service."""
