"""员工管理: the logins of staff as an administrator keeps them. Nobody changes the own one."""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.auth.passwords import PasswordWork
from services.auth.rules import normal_staff_name
from services.auth.staff_models import StaffMember
from services.auth.states import DISABLED, STAFF_LOGIN
from services.auth.usecases import attempts
from services.auth.usecases.limits import figure
from services.auth.usecases.log_in import staff_door
from services.auth.usecases.sessions import end_all
from services.auth.usecases.staff import (
    CENTRE,
    counts_by_office,
    make,
    member_of,
    names_of,
    office_title,
    refuse_place,
)
from services.common.clock import CHINA, business_now
from services.common.database import Answer, DatabaseAccess
from services.common.errors import Forbidden, NotFound, Refusal
from services.common.move import move
from services.common.offices import offices_of
from services.common.permissions import PERMISSIONS, ROLES
from services.common.request import Request
from services.common.settings import settings
from services.common.tables import Transition

# No letters or digits that look alike: it is read out or written down once.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_LETTERS_AMOUNT = 16
ACTIONS = {
    "register": "新增账号",
    "set_up": "首次登录，设置密码和动态口令",
    "change_password": "修改密码",
    "change": "变更",
    "reset": "重置登录",
    "disable": "停用",
    "enable": "启用",
}


def listed(database: DatabaseAccess) -> Answer:
    """All logins, by office and name: {items}."""
    with database.read() as session:
        rows = session.scalars(select(StaffMember).order_by(StaffMember.office, StaffMember.login_name))
        return {"items": [shown(row) for row in rows]}


def shown(member: StaffMember) -> Answer:
    """A login as lists show it."""
    role = ROLES.get(member.role)
    return {
        "login_name": member.login_name,
        "name": member.name or "",
        "role": member.role,
        "role_title": role.title_zh,
        "office": member.office,
        "office_title": office_title(member.office),
        "state": member.state,
        "label": STAFF_LOGIN.labels[member.state],
        "registered_at": member.registered_at.astimezone(CHINA).isoformat(),
    }


def one(database: DatabaseAccess, login_name: str) -> Answer:
    """One login with what became of it, the latest first, and what may be done with it now."""
    with database.read() as session:
        member = session.get(StaffMember, login_name)
        if member is None:
            raise NotFound("no_such_member", "没有这位员工。")
        rows = session.scalars(_history(login_name)).all()
        names = names_of(session, (row.actor for row in rows))
    history = [_step(row) | {"by_name": names.get(row.actor, "")} for row in rows]
    actions = STAFF_LOGIN.actions(member.state, "administrator")
    return shown(member) | {"actions": actions, "history": history}


def _history(login_name: str) -> Any:
    own = (Transition.machine == STAFF_LOGIN.name, Transition.number == login_name)
    return select(Transition).where(*own).order_by(Transition.id.desc())


def _step(row: Transition) -> Answer:
    return {
        "action": row.action,
        "title": ACTIONS[row.action],
        "by": row.actor,
        "at": row.at.astimezone(CHINA).isoformat(),
        "remark": row.remark,
    }


def add(
    database: DatabaseAccess, passwords: PasswordWork, arguments: dict[str, Any], request: Request
) -> Answer:
    """Make a login: the login with its `initial_password`, told this once and good for a time.

    Nobody keeps the password: a repeat of the key gets None in its place, and the way to another one.
    """
    return _with_initial_password(database, passwords, _add, arguments, request)


def _with_initial_password(
    database: DatabaseAccess,
    passwords: PasswordWork,
    effect: Any,
    arguments: dict[str, Any],
    request: Request,
) -> Answer:
    password = "".join(secrets.choice(_LETTERS) for _ in range(_LETTERS_AMOUNT))
    password_hash = passwords.hashed(password, request.remaining_s())
    taken: list[str] = []

    def take_effect(session: Session, request: Request, arguments: dict[str, Any]) -> Answer:
        """Not run by a repeat: the password that it comes with is nobody's."""
        taken.append(password)
        answer: Answer = effect(session, request, arguments, password_hash)
        return answer

    done = database.once(request, take_effect, arguments)
    return done | {"initial_password": taken[0]} if taken else done


