"""The question asked most, on the driver alone: the same answers and the same troubles as asked otherwise."""

from datetime import date

import psycopg
import pytest
from sqlalchemy import bindparam, column, func, literal, select, table, text
from sqlalchemy.exc import DBAPIError

from services.common.database import ONE_PLAN, is_passing
from services.common.ledger.book import personal
from services.common.lookup import Lookup
from services.common.settings import settings
from services.common.waiting import HubConnection
from services.deposit.accounts import _PROFILE
from services.deposit.models import Account
from tests.component.deposit.books import FUND_NUMBER, ID_NUMBER

MEGABYTES = 24 * 1024 * 1024
PLANS = Lookup(
    select(
        func.sum(column("generic_plans")).label("once"), func.sum(column("custom_plans")).label("for_each")
    ).select_from(table("pg_prepared_statements"))
)
# Most of a ledger stands against the centre's own account at the bank.
OTHERS = (
    "INSERT INTO ledger_accounts (number, subject, keeps_balance)"
    " SELECT '201-37020080' || lpad(n::text, 4, '0'), '201', true FROM generate_series(1, 500) AS n",
    "INSERT INTO postings (voucher, line, debit, credit, amount_fen, kind, for_month, value_on, booked_at)"
    " SELECT 'others/' || n, 1, '101', '201-37020080' || lpad((n % 500 + 1)::text, 4, '0'), 1, 'remittance',"
    " date '2026-07-01', date '2026-07-15', now() FROM generate_series(1, 30000) AS n",
    "ANALYZE postings",
)
SCANS = "SELECT seq_scan, idx_scan FROM pg_stat_xact_user_tables WHERE relname = 'postings'"
OF_AN_ACCOUNT = Lookup(
    select(Account.number, Account.id_number, Account.opened_on, Account.sealed_on).where(
        Account.number == bindparam("number"), Account.name != ""
    )
)
BROKEN = Lookup(select((literal(1) / func.length(bindparam("nothing"))).label("none")))


@pytest.fixture
def opened(books):
    books.open()
    return books


def address():
    """The database as the driver alone is told."""
    return settings().database_url.replace("+psycopg", "")


def end_all_connections():
    with psycopg.connect(address(), autocommit=True) as own:
        own.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = current_user AND pid <> pg_backend_pid()"
        )


def test_a_row_is_told_by_its_columns_with_what_is_sealed_opened(opened):
    for _ in range(8):  # From the sixth on the driver has it prepared.
        row = opened.database.row(OF_AN_ACCOUNT, number=FUND_NUMBER)
        assert (row.fund_number, row.id_number) == (FUND_NUMBER, ID_NUMBER)
        assert (row.opened_on, row.sealed_on) == (date(2020, 1, 1), None)


def test_the_server_plans_a_lookup_once_and_not_for_each_person_anew(opened):
    for _ in range(20):
        opened.database.row(OF_AN_ACCOUNT, number=FUND_NUMBER)
    plans = opened.database.row(PLANS)
    assert plans.once >= 10
    assert plans.for_each == 0


def test_the_one_plan_of_the_account_reads_no_whole_ledger(opened):
    with opened.owner.begin() as connection:
        for statement in OTHERS:
            connection.execute(text(statement))
    asked = {"fund_number": FUND_NUMBER, "ledger_account": personal(FUND_NUMBER)}
    # All in one transaction of a fresh connection: what it has read is counted nowhere else.
    with psycopg.connect(address(), options=f"-c {ONE_PLAN}") as connection:
        for _ in range(10):
            assert _PROFILE.ask(connection, asked).last_month == date(2026, 7, 1)
        scanned, found = connection.execute(SCANS).fetchone()
    assert scanned == 0
    assert found > 0


def test_where_nothing_is_found_there_is_no_row(opened):
    assert opened.database.row(OF_AN_ACCOUNT, number="370200999999") is None


def test_a_server_that_hung_up_is_trouble_that_passes_and_is_over_with_the_next_question(opened):
    assert opened.database.row(OF_AN_ACCOUNT, number=FUND_NUMBER)
    end_all_connections()
    try:
        row = opened.database.row(OF_AN_ACCOUNT, number=FUND_NUMBER)
    except DBAPIError as error:
        assert is_passing(error)
        row = opened.database.row(OF_AN_ACCOUNT, number=FUND_NUMBER)
    assert row.id_number == ID_NUMBER


def test_a_statement_that_cannot_work_is_told_as_sqlalchemy_tells_it_and_costs_no_connection(opened):
    for _ in range(20):  # More often than the pool has connections.
        with pytest.raises(DBAPIError):
            opened.database.row(BROKEN, nothing="")
    assert opened.database.row(OF_AN_ACCOUNT, number=FUND_NUMBER)


def test_more_than_a_socket_holds_is_sent_and_received_by_a_connection_that_waits_on_the_hub(opened):
    with HubConnection.connect(address(), autocommit=True) as connection:
        row = connection.execute("SELECT %s::text", ("x" * MEGABYTES,)).fetchone()
    assert row is not None
    assert len(row[0]) == MEGABYTES


def test_a_server_that_hangs_up_ends_the_waiting_on_the_hub(opened):
    with HubConnection.connect(address(), autocommit=True) as connection:
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        assert connection.closed
