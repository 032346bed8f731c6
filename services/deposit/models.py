"""The deposit book's own tables; the ledger's stand in `services.common.ledger.models`."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.common.sealed import Sealed


class Record(DeclarativeBase):
    """Base of the deposit book's tables."""

    type_annotation_map = {datetime: DateTime(timezone=True), date: Date}  # noqa: RUF012  # SQLAlchemy's shape


class Employer(Record):
    """An employer (单位) that contributes for its people."""

    __tablename__ = "employers"
    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(20))
    opened_on: Mapped[date]


class Account(Record):
    """A depositor's fund account (个人账户). `number` is the fund number, the person's key everywhere.

    `awaits_lines`: what was imported of its lines does not add up to the balance of its books, or nothing was
    of an account that was closed before; only then may an import bring more of them.
    """

    __tablename__ = "accounts"
    number: Mapped[str] = mapped_column("fund_number", String(20), primary_key=True)
    employer_number: Mapped[str | None] = mapped_column(ForeignKey("employers.number"))
    name: Mapped[str] = mapped_column(Sealed("accounts.name"))
    id_number: Mapped[str] = mapped_column(Sealed("accounts.id_number"))
    id_index: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(30))
    freeze_flag: Mapped[str] = mapped_column(String(20), server_default="none")
    opened_on: Mapped[date]
    sealed_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    contribution_base_fen: Mapped[int] = mapped_column(BigInteger)
    employer_rate_percent: Mapped[int]
    person_rate_percent: Mapped[int]
    employer_monthly_fen: Mapped[int] = mapped_column(BigInteger)
    person_monthly_fen: Mapped[int] = mapped_column(BigInteger)
    imported_as: Mapped[str | None] = mapped_column(String(64))
    awaits_lines: Mapped[bool] = mapped_column(server_default=text("false"))
    __table_args__ = (
        Index(
            "one_open_account_a_person",
            "id_index",
            unique=True,
            postgresql_where=text("state IN ('normal', 'sealed')"),
        ),
    )


class ImportedWithdrawal(Record):
    """Money drawn before the hall, as the books tell it: when, and for which national reason ("" = not told).

    A reversal (冲账) stands there with a negative amount.
    """

    __tablename__ = "imported_withdrawals"
    line_number: Mapped[str] = mapped_column(String(40), primary_key=True)
    fund_number: Mapped[str] = mapped_column(ForeignKey("accounts.fund_number"))
    national_reason: Mapped[str] = mapped_column(String(2))
    drawn_on: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (Index("imported_withdrawals_by_account", "fund_number", "drawn_on", "line_number"),)


class BookImport(Record):
    """A folder of books whose taking over was begun, named by its files' digest.

    It is under way until it is finished, or another folder takes its place. `told_at` is when the log last
    said that the yearly interest waits for it.
    """

    __tablename__ = "book_imports"
    folder_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    finished_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]


class Card(Record):
    """A debit card bound to receive withdrawals. One is current; earlier ones stay for the record."""

    __tablename__ = "cards"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    fund_number: Mapped[str] = mapped_column(ForeignKey("accounts.fund_number"))
    bank_code: Mapped[str] = mapped_column(String(3))
    card_number: Mapped[str] = mapped_column(Sealed("cards.card_number"))
    bound_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    __table_args__ = (
        Index("one_current_card", "fund_number", unique=True, postgresql_where=text("replaced_at IS NULL")),
    )


class BaseAdjustment(Record):
    """A freelancer's new contribution base (基数调整): from which month on, and what it was before."""

    __tablename__ = "base_adjustments"
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    fund_number: Mapped[str] = mapped_column(ForeignKey("accounts.fund_number"))
    state: Mapped[str] = mapped_column(String(20))
    contribution_year: Mapped[int]
    effective_on: Mapped[date]
    before_fen: Mapped[int] = mapped_column(BigInteger)
    after_fen: Mapped[int] = mapped_column(BigInteger)
    registered_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("before_fen > 0 AND after_fen > 0", name="bases_positive"),
        Index("base_adjustments_by_account", "fund_number", "effective_on"),
        Index(
            "one_base_adjustment_a_year",
            "fund_number",
            "contribution_year",
            unique=True,
            postgresql_where=text("state <> 'undone'"),
        ),
    )
