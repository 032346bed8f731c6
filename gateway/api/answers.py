"""What the API answers, for the document: members that clients may rely on; services may add more."""

from marshmallow import INCLUDE, Schema, fields

from gateway.amounts import AMOUNT_PATTERN


class Answer(Schema):
    """An object with at least these members."""

    class Meta:
        """More members may follow in later versions."""

        unknown = INCLUDE


class Yuan(fields.String):
    """An amount of money in yuan with two decimals, as text."""

    def __init__(self, **options: object) -> None:
        super().__init__(metadata={"pattern": AMOUNT_PATTERN.replace("^", "^-?", 1)}, **options)  # type: ignore[arg-type]


class Moment(fields.String):
    """A moment in China's time with its offset, such as ``2026-11-22T14:03:05+08:00``."""

    def __init__(self, **options: object) -> None:
        described = {"format": "date-time", "pattern": r"\+08:00$"}
        super().__init__(metadata=described, **options)  # type: ignore[arg-type]


class CaptchaAnswer(Answer):
    """A captcha to be read by a person."""

    captcha_id = fields.String(required=True)
    image_png = fields.String(required=True, metadata={"contentEncoding": "base64"})
    expires_at = Moment(required=True)


class TokenAnswer(Answer):
    """A session and its bearer token."""

    token = fields.String(required=True)
    expires_at = Moment(required=True)


class SessionAnswer(Answer):
    """One session."""

    session_id = fields.String(required=True)
    current = fields.Boolean()
    opened_at = Moment()
    expires_at = Moment()


class SessionsAnswer(Answer):
    """Own living sessions."""

    items = fields.List(fields.Nested(SessionAnswer), required=True)


class PhoneAnswer(Answer):
    """The registered phone, masked; `verified_at` once a code came back from it."""

    phone = fields.String(required=True, allow_none=True)
    verified_at = Moment(required=True, allow_none=True)


class PhoneVerifiedAnswer(Answer):
    """The registered phone was proven to be its owner's."""

    verified_at = Moment(required=True)


class PasswordChangedAnswer(Answer):
    """Another password was chosen."""

    changed_at = Moment(required=True)
    sessions_ended = fields.Integer(required=True)


class PhoneWishAnswer(Answer):
    """A change of phone begun, and the code for it sent to the old phone."""

    phone_change_id = fields.String(required=True)
    expires_at = fields.String(required=True)
    sent = fields.Boolean(required=True)
    next_at = fields.String(required=True)


class PhoneChangeAnswer(Answer):
    """A change of phone that was saved."""

    number = fields.String(required=True)
    former_phone = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True)
    changed_at = fields.String(required=True)


class FirstVisitAnswer(Answer):
    """A first visit, begun."""

    first_visit_id = fields.String(required=True)


class AgreementTextAnswer(Answer):
    """The text of an agreement; code, version and digest are what a consent to it repeats."""

    code = fields.String(required=True)
    version = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    digest = fields.String(required=True)


class AgreementLineAnswer(Answer):
    """One agreement that was signed; on paper, before the hall, it has no number."""

    number = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    version = fields.String(required=True)
    way = fields.String(required=True)
    signed_at = fields.String(required=True)


class AgreementsAnswer(Answer):
    """Own agreements."""

    items = fields.List(fields.Nested(AgreementLineAnswer), required=True)


class AgreementAnswer(AgreementLineAnswer):
    """One own agreement as it was signed."""

    text = fields.String(required=True, allow_none=True)
    digest = fields.String(required=True)


class OpeningBegunAnswer(Answer):
    """An opening, begun."""

    opening_id = fields.String(required=True)
    expires_at = fields.String(required=True)


class OpeningAnswer(Answer):
    """How far an opening is; `page_url` leads to the provider, `sentence` says why it failed.

    In state `passed` it waits for the code that the provider gave to the browser in which the face passed, or
    (where `by_phone`) for one sent to the registered phone.
    """

    state = fields.String(required=True)
    label = fields.String(required=True)
    page_url = fields.String(required=True, allow_none=True)
    sentence = fields.String(required=True, allow_none=True)
    by_phone = fields.Boolean(required=True)
    expires_at = fields.String(required=True)


class CodeAnswer(Answer):
    """A code was sent, or would have been."""

    sent = fields.Boolean(required=True)
    expires_at = Moment(required=True)
    next_at = Moment(required=True)


