"""Yearly settlements: rounds, accounts in dispute, and why an account was put off."""

from alembic import op
from sqlalchemy import text

from services.deposit.models import Record

revision = "deposit_every_year"
down_revision = "deposit_0006"
branch_labels = None
depends_on = None

# Earlier migrations make their tables as the models are now: on a new database all of this is there.
_COLUMNS = {
    "interest_runs": ("round integer NOT NULL DEFAULT 1", "looked_on date"),
    "interest_batches": ("round integer NOT NULL DEFAULT 1",),
    "interest_deferrals": (
        "reason varchar(20) NOT NULL DEFAULT 'closing'",
        "interest_fen bigint",
        "trouble varchar(200)",
        "try_after timestamptz",
    ),
}


def upgrade() -> None:
    """Add the columns and the table, and let a batch be named by its round too."""
    for table, columns in _COLUMNS.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column}")
    op.execute("ALTER TABLE interest_batches DROP CONSTRAINT interest_batches_pkey")
    op.create_primary_key("interest_batches_pkey", "interest_batches", ["run", "round", "first"])
    op.create_index(
        "interest_deferrals_waiting",
        "interest_deferrals",
        ["fund_number"],
        postgresql_where=text("ended_at IS NULL"),
        if_not_exists=True,
    )
    Record.metadata.create_all(op.get_bind(), tables=[Record.metadata.tables["interest_disputes"]])
