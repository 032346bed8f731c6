"""The ledger's tables. Postings, holds and their resolutions are append only; balances stand beside them."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NOW = text("clock_timestamp()")
APPEND_ONLY = ("postings", "holds", "hold_resolutions")
TURNOVER = ("turnover_marks", "turnover_totals")


class LedgerRecord(DeclarativeBase):
    """Base of the ledger's tables."""

    type_annotation_map = {datetime: DateTime(timezone=True), date: Date}  # noqa: RUF012  # SQLAlchemy's shape


class LedgerAccount(LedgerRecord):
    """A place money stands. Only personal accounts keep a balance beside their entries: a subject's own row
    would be locked by everybody at once, so its balance is the sum of its postings. `carried_fen` is the part
    of a balance that stood there at the last yearly settlement (上年结转)."""

    __tablename__ = "ledger_accounts"
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject: Mapped[str] = mapped_column(String(10))
    keeps_balance: Mapped[bool]
    balance_fen: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    held_fen: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    carried_fen: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    __table_args__ = (
        CheckConstraint("held_fen >= 0", name="held_not_negative"),
        CheckConstraint("carried_fen >= 0", name="carried_not_negative"),
        CheckConstraint("balance_fen >= held_fen", name="balance_covers_holds"),
        CheckConstraint(
            "keeps_balance OR (balance_fen = 0 AND held_fen = 0 AND carried_fen = 0)",
            name="balance_only_where_kept",
        ),
        Index("ledger_accounts_by_subject", "subject"),
    )


class Posting(LedgerRecord):
    """Money moved from the debit account to the credit account. `voucher` joins the lines of one event;
    a correction is a new posting with `reversal` set. `kind` is a name of the national list A.5."""

    __tablename__ = "postings"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    voucher: Mapped[str] = mapped_column(String(60))
    line: Mapped[int]
    debit: Mapped[str] = mapped_column(ForeignKey("ledger_accounts.number"))
    credit: Mapped[str] = mapped_column(ForeignKey("ledger_accounts.number"))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(30))
    reversal: Mapped[bool] = mapped_column(server_default=text("false"))
    bill_number: Mapped[str] = mapped_column(String(40), server_default="")
    for_month: Mapped[date | None]
    employer_part_fen: Mapped[int | None] = mapped_column(BigInteger)
    value_on: Mapped[date]
    trace: Mapped[str] = mapped_column(String(32), server_default="")
    booked_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("voucher", "line", name="posting_once"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("debit <> credit", name="two_accounts"),
        Index("postings_by_debit", "debit", "value_on", "id"),
        # A year's interest reads nothing else of what came in.
        Index("postings_by_credit", "credit", "value_on", "id", postgresql_include=["amount_fen"]),
        Index(
            "postings_of_yearly_interest",
            "credit",
            "value_on",
            postgresql_where=text("kind = 'yearly_interest'"),
        ),
    )


class Hold(LedgerRecord):
    """Money of an account set aside for one bill, until it is settled or released: once.

    One of 0 fen holds nothing: it was released before it came, so that it comes no more.
    """

    __tablename__ = "holds"
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("ledger_accounts.number"))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    interest_fen: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    closes_account: Mapped[bool] = mapped_column(server_default=text("false"))
    bill_number: Mapped[str] = mapped_column(String(40))
    held_on: Mapped[date]
    held_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("amount_fen >= 0", name="hold_not_negative"),
        CheckConstraint("interest_fen >= 0", name="interest_not_negative"),
        Index("holds_by_account", "account"),
        Index("holds_by_bill", "bill_number"),
    )


class HoldResolution(LedgerRecord):
    """How a hold ended. The primary key makes it end once."""

    __tablename__ = "hold_resolutions"
    hold_id: Mapped[str] = mapped_column(ForeignKey("holds.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(10))
    voucher: Mapped[str | None] = mapped_column(String(60))
    resolved_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (CheckConstraint("outcome IN ('settled', 'released')", name="known_outcome"),)


class TurnoverMark(LedgerRecord):
    """The highest number of a posting there was at a moment of the technical clock."""

    __tablename__ = "turnover_marks"
    posting_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    noted_at: Mapped[datetime]


class TurnoverTotal(LedgerRecord):
    """What was ever booked on both sides of a subject up to the posting of a mark."""

    __tablename__ = "turnover_totals"
    posting_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    subject: Mapped[str] = mapped_column(String(10), primary_key=True)
    debit_fen: Mapped[int] = mapped_column(BigInteger)
    credit_fen: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (CheckConstraint("debit_fen >= 0 AND credit_fen >= 0", name="turnover_not_negative"),)
