"""What staff see of the yearly settlements, and how a halted one goes on."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.common.clock import business_now
from services.common.errors import NotFound
from services.common.move import move
from services.common.request import Request
from services.deposit.interest.models import InterestBatch, InterestDeferral, InterestRun
from services.deposit.interest.states import INTEREST_RUN

MOST_RUNS = 50


def runs(session: Session) -> dict[str, Any]:
    """All settlements, newest first, with how far each has come."""
    found = session.scalars(select(InterestRun).order_by(InterestRun.number.desc()).limit(MOST_RUNS))
    return {"items": [shown(session, run) for run in found]}


def shown(session: Session, run: InterestRun) -> dict[str, Any]:
    """One settlement: accounts done of all, interest booked, accounts computed twice, accounts put off."""
    done = session.execute(
        select(
            func.coalesce(func.sum(InterestBatch.accounts), 0).label("accounts"),
            func.coalesce(func.sum(InterestBatch.checked), 0).label("checked"),
            func.coalesce(func.sum(InterestBatch.interest_fen), 0).label("interest_fen"),
        ).where(InterestBatch.run == run.number)
    ).one()
    return {
        "number": run.number,
        "state": run.state,
        "state_label": INTEREST_RUN.labels[run.state],
        "actions": INTEREST_RUN.actions(run.state, "operator"),
        "settles_on": run.settles_on.isoformat(),
        "rate_hundred_thousandths": run.rate,
        "accounts": run.accounts,
        "accounts_done": int(done.accounts),
        "accounts_checked": int(done.checked),
        "accounts_put_off": _put_off(session, run),
        "interest_fen": int(done.interest_fen),
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "digest": run.digest,
        "trouble": run.trouble,
    }


def _put_off(session: Session, run: InterestRun) -> int:
    waiting = (InterestDeferral.run == run.number, InterestDeferral.ended_at.is_(None))
    return session.scalars(select(func.count()).select_from(InterestDeferral).where(*waiting)).one()


def resume(session: Session, request: Request, number: str) -> dict[str, Any]:
    """Let a halted settlement go on after somebody has looked into the difference."""
    run = session.get(InterestRun, number, with_for_update=True)
    if run is None:
        raise NotFound("no_such_settlement", "没有这一年度的结息。")
    move(session, INTEREST_RUN, run, "resume", actor=request.person.id, at=business_now())
    run.trouble = None
    return shown(session, run)
