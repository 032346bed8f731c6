"""Tables of notify: codes and their tries, messages, and the counters behind the limits."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Index,
    LargeBinary,
    Sequence,
    String,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.common.sealed import Sealed
from services.notify import states

WAITING = (states.QUEUED, states.SENDING, states.UNKNOWN)
_IS_WAITING = "state IN ('queued', 'sending', 'unknown')"


class Model(DeclarativeBase):
    """Base of notify's own tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True)}


MESSAGE_NUMBERS = Sequence("message_numbers", metadata=Model.metadata)


class Code(Model):
    """The one living code of a person for a purpose; the next one takes its place, which voids this one.

    `person` is a fund number or a first visit; `digest` names what the code is for. Times: business clock.
    """

    __tablename__ = "codes"
    purpose: Mapped[str] = mapped_column(String(40), primary_key=True)
    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]


class CodeTry(Model):
    """One try at a code, written before the code is looked at; the same try delivered twice counts once."""

    __tablename__ = "code_tries"
    code_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    op_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    attempt_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    right: Mapped[bool] = mapped_column(server_default=sql("false"))
    tried_at: Mapped[datetime]


class Message(Model):
    """One SMS. `code` is taken out of the row as soon as the message is finished; `text` never holds it.

    With `phone_change_id` it goes to the phone that this change took out of use. `next_attempt_at` is of the
    technical clock, and while the message is being sent the end of the sender's lease; the other times are of
    the business clock.
    """

    __tablename__ = "messages"
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    cause: Mapped[str] = mapped_column(String(80))
    template: Mapped[str] = mapped_column(String(40))
    template_version: Mapped[int]
    fund_number: Mapped[str | None] = mapped_column(String(12))
    phone_change_id: Mapped[str | None] = mapped_column(String(40))
    phone: Mapped[str | None] = mapped_column(Sealed("messages.phone"))
    text: Mapped[str] = mapped_column(Sealed("messages.text"))
    code: Mapped[str | None] = mapped_column(Sealed("messages.code"))
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    send_before_at: Mapped[datetime | None]
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("cause", "template", name="one_message_per_cause"),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        CheckConstraint(f"code IS NULL OR {_IS_WAITING}", name="finished_without_code"),
        Index("messages_waiting", "next_attempt_at", postgresql_where=sql(_IS_WAITING)),
        Index("messages_of_person", "fund_number", "number"),
    )


class LimitCounter(Model):
    """How many asks a subject has made; its row lock lets one ask after another pass the limits."""

    __tablename__ = "limit_counters"
    scope: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    last_turn: Mapped[int] = mapped_column(BigInteger)
    last_at: Mapped[datetime]


class LimitTurn(Model):
    """When a subject made its nth ask; the limits look n turns back. Kept two days."""

    __tablename__ = "limit_turns"
    scope: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    turn: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime]
    __table_args__ = (Index("limit_turns_by_age", "at"),)
