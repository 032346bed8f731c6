"""Mapped rows and a session per call, the way the usual nameko examples do it."""

from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

from nameko import config
from nameko.extensions import DependencyProvider
from sqlalchemy import BigInteger, DateTime, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker


class Base(DeclarativeBase):
    """All rows of the baseline."""


class Account(Base):
    """One fund account."""

    __tablename__ = "accounts"

    fund_number: Mapped[str] = mapped_column(primary_key=True)
    holder_name: Mapped[str]
    state: Mapped[str]
    balance_fen: Mapped[int] = mapped_column(BigInteger)
    held_fen: Mapped[int] = mapped_column(BigInteger)
    monthly_fen: Mapped[int] = mapped_column(BigInteger)
    employer_name: Mapped[str]
    opened_on: Mapped[date]
    last_contribution_on: Mapped[date]


class LoginSession(Base):
    """One login."""

    __tablename__ = "sessions"

    token: Mapped[str] = mapped_column(primary_key=True)
    fund_number: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class DatabaseSession(DependencyProvider):  # type: ignore[misc]
    """Gives every call a session and closes it when the call is over."""

    def setup(self) -> None:
        """Make the engine."""
        self.engine = create_engine(config["DATABASE_URL"])
        self.make_session = sessionmaker(bind=self.engine)
        self.sessions: WeakKeyDictionary[Any, Session] = WeakKeyDictionary()

    def stop(self) -> None:
        """Close the engine."""
        self.engine.dispose()

    def get_dependency(self, worker_ctx: Any) -> Session:
        """Open a session for this call."""
        session = self.sessions[worker_ctx] = self.make_session()
        return session

    def worker_teardown(self, worker_ctx: Any) -> None:
        """Close it."""
        session = self.sessions.pop(worker_ctx)
        session.close()
