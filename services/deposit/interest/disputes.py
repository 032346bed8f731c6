"""Accounts on which the two computations disagree: computed twice in every batch until they agree."""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common.clock import business_now
from services.common.logs import get_logger
from services.deposit.interest.checking import Differs
from services.deposit.interest.models import InterestDispute, InterestRun

log = get_logger(__name__)


def of(session: Session, run: InterestRun) -> set[str]:
    """The fund numbers in dispute in this year."""
    open_ones = (InterestDispute.run == run.number, InterestDispute.ended_at.is_(None))
    return set(session.scalars(select(InterestDispute.fund_number).where(*open_ones)))


def note(session: Session, run: InterestRun, difference: Differs) -> str:
    """Keep what was found; the words for it: fund number, then both amounts in fen, the batch's last."""
    fund_number, expected_fen, computed_fen = difference.args
    log.error("interest differs", run=run.number, fund_number=fund_number)
    found = {
        "expected_fen": expected_fen,
        "computed_fen": computed_fen,
        "found_at": business_now(),
        "ended_at": None,
    }
    row = insert(InterestDispute).values(run=run.number, fund_number=fund_number, **found)
    keys = (InterestDispute.run, InterestDispute.fund_number)
    session.execute(row.on_conflict_do_update(index_elements=keys, set_=found))
    return f"{fund_number}: {expected_fen} / {computed_fen}"


def agreed(session: Session, run: InterestRun, fund_numbers: Collection[str]) -> None:
    """The computations agree about these now, or the account is closed: the dispute is over."""
    if fund_numbers:
        over = (InterestDispute.run == run.number, InterestDispute.fund_number.in_(fund_numbers))
        session.execute(update(InterestDispute).where(*over).values(ended_at=business_now()))
