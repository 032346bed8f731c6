"""Openings no longer say whether their person can be reached by phone."""

from alembic import op

revision = "auth_openings_say_nothing"
down_revision = "auth_looks_by_member"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the column."""
    op.drop_column("openings", "reachable", if_exists=True)
