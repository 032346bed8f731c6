"""Messages to the phone that a change took out of use."""

import sqlalchemy as sa
from alembic import op

revision = "notify_0003"
down_revision = "notify_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a message name the change of phone whose former number it goes to."""
    op.add_column("messages", sa.Column("phone_change_id", sa.String(40)))
