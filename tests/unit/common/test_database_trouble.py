"""Which trouble with the database passes by itself: the answer is then 503 or unknown, and not a fault."""

import warnings

import psycopg
import pytest
from psycopg import errors
from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

with warnings.catch_warnings():
    # The library warns at its import that it is old; it is what nameko runs on.
    warnings.simplefilter("ignore")
    from services.common.database import is_passing


def raised(kind: type[DBAPIError], cause: Exception, *, lost: bool = False) -> DBAPIError:
    return kind("SELECT 1", {}, cause, connection_invalidated=lost)


@pytest.mark.parametrize(
    "error",
    [
        raised(OperationalError, psycopg.OperationalError("connection refused")),
        raised(OperationalError, errors.CannotConnectNow()),
        raised(OperationalError, errors.AdminShutdown()),
        raised(OperationalError, errors.CrashShutdown()),
        raised(OperationalError, errors.TooManyConnections()),
        raised(OperationalError, errors.LockNotAvailable()),
        raised(ProgrammingError, psycopg.ProgrammingError("closed"), lost=True),
        raised(InternalError, errors.ReadOnlySqlTransaction()),
        PoolTimeout("no connection free"),
    ],
)
def test_a_database_that_is_away_or_busy_comes_back(error: DBAPIError | PoolTimeout) -> None:
    assert is_passing(error)


@pytest.mark.parametrize(
    "error",
    [
        raised(IntegrityError, errors.CheckViolation()),
        raised(ProgrammingError, errors.UndefinedColumn()),
        raised(ProgrammingError, errors.InsufficientPrivilege()),
    ],
)
def test_a_bug_stays_a_fault(error: DBAPIError) -> None:
    assert not is_passing(error)
