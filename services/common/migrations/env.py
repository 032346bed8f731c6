"""Alembic's environment for every service: the engine and the version table come from `migrate`."""

from alembic import context

config = context.config

with config.attributes["engine"].connect() as connection:
    context.configure(connection=connection, version_table=config.attributes["version_table"])
    with context.begin_transaction():
        context.run_migrations()