class OpeningTermsAnswer(Answer):
    """What the opening form needs."""

    offices = fields.List(fields.Dict(), required=True)
    base_lower = Yuan(required=True)
    base_upper = Yuan(required=True)
    rates_percent = fields.List(fields.Integer(), required=True)
    agreement = fields.Dict(required=True)


class ApplicantAnswer(Answer):
    """An application, begun."""

    applicant = fields.String(required=True)
    expires_at = fields.String(required=True)
    monthly = Yuan(required=True)


class ApplicantStateAnswer(Answer):
    """How far an application is."""

    state = fields.String(required=True)


class OpenedAnswer(Answer):
    """The account, open; with the first session unless auth has not heard of it yet."""

    fund_number = fields.String(required=True)
    opened_on = fields.String(required=True)
    monthly = Yuan(required=True)
    token = fields.String()


class BaseAdjustmentAnswer(Answer):
    """One adjustment of the contribution base."""

    number = fields.String(required=True)
    state = fields.String(required=True)
    effective_on = fields.String(required=True)
    before = Yuan(required=True)
    after = Yuan(required=True)


class BaseAdjustmentsAnswer(Answer):
    """The contribution base now, and its adjustments."""

    freelancer = fields.Boolean(required=True)
    base = Yuan(required=True)
    allowed = fields.Boolean(required=True)
    items = fields.List(fields.Nested(BaseAdjustmentAnswer), required=True)


class AccountAnswer(Answer):
    """Own fund profile."""

    fund_number = fields.String(required=True)
    balance = Yuan()


class LineAnswer(Answer):
    """One line of a list."""


