"""The migrated tables are the models', and nothing personal stands in them, in events or in logs readable."""

import json

import pytest
import structlog
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, Table, create_engine, inspect, select

from services.auth.models import Model
from services.common.logs import set_up_logs
from tests.component.auth.test_openings import submitted


@pytest.fixture
def owner(auth_environment):
    """The owner's connection."""
    engine = create_engine(auth_environment["OWNER_DATABASE_URL"])
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_the_migrations_make_what_the_models_say(owner):
    own = set(Model.metadata.tables)
    options = {"include_name": lambda name, kind, _: kind != "table" or name in own, "compare_type": False}
    assert compare_metadata(MigrationContext.configure(owner, opts=options), Model.metadata) == []


def test_nothing_personal_is_readable_in_tables_events_or_logs(desk, owner, capsys):
    set_up_logs("auth")
    structlog.configure(cache_logger_on_first_use=False)
    person, answer = desk.newcomer()
    desk.reply("log_in", desk.login(person.id_number, password="not the one 9"))
    desk.ask("log_out", token=answer["token"])
    typed = desk.person(professional_since_on=None)
    _, opening_number = submitted(desk, typed)
    markers = [typed.id_number, typed.name, "another horse"]
    markers += [person.id_number, person.phone, person.name, answer["token"], "correct horse", desk.address]
    stored, logged = _everything(owner), capsys.readouterr().out
    assert person.fund_number in stored
    assert opening_number in stored
    assert [marker for marker in markers if marker in stored] == []
    assert [marker for marker in markers if marker in logged] == []
    assert "login_refused" in logged


def _everything(owner):
    """Every row of every table as JSON; bytes once as they are and once as hexadecimal digits."""
    rows = []
    for table in inspect(owner).get_table_names():
        for row in owner.execute(select(Table(table, MetaData(), autoload_with=owner))).mappings():
            rows += [json.dumps(dict(row), default=_readable, ensure_ascii=False)]
    return "\n".join(rows)


def _readable(value):
    raw = bytes(value) if isinstance(value, bytes | memoryview) else None
    return str(value) if raw is None else raw.decode("utf-8", "replace")
