"""The tables of the yearly settlement; what it books stands in the ledger."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.deposit.models import Record

NOW = text("clock_timestamp()")
APPEND_ONLY = ("interest_batches",)


class InterestRun(Record):
    """The settlement of one year, `number` being that year, with the figures it computes by."""

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


class InterestBatch(Record):
    """Accounts that were settled in one transaction: `first` to `last` by fund number."""

    __tablename__ = "interest_batches"
    run: Mapped[str] = mapped_column(ForeignKey("interest_runs.number"), primary_key=True)
    first: Mapped[str] = mapped_column(String(20), primary_key=True)
    last: Mapped[str] = mapped_column(String(20))
    accounts: Mapped[int]
    checked: Mapped[int]
    interest_fen: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
    booked_at: Mapped[datetime] = mapped_column(server_default=NOW)


class InterestDeferral(Record):
    """An account passed over because a bill is closing it: settled later, if the bill comes to nothing."""

    __tablename__ = "interest_deferrals"
    run: Mapped[str] = mapped_column(ForeignKey("interest_runs.number"), primary_key=True)
    fund_number: Mapped[str] = mapped_column(ForeignKey("accounts.fund_number"), primary_key=True)
    ended_at: Mapped[datetime | None]
