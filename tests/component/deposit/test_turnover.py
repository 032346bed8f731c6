"""The trial balance from kept sums is the trial balance from every posting there ever was."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.common.clock import technical_at
from services.common.ledger import book
from services.common.ledger.turnover import SETTLED_AFTER, sum_up, trial_balance
from tests.component.conftest import IMPATIENT_S
from tests.component.deposit.books import FUND_NUMBER

LATER = SETTLED_AFTER + timedelta(minutes=1)
WHOLE = """
SELECT subject, sum(debit_fen)::bigint, sum(credit_fen)::bigint FROM (
    SELECT subject, amount_fen AS debit_fen, 0 AS credit_fen
    FROM postings JOIN ledger_accounts ON number = debit
    UNION ALL
    SELECT subject, 0, amount_fen FROM postings JOIN ledger_accounts ON number = credit
) AS sides GROUP BY subject ORDER BY subject
"""


@pytest.fixture
def ledger(books):
    """An open account in a ledger of which nothing has been summed yet."""
    books.open(balance_fen=0)
    return books


def pay_in(books, amount_fen):
    with books.database.write() as session:
        book.post(session, books.remittance(FUND_NUMBER, amount_fen))


def summed(books, after=timedelta()):
    return sum_up(books.database, technical_at() + after)


def told(books):
    with books.database.read() as session:
        return [(row.subject, row.debit_fen, row.credit_fen) for row in trial_balance(session)]


def whole(books):
    with books.owner.begin() as connection:
        return [tuple(row) for row in connection.execute(text(WHOLE))]


def test_it_is_the_same_at_every_step_of_the_sums(ledger):
    seen = []
    for after in (timedelta(), LATER, 2 * LATER, 3 * LATER):
        pay_in(ledger, 1_001 + len(seen))
        marked = summed(ledger, after)
        pay_in(ledger, 20_003)
        assert told(ledger) == whole(ledger) != []
        seen.append(marked)
    assert seen[0] is None
    assert seen[1:] == sorted(set(seen[1:]))


def test_only_what_came_after_the_latest_sum_is_read(ledger):
    pay_in(ledger, 500)
    summed(ledger)
    assert summed(ledger, LATER) is not None
    with ledger.owner.begin() as connection:
        connection.execute(text("ALTER TABLE turnover_totals DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE turnover_totals SET debit_fen = debit_fen + 7"))
        connection.execute(text("ALTER TABLE turnover_totals ENABLE TRIGGER USER"))
    assert [row[1] for row in told(ledger)] == [row[1] + 7 for row in whole(ledger)]


def test_a_posting_of_a_lower_number_that_commits_after_the_mark_is_in_the_sum(ledger):
    other = ledger.open("037000019999", balance_fen=0)
    with ledger.database.write() as slow:
        book.post(slow, ledger.remittance(other, 300))
        slow.flush()
        pay_in(ledger, 500)
        summed(ledger)
    assert summed(ledger, LATER) is not None
    assert told(ledger) == whole(ledger)
    assert ("201", 0, 800) in told(ledger)


def test_nothing_is_summed_before_its_hour_and_nothing_twice(ledger):
    pay_in(ledger, 500)
    assert summed(ledger) is None
    assert summed(ledger, timedelta(minutes=59)) is None
    assert summed(ledger, LATER) is not None
    assert summed(ledger, 2 * LATER) is None


@pytest.mark.usefixtures("impatient")
def test_a_sum_may_take_longer_than_a_citizens_question(ledger):
    pay_in(ledger, 500)
    with ledger.owner.begin() as connection:
        connection.execute(text(SLOW))
    try:
        assert summed(ledger) is None
    finally:
        with ledger.owner.begin() as connection:
            connection.execute(text("DROP FUNCTION nap CASCADE"))
    assert summed(ledger, LATER) is not None


SLOW = f"""
CREATE FUNCTION nap() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep({IMPATIENT_S + 1}); RETURN NEW; END $$;
CREATE TRIGGER slow BEFORE INSERT ON turnover_marks FOR EACH ROW EXECUTE FUNCTION nap()
"""


def test_a_sum_is_never_changed(ledger):
    pay_in(ledger, 500)
    summed(ledger)
    summed(ledger, LATER)
    with pytest.raises(DBAPIError, match="permission denied"), ledger.database.write() as session:
        session.execute(text("UPDATE turnover_totals SET debit_fen = 0"))
