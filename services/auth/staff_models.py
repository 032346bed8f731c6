"""The tables of staff: their logins, whom they looked up, and what they did at the counter."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Sequence, String, text
from sqlalchemy.orm import Mapped, mapped_column, synonym

from services.auth.models import FUND_NUMBER, Model
from services.common.sealed import Sealed


class StaffMember(Model):
    """A login of the centre's staff. `office` is empty for the centre itself.

    `initial_until_at` is when a password stops to count that its owner has not chosen. `code_step` is the
    latest half minute whose one-time code was used: none counts twice, and no earlier one.
    """

    __tablename__ = "staff"
    login_name: Mapped[str] = mapped_column(String(40), primary_key=True)
    number = synonym("login_name")
    state: Mapped[str] = mapped_column(String(20))
    name: Mapped[str | None] = mapped_column(Sealed("staff.name"))
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    office: Mapped[str] = mapped_column(String(60), default="")
    code_secret: Mapped[str | None] = mapped_column(Sealed("staff.code_secret"))
    code_step: Mapped[int] = mapped_column(BigInteger, default=0)
    initial_until_at: Mapped[datetime | None]
    registered_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(
            "role IN ('clerk', 'reviewer', 'supervisor', 'auditor', 'operator', 'administrator')",
            name="staff_role",
        ),
        CheckConstraint("state IN ('invited', 'in_use', 'disabled')", name="staff_state"),
        CheckConstraint("state <> 'in_use' OR code_secret IS NOT NULL", name="staff_in_use_has_a_code"),
    )


class StaffSetup(Model):
    """A first visit of staff under way: the secret that is shown, and counts once a code has proven it.

    Times are of the technical clock, as the codes are.
    """

    __tablename__ = "staff_setups"
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    login_name: Mapped[str] = mapped_column(ForeignKey("staff.login_name"))
    password_hash: Mapped[str] = mapped_column(String(200))
    code_secret: Mapped[str] = mapped_column(Sealed("staff_setups.code_secret"))
    expires_at: Mapped[datetime]
    __table_args__ = (Index("staff_setups_by_expiry", "expires_at"),)


LOOK_NUMBERS = Sequence("look_numbers", metadata=Model.metadata)


class Look(Model):
    """That somebody of the staff looked a person up, for what, and whether there was one. Append only."""

    __tablename__ = "looks"
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    login_name: Mapped[str] = mapped_column(ForeignKey("staff.login_name"))
    office: Mapped[str] = mapped_column(String(60))
    purpose: Mapped[str] = mapped_column(String(40))
    fund_number: Mapped[str | None] = mapped_column(FUND_NUMBER)
    at: Mapped[datetime]
    __table_args__ = (
        Index("looks_at_a_person", "fund_number", "number"),
        Index("looks_by_a_member", "login_name", "number"),
    )


class CounterOpening(Model):
    """An opening at the counter (A-24): who did it where, after which look, on which paper. Append only."""

    __tablename__ = "counter_openings"
    number: Mapped[str] = mapped_column(ForeignKey("openings.number"), primary_key=True)
    fund_number: Mapped[str] = mapped_column(FUND_NUMBER)
    clerk: Mapped[str] = mapped_column(ForeignKey("staff.login_name"))
    office: Mapped[str] = mapped_column(String(60))
    look: Mapped[str] = mapped_column(ForeignKey("looks.number"))
    paper_number: Mapped[str] = mapped_column(String(40), unique=True)
    at: Mapped[datetime]


class CounterCheck(Model):
    """That somebody else found an opening at the counter right, or not (复核). Append only."""

    __tablename__ = "counter_checks"
    number: Mapped[str] = mapped_column(ForeignKey("counter_openings.number"), primary_key=True)
    checker: Mapped[str] = mapped_column(ForeignKey("staff.login_name"))
    right: Mapped[bool]
    remark: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


class EditionSuspension(Model):
    """That an edition is shut because its opening at the counter was found wrong, until it is lifted."""

    __tablename__ = "edition_suspensions"
    number: Mapped[str] = mapped_column(ForeignKey("counter_openings.number"), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    fund_number: Mapped[str] = mapped_column(ForeignKey("people.fund_number"))
    since_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None] = mapped_column(ForeignKey("staff.login_name"))
    correction: Mapped[str] = mapped_column(String(200), server_default="")
    __table_args__ = (
        Index(
            "edition_suspended_once", "fund_number", unique=True, postgresql_where=text("state = 'in_force'")
        ),
    )


COUNTER_CHANGE_NUMBERS = Sequence("counter_change_numbers", metadata=Model.metadata)


class CounterChange(Model):
    """A password reset or a change of phone at the counter, entered by one and checked by another."""

    __tablename__ = "counter_changes"
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(40))
    fund_number: Mapped[str] = mapped_column(ForeignKey("people.fund_number"))
    clerk: Mapped[str] = mapped_column(ForeignKey("staff.login_name"))
    office: Mapped[str] = mapped_column(String(60))
    look: Mapped[str] = mapped_column(ForeignKey("looks.number"))
    paper_number: Mapped[str] = mapped_column(String(40), unique=True)
    new_phone: Mapped[str | None] = mapped_column(Sealed("counter_changes.new_phone"))
    at: Mapped[datetime]
    checker: Mapped[str | None] = mapped_column(ForeignKey("staff.login_name"))
    checked_at: Mapped[datetime | None]
    remark: Mapped[str] = mapped_column(String(200), server_default="")
    __table_args__ = (
        Index(
            "counter_change_entered_once",
            "fund_number",
            "kind",
            unique=True,
            postgresql_where=text("state = 'entered'"),
        ),
    )
