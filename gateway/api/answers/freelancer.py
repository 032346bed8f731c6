"""What the API answers about a freelancer's account and its base."""

from marshmallow import fields

from gateway.api.answers.common import AgreementTextAnswer, TitledAnswer
from gateway.api.answers.members import (
    Answer,
    Code,
    Day,
    Moment,
    Part,
    Parts,
    Several,
    Text,
    Truth,
    Whole,
    Yuan,
)
from gateway.api.answers.states import BASE_ADJUSTMENT, BASE_ADJUSTMENT_ACTIONS


class OpeningTermsAnswer(Answer):
    """What the opening form needs."""

    offices = Parts("The departments one may choose from.", TitledAnswer)
    base_lower = Yuan("The least base.")
    base_upper = Yuan("The highest base.")
    rates_percent = fields.List(
        fields.Integer(),
        required=True,
        metadata={"description": "The rates one may choose from, in percent, both halves together."},
    )
    age_min = Whole("From which age one may open, in years.")
    age_below_male = Whole("Below which age men may, in years.")
    age_below_female = Whole("Below which age women may, in years.")
    agreement = Part("The agreement to accept.", AgreementTextAnswer)


class ApplicantAnswer(Answer):
    """An application, begun."""

    applicant = Text("What its next steps name.")
    expires_at = Moment("Until when it may be submitted.")
    password_hint = Text("What the own password must be like, in Chinese.")
    monthly = Yuan("What a month would cost.")


class ApplicantStateAnswer(Answer):
    """How far an application is."""

    state = Code("`over`: lapsed, or never begun.", ("begun", "opened", "over"))
    state_label = Text("The same in Chinese.")


class AgreementNamedAnswer(Answer):
    """An agreement by its name."""

    title = Text("Its title.")
    version = Text("Which wording was signed.")


class OpenedAnswer(Answer):
    """The account, open; with the first session unless the logins have not heard of it yet."""

    fund_number = Text("The new fund number.", pattern="^[0-9]{12}$")
    office = Text("Under which department, in Chinese.")
    opened_on = Day("When it was opened.")
    base = Yuan("What a month's contribution is reckoned from.")
    rate_percent = Whole("The rate in percent, both halves together.")
    monthly = Yuan("What a month costs.")
    agreement = Part("What was signed.", AgreementNamedAnswer)
    token = Text("The first session's token; without it one logs in a little later.", always=False)
    session_id = Text("The first session.", always=False)
    role = Code("Beside a token: always this.", ("citizen",), always=False)
    edition = Code("Beside a token: always this.", ("professional",), always=False)
    expires_at = Moment("Until when the token is good.", always=False)
    ends_at = Moment("When the session ends however often it is renewed.", always=False)


class BaseAdjustmentAnswer(Answer):
    """One adjustment of the contribution base."""

    number = Text("Its number.")
    state = Code("Where it stands.", BASE_ADJUSTMENT)
    state_label = Text("The same in Chinese.")
    contribution_year = Whole("The contribution year it belongs to; there is one adjustment a year.")
    effective_on = Day("From when the new base counts.")
    before = Yuan("The base before.")
    after = Yuan("The new base.")
    monthly = Yuan("What a month costs with it.")
    registered_at = Moment("When it was filed.")
    actions = Several("What its owner may do now: `undo` by DELETE.", BASE_ADJUSTMENT_ACTIONS)


class BaseAdjustmentsAnswer(Answer):
    """The contribution base now, and its adjustments."""

    freelancer = Truth("Whether the person pays in for themselves.")
    base = Yuan("The base now.")
    monthly = Yuan("What a month costs.")
    rate_percent = Whole("The rate in percent, both halves together.")
    base_lower = Yuan("The least base.")
    base_upper = Yuan("The highest base.")
    window_first_on = Day("The first day on which it may be adjusted, now or next.")
    window_last_on = Day("The last such day.")
    effective_on = Day("From when a base filed today would count.")
    allowed = Truth("Whether one may be filed today.")
    because = Text("Why not; null where it may.", null=True)
    items = Parts("The adjustments, newest first.", BaseAdjustmentAnswer)
