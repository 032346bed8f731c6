"""Slips on withdrawals, never changed or deleted; who asked to verify one how often."""

import sqlalchemy as sa
from alembic import op

from services.common.protection import append_only

revision = "withdrawal_slips"
down_revision = "withdrawal_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of `Slip` and `VerificationAttempt` in `services.withdrawal.models`."""
    op.create_table(
        "slips",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("code", sa.String(20), nullable=False, unique=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fund_number", sa.String(20), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    append_only("slips")
    op.create_table(
        "verification_attempts",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("address_index", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("verification_attempts_by_address", "verification_attempts", ["address_index", "at"])
