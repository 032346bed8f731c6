"""Old rows go by the owner's function and no other way, and no young ones whatever it is asked."""

import uuid
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.orm import Session

from services.common import operation_log
from services.common.relay import KEPT_DAYS
from services.common.retention import AT_ONCE, COMMON, LEAST_DAYS, Kept, forget_old, kept_by
from services.common.topology import SERVICES
from tests.component.common.bench import Rows
from tests.component.conftest import IMPATIENT_S

RECEIVED = (
    "INSERT INTO inbox (message_id, event, received_at)"
    " SELECT :word || n, 'probe.told', clock_timestamp() - make_interval(days => :days)"
    " FROM generate_series(1, :many) AS n"
)
INBOX = next(one for one in COMMON if one.table == "inbox")


@pytest.fixture
def word():
    return uuid.uuid4().hex[:12]


@pytest.fixture
def service(servers, rows):
    """The database as the running service's role sees it."""
    engine = create_engine(servers.environments["withdrawal"]["DATABASE_URL"])
    yield engine
    engine.dispose()


@pytest.fixture
def access(rows, at_home):
    """The withdrawal service's own way into its database."""
    return at_home("withdrawal")


def received(rows, word):
    return rows.all("SELECT count(*) FROM inbox WHERE message_id LIKE :word || '%'", word=word)[0][0]


def test_old_rows_are_all_forgotten_however_many_and_young_ones_stay(rows, access, word):
    rows.run(RECEIVED, word=word, days=91, many=2 * AT_ONCE + 1)
    rows.run(RECEIVED, word=f"{word}y", days=89, many=1)
    assert forget_old(access, [INBOX]) > 2 * AT_ONCE
    assert received(rows, word) == 1


def test_a_function_of_the_owner_forgets_nothing_young_whatever_it_is_asked(rows, service, word):
    rows.run(RECEIVED, word=f"{word}o", days=LEAST_DAYS + 1, many=1)
    rows.run(RECEIVED, word=f"{word}y", days=LEAST_DAYS - 1, many=1)
    with service.begin() as connection:
        connection.execute(text("SELECT forget_inbox(clock_timestamp(), 1000000)"))
    assert received(rows, word) == received(rows, f"{word}y") == 1


def test_a_service_deletes_nothing_itself_also_when_it_says_that_it_forgets(rows, service, word):
    rows.run(RECEIVED, word=word, days=400, many=1)
    with pytest.raises(ProgrammingError, match="permission denied"), service.begin() as connection:
        connection.execute(text("SELECT set_config('hall.forgetting', 'inbox', true)"))
        connection.execute(text("DELETE FROM inbox"))
    with pytest.raises(DBAPIError, match="never changed or deleted"):
        rows.run("DELETE FROM inbox WHERE message_id LIKE :word || '%'", word=word)
    assert received(rows, word) == 1


def test_a_letter_is_forgotten_once_it_is_settled_and_never_while_it_is_open(rows, service, word):
    letter = (
        "INSERT INTO dead_letters (message_id, event, body, reason, state, number, died_at)"
        " VALUES (:id, 'e', '', '', :state, :id, clock_timestamp() - interval '400 days')"
    )
    for state in ("dead", "dropped"):
        rows.run(letter, id=f"{word}-{state}", state=state)
    with service.begin() as connection:
        connection.execute(text("SELECT forget_dead_letters(clock_timestamp(), 10)"))
    left = rows.all("SELECT number FROM dead_letters WHERE number LIKE :word || '%'", word=word)
    assert left == [(f"{word}-dead",)]
    rows.run("DELETE FROM dead_letters WHERE number LIKE :word || '%'", word=word)


@pytest.mark.usefixtures("impatient")
def test_forgetting_may_take_longer_than_a_citizens_question(rows, access):
    rows.run(NAP)
    assert forget_old(access, [Kept(table="naps", at="at", days="inbox_days")]) == 0
    rows.run("DROP FUNCTION forget_naps")


NAP = f"""
CREATE OR REPLACE FUNCTION forget_naps(before timestamptz, most integer) RETURNS bigint LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep({IMPATIENT_S + 1}); RETURN 0; END $$
"""


def test_a_message_is_known_longer_than_it_may_come_again():
    assert LEAST_DAYS > KEPT_DAYS


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_forgets_what_it_lists(at_home, service):
    access = at_home(service)
    forget_old(access, kept_by(service))
    assert forget_old(access, kept_by(service)) == 0


