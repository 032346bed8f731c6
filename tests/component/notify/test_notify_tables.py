"""The migrations make exactly the tables that the models describe."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from services.notify.models import Model


def test_migrations_and_models_agree(notify_environment: dict[str, str]) -> None:
    owner = create_engine(notify_environment["OWNER_DATABASE_URL"])
    ours = set(Model.metadata.tables)
    options = {"include_name": lambda name, kind, _: kind != "table" or name in ours, "compare_type": True}
    with owner.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), Model.metadata)
    owner.dispose()
    assert differences == []
