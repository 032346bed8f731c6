"""Openings confirmed by the browser that began; counter changes; suspended editions."""

import sqlalchemy as sa
from alembic import op

revision = "auth_0006"
down_revision = "auth_0003"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make what `services.auth.models` has more."""
    for name in ("return_digest", "brought_digest"):
        op.add_column("openings", sa.Column(name, sa.String(64)))
    reachable = sa.Column("reachable", sa.Boolean, nullable=False, server_default=sa.text("false"))
    op.add_column("openings", reachable)
    op.alter_column("phone_changes", "former_phone", nullable=True)
    _suspensions()
    _counter_changes()


def _of(name: str, table: str, length: int = 40, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), sa.ForeignKey(table), nullable=nullable)


def _suspensions() -> None:
    op.create_table(
        "edition_suspensions",
        sa.Column("number", sa.String(40), sa.ForeignKey("counter_openings.number"), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        _of("fund_number", "people.fund_number", 12),
        sa.Column("since_at", _TIME, nullable=False),
        sa.Column("lifted_at", _TIME),
        _of("lifted_by", "staff.login_name", nullable=True),
        sa.Column("correction", sa.String(200), nullable=False, server_default=""),
    )
    _one_at_a_time("edition_suspended_once", "edition_suspensions", ["fund_number"], "in_force")


def _one_at_a_time(name: str, table: str, columns: list[str], state: str) -> None:
    living = sa.text(f"state = '{state}'")
    op.create_index(name, table, columns, unique=True, postgresql_where=living)


def _counter_changes() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("counter_change_numbers")))
    op.create_table(
        "counter_changes",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        _of("fund_number", "people.fund_number", 12),
        _of("clerk", "staff.login_name"),
        sa.Column("office", sa.String(60), nullable=False),
        _of("look", "looks.number"),
        sa.Column("paper_number", sa.String(40), nullable=False, unique=True),
        sa.Column("new_phone", sa.LargeBinary),
        sa.Column("at", _TIME, nullable=False),
        _of("checker", "staff.login_name", nullable=True),
        sa.Column("checked_at", _TIME),
        sa.Column("remark", sa.String(200), nullable=False, server_default=""),
    )
    _one_at_a_time("counter_change_entered_once", "counter_changes", ["fund_number", "kind"], "entered")
