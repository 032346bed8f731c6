"""Throwing away what says nothing any more: lapsed captchas, unfinished visits, old attempts and sessions."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func
from sqlalchemy.orm import Session

from services.auth.models import (
    Applicant,
    AttemptRecord,
    Captcha,
    FirstVisit,
    OnlineSession,
    Opening,
    PhoneChange,
    Revocation,
)
from services.auth.staff_models import StaffSetup
from services.auth.states import BEGUN, EXPIRED, FAILED
from services.auth.usecases.counter_changes import expire_lapsed
from services.auth.usecases.limits import figure, minutes
from services.common.clock import business_now, technical_at
from services.common.database import DatabaseAccess

# A code for an unfinished visit may still be on its way when it lapses.
_VISITS_KEPT = timedelta(days=1)


def tidy(database: DatabaseAccess) -> None:
    """Delete what has lapsed; idempotent, and nothing that anybody can still use goes."""
    with database.write() as session:
        _lapsed_captchas_and_visits(session)
        _old_attempts(session)
        _old_sessions(session)
        _old_openings(session)
        expire_lapsed(session)


def _lapsed_captchas_and_visits(session: Session) -> None:
    now = business_now()
    session.execute(delete(Captcha).where(Captcha.expires_at <= now))
    lapsed = FirstVisit.expires_at <= now - _VISITS_KEPT
    session.execute(delete(FirstVisit).where(lapsed, FirstVisit.state == BEGUN))
    given_up = PhoneChange.expires_at <= now - _VISITS_KEPT
    session.execute(delete(PhoneChange).where(given_up, PhoneChange.state == BEGUN))
    session.execute(delete(StaffSetup).where(StaffSetup.expires_at <= technical_at()))
    _lapsed_applicants(session, now)


def _lapsed_applicants(session: Session, now: datetime) -> None:
    """One with a password may have an account of which auth has not heard yet: it waits much longer."""
    idle = (Applicant.expires_at <= now - _VISITS_KEPT, Applicant.password_hash.is_(None))
    session.execute(delete(Applicant).where(*idle))
    kept = timedelta(days=figure("applicant_record_days"))
    session.execute(delete(Applicant).where(Applicant.expires_at <= now - kept))


def _old_attempts(session: Session) -> None:
    before = business_now() - minutes("attempts_window_minutes") - minutes("lock_minutes_max")
    latest = func.greatest(AttemptRecord.window_started_at, AttemptRecord.locked_until_at)
    session.execute(delete(AttemptRecord).where(latest < before))


def _old_sessions(session: Session) -> None:
    now = technical_at()
    session.execute(delete(Revocation).where(Revocation.expires_at <= now))
    kept = timedelta(days=figure("session_record_days"))
    session.execute(delete(OnlineSession).where(OnlineSession.ends_at <= now - kept))


def _old_openings(session: Session) -> None:
    before = business_now() - timedelta(days=figure("opening_record_days"))
    over = (Opening.state.in_((FAILED, EXPIRED)), Opening.expires_at <= before)
    session.execute(delete(Opening).where(*over))
