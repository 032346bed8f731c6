"""How long a service waits for its server follows how long it lets the server take, and no longer than so."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.common.database import is_passing
from tests.component.conftest import IMPATIENT_S

pytestmark = pytest.mark.usefixtures("impatient")
LIMIT = text("SHOW statement_timeout")
BACKEND = text("SELECT pg_backend_pid()")
NAP = text(f"SELECT pg_sleep({IMPATIENT_S + 1})")


def test_a_job_in_the_background_gets_an_answer_that_takes_longer_than_a_citizen_waits(at_home):
    access = at_home("loan")
    with access.write_at_length(60) as session:
        assert session.scalar(LIMIT) == "1min"
        session.execute(NAP)


def test_the_server_ends_a_statement_of_a_job_before_anybody_gives_it_up(at_home):
    access = at_home("loan")
    with pytest.raises(DBAPIError, match="statement timeout"), access.write_at_length(1) as session:
        session.execute(NAP)


@pytest.mark.parametrize("ended_by", [None, RuntimeError])
def test_whoever_gets_the_connection_next_waits_no_longer_than_ever(at_home, ended_by):
    access = at_home("loan")
    try:
        with access.write_at_length(60) as session:
            before = session.scalar(BACKEND)
            if ended_by:
                raise ended_by
    except RuntimeError:
        assert ended_by
    with pytest.raises(DBAPIError) as trouble, access.write() as session:
        assert session.scalar(BACKEND) == before
        assert session.scalar(LIMIT) == "15s"
        session.execute(NAP)
    assert is_passing(trouble.value)


def test_a_server_that_works_for_nobody_notices_it(at_home):
    access = at_home("loan")
    with access.read() as session:
        assert session.scalar(text("SHOW client_connection_check_interval")) == "5s"
