"""What staff see and change of their own login."""

from typing import Any

from sqlalchemy.orm import Session

from services.auth.passwords import PasswordWork
from services.auth.second_factor import judged_still, proven_step
from services.auth.staff_models import StaffMember
from services.auth.states import STAFF_LOGIN
from services.auth.usecases import attempts
from services.auth.usecases.log_in import staff_door
from services.auth.usecases.members import one
from services.auth.usecases.own_password import refuse_same
from services.auth.usecases.sessions import end_all
from services.auth.usecases.setups import wrong_code
from services.auth.usecases.staff import member_of, refuse_password
from services.common.clock import business_now, technical_now
from services.common.database import Answer, DatabaseAccess
from services.common.errors import Invalid, TooMany
from services.common.move import move
from services.common.permissions import PERMISSIONS
from services.common.request import Request

_TOO_MANY = TooMany("login_closed", "输错次数过多，请在{minutes}分钟后再试。")


def own(database: DatabaseAccess, request: Request) -> Answer:
    """The own login, its history, and what its role may do."""
    profile = one(database, request.person.id)
    may = [permission.title_zh for permission in PERMISSIONS if request.person.role in permission.roles]
    return profile | {"permissions": may, "actions": []}


def change_password(
    database: DatabaseAccess, passwords: PasswordWork, arguments: dict[str, Any], request: Request
) -> Answer:
    """Choose another password; asks for the present one and a one-time code, and ends the other sessions."""
    attempts.refuse_missed(database, request)
    at_s = attempts.knock(database, request, staff_door(request.person.id), _TOO_MANY)
    with database.read() as session:
        member = session.get_one(StaffMember, request.person.id)
    if not passwords.matches(arguments["password"], member.password_hash, request.remaining_s()):
        wrong = Invalid("password_wrong", "当前密码不正确，请核对后再试。", pointer="/password")
        raise attempts.miss(database, request, wrong)
    step = proven_step(str(member.code_secret), arguments["code"], at_s, member.code_step)
    if step is None or not judged_still(at_s, technical_now()):
        raise attempts.miss(database, request, wrong_code())
    refuse_password(wanted := arguments["new_password"], member.login_name, pointer="/new_password")
    refuse_same(passwords, wanted, member.password_hash, request, pointer="/new_password")
    hashes = member.password_hash, passwords.hashed(wanted, request.remaining_s())
    return database.once(request, _change, (arguments["code"], at_s), hashes)


def _change(session: Session, request: Request, proof: tuple[str, float], hashes: tuple[str, str]) -> Answer:
    member = member_of(session, request.person.id)
    step = proven_step(str(member.code_secret), *proof, member.code_step)
    if step is None or member.password_hash != hashes[0]:
        raise wrong_code()
    member.code_step, member.password_hash = step, hashes[1]
    move(session, STAFF_LOGIN, member, "change_password", actor=member.login_name, at=business_now())
    attempts.forget(session, [staff_door(member.login_name)])
    end_all(session, member.login_name, but=request.person.session_id)
    return {"changed_at": business_now().isoformat()}
