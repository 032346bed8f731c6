"""What the API answers about withdrawal reasons: what a form asks, and what holds for a person today."""

from gateway.api.answers.common import RefusalAnswer, TitledAnswer
from gateway.api.answers.members import Answer, Code, Part, Parts, Several, Text, Truth, Yuan
from gateway.api.answers.withdrawals import CautionPart


class WhenAnswer(Answer):
    """On which answer another part of a form depends."""

    name = Text("The field it depends on.")
    equals = Text("The value of that field with which it applies.")


class FieldAnswer(Answer):
    """One thing that a reason's form asks, sent in `details`."""

    name = Text("Its member in `details`.")
    kind = Code("What is asked for.", ("choice", "text", "id_number", "date"))
    label = Text("What people read beside it.")
    required = Truth("Whether it must be there where it applies without condition.")
    choices = Parts("What may be chosen; empty for other kinds.", TitledAnswer)
    when = Part("When it applies, and is then required; null: always.", WhenAnswer, null=True)


class DocumentAnswer(TitledAnswer):
    """A document to be shown and accepted with the application."""

    version = Text("Which wording it is; an acceptance repeats it.")
    text = Text("The whole text, in Markdown.")
    when = Part("When it must be accepted; null: always.", WhenAnswer, null=True)


class ConditionAnswer(TitledAnswer):
    """One thing that must hold; `title` says what."""

    rule = Text("The rule behind it, in Chinese.")
    evidence_from = Several("The records that prove it, in Chinese.")


class FindingAnswer(RefusalAnswer):
    """Why a withdrawal is not possible today."""

    evidence_from = Several(
        "The records it was read from, in Chinese; left out for a bill that is under way already.",
        always=False,
    )


class ReasonLineAnswer(Answer):
    """A withdrawal reason with everything a form is drawn from."""

    code = Text("What a registration names.")
    title = Text("What people read.")
    legal_basis = Text("The regulation it rests on.")
    manual_section = Text("Where the centre's manual has it.")
    closes_account = Truth("Whether the account is closed with it.")
    spouse_rule = Text("What holds for a couple; empty where nothing does.")
    amount = Code(
        "`entered`: the person types it. `whole_shown`: the whole, shown and sent as it is."
        " `absent`: no amount is sent.",
        ("entered", "whole_shown", "absent"),
    )
    asks_settlement = Truth("Whether the form asks how to be paid.")
    settlements = Parts("The ways to be paid.", TitledAnswer)
    asked = Parts("What the form asks.", FieldAnswer, name="fields")
    documents = Parts("What is to be accepted.", DocumentAnswer)
    conditions = Parts("Everything that must hold.", ConditionAnswer)


class ReasonAnswer(ReasonLineAnswer):
    """A withdrawal reason, and what holds for this person today."""

    allowed = Truth("Whether it may be registered now.")
    ceiling = Yuan("The most that may be drawn now.")
    prefilled = Yuan("What the form begins with; null where no amount is sent.", null=True)
    because = Text("Why just so much.")
    refusals = Parts("Every reason why not, at once; empty where it is allowed.", FindingAnswer)
    pending = Several("The registers that have not answered, in Chinese; a bill waits for them.")
    has_card = Truth("Whether a card is bound to be paid to.")
    caution = CautionPart()


class ReasonsAnswer(Answer):
    """The catalogue of withdrawal reasons."""

    items = Parts("The reasons.", ReasonLineAnswer)
