"""Logging in, as citizen or staff: captcha, doors, password, session. Every no is worded and worked alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from services.auth.models import Login, Person
from services.auth.passwords import PasswordWork
from services.auth.rules import (
    NORMAL,
    OPEN_PROFESSIONAL,
    PROFESSIONAL,
    SUSPENDED,
    normal_login_name,
    normal_staff_name,
)
from services.auth.second_factor import judged_still, proven_step
from services.auth.staff_models import StaffMember
from services.auth.states import IN_USE, INVITED
from services.auth.usecases import attempts, captchas, people
from services.auth.usecases.attempts import Door, at_address
from services.auth.usecases.editions import is_open
from services.auth.usecases.limits import ADDRESS, NAME_AT_ADDRESS, PERSON
from services.auth.usecases.sessions import Entry, open_session
from services.auth.usecases.setups import begin_setup, may_enter
from services.auth.usecases.staff import member_of
from services.common.addresses import counted_address
from services.common.clock import business_now, technical_now
from services.common.database import Answer, DatabaseAccess
from services.common.errors import Forbidden, TooMany, Unauthenticated
from services.common.operation_log import belongs_to
from services.common.request import Request

CITIZEN = "citizen"
# As it is until the transaction ends, for several logins at once.
_KEPT: Any = {"read": True}
_TOO_MANY = TooMany("login_closed", "登录失败次数过多，请在{minutes}分钟后再试。")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Who the login name may belong to; nobody has no hash."""

    holder: str
    password_hash: str | None = None
    role: str = ""
    editions: tuple[str, ...] = ()
    code_secret: str | None = None
    suspended: bool = False

    def proves(self, arguments: dict[str, Any], at_s: float) -> bool:
        """The second factor, where there is one: the one-time code of the moment of the attempt.

        An attempt that was cut off may be made again for a while, but not by loading the page hours later.
        """
        if self.code_secret is None:
            return True
        code = arguments.get("code") or ""
        right = proven_step(self.code_secret, code, at_s) is not None
        return right and judged_still(at_s, technical_now())


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What somebody typed, and the moment of the attempt (technical clock): a repeat by key keeps it."""

    arguments: dict[str, Any]
    at_s: float


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """A way in: how names are compared here, and whose they are."""

    name: str
    normal_name: Callable[[str], str]
    candidate: Callable[[Session, str], Candidate]
    open: Callable[[Session, Candidate, Proof], Answer]

    def find(self, session: Session, arguments: dict[str, Any]) -> Candidate:
        """Who the typed login name may belong to."""
        return self.candidate(session, self.normal_name(arguments["login_name"]))

    def doors(self, arguments: dict[str, Any], candidate: Candidate) -> tuple[Door, Door]:
        """What an attempt counts for: the name as typed from that address, and the person behind it.

        Nobody learns from the first door whom a name belongs to, and the second one never shows itself.
        """
        typed = f"{self.name}:{self.normal_name(arguments['login_name'])}"
        here = Door(NAME_AT_ADDRESS, f"{typed}:{counted_address(arguments['address'])}")
        return here, Door(PERSON, f"{self.name}:{candidate.holder}")


def staff_door(login_name: str) -> Door:
    """What counts wrong passwords and codes of one login of staff, wherever they are typed."""
    return Door(PERSON, f"staff:{login_name}")


def _citizen(session: Session, login_name: str) -> Candidate:
    person = people.find(session, login_name)
    login = session.get(Login, person.fund_number) if person else session.get(Login, "")
    if person is None or login is None:
        return Candidate(holder=person.fund_number if person else login_name)
    return _of_the_books(session, person, login)


def _of_the_books(session: Session, person: Person, login: Login) -> Candidate:
    editions = (NORMAL, PROFESSIONAL) if is_open(session, person) else (NORMAL,)
    return Candidate(
        holder=person.fund_number,
        password_hash=login.password_hash,
        role=CITIZEN,
        editions=editions,
        suspended=person.professional_since_on is not None and len(editions) == 1,
    )


def _citizens_session(session: Session, candidate: Candidate, proof: Proof) -> Answer:
    """A session for who is still the one whose password was looked at, and still has the edition.

    Whoever changes either holds the same rows, the person before the login, and ends the sessions after it.
    """
    person = session.get(Person, candidate.holder, with_for_update=_KEPT)
    login = session.get(Login, candidate.holder, with_for_update=_KEPT)
    if person is None or login is None or login.password_hash != candidate.password_hash:
        raise _not_you()
    if proof.arguments["edition"] not in (now := _of_the_books(session, person, login)).editions:
        raise _not_by_this_edition(now.suspended)
    return _session(session, candidate, proof.arguments)


def _session(session: Session, candidate: Candidate, arguments: dict[str, Any]) -> Answer:
    entry = Entry(
        holder=candidate.holder,
        role=candidate.role,
        edition=arguments.get("edition", ""),
        client=arguments["client"],
        address=arguments["address"],
    )
    return open_session(session, entry)


def _member_of_staff(session: Session, login_name: str) -> Candidate:
    member = session.get(StaffMember, login_name)
    if member is None or not may_enter(member):
        return Candidate(holder=login_name)
    return Candidate(
        holder=login_name,
        password_hash=member.password_hash,
        role=member.role,
        editions=("",),
        code_secret=member.code_secret if member.state == IN_USE else None,
    )


def _staff_session(session: Session, candidate: Candidate, proof: Proof) -> Answer:
    """A session, its one-time code used up; or the first visit of somebody who has not set up the login."""
    member = member_of(session, candidate.holder)
    if member.password_hash != candidate.password_hash or not may_enter(member):
        raise _not_you()
    if member.state == INVITED:
        return begin_setup(session, member)
    code = proof.arguments.get("code") or ""
    step = proven_step(str(member.code_secret), code, proof.at_s, member.code_step)
    if step is None:
        raise _not_you()
    member.code_step = step
    return _session(session, replace(candidate, role=member.role), proof.arguments)


CITIZENS = Entrance(
    name="citizens", normal_name=normal_login_name, candidate=_citizen, open=_citizens_session
)
STAFF = Entrance(name="staff", normal_name=normal_staff_name, candidate=_member_of_staff, open=_staff_session)


def log_in(
    entrance: Entrance,
    database: DatabaseAccess,
    passwords: PasswordWork,
    arguments: dict[str, Any],
    request: Request,
) -> Answer:
    """A session and its token for the right name, password and captcha (A-09 to A-12).

    Refused with one sentence and the same work whether the name is unknown, has no password yet, has another
    one, its owner is locked out, or the one-time code of staff is wrong or used (ASVS 6.3.8). Too many
    failures at a name or address are told to anybody.
    """
    _refuse_again(database, request)
    captchas.pass_captcha(database, request, arguments)
    knock = database.once(request.step("knock"), _knock, entrance, arguments)
    candidate = _candidate(database, entrance, arguments)
    matched = passwords.matches(arguments["password"], candidate.password_hash, request.remaining_s())
    if not matched or not candidate.proves(arguments, knock["at_s"]) or knock["locked"]:
        database.once(request.step("failed"), _failed, candidate, arguments)
        raise _not_you()
    if arguments.get("edition", "") not in candidate.editions:
        database.once(request.step("known"), _known, entrance, candidate, arguments)
        raise _not_by_this_edition(candidate.suspended)
    proof = Proof(arguments=arguments, at_s=knock["at_s"])
    return database.once(request, _enter, entrance, candidate, proof)


def _refuse_again(database: DatabaseAccess, request: Request) -> None:
    """Refuse a form that was refused before: neither password nor code is looked at a second time.

    A wrong code would otherwise be tried again under its key, past captcha and doors, until its half minute.
    """
    if database.answered(request.step("failed")) is not None:
        raise _not_you()
    if (known := database.answered(request.step("known"))) is not None:
        raise _not_by_this_edition(known["suspended"])


def _not_by_this_edition(suspended: bool) -> Forbidden:
    if suspended:
        return Forbidden("professional_suspended", SUSPENDED, pointer="/edition")
    return Forbidden("professional_not_open", OPEN_PROFESSIONAL, pointer="/edition", rule="手册 1.1、2")


def _knock(session: Session, request: Request, entrance: Entrance, arguments: dict[str, Any]) -> Answer:
    """Count the attempt, which stays counted whatever becomes of the login; TooMany at a closed door.

    Behind a closed door nothing is counted for the person: it would lock them out everywhere, unseen.
    """
    now = business_now()
    if wait_s := attempts.closed_for_s(session, at_address(ADDRESS, arguments), now):
        raise attempts.closed(_TOO_MANY, wait_s)
    here, person = entrance.doors(arguments, entrance.find(session, arguments))
    attempts.pass_door(session, here, _TOO_MANY, now)
    return {"locked": attempts.try_door(session, person, now) > 0, "at_s": technical_now()}


def _candidate(database: DatabaseAccess, entrance: Entrance, arguments: dict[str, Any]) -> Candidate:
    with database.read() as session:
        return entrance.find(session, arguments)


def _failed(session: Session, request: Request, candidate: Candidate, arguments: dict[str, Any]) -> Answer:
    """Count it at the address, and let its owner read in the log that somebody tried, from what and where."""
    attempts.try_door(session, at_address(ADDRESS, arguments), business_now())
    if candidate.role == CITIZEN:
        belongs_to(session, request, candidate.holder)
    return {"client": arguments["client"], "address": arguments["address"]}


def _known(
    session: Session, request: Request, entrance: Entrance, candidate: Candidate, arguments: dict[str, Any]
) -> Answer:
    attempts.forget(session, entrance.doors(arguments, candidate))
    return {"suspended": candidate.suspended}


def _not_you() -> Unauthenticated:
    return Unauthenticated(
        "login_refused",
        "登录名或密码不正确，请核对后再试。第一次登录请先办理首次登录；连续输错会暂停登录。",
        pointer="/password",
    )


def _enter(
    session: Session, request: Request, entrance: Entrance, candidate: Candidate, proof: Proof
) -> Answer:
    # Who they are before the doors: whoever changes a password holds it while forgetting the failures.
    opened = entrance.open(session, candidate, proof)
    attempts.forget(session, entrance.doors(proof.arguments, candidate))
    if candidate.role == CITIZEN:
        belongs_to(session, request, candidate.holder, session_id=opened["session_id"])
    return opened