class PageAnswer(Answer):
    """One page of a list; `next_cursor` is null on the last."""

    items = fields.List(fields.Nested(LineAnswer), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class ListAnswer(Answer):
    """A whole list."""

    items = fields.List(fields.Nested(LineAnswer), required=True)


class CardAnswer(Answer):
    """The bound card, masked."""


class ReasonAnswer(Answer):
    """A withdrawal reason, and what holds for this person today."""

    code = fields.String(required=True)
    title = fields.String(required=True)


class StepAnswer(Answer):
    """One step of a bill's timeline."""

    at = Moment(required=True)
    state = fields.String(required=True)


class BillAnswer(Answer):
    """A withdrawal bill; lists leave its timeline out."""

    number = fields.String(required=True)
    reason = fields.String(required=True)
    state = fields.String(required=True)
    amount = Yuan(allow_none=True)
    registered_at = Moment()
    timeline = fields.List(fields.Nested(StepAnswer))


class BillsAnswer(Answer):
    """One page of bills."""

    items = fields.List(fields.Nested(BillAnswer), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class ProposalAnswer(Answer):
    """What the next contribution bill would be for, or why there is none."""

    months = fields.List(fields.String(), required=True)
    amount = Yuan(required=True)
    lines = fields.List(fields.Nested(LineAnswer), required=True)
    refusal = fields.Dict(required=True, allow_none=True)
    card = fields.Dict(required=True, allow_none=True)
    agreement = fields.Dict(required=True, allow_none=True)


class ContributionAnswer(Answer):
    """A contribution bill; while it can be debited, the card and the agreement to accept before."""

    number = fields.String(required=True)
    state = fields.String(required=True)
    months = fields.List(fields.String(), required=True)
    amount = Yuan(required=True)
    actions = fields.List(fields.String(), required=True)
    card = fields.Dict(allow_none=True)
    agreement = fields.Dict(allow_none=True)


class ContributionsAnswer(Answer):
    """One page of contribution bills."""

    items = fields.List(fields.Nested(ContributionAnswer), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class TransferFormAnswer(Answer):
    """What the form of an inbound transfer offers, and every reason why not."""

    centres = fields.List(fields.Nested(LineAnswer), required=True)
    refusals = fields.List(fields.Nested(LineAnswer), required=True)


class TransferAnswer(Answer):
    """An inbound transfer; `label` is the state of its contact letter in Chinese."""

    number = fields.String(required=True)
    letter_number = fields.String(required=True)
    state = fields.String(required=True)
    label = fields.String(required=True)
    amount = Yuan(allow_none=True)


class TransfersAnswer(Answer):
    """One page of inbound transfers."""

    items = fields.List(fields.Nested(TransferAnswer), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class StatementAnswer(Answer):
    """An account statement."""

    number = fields.String(required=True)
    code = fields.String(required=True)
    from_on = fields.String(required=True)
    to_on = fields.String(required=True)


class StatementsAnswer(Answer):
    """One page of statements."""

    items = fields.List(fields.Nested(StatementAnswer), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class StatementSummaryAnswer(Answer):
    """What a genuine statement says, without its lines."""

    number = fields.String(required=True)
    name_masked = fields.String(required=True)
    closing = Yuan(required=True)
    line_count = fields.Integer(required=True)


class ContributionDueAnswer(Answer):
    """Months up to this one that a freelancer has not paid, oldest first, and what they come to."""

    months = fields.List(fields.String(), required=True)
    amount = Yuan(required=True)


class HomeAnswer(Answer):
    """What the home page shows; a part whose service did not answer is null or empty, and named."""

    account = fields.Nested(AccountAnswer, required=True, allow_none=True)
    card = fields.Nested(CardAnswer, required=True, allow_none=True)
    waiting = fields.List(fields.Nested(BillAnswer), required=True)
    contributing = fields.List(fields.Nested(ContributionAnswer), required=True)
    contribution_due = fields.Nested(ContributionDueAnswer, required=True, allow_none=True)
    messages = fields.List(fields.Nested(LineAnswer), required=True)
    contracts = fields.List(fields.Nested(LineAnswer), required=True)
    missing = fields.List(fields.String(), required=True)


class DeedAnswer(Answer):
    """One thing done in the own name."""

    at = fields.String(required=True)
    title = fields.String(required=True)
    kind = fields.String(required=True)
    refused = fields.Boolean(required=True)
    number = fields.String(required=True, allow_none=True)
    client = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)


class LogAnswer(Answer):
    """One page of the log, and the services whose part is missing in it."""

    items = fields.List(fields.Nested(DeedAnswer), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
    missing = fields.List(fields.String(), required=True)


class SubscriptionItemAnswer(Answer):
    """One SMS item; a fixed one cannot be taken off."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    fixed = fields.Boolean(required=True)
    chosen = fields.Boolean(required=True)


class SubscriptionChangeAnswer(Answer):
    """One saving of a subscription."""

    number = fields.String(required=True)
    at = fields.String(required=True)
    added = fields.List(fields.String(), required=True)
    removed = fields.List(fields.String(), required=True)
    chosen = fields.List(fields.String(), required=True)
    phone_masked = fields.String(required=True, allow_none=True)


class SubscriptionAnswer(Answer):
    """What one is told of by SMS, and where."""

    version = fields.Integer(required=True)
    items = fields.List(fields.Nested(SubscriptionItemAnswer), required=True)
    receiver = fields.String(required=True)
    phone_masked = fields.String(required=True, allow_none=True)
    verified_masked = fields.String(required=True, allow_none=True)
    changes = fields.List(fields.Nested(SubscriptionChangeAnswer), required=True)


class OperationAnswer(Answer):
    """What became of a write."""

    op_id = fields.String(required=True)
    state = fields.String(required=True)
    answer = fields.Dict(allow_none=True)


class StaffSetupAnswer(Answer):
    """What staff set up at the first login; `address` is the text of the QR code."""

    login_name = fields.String(required=True)
    secret = fields.String(required=True)
    address = fields.String(required=True)


class MemberAnswer(Answer):
    """A login of staff; `initial_password` only where it was just made or reset."""

    login_name = fields.String(required=True)
    role = fields.String(required=True)
    office = fields.String(required=True)
    state = fields.String(required=True)
    initial_password = fields.String()


class LookAnswer(Answer):
    """A person looked up, masked; null where there is none."""

    look = fields.String(required=True)
    person = fields.Nested(LineAnswer, required=True, allow_none=True)


class DeadLettersAnswer(Answer):
    """Messages that could not take effect, of all services that answered."""

    items = fields.List(fields.Nested(LineAnswer), required=True)
    missing = fields.List(fields.String(), required=True)


class SmsAnswer(Answer):
    """How the sending of SMS is doing."""

    providers = fields.List(fields.Nested(LineAnswer), required=True)
    states = fields.List(fields.Nested(LineAnswer), required=True)
    codes = fields.Dict(required=True)


class TrialBalanceAnswer(Answer):
    """The trial balance of the deposit book."""
