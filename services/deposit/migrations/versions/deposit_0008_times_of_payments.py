"""When a person paid, and when the bank is asked again about a closed payment code."""

from alembic import op
from sqlalchemy import text

revision = "deposit_times_of_payments"
down_revision = "deposit_every_year"
branch_labels = None
depends_on = None

# Earlier migrations make their tables as the models are now: on a new database all of this is there.
_COLUMNS = {
    "inflows": ("paid_at timestamptz",),
    "contribution_attempts": ("ask_after timestamptz", "asked integer NOT NULL DEFAULT 0"),
}


def upgrade() -> None:
    """Add the columns and the index of what is to be asked."""
    for table, columns in _COLUMNS.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column}")
    op.create_index(
        "closed_codes_to_ask",
        "contribution_attempts",
        ["ask_after"],
        postgresql_where=text("ask_after IS NOT NULL"),
        if_not_exists=True,
    )
