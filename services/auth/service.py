"""auth on the bus: who you are, and what you may do. Decides nothing."""

from typing import Any

from sqlalchemy.orm import Session

from services.auth import schemas, staff_schemas
from services.auth.adapters import FaceAccess, Witness
from services.auth.passwords import Passwords
from services.auth.staff_face import StaffFace
from services.auth.usecases import (
    agreements,
    applicants,
    captchas,
    confirming,
    faces,
    first_visit,
    openings,
    own_password,
    people,
    phone_change,
    phone_verification,
    sessions,
    tidying,
)
from services.auth.usecases.log_in import CITIZENS, STAFF, log_in
from services.common.callbacks import Callback
from services.common.database import Database
from services.common.events import durable
from services.common.face import CommonFace
from services.common.inbox import Event
from services.common.permissions import (
    ANYBODY_LOGGED_IN,
)
from services.common.request import Request
from services.common.rpc import command, query
from services.common.timers import every

Answer = dict[str, Any]
_TIDY_S = 60
_LOOK_AFTER_FACES_S = 5


class AuthService(StaffFace, CommonFace):
    """Captchas, first visits, logins and sessions."""

    name = "auth"
    database = Database()
    passwords = Passwords()
    witness = Witness()
    face = FaceAccess()

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

    @command(staff_schemas.StaffLogin, roles=None)
    def staff_log_in(self, arguments: Answer, request: Request) -> Answer:
        """Come in as staff."""
        return log_in(STAFF, self.database, self.passwords, arguments, request)

    @query(schemas.WhichText, roles=None)
    def agreement(self, arguments: Answer, request: Request) -> Answer:
        """The text of an agreement as it is to be accepted."""
        return agreements.text(arguments["code"])

    @query()
    def agreements(self, arguments: Answer, request: Request) -> Answer:
        """What the asker has signed."""
        return agreements.own(self.database, request)

    @query(schemas.WhichAgreement)
    def signed_agreement(self, arguments: Answer, request: Request) -> Answer:
        """One of the asker's agreements as it was signed."""
        return agreements.one(self.database, request, arguments["number"])

    @durable("agreement.signed")
    def note_agreement(self, event: Event, session: Session) -> None:
        """Keep the list of what a person signed elsewhere."""
        agreements.hear(session, event)

    @command(schemas.OpeningBegun, roles=None)
    def begin_opening(self, arguments: Answer, request: Request) -> Answer:
        """Accept the agreement of the professional edition."""
        return openings.begin(self.database, arguments, request)

    @command(schemas.OpeningIdentity, roles=None)
    def submit_opening(self, arguments: Answer, request: Request) -> Answer:
        """Say who one is, choose a password, be sent to the face verification."""
        return openings.submit(self.database, self.passwords, self.face, arguments, request)

    @query(schemas.WhichOpening, roles=None)
    def opening(self, arguments: Answer, request: Request) -> Answer:
        """How far an opening is."""
        return openings.look(self.database, arguments["opening_id"])

    @command(schemas.WhichOpening, roles=None)
    def check_opening(self, arguments: Answer, request: Request) -> Answer:
        """Ask the provider now."""
        return openings.check(self.database, self.face, arguments["opening_id"], request)

    @command(schemas.OpeningReturn, roles=None)
    def bring_back_opening(self, arguments: Answer, request: Request) -> Answer:
        """Take what the provider gave to the browser in which the face passed."""
        return confirming.bring_back(self.database, self.face, arguments, request)

    @command(schemas.OpeningConfirmation, roles=None)
    def confirm_opening(self, arguments: Answer, request: Request) -> Answer:
        """Open it for who has the code that went to the registered phone."""
        return confirming.confirm(self.database, arguments, request)

    @command(schemas.OpeningEntry, roles=None)
    def enter_opening(self, arguments: Answer, request: Request) -> Answer:
        """Come in after the opening."""
        return openings.enter(self.database, arguments, request)

    @command(Callback, roles=None)
    def face_callback(self, arguments: Answer, request: Request) -> Answer:
        """Hear who verifies faces."""
        return faces.hear(self.database, self.face, arguments, request)

    @every(_LOOK_AFTER_FACES_S, lock="auth.faces")
    def look_after_faces(self, request: Request) -> None:
        """Ask about verifications that have not been reported."""
        faces.sweep(self.database, self.face)

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

    @command(roles=ANYBODY_LOGGED_IN)
    def end_other_sessions(self, arguments: Answer, request: Request) -> Answer:
        """End all of one's own sessions but this one."""
        answer: Answer = self.database.once(request, sessions.end_other_sessions)
        return answer

    @query(schemas.Sessions)
    def session_places(self, arguments: Answer, request: Request) -> Answer:
        """Device and address of own sessions."""
        return sessions.places(self.database, arguments["session_ids"], request)

    @query()
    def phone(self, arguments: Answer, request: Request) -> Answer:
        """The own verified phone, masked."""
        return phone_change.present(self.database, request)

    @command(schemas.PhoneWish)
    def begin_phone_change(self, arguments: Answer, request: Request) -> Answer:
        """Begin a change of the verified phone."""
        return phone_change.begin(self.database, arguments, request)

    @command(schemas.PhoneSaving)
    def change_phone(self, arguments: Answer, request: Request) -> Answer:
        """Save the new phone."""
        return phone_change.complete(self.database, self.passwords, arguments, request)

    @command(schemas.PhoneProof)
    def verify_phone(self, arguments: Answer, request: Request) -> Answer:
        """Give back a code that was sent to the phone now registered."""
        return phone_verification.verify(self.database, arguments, request)

    @command(schemas.PasswordChange)
    def change_password(self, arguments: Answer, request: Request) -> Answer:
        """Choose another password."""
        return own_password.change(self.database, self.passwords, arguments, request)

    @query(schemas.OnePhoneChange)
    def phone_change(self, arguments: Answer, request: Request) -> Answer:
        """One of the own changes of phone that were saved."""
        return phone_change.done(self.database, arguments["phone_change_id"], request)

    @query(schemas.WhosePhone, callers=("withdrawal",), roles=None)
    def phone_changed(self, arguments: Answer, request: Request) -> Answer:
        """When somebody last changed the verified phone."""
        return phone_change.changed(self.database, arguments["fund_number"])

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
