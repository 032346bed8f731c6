"""/api/v1/staff: the console of the centre's staff; the services check the permission of each role."""

from flask import Response

from gateway.api import staff_schemas, windows
from gateway.api.answers.common import TokenAnswer
from gateway.api.answers.contributions import RefundOfStaffAnswer, StuckContributionsAnswer
from gateway.api.answers.staff import (
    DeadLettersAnswer,
    InterestRunAnswer,
    InterestRunsAnswer,
    LetterSettledAnswer,
    OfficesAnswer,
    SmsAnswer,
    TrialBalanceAnswer,
)
from gateway.api.answers.staff_counter import (
    CounterChangeAnswer,
    CounterChangesAnswer,
    CounterOpeningAnswer,
    CounterOpeningsAnswer,
    LookAnswer,
    LooksAnswer,
    SuspensionAnswer,
)
from gateway.api.answers.staff_members import (
    HandedOverAnswer,
    MemberAnswer,
    MemberInFullAnswer,
    MembersAnswer,
    PermissionsAnswer,
    ProfileAnswer,
    StaffPasswordAnswer,
    StaffSetupAnswer,
)
from gateway.api.answers.transfers import StuckTransfersAnswer
from gateway.api.answers.withdrawals import StuckBillsAnswer
from gateway.api.document import HallBlueprint, operation
from gateway.api.keys import hall, key, linked
from gateway.calls import Shape
from gateway.entrance import logged_in, member_of_staff

staff = HallBlueprint("staff", __name__, url_prefix="/api/v1/staff", description="工作人员")


@staff.get("/stuck-withdrawals")
@operation(StuckBillsAnswer, covers=("V-17",))
def stuck_withdrawals() -> Shape:
    """Bills that need eyes."""
    return hall().stuck_withdrawals(member_of_staff())


@staff.get("/stuck-contributions")
@operation(StuckContributionsAnswer, covers=("D-18",))
def stuck_contributions() -> Shape:
    """Contribution bills and refunds that need eyes."""
    return hall().stuck_contributions(member_of_staff())


@staff.post("/refunds/<segment:number>/retry")
@staff.taking(staff_schemas.RefundRetry)
@operation(RefundOfStaffAnswer, errors=(404,), writes=True)
def retry_refund(body: Shape, number: str) -> Shape:
    """Have a refund that the bank refused tried again, with a reason on record."""
    return hall().retry_refund(member_of_staff(), key(), number, body)


@staff.get("/stuck-transfers")
@operation(StuckTransfersAnswer, covers=("D-25",))
def stuck_transfers() -> Shape:
    """Inbound transfers that wait for long, or whose money could not be booked."""
    return hall().stuck_transfers(member_of_staff())


@staff.get("/dead-letters")
@operation(DeadLettersAnswer)
def dead_letters() -> Shape:
    """Messages that could not take effect, of all services."""
    return hall().dead_letters(member_of_staff())


@staff.post("/dead-letters/<segment:service>/<segment:number>/replay")
@operation(LetterSettledAnswer, errors=(404,), writes=True)
def replay_dead_letter(service: str, number: str) -> Shape:
    """Put a message before its service once more."""
    return hall().replay_dead_letter(member_of_staff(), key(), service, number)


@staff.delete("/dead-letters/<segment:service>/<segment:number>")
@operation(LetterSettledAnswer, errors=(404,), writes=True)
def drop_dead_letter(service: str, number: str) -> Shape:
    """Give a message up, on record."""
    return hall().drop_dead_letter(member_of_staff(), key(), service, number)


@staff.get("/interest-runs")
@operation(InterestRunsAnswer)
def interest_runs() -> Shape:
    """The yearly settlements of interest, newest first, with how far each has come."""
    return hall().interest_runs(member_of_staff())


@staff.post("/interest-runs/<segment:number>/resumption")
@operation(InterestRunAnswer, errors=(404,), writes=True)
def resume_interest_run(number: str) -> Shape:
    """Let a halted settlement go on after a look at the difference."""
    return hall().resume_interest_run(member_of_staff(), key(), number)


@staff.post("/interest-runs/<segment:number>/accounts-set-aside")
@staff.taking(staff_schemas.DisputedAccount)
@operation(InterestRunAnswer, errors=(404, 409), writes=True)
def set_aside_interest_account(number: str, body: Shape) -> Shape:
    """Let a halted settlement go on without an account in dispute; it is settled later."""
    return hall().set_aside_interest_account(member_of_staff(), key(), number, body)


@staff.get("/sms")
@operation(SmsAnswer)
def sms() -> Shape:
    """SMS providers, messages by state, and whether codes are given back."""
    return hall().sms(member_of_staff())


@staff.get("/trial-balance")
@operation(TrialBalanceAnswer)
def trial_balance() -> Shape:
    """The trial balance of the deposit book."""
    return hall().trial_balance(member_of_staff())


@staff.get("/setup")
@operation(StaffSetupAnswer, errors=(409,))
def setup() -> Shape:
    """At the first login: the secret for the phone."""
    return hall().staff_setup(logged_in())


@staff.post("/setup")
@staff.taking(staff_schemas.StaffSetup)
@operation(TokenAnswer, status=201, writes=True)
def complete_setup(body: Shape) -> Shape:
    """At the first login: own password and a first one-time code; the session opens at once."""
    return hall().complete_staff_setup(logged_in(), key(), body)


@staff.get("/profile")
@operation(ProfileAnswer)
def profile() -> Shape:
    """The own login."""
    return hall().staff_profile(member_of_staff())


