"""What the API answers to staff about people looked up, and served at the counter."""

from gateway.api.answers.common import PageAnswer
from gateway.api.answers.members import Answer, Code, Day, Moment, Part, Parts, Text, Truth
from gateway.api.answers.states import COUNTER_CHANGE, EDITION_SUSPENSION
from services.common.permissions import COUNTER_CHANGES, LOOK_PURPOSES


class PersonAnswer(Answer):
    """A person looked up, masked."""

    fund_number = Text("Their fund number.")
    name = Text("Their name, masked.")
    id_number = Text("Their ID number, masked.")
    phone = Text("Their registered phone, masked.", null=True)
    registered_on = Day("Since when the hall knows them.")
    professional_since_on = Day(
        "Since when they have the professional edition; null: they have not.", null=True
    )
    suspended = Truth("Whether that edition is suspended.")
    has_login = Truth("Whether they have an own password.")


class LookAnswer(Answer):
    """A look at a person, on record."""

    look = Text("The look's number; what is done at the counter names it.")
    purpose = Code("What for.", [purpose.code for purpose in LOOK_PURPOSES])
    purpose_title = Text("The same in Chinese.")
    at = Moment("When.")
    person = Part("Who was found; null: nobody.", PersonAnswer, null=True)


class LookLineAnswer(Answer):
    """One look of staff at a person."""

    number = Text("The look's number.")
    at = Moment("When.")
    login_name = Text("Who looked, by login.")
    staff_name = Text("Their name; empty where none is on record.")
    office_title = Text("Their office, in Chinese.")
    purpose_title = Text("What for, in Chinese.")
    fund_number = Text("Who was looked at; null: nobody was found.", null=True)


class LooksAnswer(PageAnswer):
    """One page of looks, newest first."""

    items = Parts("The looks.", LookLineAnswer)


class CheckAnswer(Answer):
    """What another of the staff said of an opening at the counter."""

    checker = Text("Who checked, by login.")
    checker_name = Text("Their name; in lists only, empty where none is on record.", always=False)
    right = Truth("Whether it was right.")
    label = Text("The same in Chinese.")
    remark = Text("What is wrong.")
    at = Moment("When.")


class SuspensionAnswer(Answer):
    """An edition that is shut because its opening at the counter was found wrong."""

    number = Text("The opening's number.")
    fund_number = Text("Whose edition.")
    state = Code("Where it stands.", EDITION_SUSPENSION)
    label = Text("The same in Chinese.")
    since_at = Moment("Since when.")
    lifted_by = Text("Who opened it again, by login.", null=True)
    lifted_by_name = Text("Their name; in lists only, empty where none is on record.", always=False)
    lifted_at = Moment("When it was opened again.", null=True)
    correction = Text("What was corrected; empty before.")


class CounterOpeningAnswer(Answer):
    """A professional edition opened at the counter."""

    number = Text("The opening's number.")
    fund_number = Text("To whom.")
    name = Text("Their name, masked.")
    clerk = Text("Who opened it, by login.")
    clerk_name = Text("Their name; in lists only, empty where none is on record.", always=False)
    office = Text("The office's code; empty for the centre itself.")
    office_title = Text("The same in Chinese.")
    paper_number = Text("The number of the signed paper.")
    at = Moment("When.")
    check = Part("What another said of it; null: nobody yet.", CheckAnswer, null=True)
    suspension = Part("The suspension that followed; null: none.", SuspensionAnswer, null=True)


class CounterOpeningsAnswer(PageAnswer):
    """One page of openings at the counter, newest first."""

    items = Parts("The openings.", CounterOpeningAnswer)


class CounterChangeAnswer(Answer):
    """A password reset or a change of phone at the counter."""

    number = Text("The change's number.")
    kind = Code("Which of both.", COUNTER_CHANGES)
    title = Text("The same in Chinese.")
    state = Code("Where it stands.", COUNTER_CHANGE)
    label = Text("The same in Chinese.")
    is_open = Truth("Whether it waits for its check.", name="open")
    fund_number = Text("Whose it is.")
    name = Text("Their name, masked.")
    new_phone = Text("The new phone, masked; null for a password.", null=True)
    clerk = Text("Who entered it, by login.")
    clerk_name = Text("Their name; in lists only, empty where none is on record.", always=False)
    office_title = Text("The office, in Chinese.")
    paper_number = Text("The number of the signed paper.")
    at = Moment("When it was entered.")
    checker = Text("Who checked it, by login.", null=True)
    checker_name = Text("Their name; in lists only, empty where none is on record.", always=False)
    checked_at = Moment("When it was checked.", null=True)
    remark = Text("What was said of it; mostly empty.")


class CounterChangesAnswer(PageAnswer):
    """One page of changes at the counter, newest first."""

    items = Parts("The changes.", CounterChangeAnswer)
