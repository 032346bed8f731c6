"""Sessions: opened at login, renewed, listed, ended; tokens live shortly and revocations outlive them."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from services.auth.models import OnlineSession, Revocation
from services.auth.rules import session_ends_at, token_expires_at
from services.auth.staff_models import StaffMember
from services.auth.states import ACTIVE, SESSION
from services.auth.usecases.limits import SESSION_LIMITS
from services.common.clock import technical_at
from services.common.database import Answer, DatabaseAccess
from services.common.errors import NotFound, Unauthenticated
from services.common.move import begin, move
from services.common.permissions import STAFF_ROLES
from services.common.request import Request
from services.common.subject import Subject, sign_subject

# A token signed in the instant of the end may carry a slightly later time than the end itself.
_REVOCATION_MARGIN = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Somebody who may come in: who, in which role and edition, and from where."""

    holder: str
    role: str
    edition: str
    client: str
    address: str


def open_session(session: Session, entry: Entry) -> Answer:
    """A new session with its first token: nothing of an earlier session or token goes on (ASVS 7.2.4)."""
    now = technical_at()
    row = OnlineSession(
        number=secrets.token_hex(16),
        holder=entry.holder,
        role=entry.role,
        edition=entry.edition,
        client=entry.client,
        address=entry.address,
        started_at=now,
        last_seen_at=now,
        ends_at=session_ends_at(SESSION_LIMITS[entry.role](), now),
    )
    begin(session, SESSION, row, actor=entry.holder, at=now)
    return _token(session, row, now)


def _token(session: Session, row: OnlineSession, now: datetime) -> Answer:
    expires_at = token_expires_at(SESSION_LIMITS[row.role](), row.ends_at, now)
    subject = Subject(
        id=row.holder,
        role=row.role,
        session_id=row.number,
        edition=row.edition,
        issued_at=int(now.timestamp()),
        expires_at=int(expires_at.timestamp()),
        name=_name_of_staff(session, row),
    )
    return {
        "token": sign_subject(subject),
        "session_id": row.number,
        "role": row.role,
        "edition": row.edition,
        "expires_at": expires_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
    }


def _name_of_staff(session: Session, row: OnlineSession) -> str:
    """Of staff only. It is not out of date: whoever changes it ends the sessions."""
    member = session.get(StaffMember, row.holder) if row.role in STAFF_ROLES else None
    return (member.name if member else None) or ""


def renew(session: Session, request: Request) -> Answer:
    """A fresh token of the same session; Unauthenticated once it is ended or past its absolute end."""
    now = technical_at()
    row = session.scalars(
        update(OnlineSession)
        .where(
            OnlineSession.number == request.person.session_id,
            OnlineSession.holder == request.person.id,
            OnlineSession.state == ACTIVE,
            OnlineSession.ends_at > now,
        )
        .values(last_seen_at=now)
        .returning(OnlineSession)
    ).one_or_none()
    if row is None:
        raise Unauthenticated("session_over", "登录已结束，请重新登录。")
    return _token(session, row, now)


def log_out(session: Session, request: Request) -> Answer:
    """End the session of this very token."""
    _end(session, _own(session, request, request.person.session_id), "log_out")
    return {}


def end_session(session: Session, request: Request, session_id: str) -> Answer:
    """End one of one's own sessions; NotFound for anybody else's (A session ended before stays ended)."""
    _end(session, _own(session, request, session_id), "end")
    return {}


def end_other_sessions(session: Session, request: Request) -> Answer:
    """End every living session of the person but the one that asks: {ended}, how many there were."""
    return {"ended": end_all(session, request.person.id, but=request.person.session_id)}


def end_all(session: Session, holder: str, *, but: str = "") -> int:
    """End every session of a citizen or of staff: who they are, or what they may do, is settled anew.

    Returns how many there were.
    """
    return end_sessions(session, holder, OnlineSession.number != but)


def end_sessions(session: Session, holder: str, *which: ColumnElement[bool]) -> int:
    """End those sessions of a holder that the predicates find; how many there were."""
    still = (OnlineSession.holder == holder, OnlineSession.state == ACTIVE, *which)
    living = select(OnlineSession).where(*still, OnlineSession.ends_at > technical_at())
    rows = session.scalars(living.order_by(OnlineSession.number).with_for_update()).all()
    for row in rows:
        _end(session, row, "end")
    return len(rows)


def _own(session: Session, request: Request, session_id: str) -> OnlineSession:
    row = session.scalars(
        select(OnlineSession)
        .where(
            OnlineSession.number == session_id,
            OnlineSession.holder == request.person.id,
            OnlineSession.role == request.person.role,
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound("no_such_session", "没有找到这次登录。")
    return row


def _end(session: Session, row: OnlineSession, action: str) -> None:
    if row.state not in SESSION.states - SESSION.final:
        return
    now = technical_at()
    idle = timedelta(minutes=SESSION_LIMITS[row.role]().idle_minutes)
    expires_at = min(now + idle, row.ends_at) + _REVOCATION_MARGIN
    payload = {"session_id": row.number, "at": now.isoformat(), "expires_at": expires_at.isoformat()}
    move(session, SESSION, row, action, actor=row.holder, at=now, payload=payload)
    session.add(Revocation(session_number=row.number, at=now, expires_at=expires_at))


def own_sessions(database: DatabaseAccess, request: Request) -> Answer:
    """One's own sessions that may still be in use, the latest first."""
    limits = SESSION_LIMITS[request.person.role]()
    now = technical_at()
    with database.read() as session:
        rows = session.scalars(
            select(OnlineSession)
            .where(
                OnlineSession.holder == request.person.id,
                OnlineSession.role == request.person.role,
                OnlineSession.state == ACTIVE,
                OnlineSession.ends_at > now,
                OnlineSession.last_seen_at > now - timedelta(minutes=limits.idle_minutes),
            )
            .order_by(OnlineSession.started_at.desc())
        )
        return {"items": [_listed(row, request.person.session_id) for row in rows]}


def places(database: DatabaseAccess, session_ids: list[str], request: Request) -> Answer:
    """{places: {session_id: {client, address}}} of own sessions, ended ones too while on record."""
    wanted = select(OnlineSession).where(
        OnlineSession.number.in_(session_ids),
        OnlineSession.holder == request.person.id,
        OnlineSession.role == request.person.role,
    )
    with database.read() as session:
        rows = session.scalars(wanted).all()
    return {"places": {row.number: {"client": row.client, "address": row.address} for row in rows}}


def _listed(row: OnlineSession, current: str) -> Answer:
    return {
        "session_id": row.number,
        "client": row.client,
        "address": row.address,
        "edition": row.edition,
        "opened_at": row.started_at.isoformat(),
        "last_seen_at": row.last_seen_at.isoformat(),
        "expires_at": row.ends_at.isoformat(),
        "current": row.number == current,
    }


def revocations(database: DatabaseAccess, since: datetime) -> Answer:
    """Sessions ended since then whose tokens have not all expired by themselves: what a gateway must know."""
    still_count = (
        Revocation.at >= since,
        Revocation.expires_at > technical_at(),
    )
    wanted = select(Revocation).where(*still_count).order_by(Revocation.at)
    with database.read() as session:
        return {"items": [_revoked(row) for row in session.scalars(wanted)]}


def _revoked(row: Revocation) -> Answer:
    return {
        "session_id": row.session_number,
        "at": row.at.isoformat(),
        "expires_at": row.expires_at.isoformat(),
    }
