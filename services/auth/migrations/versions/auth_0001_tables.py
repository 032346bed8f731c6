"""People and logins, first visits, sessions and their revocations, captchas, attempts, staff."""

import sqlalchemy as sa
from alembic import op

revision = "auth_0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_INDEX = sa.LargeBinary(32)


def upgrade() -> None:
    """Make the tables of `services.auth.models`."""
    _people()
    _first_visits()
    _sessions()
    _captchas_and_attempts()
    _staff()


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("fund_number", sa.String(12), primary_key=True),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("id_number", sa.LargeBinary, nullable=False),
        sa.Column("id_number_index", _INDEX, nullable=False, unique=True),
        sa.Column("phone", sa.LargeBinary),
        sa.Column("phone_index", _INDEX),
        sa.Column("phone_verified_at", _TIME),
        sa.Column("professional_since_on", sa.Date),
        sa.Column("registered_on", sa.Date, nullable=False),
        sa.CheckConstraint("fund_number ~ '^[0-9]{12}$'", name="people_fund_number"),
        sa.CheckConstraint("(phone IS NULL) = (phone_index IS NULL)", name="people_phone_is_indexed"),
    )
    op.create_index("people_by_phone", "people", ["phone_index"])
    op.create_table(
        "logins",
        sa.Column("fund_number", sa.String(12), sa.ForeignKey("people.fund_number"), primary_key=True),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
    )


def _first_visits() -> None:
    op.create_table(
        "first_visits",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("fund_number", sa.String(12), nullable=False),
        sa.Column("begun_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
    )
    op.create_index("first_visits_by_expiry", "first_visits", ["expires_at"])


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("holder", sa.String(40), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("edition", sa.String(20), nullable=False),
        sa.Column("client", sa.String(60), nullable=False),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("last_seen_at", _TIME, nullable=False),
        sa.Column("ends_at", _TIME, nullable=False),
    )
    op.create_index("sessions_by_holder", "sessions", ["role", "holder"])
    op.create_index("sessions_by_end", "sessions", ["ends_at"])
    op.create_table(
        "revocations",
        sa.Column("session_number", sa.String(40), sa.ForeignKey("sessions.number"), primary_key=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
    )
    op.create_index("revocations_by_time", "revocations", ["at"])


def _captchas_and_attempts() -> None:
    op.create_table(
        "captchas",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("op_id", sa.String(200), nullable=False, unique=True),
        sa.Column("letters_hash", _INDEX, nullable=False),
        sa.Column("question", sa.String(40), nullable=False),
        sa.Column("question_hash", _INDEX, nullable=False),
        sa.Column("image_png", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
    )
    op.create_index("captchas_by_expiry", "captchas", ["expires_at"])
    op.create_table(
        "attempts",
        sa.Column("key", _INDEX, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("locks", sa.Integer, nullable=False),
        sa.Column("window_started_at", _TIME),
        sa.Column("locked_until_at", _TIME),
    )


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("login_name", sa.String(40), primary_key=True),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("office", sa.String(60), nullable=False),
        sa.Column("registered_at", _TIME, nullable=False),
        sa.CheckConstraint("role IN ('operator')", name="staff_role"),
    )
