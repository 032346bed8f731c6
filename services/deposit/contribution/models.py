"""Tables of contributions: bills, attempts to pay them, money that came in and how it ended, refunds."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Select,
    Sequence,
    String,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.common.driving.rows import DrivenRow, due_index
from services.common.sealed import Sealed
from services.deposit.contribution.states import MONEY_IN_FLIGHT, OPEN
from services.deposit.models import Record

_OPEN = ", ".join(f"'{state}'" for state in sorted(OPEN))

BILL_NUMBERS = Sequence("contribution_numbers", metadata=Record.metadata)
REFUND_NUMBERS = Sequence("refund_numbers", metadata=Record.metadata)


class Bill(DrivenRow, Record):
    """A contribution bill (缴存单据). Its own times are the business clock's.

    `inflow_id` is the money that pays it, once it is in. Both parts of each month are paid by the person; the
    books keep them apart as for everybody.
    """

    __tablename__ = "contribution_bills"
    fund_number: Mapped[str] = mapped_column(ForeignKey("accounts.fund_number"))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    months: Mapped[list[date]] = mapped_column(ARRAY(Date))
    employer_part_fens: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    person_part_fens: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    attempt: Mapped[int] = mapped_column(server_default=text("0"))
    inflow_id: Mapped[str | None] = mapped_column(String(50), unique=True)
    problem: Mapped[str | None] = mapped_column(String(200))
    voucher: Mapped[str | None] = mapped_column(String(60), unique=True)
    registered_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    booked_on: Mapped[date | None]
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("cardinality(months) BETWEEN 1 AND 48", name="some_months"),
        CheckConstraint(
            "cardinality(months) = cardinality(employer_part_fens)"
            " AND cardinality(months) = cardinality(person_part_fens)",
            name="both_parts_of_each_month",
        ),
        Index(
            "one_open_contribution_bill",
            "fund_number",
            unique=True,
            postgresql_where=text(f"state IN ({_OPEN})"),
        ),
        Index("contribution_bills_of_a_person", "fund_number", text("number DESC")),
        due_index("contribution_bills_to_drive"),
        Index(
            "contribution_bills_to_book",
            "received_at",
            postgresql_where=text("state IN ('settled', 'paid')"),
        ),
    )


class Attempt(Record):
    """One attempt to pay a bill: a debit of the card that was bound when it began, or a payment code.

    `code_expires_at` is a time of the business clock. Since `closed_at` nobody should be able to pay the code
    any more; the bank is asked again after `ask_after` (both technical clock). `asked` counts its answers;
    `not_taken_in` says that the hall, and no silent bank, is why the last question is asked again.
    """

    __tablename__ = "contribution_attempts"
    bill_number: Mapped[str] = mapped_column(ForeignKey("contribution_bills.number"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    order_number: Mapped[str] = mapped_column(String(21), unique=True)
    way: Mapped[str] = mapped_column(String(10))
    payer: Mapped[str | None] = mapped_column(Sealed("contribution_attempts.payer"))
    code_url: Mapped[str | None] = mapped_column(Sealed("contribution_attempts.code_url"))
    code_expires_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    bank_reason: Mapped[str | None] = mapped_column(String(100))
    began_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    ask_after: Mapped[datetime | None]
    asked: Mapped[int] = mapped_column(server_default=text("0"))
    not_taken_in: Mapped[bool] = mapped_column(server_default=text("false"))
    __table_args__ = (
        Index("closed_codes_to_ask", "ask_after", postgresql_where=text("ask_after IS NOT NULL")),
    )


class Inflow(Record):
    """Money that the bank received for an order of ours, once for each serial number. Append only.

    `paid_at` is when the person paid, `received_at` when the hall heard of it; both on the business clock.
    """

    __tablename__ = "inflows"
    id: Mapped[str] = mapped_column(String(50), primary_key=True)
    order_number: Mapped[str] = mapped_column(ForeignKey("contribution_attempts.order_number"))
    bill_number: Mapped[str] = mapped_column(ForeignKey("contribution_bills.number"))
    bank_serial: Mapped[str] = mapped_column(String(28))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    channel: Mapped[str] = mapped_column(String(20))
    voucher: Mapped[str] = mapped_column(String(60), unique=True)
    paid_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="inflow_positive"),
        Index("inflows_of_a_bill", "bill_number"),
    )


class InflowEnd(Record):
    """What became of money received: booked or given back. The primary key makes it end once."""

    __tablename__ = "inflow_ends"
    inflow_id: Mapped[str] = mapped_column(ForeignKey("inflows.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(10))
    by: Mapped[str] = mapped_column(String(60), unique=True)
    decided_at: Mapped[datetime]
    __table_args__ = (CheckConstraint("outcome IN ('booked', 'given_back')", name="known_end"),)


class ContributedMonth(Record):
    """A month that a bill has paid. The primary key lets no month be paid twice. Append only."""

    __tablename__ = "contributed_months"
    fund_number: Mapped[str] = mapped_column(ForeignKey("accounts.fund_number"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    bill_number: Mapped[str] = mapped_column(ForeignKey("contribution_bills.number"))


class Refund(DrivenRow, Record):
    """Money received on its way back (退款). Driven like a bill until the bank has given it back.

    `bank_serial` is the bank's own number of what went back, not of the payment; None where it told none.
    """

    __tablename__ = "refunds"
    inflow_id: Mapped[str] = mapped_column(ForeignKey("inflows.id"), unique=True)
    bill_number: Mapped[str] = mapped_column(ForeignKey("contribution_bills.number"))
    fund_number: Mapped[str] = mapped_column(ForeignKey("accounts.fund_number"))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    cause: Mapped[str] = mapped_column(String(30))
    attempt: Mapped[int] = mapped_column(server_default=text("1"))
    bank_reason: Mapped[str | None] = mapped_column(String(100))
    bank_serial: Mapped[str | None] = mapped_column(String(60))
    voucher: Mapped[str | None] = mapped_column(String(60), unique=True)
    began_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="refund_positive"),
        Index("refunds_of_a_bill", "bill_number"),
        due_index("refunds_to_drive"),
    )


def in_flight(fund_number: str) -> Select[str]:
    """The number of a person's bill whose money may be on its way: meanwhile the account cannot be closed."""
    return select(Bill.number).where(Bill.fund_number == fund_number, Bill.state.in_(MONEY_IN_FLIGHT))


TABLES = (Bill, Attempt, Inflow, InflowEnd, ContributedMonth, Refund)
APPEND_ONLY = ("inflows", "inflow_ends", "contributed_months")