@staff.put("/password")
@staff.taking(staff_schemas.StaffPassword)
@operation(StaffPasswordAnswer, writes=True)
def change_password(body: Shape) -> Shape:
    """Choose another password; other sessions end."""
    return hall().change_staff_password(member_of_staff(), key(), body)


@staff.get("/members")
@operation(MembersAnswer)
def members() -> Shape:
    """All logins of staff."""
    return hall().members(member_of_staff())


@staff.post("/members")
@staff.taking(staff_schemas.NewMember)
@operation(HandedOverAnswer, status=201, writes=True)
def add_member(body: Shape) -> Shape:
    """Make a login; its initial password is told this once, and to nobody by a repeat."""
    return hall().add_member(member_of_staff(), key(), body)


@staff.get("/members/<login:login_name>")
@operation(MemberInFullAnswer, errors=(404,))
def member(login_name: str) -> Shape:
    """One login with its history."""
    return hall().member(member_of_staff(), login_name)


@staff.put("/members/<login:login_name>")
@staff.taking(staff_schemas.MemberChange)
@operation(MemberAnswer, errors=(404,), writes=True)
def change_member(body: Shape, login_name: str) -> Shape:
    """Give a login another name, role or office."""
    return hall().change_member(member_of_staff(), key(), login_name, body)


@staff.post("/members/<login:login_name>/disabling")
@operation(MemberAnswer, errors=(404,), writes=True)
def disable_member(login_name: str) -> Shape:
    """Let nobody in by this login any more."""
    return hall().disable_member(member_of_staff(), key(), login_name)


@staff.post("/members/<login:login_name>/reset")
@operation(HandedOverAnswer, errors=(404,), writes=True)
def reset_member(login_name: str) -> Shape:
    """Let a login begin anew, with an initial password that is told this once."""
    return hall().reset_member(member_of_staff(), key(), login_name)


@staff.get("/offices")
@operation(OfficesAnswer)
def offices() -> Shape:
    """The departments and how many logins each has."""
    return hall().offices(member_of_staff())


@staff.get("/permissions")
@operation(PermissionsAnswer)
def permissions() -> Shape:
    """The table of roles and permissions."""
    return hall().permissions(member_of_staff())


@staff.post("/looks")
@staff.taking(staff_schemas.LookWish)
@operation(LookAnswer, status=201, covers=("A-24",), writes=True)
def look_up(body: Shape) -> Shape:
    """Look a person up for a purpose, masked and on record."""
    return hall().look_up(member_of_staff(), key(), body)


@staff.get("/looks")
@staff.taking(windows.MessagesWindow, "query")
@operation(LooksAnswer)
def looks(window: Shape) -> Response:
    """Who of the staff looked whom up."""
    return linked(hall().looks(member_of_staff(), window))


@staff.post("/looks/search")
@staff.taking(staff_schemas.LooksWish)
@operation(LooksAnswer, errors=(413, 415, 422))
def search_looks(wish: Shape) -> Shape:
    """The looks of one of the staff, of some days, or at one person; a page goes on with the same body."""
    return hall().looks(member_of_staff(), wish)


@staff.get("/counter-openings")
@staff.taking(windows.MessagesWindow, "query")
@operation(CounterOpeningsAnswer, covers=("A-24",))
def counter_openings(window: Shape) -> Response:
    """What was opened at the counter."""
    return linked(hall().counter_openings(member_of_staff(), window))


@staff.post("/counter-openings")
@staff.taking(staff_schemas.OpeningAtCounter)
@operation(CounterOpeningAnswer, status=201, covers=("A-24",), errors=(404,), writes=True)
def open_at_counter(body: Shape) -> Shape:
    """Open the professional edition to a person at the counter, under a signed paper."""
    return hall().open_at_counter(member_of_staff(), key(), body)


@staff.post("/counter-openings/<segment:number>/check")
@staff.taking(staff_schemas.OpeningCheck)
@operation(CounterOpeningAnswer, covers=("A-24",), errors=(404,), writes=True)
def check_opening(body: Shape, number: str) -> Shape:
    """Say whether another's opening at the counter was right."""
    return hall().check_counter_opening(member_of_staff(), key(), body | {"number": number})


@staff.post("/counter-openings/<segment:number>/restoration")
@staff.taking(staff_schemas.Lifting)
@operation(SuspensionAnswer, covers=("A-24",), errors=(404,), writes=True)
def lift_suspension(body: Shape, number: str) -> Shape:
    """Open an edition again whose wrong opening has been corrected."""
    return hall().lift_suspension(member_of_staff(), key(), body | {"number": number})


@staff.get("/counter-changes")
@staff.taking(windows.MessagesWindow, "query")
@operation(CounterChangesAnswer)
def counter_changes(window: Shape) -> Response:
    """Password resets and changes of phone at the counter."""
    return linked(hall().counter_changes(member_of_staff(), window))


@staff.post("/counter-changes")
@staff.taking(staff_schemas.ChangeAtCounter)
@operation(CounterChangeAnswer, status=201, errors=(404,), writes=True)
def enter_counter_change(body: Shape) -> Shape:
    """Enter what the signed paper says; nothing changes before another has checked it."""
    return hall().enter_counter_change(member_of_staff(), key(), body)


@staff.post("/counter-changes/<segment:number>/check")
@staff.taking(staff_schemas.ChangeCheck)
@operation(CounterChangeAnswer, errors=(404,), writes=True)
def check_counter_change(body: Shape, number: str) -> Shape:
    """Compare another's entry with the paper; right lets it take effect."""
    return hall().check_counter_change(member_of_staff(), key(), body | {"number": number})
