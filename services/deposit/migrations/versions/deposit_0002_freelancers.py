"""Freelancers: their fund numbers come from a sequence, their contribution base may be adjusted."""

import sqlalchemy as sa
from alembic import op

revision = "deposit_0002"
down_revision = "deposit_0001"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the sequence of fund numbers and the table of base adjustments."""
    # Fund numbers that the hall gives out: apart from those of the books it takes over, and never twice.
    op.execute("CREATE SEQUENCE fund_numbers START 379900000001 NO CYCLE")
    op.execute("CREATE SEQUENCE base_adjustment_numbers NO CYCLE")
    op.create_table(
        "base_adjustments",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("fund_number", sa.String(20), sa.ForeignKey("accounts.fund_number"), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("contribution_year", sa.Integer, nullable=False),
        sa.Column("effective_on", sa.Date, nullable=False),
        sa.Column("before_fen", sa.BigInteger, nullable=False),
        sa.Column("after_fen", sa.BigInteger, nullable=False),
        sa.Column("registered_at", _TIME, nullable=False),
        sa.CheckConstraint("before_fen > 0 AND after_fen > 0", name="bases_positive"),
    )
    op.create_index("base_adjustments_by_account", "base_adjustments", ["fund_number", "effective_on"])
    op.create_index(
        "one_base_adjustment_a_year",
        "base_adjustments",
        ["fund_number", "contribution_year"],
        unique=True,
        postgresql_where=sa.text("state <> 'undone'"),
    )
