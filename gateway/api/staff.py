"""/api/v1/staff: what an operator may look at."""

from gateway.api import answers
from gateway.api.document import HallBlueprint, operation
from gateway.api.keys import hall, key
from gateway.calls import Shape
from gateway.entrance import operator

staff = HallBlueprint("staff", __name__, url_prefix="/api/v1/staff", description="工作人员")


@staff.get("/stuck-withdrawals")
@operation(answers.ListAnswer, covers=("V-17",))
def stuck_withdrawals() -> Shape:
    """Bills that need eyes."""
    return hall().stuck_withdrawals(operator())


@staff.get("/stuck-contributions")
@operation(answers.ListAnswer, covers=("D-18",))
def stuck_contributions() -> Shape:
    """Contribution bills and refunds that need eyes."""
    return hall().stuck_contributions(operator())


@staff.get("/stuck-transfers")
@operation(answers.ListAnswer, covers=("D-25",))
def stuck_transfers() -> Shape:
    """Inbound transfers that wait for long, or whose money could not be booked."""
    return hall().stuck_transfers(operator())


@staff.get("/dead-letters")
@operation(answers.DeadLettersAnswer)
def dead_letters() -> Shape:
    """Messages that could not take effect, of all services."""
    return hall().dead_letters(operator())


@staff.get("/interest-runs")
@operation(answers.ListAnswer)
def interest_runs() -> Shape:
    """The yearly settlements of interest, newest first, with how far each has come."""
    return hall().interest_runs(operator())


@staff.post("/interest-runs/<segment:number>/resumption")
@operation(answers.LineAnswer, errors=(404,), writes=True)
def resume_interest_run(number: str) -> Shape:
    """Let a halted settlement go on after a look at the difference."""
    return hall().resume_interest_run(operator(), key(), number)


@staff.get("/sms")
@operation(answers.SmsAnswer)
def sms() -> Shape:
    """SMS providers, messages by state, and whether codes are given back."""
    return hall().sms(operator())


@staff.get("/trial-balance")
@operation(answers.TrialBalanceAnswer)
def trial_balance() -> Shape:
    """The trial balance of the deposit book."""
    return hall().trial_balance(operator())
