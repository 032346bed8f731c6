"""Codes and their tries, messages, and the counters behind the limits."""

import sqlalchemy as sa
from alembic import op

revision = "notify_0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_IS_WAITING = "state IN ('queued', 'sending', 'unknown')"


def upgrade() -> None:
    """Make the tables of `services.notify.models`."""
    _codes()
    _messages()
    _counters()


def _codes() -> None:
    op.create_table(
        "codes",
        sa.Column("purpose", sa.String(40), primary_key=True),
        sa.Column("person", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(36), nullable=False, unique=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("code_hash", sa.LargeBinary, nullable=False),
        sa.Column("issued_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("verified_at", _TIME),
    )
    op.create_table(
        "code_tries",
        sa.Column("code_id", sa.String(36), primary_key=True),
        sa.Column("op_id", sa.String(200), primary_key=True),
        sa.Column("attempt_hash", sa.LargeBinary, primary_key=True),
        sa.Column("right", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("tried_at", _TIME, nullable=False),
    )


def _messages() -> None:
    op.execute("CREATE SEQUENCE message_numbers")
    op.create_table(
        "messages",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("cause", sa.String(80), nullable=False),
        sa.Column("template", sa.String(40), nullable=False),
        sa.Column("template_version", sa.Integer, nullable=False),
        sa.Column("fund_number", sa.String(12)),
        sa.Column("phone", sa.LargeBinary),
        sa.Column("text", sa.LargeBinary, nullable=False),
        sa.Column("code", sa.LargeBinary),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", _TIME, nullable=False),
        sa.Column("send_before_at", _TIME),
        sa.Column("written_at", _TIME, nullable=False),
        sa.Column("sent_at", _TIME),
        sa.UniqueConstraint("cause", "template", name="one_message_per_cause"),
        sa.CheckConstraint("attempts >= 0", name="attempts_counted"),
        sa.CheckConstraint(f"code IS NULL OR {_IS_WAITING}", name="finished_without_code"),
    )
    op.create_index(
        "messages_waiting", "messages", ["next_attempt_at"], postgresql_where=sa.text(_IS_WAITING)
    )
    op.create_index("messages_of_person", "messages", ["fund_number", "number"])


def _counters() -> None:
    op.create_table(
        "limit_counters",
        sa.Column("scope", sa.String(20), primary_key=True),
        sa.Column("subject", sa.LargeBinary, primary_key=True),
        sa.Column("last_turn", sa.BigInteger, nullable=False),
        sa.Column("last_at", _TIME, nullable=False),
    )
    op.create_table(
        "limit_turns",
        sa.Column("scope", sa.String(20), primary_key=True),
        sa.Column("subject", sa.LargeBinary, primary_key=True),
        sa.Column("turn", sa.BigInteger, primary_key=True),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("limit_turns_by_age", "limit_turns", ["at"])
