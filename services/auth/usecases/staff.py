"""Logins of staff: made (at first from the command line) and found; names, offices, passwords refused."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.auth.passwords import hashed
from services.auth.rules import normal_staff_name, password_refusal, staff_name_refusal
from services.auth.staff_models import StaffMember
from services.auth.states import IN_USE, INVITED, STAFF_LOGIN
from services.common.clock import business_now
from services.common.errors import Invalid, NotFound
from services.common.move import move
from services.common.offices import offices_of
from services.common.password_length import password_limits
from services.common.permissions import ROLES
from services.common.settings import settings
from services.common.tables import Transition

CENTRE = "中心本部"


def ensure(
    session: Session,
    login_name: str,
    password: str,
    *,
    role: str,
    office: str = "",
    code_secret: str = "",
    name: str = "",
) -> bool:
    """See that the login exists: True when made now, False when it stands already and is left as it is.

    Its owner chooses another password and sets up the second factor at the first visit; with a `code_secret`,
    as a rehearsal has them, both are done. Raises Invalid for a name, office or password that is refused.
    """
    login = normal_staff_name(login_name)
    refuse_password(password, login)
    columns = {"password_hash": hashed(password), "name": name.strip() or None}
    if not make(session, login, actor="system", role=role, office=office, **columns):
        return False
    if code_secret:
        member = member_of(session, login)
        member.code_secret = code_secret
        move(session, STAFF_LOGIN, member, "set_up", actor="system", at=business_now())
    return True


def make(session: Session, login_name: str, *, actor: str, role: str, office: str, **columns: object) -> bool:
    """Write a new login with the first line of its history; False when the name is taken. Raises Invalid."""
    refuse_name(login_name)
    refuse_place(role, office)
    now = business_now()
    row = insert(StaffMember).values(
        login_name=login_name,
        state=STAFF_LOGIN.start,
        role=role,
        office=office,
        code_step=0,
        registered_at=now,
        **columns,
    )
    if session.execute(row.on_conflict_do_nothing().returning(StaffMember.login_name)).first() is None:
        return False
    session.add(_first_line(login_name, actor, now))
    return True


def _first_line(login_name: str, actor: str, at: datetime) -> Transition:
    return Transition(
        machine=STAFF_LOGIN.name,
        number=login_name,
        action="register",
        source="",
        target=STAFF_LOGIN.start,
        actor=actor,
        remark="",
        at=at,
    )


def refuse_name(name: str) -> None:
    """Invalid for a login name of the wrong form, or one that the system's own records use."""
    if sentence := staff_name_refusal(name):
        raise Invalid("login_name_wrong", sentence, pointer="/login_name")


def refuse_password(password: str, name: str, pointer: str = "/password") -> None:
    """Invalid for a password that the rules refuse (decision 19)."""
    if sentence := password_refusal(password, password_limits(), [name]):
        raise Invalid("password_weak", sentence, pointer=pointer)


def refuse_place(role: str, office: str) -> None:
    """Invalid for an office that there is not, or none for a role whose people work at one."""
    offices = offices_of(settings().city)
    if office and office not in offices:
        raise Invalid("no_such_office", "没有这个管理部，请重新选择。", pointer="/office")
    if ROLES.get(role).at_office and not office:
        sentence = f"{ROLES.get(role).title_zh}须在一个管理部工作，请选择管理部。"
        raise Invalid("office_needed", sentence, pointer="/office")


def office_title(office: str) -> str:
    """The Chinese name of an office; the centre's own without one."""
    offices = offices_of(settings().city)
    return offices.get(office).title_zh if office in offices else CENTRE


def member_of(session: Session, login_name: str) -> StaffMember:
    """The login, kept from others until the transaction ends; NotFound."""
    member = session.get(StaffMember, login_name, with_for_update=True, populate_existing=True)
    if member is None:
        raise NotFound("no_such_member", "没有这位员工。")
    return member


def names_of(session: Session, login_names: Iterable[str | None]) -> dict[str, str]:
    """The names of these staff by login name; nothing for who has none on record."""
    wanted = {name for name in login_names if name}
    # Not whole rows: what proves a login is neither read nor unsealed to show a name.
    named = select(StaffMember.login_name, StaffMember.name).where(StaffMember.login_name.in_(wanted))
    return {login_name: name for login_name, name in session.execute(named) if name}


def counts_by_office(session: Session) -> dict[str, int]:
    """How many logins, disabled ones left out, each office has."""
    living = StaffMember.state.in_((INVITED, IN_USE))
    counted = select(StaffMember.office, func.count()).where(living).group_by(StaffMember.office)
    return {office: amount for office, amount in session.execute(counted)}
