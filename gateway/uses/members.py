"""Logins of staff: the first visit, the own one, and all of them as an administrator keeps them."""

from gateway.calls import Command, Shape
from gateway.uses.desk import Desk
from gateway.visitor import Visitor


class MemberUses(Desk):
    """Uses of staff that auth answers; auth checks role and permission."""

    def staff_setup(self, visitor: Visitor) -> Shape:
        """First login of staff: {login_name, name, secret, address, password_hint, expires_at}."""
        return self._ask(visitor, "auth", "staff_setup")

    def complete_staff_setup(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """Set own password and second factor. body: {code, password}. Returns as `staff_log_in`."""
        here = body | {"address": visitor.address, "client": visitor.client}
        command = Command(service="auth", method="complete_staff_setup", key=key, arguments=here, same=body)
        return self._order(visitor, command)

    def staff_profile(self, visitor: Visitor) -> Shape:
        """The own login, its history, and what its role may do."""
        return self._ask(visitor, "auth", "staff_profile")

    def change_staff_password(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """body: {password, new_password, code}; ends the other sessions."""
        return self._on_staff(visitor, "change_staff_password", key, body)

    def members(self, visitor: Visitor) -> Shape:
        """All logins: {items}."""
        return self._ask(visitor, "auth", "members")

    def member(self, visitor: Visitor, login_name: str) -> Shape:
        """One login with its history and what may be done with it."""
        return self._ask(visitor, "auth", "member", login_name=login_name)

    def offices(self, visitor: Visitor) -> Shape:
        """The departments with how many logins each has: {items}."""
        return self._ask(visitor, "auth", "offices")

    def permissions(self, visitor: Visitor) -> Shape:
        """The table of roles and permissions: {roles, permissions}."""
        return self._ask(visitor, "auth", "permissions")

    def add_member(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """body: {login_name, name, role, office}. Returns the login with its initial password."""
        return self._on_staff(visitor, "add_member", key, body)

    def change_member(self, visitor: Visitor, key: str, login_name: str, body: Shape) -> Shape:
        """body: {name, role, office}; ends what is open."""
        return self._on_staff(visitor, "change_member", key, body | {"login_name": login_name})

    def disable_member(self, visitor: Visitor, key: str, login_name: str) -> Shape:
        """Let nobody in by this login any more."""
        return self._on_staff(visitor, "disable_member", key, {"login_name": login_name})

    def reset_member(self, visitor: Visitor, key: str, login_name: str) -> Shape:
        """A new initial password, no second factor; enables a disabled login."""
        return self._on_staff(visitor, "reset_member", key, {"login_name": login_name})

    def _on_staff(self, visitor: Visitor, method: str, key: str, arguments: Shape) -> Shape:
        return self._order(visitor, Command(service="auth", method=method, key=key, arguments=arguments))
