"""Alembic's environment for every service: the address and the version table come from `migrate`."""

from alembic import context
from sqlalchemy import create_engine

config = context.config

engine = create_engine(
    config.attributes["url"], hide_parameters=True, connect_args={"options": config.attributes["manners"]}
)
with engine.connect() as connection:
    context.configure(connection=connection, version_table=config.attributes["version_table"])
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
