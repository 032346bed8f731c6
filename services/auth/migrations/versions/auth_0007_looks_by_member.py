"""Looks are found by who looked."""

from alembic import op

revision = "auth_looks_by_member"
down_revision = "auth_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("looks_by_a_member", "looks", ["login_name", "number"], if_not_exists=True)
