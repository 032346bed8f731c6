"""What the API answers to staff about logins of staff, roles and permissions."""

from gateway.api.answers.common import TitledAnswer
from gateway.api.answers.members import Answer, Code, Moment, Parts, Several, Text, Truth
from gateway.api.answers.states import STAFF_LOGIN, STAFF_LOGIN_ACTIONS
from services.common.permissions import ROLES

ROLE_CODES = [role.code for role in ROLES]


class StaffSetupAnswer(Answer):
    """What staff set up at the first login."""

    login_name = Text("The own login.")
    name = Text("The own name; empty where none is on record.")
    secret = Text("What one-time codes are made from, to be typed.")
    address = Text("The same as the text of a QR code.")
    password_hint = Text("What the own password must be like, in Chinese.")
    expires_at = Moment("Until when it may be completed.")


class StaffPasswordAnswer(Answer):
    """Another password was chosen."""

    changed_at = Moment("When.")


class MemberAnswer(Answer):
    """A login of staff."""

    login_name = Text("The login.")
    name = Text("Whose it is; empty where none is on record.")
    role = Code("The role.", ROLE_CODES)
    role_title = Text("The same in Chinese.")
    office = Text("The office's code; empty for the centre itself.")
    office_title = Text("The same in Chinese.")
    state = Code("Where the login stands.", STAFF_LOGIN)
    label = Text("The same in Chinese.")
    registered_at = Moment("When it was made.")


class MembersAnswer(Answer):
    """All logins of staff."""

    items = Parts("The logins, by office and name.", MemberAnswer)


class MemberStepAnswer(Answer):
    """One thing that was done with a login."""

    action = Text("What, as a code.")
    title = Text("What, in Chinese.")
    by = Text("The login of who did it.")
    by_name = Text("Their name; empty where none is on record.")
    at = Moment("When.")
    remark = Text("What changed; names are only said to have.")


class MemberInFullAnswer(MemberAnswer):
    """A login of staff with what became of it."""

    actions = Several("What an administrator may do with it.", STAFF_LOGIN_ACTIONS)
    history = Parts("What was done with it, latest first.", MemberStepAnswer)


class ProfileAnswer(MemberInFullAnswer):
    """The own login of staff."""

    permissions = Several("What its role may do, in Chinese.")


class HandedOverAnswer(MemberAnswer):
    """A login just made, or begun anew."""

    initial_until_at = Moment("Until when its initial password lets in.")
    initial_password = Text(
        "Its initial password, told this once; null where the write is repeated.", null=True
    )


class RoleAnswer(TitledAnswer):
    """A role of staff."""

    duty = Text("What its people do, in Chinese.")
    at_office = Truth("Whether its people work at a department.")


class PermissionAnswer(TitledAnswer):
    """One thing that staff may do."""

    roles = Several("The roles that may.", ROLE_CODES)


class PermissionsAnswer(Answer):
    """The table of roles and permissions."""

    roles = Parts("The roles.", RoleAnswer)
    permissions = Parts("The permissions.", PermissionAnswer)
