"""The part of auth's bus face that the centre's staff use: their logins, and what they do at the counter."""

from typing import Any

from services.auth import staff_schemas
from services.auth.usecases import counter, counter_changes, looks, members, profiles, setups, suspensions
from services.common.permissions import (
    CHECK_COUNTER_CHANGES,
    CHECK_OPENINGS,
    ENTER_COUNTER_CHANGES,
    LIFT_SUSPENSIONS,
    LOOK_UP_PEOPLE,
    MANAGE_STAFF,
    OPEN_AT_COUNTER,
    SEE_COUNTER_CHANGES,
    SEE_LOOKS,
    SEE_OPENINGS,
    SEE_STAFF,
    STAFF_ROLES,
)
from services.common.request import Request
from services.common.rpc import command, query

Answer = dict[str, Any]


class StaffFace:
    """Logins of staff, looks at people, the counter."""

    database: Any
    passwords: Any

    @query(roles=None)
    def staff_setup(self, arguments: Answer, request: Request) -> Answer:
        """What staff set up at the first login."""
        return setups.show(self.database, request)

    @command(staff_schemas.StaffSetup, roles=None)
    def complete_staff_setup(self, arguments: Answer, request: Request) -> Answer:
        """Set the own password and the second factor, and come in."""
        return setups.complete(self.database, self.passwords, arguments, request)

    @query(roles=STAFF_ROLES)
    def staff_profile(self, arguments: Answer, request: Request) -> Answer:
        """The own login of staff."""
        return profiles.own(self.database, request)

    @command(staff_schemas.StaffPassword, roles=STAFF_ROLES)
    def change_staff_password(self, arguments: Answer, request: Request) -> Answer:
        """Choose another password."""
        return profiles.change_password(self.database, self.passwords, arguments, request)

    @query(roles=SEE_STAFF)
    def members(self, arguments: Answer, request: Request) -> Answer:
        """All logins of staff."""
        return members.listed(self.database)

    @query(staff_schemas.WhichMember, roles=SEE_STAFF)
    def member(self, arguments: Answer, request: Request) -> Answer:
        """One login of staff with its history."""
        return members.one(self.database, arguments["login_name"])

    @query(roles=SEE_STAFF)
    def offices(self, arguments: Answer, request: Request) -> Answer:
        """The departments and how many logins each has."""
        return members.offices(self.database)

    @query(roles=SEE_STAFF)
    def permissions(self, arguments: Answer, request: Request) -> Answer:
        """The table of roles and permissions."""
        return members.roles()

    @command(staff_schemas.Member, roles=MANAGE_STAFF)
    def add_member(self, arguments: Answer, request: Request) -> Answer:
        """Make a login of staff."""
        return members.add(self.database, self.passwords, arguments, request)

    @command(staff_schemas.Member, roles=MANAGE_STAFF)
    def change_member(self, arguments: Answer, request: Request) -> Answer:
        """Give a login another name, role or office."""
        answer: Answer = self.database.once(request, members.change, arguments)
        return answer

    @command(staff_schemas.WhichMember, roles=MANAGE_STAFF)
    def disable_member(self, arguments: Answer, request: Request) -> Answer:
        """Let nobody in by a login any more."""
        answer: Answer = self.database.once(request, members.disable, arguments)
        return answer

    @command(staff_schemas.WhichMember, roles=MANAGE_STAFF)
    def reset_member(self, arguments: Answer, request: Request) -> Answer:
        """Let a login begin anew: initial password, no second factor."""
        return members.begin_anew(self.database, self.passwords, arguments, request)

    @command(staff_schemas.LookWish, roles=LOOK_UP_PEOPLE)
    def look_up(self, arguments: Answer, request: Request) -> Answer:
        """Look a person up, on record."""
        return looks.look_up(self.database, arguments, request)

    @query(staff_schemas.WhichLook, roles=LOOK_UP_PEOPLE)
    def look(self, arguments: Answer, request: Request) -> Answer:
        """One of the own looks once more."""
        return looks.seen_again(self.database, request, arguments["look"])

    @query(staff_schemas.LooksWish, roles=SEE_LOOKS)
    def looks(self, arguments: Answer, request: Request) -> Answer:
        """Who of the staff looked whom up."""
        return looks.listed(self.database, arguments)

    @query(staff_schemas.Part)
    def looks_at_me(self, arguments: Answer, request: Request) -> Answer:
        """Who of the staff looked the asker up."""
        return looks.at_own_file(self.database, arguments, request)

    @command(staff_schemas.OpeningAtCounter, roles=OPEN_AT_COUNTER)
    def open_at_counter(self, arguments: Answer, request: Request) -> Answer:
        """Open the professional edition at the counter."""
        return counter.open_at_counter(self.database, arguments, request)

    @query(staff_schemas.Part, roles=SEE_OPENINGS)
    def counter_openings(self, arguments: Answer, request: Request) -> Answer:
        """What was opened at the counter."""
        return counter.listed(self.database, arguments, request)

    @command(staff_schemas.OpeningCheck, roles=CHECK_OPENINGS)
    def check_opening_at_counter(self, arguments: Answer, request: Request) -> Answer:
        """Check another's opening."""
        answer: Answer = self.database.once(request, counter.check, arguments)
        return answer

    @command(staff_schemas.Lifting, roles=LIFT_SUSPENSIONS)
    def lift_suspension(self, arguments: Answer, request: Request) -> Answer:
        """Open an edition again whose opening has been corrected."""
        answer: Answer = self.database.once(request, suspensions.lift, arguments)
        return answer

    @command(staff_schemas.ChangeAtCounter, roles=ENTER_COUNTER_CHANGES)
    def enter_counter_change(self, arguments: Answer, request: Request) -> Answer:
        """Enter a password reset or a change of phone at the counter."""
        return counter_changes.enter(self.database, arguments, request)

    @query(staff_schemas.Part, roles=SEE_COUNTER_CHANGES)
    def counter_changes(self, arguments: Answer, request: Request) -> Answer:
        """What was entered at the counter, and what became of it."""
        return counter_changes.listed(self.database, arguments, request)

    @command(staff_schemas.ChangeCheck, roles=CHECK_COUNTER_CHANGES)
    def check_counter_change(self, arguments: Answer, request: Request) -> Answer:
        """Compare another's entry with the paper; right lets it take effect."""
        return counter_changes.check(self.database, arguments, request)
