"""Which imports of books were begun, and whether they are finished."""

import sqlalchemy as sa
from alembic import op

revision = "deposit_begun_imports"
down_revision = "deposit_statement_wishes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "book_imports",
        sa.Column("folder_digest", sa.String(64), primary_key=True),
        sa.Column(
            "begun_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("replaced_at", sa.DateTime(timezone=True)),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        if_not_exists=True,
    )
