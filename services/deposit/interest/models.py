"""The tables of the yearly settlement; what it books stands in the ledger."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.deposit.models import Record

NOW = text("clock_timestamp()")
APPEND_ONLY = ("interest_batches",)


class InterestRun(Record):
    """The settlement of one year, `number` being that year, with the figures it computes by.

    `round` counts how often it went through all accounts: a finished one begins another when accounts turn up
    that it never saw. `looked_on` is the business day on which nothing more was found to be owed. `trouble`
    says why it halted last, and stays.
    """

    __tablename__ = "interest_runs"
    number: Mapped[str] = mapped_column(String(4), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    settles_on: Mapped[date]
    rate: Mapped[int]
    day_basis: Mapped[int]
    accounts: Mapped[int] = mapped_column(BigInteger)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    trouble: Mapped[str | None] = mapped_column(String(200))
    round: Mapped[int] = mapped_column(server_default=text("1"))
    looked_on: Mapped[date | None]


class InterestBatch(Record):
    """Accounts that were settled in one transaction: `first` to `last` by fund number."""

    __tablename__ = "interest_batches"
    run: Mapped[str] = mapped_column(ForeignKey("interest_runs.number"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, server_default=text("1"))
    first: Mapped[str] = mapped_column(String(20), primary_key=True)
    last: Mapped[str] = mapped_column(String(20))
    accounts: Mapped[int]
    checked: Mapped[int]
    interest_fen: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
    booked_at: Mapped[datetime] = mapped_column(server_default=NOW)


class InterestDeferral(Record):
    """An account passed over, and why: a bill closes it, its lines are not all there, somebody set it aside,
    an earlier year is open.

    It is settled later, unless it is closed by then. `trouble` says what the last try met with; `try_after`
    is when the next one may be (technical clock).
    """

    __tablename__ = "interest_deferrals"
    run: Mapped[str] = mapped_column(ForeignKey("interest_runs.number"), primary_key=True)
    fund_number: Mapped[str] = mapped_column(ForeignKey("accounts.fund_number"), primary_key=True)
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(20), server_default="closing")
    interest_fen: Mapped[int | None] = mapped_column(BigInteger)
    trouble: Mapped[str | None] = mapped_column(String(200))
    try_after: Mapped[datetime | None]
    __table_args__ = (
        Index("interest_deferrals_waiting", "fund_number", postgresql_where=text("ended_at IS NULL")),
    )


class InterestDispute(Record):
    """An account on which the two computations disagreed, until they agree or it is closed."""

    __tablename__ = "interest_disputes"
    run: Mapped[str] = mapped_column(ForeignKey("interest_runs.number"), primary_key=True)
    fund_number: Mapped[str] = mapped_column(ForeignKey("accounts.fund_number"), primary_key=True)
    expected_fen: Mapped[int] = mapped_column(BigInteger)
    computed_fen: Mapped[int] = mapped_column(BigInteger)
    found_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