def _add(session: Session, request: Request, arguments: dict[str, Any], password_hash: str) -> Answer:
    name = normal_staff_name(arguments["login_name"])
    made = make(
        session,
        name,
        actor=request.person.id,
        role=arguments["role"],
        office=arguments["office"],
        name=arguments["name"].strip(),
        password_hash=password_hash,
        initial_until_at=_lapses_at(),
    )
    if not made:
        raise Refusal("login_name_taken", "这个工号已有人使用，请换一个。", pointer="/login_name")
    return _handed_over(member_of(session, name))


def _lapses_at() -> Any:
    return business_now() + timedelta(hours=figure("staff_initial_password_hours"))


def _handed_over(member: StaffMember) -> Answer:
    """What is kept by the key: the password is not."""
    until = member.initial_until_at or business_now()
    lapse = {"initial_until_at": until.astimezone(CHINA).isoformat()}
    return shown(member) | lapse | {"initial_password": None}


def change(session: Session, request: Request, arguments: dict[str, Any]) -> Answer:
    """Give a login another name, role or office; what its sessions may do ends with them."""
    member = _somebody_else(session, request, arguments["login_name"])
    refuse_place(arguments["role"], arguments["office"])
    remark = _differences(member, arguments)
    if not remark:
        return shown(member)
    member.name, member.role, member.office = (
        arguments["name"].strip(),
        arguments["role"],
        arguments["office"],
    )
    move(session, STAFF_LOGIN, member, "change", actor=request.person.id, at=business_now(), remark=remark)
    end_all(session, member.login_name)
    return shown(member)


def _differences(member: StaffMember, arguments: dict[str, Any]) -> str:
    """What changes, in words; names are personal and only said to have changed."""
    said = []
    if member.role != arguments["role"]:
        said.append(f"角色：{ROLES.get(member.role).title_zh}→{ROLES.get(arguments['role']).title_zh}")
    if member.office != arguments["office"]:
        said.append(f"机构：{office_title(member.office)}→{office_title(arguments['office'])}")
    if (member.name or "") != arguments["name"].strip():
        said.append("姓名")
    return "；".join(said)


def _somebody_else(session: Session, request: Request, login_name: str) -> StaffMember:
    if login_name == request.person.id:
        raise Forbidden("not_your_own", "不能变更、重置或者停用自己的账号，请由另一位账号管理员办理。")
    return member_of(session, login_name)


def disable(session: Session, request: Request, arguments: dict[str, Any]) -> Answer:
    """Let nobody in by this login any more, and end what is open."""
    member = _somebody_else(session, request, arguments["login_name"])
    move(session, STAFF_LOGIN, member, "disable", actor=request.person.id, at=business_now())
    member.code_secret = None
    end_all(session, member.login_name)
    return shown(member)


def begin_anew(
    database: DatabaseAccess, passwords: PasswordWork, arguments: dict[str, Any], request: Request
) -> Answer:
    """Recovery: a new initial password, no second factor, no session, no lock; a disabled login is enabled.

    Whoever had the login before notices: neither password nor codes count, and the history names who did it.
    """
    return _with_initial_password(database, passwords, _begin_anew, arguments, request)


def _begin_anew(session: Session, request: Request, arguments: dict[str, Any], password_hash: str) -> Answer:
    member = _somebody_else(session, request, arguments["login_name"])
    action = "enable" if member.state == DISABLED else "reset"
    member.password_hash, member.initial_until_at = password_hash, _lapses_at()
    move(session, STAFF_LOGIN, member, action, actor=request.person.id, at=business_now())
    member.code_secret = None
    end_all(session, member.login_name)
    attempts.forget(session, [staff_door(member.login_name)])
    return _handed_over(member)


def offices(database: DatabaseAccess) -> Answer:
    """机构管理: the centre and its departments with how many logins each has: {items}."""
    with database.read() as session:
        counts = counts_by_office(session)
    departments = [(office.code, office.title_zh) for office in offices_of(settings().city)]
    return {
        "items": [
            {"code": code, "title": title, "members": counts.get(code, 0)}
            for code, title in [("", CENTRE), *departments]
        ]
    }


def roles() -> Answer:
    """The table of roles and permissions, as it is in force: {roles, permissions}."""
    return {
        "roles": [
            {"code": role.code, "title": role.title_zh, "duty": role.duty_zh, "at_office": role.at_office}
            for role in ROLES
        ],
        "permissions": [
            {"code": one.code, "title": one.title_zh, "roles": sorted(one.roles)} for one in PERMISSIONS
        ],
    }
