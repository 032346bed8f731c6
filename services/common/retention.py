"""How long rows are kept that nobody may delete: the owner's functions forget old ones, and only those.

A service lists its tables in `kept.py`. Each migration makes one function a table, which runs with the rights
of the owner, deletes some rows at a time, and none younger than LEAST_DAYS, whatever it is asked. Ages are of
the technical clock: a rehearsal's moved clock forgets nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from services.common.clock import business_today, technical_at
from services.common.database import DatabaseAccess
from services.common.logs import get_logger
from services.common.policy import load_policy
from services.common.settings import settings

log = get_logger(__name__)

AT_ONCE = 1000
# An event stays in its outbox for 30 days and may be published again: until then it must be known here.
LEAST_DAYS = 31
# A job in the background: one of its statements may take longer than a citizen's.
FORGET_S = 120
REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('hall.forgetting', true) = TG_TABLE_NAME THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$
"""
_FUNCTION = """
CREATE OR REPLACE FUNCTION "forget_{table}"(before timestamptz, most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $forget$
DECLARE
    gone bigint;
    -- Taken once: an index is of no use against a clock that is read for each row.
    until timestamptz := LEAST(before, clock_timestamp() - interval '{least} days');
BEGIN
    PERFORM set_config('hall.forgetting', '{table}', true);
    DELETE FROM "{table}" WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM "{table}"
        WHERE "{at}" < until AND ({only})
        LIMIT most));
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('hall.forgetting', '', true);
    RETURN gone;
END $forget$
"""
_HISTORY = """
CREATE OR REPLACE FUNCTION "forget_history_of_{table}"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $forget$
BEGIN
    PERFORM set_config('hall.forgetting', 'transitions', true);
    DELETE FROM transitions USING gone
    WHERE transitions.number = gone.number AND transitions.machine = '{machine}';
    PERFORM set_config('hall.forgetting', '', true);
    RETURN NULL;
END $forget$
"""
_HISTORY_GOES = """
CREATE OR REPLACE TRIGGER history_goes AFTER DELETE ON "{table}" REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION "forget_history_of_{table}"()
"""
_RIGHTS = (
    'REVOKE ALL ON FUNCTION "forget_{table}"(timestamptz, integer) FROM PUBLIC',
    'GRANT EXECUTE ON FUNCTION "forget_{table}"(timestamptz, integer) TO "{role}"',
)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Rows of `table` go once `at` is older than the policy figure `days`; `only` (SQL) says which may go."""

    table: str
    at: str
    days: str
    only: str = "true"


@dataclass(frozen=True, kw_only=True)
class History:
    """Rows of `table` may be deleted, and their steps in the state table `machine` go with them.

    The steps of such a row say nothing without it, and asking all steps whether their row is still there
    would take longer each year.
    """

    table: str
    machine: str


COMMON = (
    Kept(table="inbox", at="received_at", days="inbox_days"),
    Kept(table="inbox_missing", at="seen_at", days="inbox_days"),
    Kept(table="inbox_sequences", at="seen_at", days="inbox_sequence_days"),
    Kept(table="dead_letters", at="died_at", days="dead_letter_days", only="state <> 'dead'"),
)


def kept_by(service: str) -> tuple[Kept, ...]:
    """What the service's database forgets: the common tables and those of its own `kept.py`."""
    return (*COMMON, *_own(service, "KEPT"))


def histories_of(service: str) -> tuple[History, ...]:
    """The histories in the service's database that go with their rows."""
    return _own(service, "HISTORIES")


def _own(service: str, name: str) -> tuple[Any, ...]:
    module = f"services.{service}.kept"
    return () if find_spec(module) is None else getattr(import_module(module), name, ())


def let_forget(connection: Connection, service: str) -> None:
    """As the owner: make functions and triggers, in their newest shape; old ones of the same name go."""
    connection.execute(text(REFUSE_CHANGE))
    for kept in kept_by(service):
        for statement in (_FUNCTION, *_RIGHTS):
            told = statement.format(
                table=kept.table, at=kept.at, only=kept.only, least=LEAST_DAYS, role=service
            )
            connection.execute(text(told))
    for history in histories_of(service):
        for statement in (_HISTORY, _HISTORY_GOES):
            connection.execute(text(statement.format(table=history.table, machine=history.machine)))


def forget_old(database: DatabaseAccess, kept: Iterable[Kept]) -> int:
    """Forget what is older than the city says, some rows in each transaction; returns how many it was.

    A table that makes trouble keeps no other from its turn; the first trouble is raised in the end.
    """
    gone, troubles = 0, []
    for one in kept:
        try:
            gone += _forget(database, one)
        except DBAPIError as trouble:
            log.warning("nothing forgotten", table=one.table, cause=type(trouble.orig).__name__)
            troubles.append(trouble)
    if troubles:
        raise troubles[0]
    return gone


def _forget(database: DatabaseAccess, kept: Kept) -> int:
    days = load_policy(settings().city).figure(kept.days).whole(business_today())
    wanted = {"before": technical_at() - timedelta(days=days), "most": AT_ONCE}
    gone, last = 0, AT_ONCE
    while last == AT_ONCE:
        with database.write_at_length(FORGET_S) as session:
            last = session.execute(text(f'SELECT "forget_{kept.table}"(:before, :most)'), wanted).scalar_one()
        gone += last
    return gone
