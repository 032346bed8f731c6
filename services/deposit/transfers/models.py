"""The table of inbound transfers."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Sequence,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.common.sealed import Sealed
from services.deposit.models import Record
from services.deposit.transfers.states import IN_FLIGHT

_IN_FLIGHT = ", ".join(f"'{state}'" for state in sorted(IN_FLIGHT))

NUMBERS = Sequence("transfer_numbers", metadata=Record.metadata)


class Transfer(Record):
    """One inbound transfer with its contact letter (联系函).

    `steps_heard` counts the letter's steps that have taken effect here, so that none does twice. `ask_after`
    is when the platform is asked again by itself, on the technical clock; None = at rest. `remark` is what
    the other centre wrote last, `problem` why a step that was told could not take effect yet.
    """

    __tablename__ = "transfers"
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    letter_number: Mapped[str] = mapped_column(String(16), unique=True)
    fund_number: Mapped[str] = mapped_column(ForeignKey("accounts.fund_number"))
    centre: Mapped[str] = mapped_column(String(15))
    employer_name: Mapped[str] = mapped_column(Sealed("transfers.employer_name"))
    account_number: Mapped[str] = mapped_column(Sealed("transfers.account_number"))
    account_index: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(20))
    steps_heard: Mapped[int] = mapped_column(server_default=text("0"))
    principal_fen: Mapped[int | None] = mapped_column(BigInteger)
    interest_fen: Mapped[int | None] = mapped_column(BigInteger)
    voucher: Mapped[str | None] = mapped_column(String(60), unique=True)
    booked_on: Mapped[date | None]
    remark: Mapped[str | None] = mapped_column(Sealed("transfers.remark"))
    problem: Mapped[str | None] = mapped_column(String(60))
    registered_on: Mapped[date]
    registered_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    ask_after: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    __table_args__ = (
        CheckConstraint("principal_fen > 0", name="principal_positive"),
        CheckConstraint("interest_fen >= 0", name="transferred_interest_not_negative"),
        CheckConstraint(
            "voucher IS NOT NULL OR state NOT IN ('completed', 'concluded')", name="booked_when_completed"
        ),
        Index(
            "one_transfer_in_flight",
            "fund_number",
            "centre",
            unique=True,
            postgresql_where=text(f"state IN ({_IN_FLIGHT})"),
        ),
        Index(
            "one_account_transferred_once",
            "fund_number",
            "account_index",
            unique=True,
            postgresql_where=text("state IN ('completed', 'concluded')"),
        ),
        Index("transfers_of_a_person", "fund_number", text("number DESC")),
        Index("transfers_to_ask", "ask_after", postgresql_where=text("ask_after IS NOT NULL")),
    )
