"""The tables of auth: people, logins, first visits, openings, phone changes, sessions, captchas."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Sequence,
    String,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.common.sealed import Sealed

FUND_NUMBER = String(12)


class Model(DeclarativeBase):
    """Base of auth's own tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True)}


class Person(Model):
    """Somebody with a fund account at the centre (A-12): who it is and where a code may be sent."""

    __tablename__ = "people"
    fund_number: Mapped[str] = mapped_column(FUND_NUMBER, primary_key=True)
    name: Mapped[str] = mapped_column(Sealed("people.name"))
    id_number: Mapped[str] = mapped_column(Sealed("people.id_number"))
    id_number_index: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    phone: Mapped[str | None] = mapped_column(Sealed("people.phone"))
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    phone_verified_at: Mapped[datetime | None]
    professional_since_on: Mapped[date | None]
    registered_on: Mapped[date]
    __table_args__ = (
        CheckConstraint("fund_number ~ '^[0-9]{12}$'", name="people_fund_number"),
        CheckConstraint("(phone IS NULL) = (phone_index IS NULL)", name="people_phone_is_indexed"),
        # Couples share phones: the index finds, it does not forbid.
        Index("people_by_phone", "phone_index"),
    )


class Login(Model):
    """The password a person chose at the first visit. Nobody has one before; none comes from a number."""

    __tablename__ = "logins"
    fund_number: Mapped[str] = mapped_column(ForeignKey("people.fund_number"), primary_key=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Captcha(Model):
    """A captcha shown and not yet tried: the first try deletes it. Answers only as keyed hashes."""

    __tablename__ = "captchas"
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    op_id: Mapped[str] = mapped_column(String(200), unique=True)
    letters_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    question: Mapped[str] = mapped_column(String(40))
    question_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    image_png: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
    __table_args__ = (Index("captchas_by_expiry", "expires_at"),)


class FirstVisit(Model):
    """A first visit under way, for any number whatever: whether it is somebody's is not written here."""

    __tablename__ = "first_visits"
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    fund_number: Mapped[str] = mapped_column(FUND_NUMBER)
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    __table_args__ = (Index("first_visits_by_expiry", "expires_at"),)


class PhoneChange(Model):
    """A change of the registered phone, begun or done (A-15 to A-18). Done ones stay, both numbers sealed.

    Its number stands for the new phone in the SMS code's digest, so that no hash of a phone leaves auth.
    """

    __tablename__ = "phone_changes"
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    fund_number: Mapped[str] = mapped_column(ForeignKey("people.fund_number"))
    former_phone: Mapped[str | None] = mapped_column(Sealed("phone_changes.former_phone"))
    new_phone: Mapped[str] = mapped_column(Sealed("phone_changes.new_phone"))
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    __table_args__ = (
        Index("phone_changes_of_person", "fund_number", "begun_at"),
        Index("phone_changes_by_expiry", "expires_at"),
    )


OPENING_NUMBERS = Sequence("opening_numbers", metadata=Model.metadata)


class Opening(Model):
    """An opening of the professional edition by face verification (A-05 to A-08).

    `number` is also the order number at the provider; `secret_index` finds it by what only the browser holds.
    Whoever is typed in stands here until it is over, whether such a person has an account or not.
    `return_digest` is of what the provider gave to the browser in which the face passed, `brought_digest` of
    what the browser that began has brought.
    `ask_after` is of the technical clock, all other times of the business clock.
    """

    __tablename__ = "openings"
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    secret_index: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    state: Mapped[str] = mapped_column(String(20))
    fund_number: Mapped[str | None] = mapped_column(FUND_NUMBER)
    agreement_version: Mapped[str] = mapped_column(String(20))
    agreement_digest: Mapped[str] = mapped_column(String(64))
    accepted_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(Sealed("openings.address"))
    name: Mapped[str | None] = mapped_column(Sealed("openings.name"))
    id_number: Mapped[str | None] = mapped_column(Sealed("openings.id_number"))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_tells: Mapped[bool] = mapped_column(server_default=text("false"))
    page_url: Mapped[str | None] = mapped_column(String(400))
    reason: Mapped[str | None] = mapped_column(String(40))
    return_digest: Mapped[str | None] = mapped_column(String(64))
    brought_digest: Mapped[str | None] = mapped_column(String(64))
    expires_at: Mapped[datetime]
    entered_at: Mapped[datetime | None]
    ask_after: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    __table_args__ = (
        Index("openings_to_ask", "ask_after", postgresql_where=text("ask_after IS NOT NULL")),
        Index("openings_by_expiry", "expires_at"),
    )


class Applicant(Model):
    """Somebody who opens a freelancer's account (A-21). Once it is open, nothing personal is left here."""

    __tablename__ = "applicants"
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    name: Mapped[str | None] = mapped_column(Sealed("applicants.name"))
    id_number: Mapped[str | None] = mapped_column(Sealed("applicants.id_number"))
    phone: Mapped[str | None] = mapped_column(Sealed("applicants.phone"))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    fund_number: Mapped[str | None] = mapped_column(FUND_NUMBER)
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(
            "state <> 'opened' OR (name IS NULL AND id_number IS NULL AND phone IS NULL"
            " AND password_hash IS NULL AND fund_number IS NOT NULL)",
            name="opened_without_personal_data",
        ),
        Index("applicants_by_expiry", "expires_at"),
    )


class OnlineSession(Model):
    """One login of one person on one device. Times are of the technical clock."""

    __tablename__ = "sessions"
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    holder: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(20))
    edition: Mapped[str] = mapped_column(String(20))
    client: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(Sealed("sessions.address"))
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    __table_args__ = (
        Index("sessions_by_holder", "role", "holder"),
        Index("sessions_by_end", "ends_at"),
    )


class Revocation(Model):
    """A session whose tokens must no longer count, until the last of them has expired by itself."""

    __tablename__ = "revocations"
    session_number: Mapped[str] = mapped_column(ForeignKey("sessions.number"), primary_key=True)
    at: Mapped[datetime]
    expires_at: Mapped[datetime]
    __table_args__ = (Index("revocations_by_time", "at"),)


class AttemptRecord(Model):
    """Failures at one door; the key is a blind index, the same whether what it stands for exists or not."""

    __tablename__ = "attempts"
    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    locks: Mapped[int] = mapped_column(default=0)
    window_started_at: Mapped[datetime | None]
    locked_until_at: Mapped[datetime | None]


class HeardAgreement(Model):
    """That a person signed an agreement in another service; auth keeps the person's list. Append only."""

    __tablename__ = "heard_agreements"
    producer: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    fund_number: Mapped[str] = mapped_column(FUND_NUMBER)
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64))
    way: Mapped[str] = mapped_column(String(20))
    signed_for: Mapped[str] = mapped_column(String(60))
    signed_at: Mapped[datetime]
    __table_args__ = (Index("heard_agreements_of_a_person", "fund_number", "signed_at"),)
