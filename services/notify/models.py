"""Tables of notify: codes, messages, subscriptions, how providers do, the counters behind the limits."""

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
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.common.sealed import Sealed
from services.notify import states

WAITING = (states.QUEUED, states.SENDING, states.UNKNOWN)
# As in the indexes: a planner that does not see the words does not use them.
IS_WAITING = "state IN ('queued', 'sending', 'unknown')"
IS_ACCEPTED = "state = 'accepted'"
_MAY_HOLD_CODE = "state IN ('queued', 'sending', 'unknown', 'accepted')"


class Model(DeclarativeBase):
    """Base of notify's own tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True)}


MESSAGE_NUMBERS = Sequence("message_numbers", metadata=Model.metadata)
CHANGE_NUMBERS = Sequence("change_numbers", metadata=Model.metadata)


class Code(Model):
    """The one living code of a person for a purpose; the next one takes its place, which voids this one.

    `person` is a fund number or a first visit; `digest` is a keyed hash of the digest of what the code is
    for, because that may hold a phone number; `subject` counts the phone. Times: business clock.
    """

    __tablename__ = "codes"
    purpose: Mapped[str] = mapped_column(String(40), primary_key=True)
    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    subject: Mapped[bytes | None] = mapped_column(LargeBinary)
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
    """One SMS. `code` is in the row no longer than it could still be sent; `text` never holds it.

    With `phone_change_id` it goes to the phone that this change took out of use. `provider` has the message,
    or had it last; `refused_by` are those that will certainly not deliver it. `next_attempt_at` and
    `accepted_at` are of the technical clock, the first being the end of the sender's lease while the message
    is sent; the other times are of the business clock.
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
    provider: Mapped[str | None] = mapped_column(String(20))
    refused_by: Mapped[list[str]] = mapped_column(ARRAY(String(20)), server_default=sql("'{}'"))
    accepted_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]

    @property
    def is_code(self) -> bool:
        """It carries a code: it was written for one phone, and is worth sending only while the code lives."""
        return self.send_before_at is not None

    __table_args__ = (
        UniqueConstraint("cause", "template", name="one_message_per_cause"),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        CheckConstraint(f"code IS NULL OR {_MAY_HOLD_CODE}", name="finished_without_code"),
        Index("messages_waiting", "next_attempt_at", postgresql_where=sql(IS_WAITING)),
        Index(
            "messages_codes_waiting",
            "next_attempt_at",
            postgresql_where=sql(f"{IS_WAITING} AND send_before_at IS NOT NULL"),
        ),
        Index("messages_unreported", "accepted_at", postgresql_where=sql(IS_ACCEPTED)),
        Index("messages_of_person", "fund_number", "number"),
        Index("messages_by_age", "written_at"),
        Index("messages_codes_by_age", "written_at", postgresql_where=sql("send_before_at IS NOT NULL")),
    )


class ProviderHealth(Model):
    """How often in a row a provider gave no answer; until when nothing goes to it (technical clock)."""

    __tablename__ = "provider_health"
    provider: Mapped[str] = mapped_column(String(20), primary_key=True)
    misses: Mapped[int]
    open_until: Mapped[datetime | None]


class Subscription(Model):
    """What a depositor wants to be told of, and on which phone; None follows the verified phone.

    Nobody has a row before the first saving. An item in neither list was not offered then.
    """

    __tablename__ = "subscriptions"
    fund_number: Mapped[str] = mapped_column(String(12), primary_key=True)
    version: Mapped[int]
    chosen: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    declined: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    phone: Mapped[str | None] = mapped_column(Sealed("subscriptions.phone"))
    changed_at: Mapped[datetime]


class SubscriptionChange(Model):
    """One saving of a subscription, as it stood afterwards. Append only."""

    __tablename__ = "subscription_changes"
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    fund_number: Mapped[str] = mapped_column(String(12))
    version: Mapped[int]
    added: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    removed: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    chosen: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    phone: Mapped[str | None] = mapped_column(Sealed("subscription_changes.phone"))
    phone_changed: Mapped[bool]
    at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("fund_number", "version", name="one_change_per_version"),)


class LimitCounter(Model):
    """How many asks a subject has made; its row lock lets one ask after another pass the limits.

    `unanswered` counts the asks since a code was last given back.
    """

    __tablename__ = "limit_counters"
    scope: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    last_turn: Mapped[int] = mapped_column(BigInteger)
    unanswered: Mapped[int] = mapped_column(server_default=sql("0"))
    last_at: Mapped[datetime]


class LimitTurn(Model):
    """When a subject made its nth ask; the limits look n turns back. Kept two days."""

    __tablename__ = "limit_turns"
    scope: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    turn: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime]
    __table_args__ = (Index("limit_turns_by_age", "at"),)


class CodeTally(Model):
    """How many codes were issued in an hour for a purpose, and how many of them were given back."""

    __tablename__ = "code_tallies"
    hour_at: Mapped[datetime] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(40), primary_key=True)
    issued: Mapped[int]
    approved: Mapped[int]