def test_a_first_visit_is_forgotten_when_it_is_done_and_its_history_with_it(at_home, servers, word):
    access = at_home("auth")
    owner = Rows(servers.environments["auth"])
    visit = (
        "INSERT INTO first_visits (number, state, fund_number, begun_at, expires_at)"
        " VALUES (:number, :state, '037000010001', :at, :at)"
    )
    step = (
        "INSERT INTO transitions (machine, number, action, source, target, actor, remark, at, recorded_at)"
        " VALUES (:machine, :number, 'register', '', 'begun', 'a', '', :at, :at)"
    )
    for state in ("begun", "completed"):
        owner.run(visit, number=f"{word}{state}", state=state, at="2020-01-01")
        owner.run(step, machine="first_visit", number=f"{word}{state}", at="2020-01-01")
    owner.run(step, machine="opening", number=f"{word}opening", at="2020-01-01")
    forget_old(access, kept_by("auth"))
    left = "SELECT number FROM {} WHERE number LIKE :word || '%' ORDER BY number"
    assert owner.all(left.format("first_visits"), word=word) == [(f"{word}begun",)]
    told = [(f"{word}begun",), (f"{word}opening",)]
    assert owner.all(left.format("transitions"), word=word) == told
    owner.run("DELETE FROM first_visits WHERE number LIKE :word || '%'", word=word)
    owner.engine.dispose()


def test_the_history_of_another_machine_stays_though_it_has_the_same_number(at_home, servers, word):
    at_home("auth")
    owner = Rows(servers.environments["auth"])
    session = (
        "INSERT INTO sessions"
        " (number, state, holder, role, edition, client, address, started_at, last_seen_at, ends_at)"
        " VALUES (:number, 'open', 's', 'citizen', '', '', '', :at, :at, :at)"
    )
    step = (
        "INSERT INTO transitions (machine, number, action, source, target, actor, remark, at)"
        " VALUES (:machine, :number, 'register', '', 'begun', 'a', '', :at)"
    )
    owner.run(session, number=word, at="2020-01-01")
    for machine in ("session", "bill"):
        owner.run(step, machine=machine, number=word, at="2020-01-01")
    owner.run("DELETE FROM sessions WHERE number = :number", number=word)
    left = owner.all("SELECT machine FROM transitions WHERE number = :number", number=word)
    owner.engine.dispose()
    assert left == [("bill",)]


def test_a_table_in_trouble_keeps_no_other_from_its_turn(rows, access, word):
    rows.run(RECEIVED, word=word, days=91, many=1)
    nowhere = Kept(table="nowhere", at="at", days="inbox_days")
    with pytest.raises(DBAPIError, match="nowhere"):
        forget_old(access, [nowhere, INBOX])
    assert received(rows, word) == 0


MANY = 200_000


def test_what_is_old_is_found_by_an_index_however_much_is_young(servers, rows, access, word):
    rows.run(RECEIVED, word=word, days=10, many=MANY)
    rows.run("ANALYZE inbox")
    fresh = Rows(servers.environments["withdrawal"])
    with fresh.engine.begin() as connection:
        connection.execute(text("SELECT forget_inbox(clock_timestamp() - interval '90 days', 1000)"))
        scans = connection.execute(text(SCANS)).one()
    fresh.engine.dispose()
    rows.run("ALTER TABLE inbox DISABLE TRIGGER USER")
    rows.run("DELETE FROM inbox WHERE message_id LIKE :word || '%'", word=word)
    rows.run("ALTER TABLE inbox ENABLE TRIGGER USER")
    assert scans.seq_scan == 0
    assert scans.idx_scan > 0


@pytest.fixture
def mixed(rows, word):
    """Operations of both ages, with old ones in every page of the table."""
    rows.run(OPERATIONS, word=word, many=MANY // 4)
    yield
    rows.run("DELETE FROM operations WHERE op_id LIKE :word || '%'", word=word)


OPERATIONS = (
    "INSERT INTO operations (op_id, method, subject, digest, done_at)"
    " SELECT :word || n, 'm', '', '', clock_timestamp() - CASE n % 50 WHEN 0 THEN interval '4 years'"
    " ELSE interval '1 year' END FROM generate_series(1, :many) AS n"
)


class Within:
    """A service's way into its database that stays in one transaction."""

    def __init__(self, session):
        self.session = session

    @contextmanager
    def write(self):
        yield self.session


@pytest.mark.usefixtures("mixed")
def test_no_young_operation_is_read_for_old_ones_that_have_gone(servers, rows, access):
    operation_log.forget(access)
    rows.run("ANALYZE operations")
    fresh = Rows(servers.environments["withdrawal"])
    with Session(fresh.engine) as session:
        assert operation_log._delete_rows(Within(session)) == 0
        read = session.scalar(text(READ))
    fresh.engine.dispose()
    assert read < AT_ONCE


READ = (
    "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables"
    " WHERE relname = 'operations'"
)

# Of one connection alone. A fresh one: what it has read before may still be counted among it.
SCANS = "SELECT seq_scan, idx_scan FROM pg_stat_xact_user_tables WHERE relname = 'inbox'"


@pytest.mark.parametrize("service", SERVICES)
def test_a_table_is_listed_once_and_no_history_is_forgotten_by_its_age(service):
    kept = kept_by(service)
    assert len({one.table for one in kept}) == len(kept)
    assert "transitions" not in {one.table for one in kept}
