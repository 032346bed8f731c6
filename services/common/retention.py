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

from sqlalchemy import Connection, text

from services.common.clock import business_today, technical_at
from services.common.database import DatabaseAccess
from services.common.policy import load_policy
from services.common.settings import settings

AT_ONCE = 1000
# An event stays in its outbox for 30 days and may be published again: until then it must be known here.
LEAST_DAYS = 31
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
DECLARE gone bigint;
BEGIN
    PERFORM set_config('hall.forgetting', '{table}', true);
    DELETE FROM "{table}" WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM "{table}"
        WHERE "{at}" < LEAST(before, clock_timestamp() - interval '{least} days') AND ({only})
        LIMIT most));
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('hall.forgetting', '', true);
    RETURN gone;
END $forget$
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


COMMON = (
    Kept(table="inbox", at="received_at", days="inbox_days"),
    Kept(table="inbox_missing", at="seen_at", days="inbox_days"),
    Kept(table="inbox_sequences", at="seen_at", days="inbox_sequence_days"),
    Kept(table="dead_letters", at="died_at", days="dead_letter_days", only="state <> 'dead'"),
)


def kept_by(service: str) -> tuple[Kept, ...]:
    """What the service's database forgets: the common tables and those of its own `kept.py`."""
    own = f"services.{service}.kept"
    return COMMON if find_spec(own) is None else (*COMMON, *import_module(own).KEPT)


def let_forget(connection: Connection, service: str) -> None:
    """As the owner: make the functions, in their newest shape; old ones of the same name are replaced."""
    connection.execute(text(REFUSE_CHANGE))
    for kept in kept_by(service):
        for statement in (_FUNCTION, *_RIGHTS):
            told = statement.format(
                table=kept.table, at=kept.at, only=kept.only, least=LEAST_DAYS, role=service
            )
            connection.execute(text(told))


def forget_old(database: DatabaseAccess, kept: Iterable[Kept]) -> int:
    """Forget what is older than the city says, some rows in each transaction; returns how many it were."""
    return sum(_forget(database, one) for one in kept)


def _forget(database: DatabaseAccess, kept: Kept) -> int:
    days = load_policy(settings().city).figure(kept.days).whole(business_today())
    wanted = {"before": technical_at() - timedelta(days=days), "most": AT_ONCE}
    gone, last = 0, AT_ONCE
    while last == AT_ONCE:
        with database.write() as session:
            last = session.execute(text(f'SELECT "forget_{kept.table}"(:before, :most)'), wanted).scalar_one()
        gone += last
    return gone
