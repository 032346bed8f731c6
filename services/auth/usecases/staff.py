"""Logins of staff: made by whoever runs the machine, from the command line."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.auth.models import StaffMember
from services.auth.passwords import hashed
from services.auth.rules import normal_staff_name, password_refusal
from services.auth.usecases.limits import password_limits
from services.common.clock import business_now
from services.common.errors import Invalid


def ensure(session: Session, login_name: str, password: str, *, role: str, office: str) -> bool:
    """See that the login exists: True when made now, False when it stands already and keeps its password.

    Raises Invalid for a password that the rules refuse.
    """
    name = normal_staff_name(login_name)
    if sentence := password_refusal(password, password_limits(), [name]):
        raise Invalid("password_weak", sentence, pointer="/password")
    if session.get(StaffMember, name) is not None:
        return False
    row = insert(StaffMember).values(
        login_name=name,
        password_hash=hashed(password),
        role=role,
        office=office,
        registered_at=business_now(),
    )
    made = session.execute(row.on_conflict_do_nothing().returning(StaffMember.login_name)).first()
    return made is not None
