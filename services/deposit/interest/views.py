"""What staff see of the yearly settlements: accounts in dispute or put off; how a halted one goes on."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.common.clock import business_now
from services.common.errors import NotFound, WrongState
from services.common.move import move
from services.common.request import Request
from services.deposit.interest import disputes, imports, putting_off
from services.deposit.interest.models import InterestBatch, InterestDeferral, InterestDispute, InterestRun
from services.deposit.interest.states import INTEREST_RUN, STAFF

MOST_RUNS = 50
MOST_NAMED = 100
Shown = dict[str, Any]
_UNNAMED: Shown = {"put_off": [], "disputes": [], "trouble": None}


def runs(session: Session, *, named: bool = True) -> dict[str, Any]:
    """All settlements, newest first, with how far each has come; and what of imports is not finished.

    Not `named` for who runs the system: how many accounts are in dispute or put off, and not which.
    """
    found = session.scalars(select(InterestRun).order_by(InterestRun.number.desc()).limit(MOST_RUNS))
    items = [shown(session, run) | ({} if named else _UNNAMED) for run in found]
    return {"items": items, **_taking_over(session)}


def _taking_over(session: Session) -> dict[str, Any]:
    """`waits_for`: the import that settlements wait for; and the accounts that no settlement takes in."""
    return {
        "waits_for": imports.shown(session),
        "accounts_taking_over": imports.accounts_unfinished(session),
    }


def shown(session: Session, run: InterestRun) -> dict[str, Any]:
    """One settlement: accounts done of all, interest booked, accounts computed twice, in dispute, put off."""
    done = session.execute(
        select(
            func.coalesce(func.sum(InterestBatch.accounts).filter(InterestBatch.round == run.round), 0).label(
                "accounts"
            ),
            func.coalesce(func.sum(InterestBatch.checked), 0).label("checked"),
            func.coalesce(func.sum(InterestBatch.interest_fen), 0).label("interest_fen"),
        ).where(InterestBatch.run == run.number)
    ).one()
    return {
        "number": run.number,
        "state": run.state,
        "state_label": INTEREST_RUN.labels[run.state],
        "actions": INTEREST_RUN.actions(run.state, STAFF),
        "settles_on": run.settles_on.isoformat(),
        "rate_hundred_thousandths": run.rate,
        "accounts": run.accounts,
        "accounts_done": int(done.accounts),
        "accounts_checked": int(done.checked),
        "accounts_put_off": _put_off(session, run),
        "accounts_disputed": _disputed(session, run),
        "put_off": _put_off_named(session, run),
        "disputes": _disputes(session, run),
        "interest_fen": int(done.interest_fen) + _settled_later_fen(session, run),
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "digest": run.digest,
        "trouble": run.trouble,
    }


def _put_off(session: Session, run: InterestRun) -> int:
    waiting = (InterestDeferral.run == run.number, InterestDeferral.ended_at.is_(None))
    return session.scalars(select(func.count()).select_from(InterestDeferral).where(*waiting)).one()


def _disputed(session: Session, run: InterestRun) -> int:
    open_ones = (InterestDispute.run == run.number, InterestDispute.ended_at.is_(None))
    return session.scalars(select(func.count()).select_from(InterestDispute).where(*open_ones)).one()


def _put_off_named(session: Session, run: InterestRun) -> list[Shown]:
    """Who waits for another reason than being closed, which ends by itself."""
    waiting = (InterestDeferral.run == run.number, InterestDeferral.ended_at.is_(None))
    rows = session.scalars(
        select(InterestDeferral)
        .where(*waiting, (InterestDeferral.reason != "closing") | InterestDeferral.trouble.is_not(None))
        .order_by(InterestDeferral.fund_number)
        .limit(MOST_NAMED)
    )
    return [
        {
            "fund_number": row.fund_number,
            "reason": row.reason,
            "reason_label": putting_off.LABELS[row.reason],
            "trouble": row.trouble,
        }
        for row in rows
    ]


def _disputes(session: Session, run: InterestRun) -> list[Shown]:
    """Accounts on which the two computations disagree, until they agree."""
    rows = session.scalars(
        select(InterestDispute)
        .where(InterestDispute.run == run.number, InterestDispute.ended_at.is_(None))
        .order_by(InterestDispute.fund_number)
        .limit(MOST_NAMED)
    )
    return [
        {
            "fund_number": row.fund_number,
            "expected_fen": row.expected_fen,
            "computed_fen": row.computed_fen,
            "found_at": row.found_at.isoformat(),
            "set_aside": _is_set_aside(session, run, row.fund_number),
        }
        for row in rows
    ]


def _is_set_aside(session: Session, run: InterestRun, fund_number: str) -> bool:
    deferral = session.get(InterestDeferral, (run.number, fund_number))
    return deferral is not None and deferral.ended_at is None


def _settled_later_fen(session: Session, run: InterestRun) -> int:
    """What accounts put off got in the end."""
    own = select(func.sum(InterestDeferral.interest_fen)).where(InterestDeferral.run == run.number)
    return int(session.scalar(own) or 0)


def resume(session: Session, request: Request, number: str) -> dict[str, Any]:
    """Let a halted settlement go on after somebody has looked into the difference.

    The account it halted at is computed twice again: a difference that is still there halts it again.
    """
    run = _locked(session, number)
    move(session, INTEREST_RUN, run, "resume", actor=request.person.id, at=business_now())
    return shown(session, run)


def set_aside(session: Session, request: Request, number: str, fund_number: str) -> dict[str, Any]:
    """Take a disputed account out of a halted settlement, so that the others go on; it is settled later."""
    run = _locked(session, number)
    if fund_number not in disputes.of(session, run):
        raise NotFound("no_such_dispute", "该账户在本年度结息中没有待核查的差异。")
    if _is_set_aside(session, run, fund_number):
        raise WrongState("set_aside_before", "该账户已单独暂缓。")
    by = request.person.id
    move(session, INTEREST_RUN, run, "set_aside", actor=by, at=business_now(), remark=fund_number)
    session.add(InterestDeferral(run=run.number, fund_number=fund_number, reason="differs"))
    session.flush()
    return shown(session, run)


def _locked(session: Session, number: str) -> InterestRun:
    run = session.get(InterestRun, number, with_for_update=True)
    if run is None:
        raise NotFound("no_such_settlement", "没有这一年度的结息。")
    return run
