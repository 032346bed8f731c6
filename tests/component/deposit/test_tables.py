"""The migrations make exactly the tables that the models describe."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from services.deposit.models import Record
from services.deposit.papers.models import Slip


def test_migrations_and_models_agree(owner):
    ours = set(Record.metadata.tables)
    assert {Slip.__tablename__, "statements", "accounts"} <= ours
    options = {"include_name": lambda name, kind, _: kind != "table" or name in ours, "compare_type": True}
    with owner.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), Record.metadata)
    assert differences == []
