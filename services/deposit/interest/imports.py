"""Imports of books that were begun and not finished: the settlements wait for them, and say so."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from services.common.clock import technical_at
from services.common.database import DatabaseAccess
from services.common.importing.loading import ONE_IMPORT_AT_A_TIME
from services.common.logs import get_logger
from services.deposit.models import Account, BookImport
from services.deposit.states import TAKING_OVER

log = get_logger(__name__)

TOLD_EVERY = timedelta(minutes=10)
_UNFINISHED = (
    select(BookImport)
    .where(BookImport.finished_at.is_(None), BookImport.replaced_at.is_(None))
    .order_by(BookImport.begun_at)
    .limit(1)
)
_RUNNING = text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted"
    " AND objid = :key AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
)


def waits(database: DatabaseAccess) -> bool:
    """Whether an import is begun and not finished; the log says so every ten minutes."""
    with database.read() as session:
        begun = session.scalar(_UNFINISHED)
    if begun is not None and (begun.told_at is None or begun.told_at <= technical_at() - TOLD_EVERY):
        with database.write() as session:
            session.get_one(BookImport, begun.folder_digest).told_at = technical_at()
        log.warning(
            "yearly interest waits for an import of books that was begun and is not finished:"
            " import the same folder again",
            begun_at=begun.begun_at.isoformat(),
        )
    return begun is not None


def shown(session: Session) -> dict[str, Any] | None:
    """The unfinished import: when it was begun, and whether it runs now."""
    begun = session.scalar(_UNFINISHED)
    if begun is None:
        return None
    return {
        "begun_at": begun.begun_at.isoformat(),
        "running": bool(session.scalar(_RUNNING, {"key": ONE_IMPORT_AT_A_TIME})),
    }


def accounts_unfinished(session: Session) -> int:
    """Accounts whose lines are not compared yet, be their import under way or another in its place."""
    waiting = select(func.count()).select_from(Account).where(Account.freeze_flag == TAKING_OVER)
    return session.scalars(waiting).one()
