"""Openings of the professional edition, and agreements signed in other services."""

import sqlalchemy as sa
from alembic import op

from services.common.protection import append_only

revision = "auth_0002"
down_revision = "auth_0005"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_INDEX = sa.LargeBinary(32)


def upgrade() -> None:
    """Make the tables of `services.auth.models`."""
    op.execute(sa.schema.CreateSequence(sa.Sequence("opening_numbers")))
    _openings()
    _heard_agreements()


def _openings() -> None:
    op.create_table(
        "openings",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("secret_index", _INDEX, nullable=False, unique=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("fund_number", sa.String(12)),
        sa.Column("agreement_version", sa.String(20), nullable=False),
        sa.Column("agreement_digest", sa.String(64), nullable=False),
        sa.Column("accepted_at", _TIME, nullable=False),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.LargeBinary),
        sa.Column("id_number", sa.LargeBinary),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("password_tells", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("page_url", sa.String(400)),
        sa.Column("reason", sa.String(40)),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("entered_at", _TIME),
        sa.Column("ask_after", _TIME),
        sa.Column("tries", sa.Integer, nullable=False, server_default=sa.text("0")),
    )
    waiting = sa.text("ask_after IS NOT NULL")
    op.create_index("openings_to_ask", "openings", ["ask_after"], postgresql_where=waiting)
    op.create_index("openings_by_expiry", "openings", ["expires_at"])


def _heard_agreements() -> None:
    op.create_table(
        "heard_agreements",
        sa.Column("producer", sa.String(20), primary_key=True),
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("fund_number", sa.String(12), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("way", sa.String(20), nullable=False),
        sa.Column("signed_for", sa.String(60), nullable=False),
        sa.Column("signed_at", _TIME, nullable=False),
    )
    op.create_index("heard_agreements_of_a_person", "heard_agreements", ["fund_number", "signed_at"])
    append_only("heard_agreements")
