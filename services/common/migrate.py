"""Brings a service's database to the newest shape: `python -m services.common.migrate withdrawal`."""

import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from services.common.retention import let_forget
from services.common.settings import refuse_unsafe

SERVICES = Path(__file__).resolve().parents[1]
ENVIRONMENT = SERVICES / "common" / "migrations"


def upgrade(service: str, url: str) -> None:
    """Run what has not run yet: first the common tables, then the service's own. `url` is the owner's.

    What the database forgets is said anew each time.
    """
    os.environ["HALL_SERVICE"] = service
    for owner in ("common", service):
        config = Config()
        config.set_main_option("script_location", str(ENVIRONMENT))
        config.set_main_option("version_locations", str(SERVICES / owner / "migrations" / "versions"))
        config.set_main_option("path_separator", "os")
        config.attributes["url"] = url
        config.attributes["version_table"] = f"alembic_version_{owner}"
        command.upgrade(config, "head")
    engine = create_engine(url, hide_parameters=True)
    with engine.begin() as connection:
        let_forget(connection, service)
    engine.dispose()


if __name__ == "__main__":
    refuse_unsafe(dict(os.environ))
    upgrade(sys.argv[1], os.environ["OWNER_DATABASE_URL"])
