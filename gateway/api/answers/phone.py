"""What the API answers about the own phone and password."""

from gateway.api.answers.members import Answer, Moment, Text, Truth, Whole


class PhoneAnswer(Answer):
    """The registered phone."""

    phone = Text("The phone, masked; null where none is registered.", null=True)
    verified_at = Moment("When a code came back from it; null: not yet.", null=True)
    verification_id = Text("Stands for the present phone; another one after each change.")


class PhoneVerifiedAnswer(Answer):
    """The registered phone was proven to be its owner's."""

    verified_at = Moment("When.")


class PasswordChangedAnswer(Answer):
    """Another password was chosen."""

    changed_at = Moment("When.")
    sessions_ended = Whole("How many other sessions ended with it.")


class PhoneWishAnswer(Answer):
    """A change of phone begun, and the code for it sent to the old phone."""

    phone_change_id = Text("What its saving names.")
    expires_at = Moment("Until when it may be saved.")
    sent = Truth("Always true.")
    next_at = Moment("From when another code may be asked for.")


class PhoneChangeAnswer(Answer):
    """A change of phone that was saved."""

    number = Text("The change's number.")
    former_phone = Text("The old phone, masked; null where there was none.", null=True)
    phone = Text("The new phone, masked.")
    changed_at = Moment("When it was saved.")


class PhoneSavedAnswer(PhoneChangeAnswer):
    """A change of phone just saved."""

    sessions_ended = Whole("How many other sessions ended with it.")
