"""What the API answers about the bound card."""

from gateway.api.answers.members import Answer, Code, Moment, Part, Text
from services.common.identifiers import BANKS


class BoundCardAnswer(Answer):
    """The one card that receives withdrawals."""

    bank_code = Code("The bank, by its code in the national payment system.", BANKS)
    card_number = Text("The number, masked.")
    bound_at = Moment("Since when it is bound.")


class CardAnswer(Answer):
    """The bound card, if there is one."""

    card = Part("The card; null where none is bound.", BoundCardAnswer, null=True)
