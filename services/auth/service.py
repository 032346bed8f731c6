"""auth on the bus: who you are, and what you may do. Decides nothing."""

from typing import Any

from sqlalchemy.orm import Session

from services.auth import schemas
from services.auth.adapters import Witness
from services.auth.passwords import Passwords
from services.auth.usecases import applicants, captchas, first_visit, people, sessions, tidying
from services.auth.usecases.log_in import CITIZENS, STAFF, log_in
from services.common.database import Database
from services.common.events import Event, durable
from services.common.face import CommonFace
from services.common.request import Request
from services.common.rpc import command, query
from services.common.timers import every

Answer = dict[str, Any]
ANYBODY_LOGGED_IN = ("citizen", "operator")
_TIDY_S = 60


class AuthService(CommonFace):
    """Captchas, first visits, logins and sessions."""

    name = "auth"
    database = Database()
    passwords = Passwords()
    witness = Witness()

    @command(roles=None)
    def issue_captcha(self, arguments: Answer, request: Request) -> Answer:
        """Draw a captcha."""
        return captchas.issue(self.database, self.witness, request)

    @command(schemas.FirstVisit, roles=None)
    def begin_first_visit(self, arguments: Answer, request: Request) -> Answer:
        """Begin a first visit."""
        return first_visit.begin(self.database, arguments, request)

    @command(schemas.OwnPassword, roles=None)
    def complete_first_visit(self, arguments: Answer, request: Request) -> Answer:
        """Set the own password and come in."""
        return first_visit.complete(self.database, self.passwords, arguments, request)

    @command(schemas.Login, roles=None)
    def log_in(self, arguments: Answer, request: Request) -> Answer:
        """Come in as a citizen."""
        return log_in(CITIZENS, self.database, self.passwords, arguments, request)

    @command(schemas.StaffLogin, roles=None)
    def staff_log_in(self, arguments: Answer, request: Request) -> Answer:
        """Come in as staff."""
        return log_in(STAFF, self.database, self.passwords, arguments, request)

    @command(roles=ANYBODY_LOGGED_IN)
    def renew(self, arguments: Answer, request: Request) -> Answer:
        """A fresh token."""
        answer: Answer = self.database.once(request, sessions.renew)
        return answer

    @command(roles=ANYBODY_LOGGED_IN)
    def log_out(self, arguments: Answer, request: Request) -> Answer:
        """End this session."""
        answer: Answer = self.database.once(request, sessions.log_out)
        return answer

    @query(roles=ANYBODY_LOGGED_IN)
    def sessions(self, arguments: Answer, request: Request) -> Answer:
        """List one's own sessions."""
        return sessions.own_sessions(self.database, request)

    @command(schemas.OneSession, roles=ANYBODY_LOGGED_IN)
    def end_session(self, arguments: Answer, request: Request) -> Answer:
        """End one of one's own sessions."""
        answer: Answer = self.database.once(request, sessions.end_session, arguments["session_id"])
        return answer

    @query(schemas.Since, roles=None)
    def revocations(self, arguments: Answer, request: Request) -> Answer:
        """Sessions whose tokens no longer count."""
        return sessions.revocations(self.database, arguments["since"])

    @query(schemas.Whose, callers=("notify",), roles=None)
    def contact(self, arguments: Answer, request: Request) -> Answer:
        """Where a code or a message may go."""
        return people.contact(self.database, arguments)

    @command(schemas.ApplicationBegun, roles=None)
    def begin_opening_application(self, arguments: Answer, request: Request) -> Answer:
        """Note who wants to open a freelancer's account."""
        return applicants.begin(self.database, arguments, request)

    @command(schemas.ApplicantPassword, roles=None)
    def set_applicant_password(self, arguments: Answer, request: Request) -> Answer:
        """Keep the password that the applicant chose (A-21)."""
        return applicants.set_password(self.database, self.passwords, arguments, request)

    @query(schemas.WhichApplicant, roles=None)
    def applicant(self, arguments: Answer, request: Request) -> Answer:
        """How far an application is."""
        return applicants.state(self.database, arguments["applicant"])

    @command(schemas.ApplicantEntry, roles=None)
    def enter_opened(self, arguments: Answer, request: Request) -> Answer:
        """Come in right after the opening (A-22)."""
        return applicants.enter(self.database, arguments, request)

    @durable(*applicants.HEARD)
    def let_in(self, event: Event, session: Session) -> None:
        """Make the person of an account that deposit has opened."""
        applicants.hear(session, event)

    @every(_TIDY_S, lock="auth.tidy")
    def tidy(self, request: Request) -> None:
        """Throw away what has lapsed."""
        tidying.tidy(self.database)


SERVICE = AuthService
