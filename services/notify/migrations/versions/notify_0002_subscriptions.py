"""Subscriptions, two providers with their reports, back-off of codes, and how many codes are given back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from services.common.protection import append_only

revision = "notify_0002"
down_revision = "notify_0001"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_ITEMS = ARRAY(sa.String(40))
_MAY_HOLD_CODE = "state IN ('queued', 'sending', 'unknown', 'accepted')"


def upgrade() -> None:
    """Make and change the tables of `services.notify.models`."""
    _subscriptions()
    _providers()
    _codes()


def _subscriptions() -> None:
    op.execute("CREATE SEQUENCE change_numbers")
    op.create_table(
        "subscriptions",
        sa.Column("fund_number", sa.String(12), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("chosen", _ITEMS, nullable=False),
        sa.Column("declined", _ITEMS, nullable=False),
        sa.Column("phone", sa.LargeBinary),
        sa.Column("changed_at", _TIME, nullable=False),
    )
    op.create_table(
        "subscription_changes",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("fund_number", sa.String(12), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("added", _ITEMS, nullable=False),
        sa.Column("removed", _ITEMS, nullable=False),
        sa.Column("chosen", _ITEMS, nullable=False),
        sa.Column("phone", sa.LargeBinary),
        sa.Column("phone_changed", sa.Boolean, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.UniqueConstraint("fund_number", "version", name="one_change_per_version"),
    )
    append_only("subscription_changes")


def _providers() -> None:
    op.add_column("messages", sa.Column("provider", sa.String(20)))
    op.add_column(
        "messages",
        sa.Column("refused_by", ARRAY(sa.String(20)), nullable=False, server_default=sa.text("'{}'")),
    )
    op.add_column("messages", sa.Column("accepted_at", _TIME))
    op.add_column("messages", sa.Column("reported_at", _TIME))
    # What was handed over so far was handed to the only provider there was; it sent no reports.
    op.execute("UPDATE messages SET provider = 'sms' WHERE state IN ('sending', 'unknown', 'accepted')")
    op.execute("UPDATE messages SET accepted_at = now() WHERE state = 'accepted'")
    op.drop_constraint("finished_without_code", "messages")
    op.create_check_constraint("finished_without_code", "messages", f"code IS NULL OR {_MAY_HOLD_CODE}")
    op.create_index(
        "messages_unreported", "messages", ["accepted_at"], postgresql_where=sa.text("state = 'accepted'")
    )
    op.create_index("messages_by_age", "messages", ["written_at"])
    op.create_table(
        "provider_health",
        sa.Column("provider", sa.String(20), primary_key=True),
        sa.Column("misses", sa.Integer, nullable=False),
        sa.Column("open_until", _TIME),
    )


def _codes() -> None:
    # A living code of five minutes keeps a plain digest that nothing matches any more: it is asked for anew.
    op.add_column("codes", sa.Column("subject", sa.LargeBinary))
    op.add_column(
        "limit_counters", sa.Column("unanswered", sa.Integer, nullable=False, server_default=sa.text("0"))
    )
    op.create_table(
        "code_tallies",
        sa.Column("hour_at", _TIME, primary_key=True),
        sa.Column("purpose", sa.String(40), primary_key=True),
        sa.Column("issued", sa.Integer, nullable=False),
        sa.Column("approved", sa.Integer, nullable=False),
    )
