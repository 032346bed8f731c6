"""Roles, states and second factors of staff; looks at people; openings at the counter and their checks."""

import sqlalchemy as sa
from alembic import op

from services.common.protection import append_only

revision = "auth_0004"
down_revision = "auth_0002"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_ROLES = "role IN ('clerk', 'reviewer', 'supervisor', 'auditor', 'operator', 'administrator')"


def upgrade() -> None:
    """Make the tables of `services.auth.models`. A login that was there waits for its owner to set it up."""
    _staff()
    _setups()
    _counter()
    append_only("looks", "counter_openings", "counter_checks")


def _staff() -> None:
    op.drop_constraint("staff_role", "staff")
    state = sa.Column("state", sa.String(20), nullable=False, server_default="invited")
    step = sa.Column("code_step", sa.BigInteger, nullable=False, server_default="0")
    for column in (state, step):
        op.add_column("staff", column)
        op.alter_column("staff", column.name, server_default=None)
    op.add_column("staff", sa.Column("name", sa.LargeBinary))
    op.add_column("staff", sa.Column("code_secret", sa.LargeBinary))
    op.add_column("staff", sa.Column("initial_until_at", _TIME))
    op.execute("UPDATE staff SET office = ''")
    op.create_check_constraint("staff_role", "staff", _ROLES)
    op.create_check_constraint("staff_state", "staff", "state IN ('invited', 'in_use', 'disabled')")
    has_code = "state <> 'in_use' OR code_secret IS NOT NULL"
    op.create_check_constraint("staff_in_use_has_a_code", "staff", has_code)


def _member(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(40), sa.ForeignKey("staff.login_name"), nullable=False)


def _setups() -> None:
    op.create_table(
        "staff_setups",
        sa.Column("number", sa.String(40), primary_key=True),
        _member("login_name"),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("code_secret", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
    )
    op.create_index("staff_setups_by_expiry", "staff_setups", ["expires_at"])


def _counter() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("look_numbers")))
    op.create_table(
        "looks",
        sa.Column("number", sa.String(40), primary_key=True),
        _member("login_name"),
        sa.Column("office", sa.String(60), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("fund_number", sa.String(12)),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("looks_at_a_person", "looks", ["fund_number", "number"])
    op.create_table(
        "counter_openings",
        sa.Column("number", sa.String(40), sa.ForeignKey("openings.number"), primary_key=True),
        sa.Column("fund_number", sa.String(12), nullable=False),
        _member("clerk"),
        sa.Column("office", sa.String(60), nullable=False),
        sa.Column("look", sa.String(40), sa.ForeignKey("looks.number"), nullable=False),
        sa.Column("paper_number", sa.String(40), nullable=False, unique=True),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_table(
        "counter_checks",
        sa.Column("number", sa.String(40), sa.ForeignKey("counter_openings.number"), primary_key=True),
        _member("checker"),
        sa.Column("right", sa.Boolean, nullable=False),
        sa.Column("remark", sa.String(200), nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
