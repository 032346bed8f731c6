"""The tables every service has beside its own: operations, history, outbox, inbox, dead letters, receipts."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, LargeBinary, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NOW = text("clock_timestamp()")


class Common(DeclarativeBase):
    """Base of the tables that all services share in shape, each in its own database."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True), dict[str, Any]: JSONB}


class Operation(Common):
    """A keyed command: inserted in the transaction of its effect, with the answer it gave.

    `holder` is the fund number whose log (日志查询) shows it, empty where nobody's; `at` is of the business
    clock, `done_at` of the technical one. An old answer is forgotten, the row stays.
    """

    __tablename__ = "operations"
    op_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    method: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(80), default="")
    digest: Mapped[str] = mapped_column(String(64))
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    done_at: Mapped[datetime] = mapped_column(server_default=NOW)
    entry: Mapped[int] = mapped_column(BigInteger, Identity())
    holder: Mapped[str] = mapped_column(String(80), server_default="")
    session_id: Mapped[str] = mapped_column(String(40), server_default="")
    about: Mapped[str] = mapped_column(String(60), server_default="")
    at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (
        Index("operations_of_holder", "holder", "at", "entry", postgresql_where=text("holder <> ''")),
        Index("operations_answered", "done_at", postgresql_where=text("answer IS NOT NULL")),
        Index("operations_by_age", "done_at"),
    )


class Transition(Common):
    """One step a row took. Append only."""

    __tablename__ = "transitions"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    machine: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(80))
    remark: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (Index("transitions_by_number", "number", "id"),)


class OutboxRow(Common):
    """An event to be told to others, written with its effect; the relay marks it published."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    message_id: Mapped[str] = mapped_column(String(36), unique=True)
    event: Mapped[str] = mapped_column(String(80))
    aggregate: Mapped[str] = mapped_column(String(80))
    sequence: Mapped[int] = mapped_column(BigInteger)
    payload: Mapped[dict[str, Any]]
    trace: Mapped[str] = mapped_column(String(32), default="")
    at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    claim_token: Mapped[str | None] = mapped_column(String(36))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    published_at: Mapped[datetime | None]
    __table_args__ = (
        Index("outbox_by_age", "at"),
        Index("outbox_waiting", "id", postgresql_where=text("published_at IS NULL")),
        Index("outbox_aggregate", "aggregate", "sequence", unique=True),
    )


class AggregateSequence(Common):
    """The last event number given to an aggregate, so that consumers can see a gap."""

    __tablename__ = "aggregate_sequences"
    aggregate: Mapped[str] = mapped_column(String(80), primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)


class InboxRow(Common):
    """A message that took effect here, or was given up; its id is unique, so it takes effect once at most."""

    __tablename__ = "inbox"
    message_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event: Mapped[str] = mapped_column(String(80))
    received_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (Index("inbox_by_age", "received_at"),)


class InboxSequence(Common):
    """The highest event number seen of an aggregate, by producer."""

    __tablename__ = "inbox_sequences"
    producer: Mapped[str] = mapped_column(String(20), primary_key=True)
    aggregate: Mapped[str] = mapped_column(String(80), primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)
    seen_at: Mapped[datetime] = mapped_column(server_default=NOW)


class MissingEvent(Common):
    """An event number that was passed over: `asked_at` is when its producer was last asked to send it."""

    __tablename__ = "inbox_missing"
    producer: Mapped[str] = mapped_column(String(20), primary_key=True)
    aggregate: Mapped[str] = mapped_column(String(80), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(server_default=NOW)
    asked_at: Mapped[datetime | None]


class DeadLetter(Common):
    """A message that could not take effect after every retry; staff look, replay or drop it.

    `deaths` counts how often it came to that; `died_at` and `reason` are the last time's.
    """

    __tablename__ = "dead_letters"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    message_id: Mapped[str] = mapped_column(String(80), unique=True)
    event: Mapped[str] = mapped_column(String(80))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(80), unique=True)
    died_at: Mapped[datetime] = mapped_column(server_default=NOW)
    deaths: Mapped[int] = mapped_column(server_default=text("1"))


class UsedReceipt(Common):
    """A code receipt that was used: once, in the transaction of what it allowed."""

    __tablename__ = "used_receipts"
    receipt_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(40))
    op_id: Mapped[str] = mapped_column(ForeignKey("operations.op_id"))
    used_at: Mapped[datetime] = mapped_column(server_default=NOW)
    # Whoever deletes an operation is asked for its receipt.
    __table_args__ = (Index("used_receipts_by_operation", "op_id"),)


APPEND_ONLY = ("transitions", "used_receipts", "inbox")
