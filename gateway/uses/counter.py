"""The counter: people looked up on record, editions opened (A-24), passwords and phones changed; checks."""

from gateway.calls import Command, Shape
from gateway.uses.desk import Desk
from gateway.visitor import Visitor


class CounterUses(Desk):
    """Uses of clerks, reviewers and who watches them; auth checks role and permission."""

    def look_up(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """body: {number, purpose}. Returns {look, purpose, purpose_title, at, person|None}, masked.

        The kept answer of a key does not have the person: a repeat is shown the look while it is fresh.
        """
        seen = self._at_counter(visitor, "look_up", key, body)
        return seen if "person" in seen else self.look(visitor, seen["look"])

    def look(self, visitor: Visitor, number: str) -> Shape:
        """One of the own looks once more, as long as it is fresh."""
        return self._ask(visitor, "auth", "look", look=number)

    def looks(self, visitor: Visitor, window: Shape) -> Shape:
        """Who of the staff looked whom up: {items, next_cursor}.

        Beside the days: `login_name` of who looked, `fund_number` of who was looked at.
        """
        return self._listed(visitor, "auth", "looks", window)

    def looks_at_me(self, visitor: Visitor, window: Shape) -> Shape:
        """Citizen: who of the staff looked at the own file: {items, next_cursor}."""
        return self._listed(visitor, "auth", "looks_at_me", window)

    def open_at_counter(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """body: {look, name, id_number, paper_number, consent}. Returns the opening."""
        return self._at_counter(visitor, "open_at_counter", key, body)

    def counter_openings(self, visitor: Visitor, window: Shape) -> Shape:
        """Openings at the counter, an office's own for its people: {items, next_cursor}."""
        return self._listed(visitor, "auth", "counter_openings", window)

    def check_counter_opening(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """body: {number, right, remark}. Returns the opening with its check."""
        return self._at_counter(visitor, "check_opening_at_counter", key, body)

    def lift_suspension(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """body: {number, correction}. Opens an edition again that was found wrongly opened."""
        return self._at_counter(visitor, "lift_suspension", key, body)

    def enter_counter_change(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """body: {look, name, id_number, paper_number, new_phone}. Returns the change, not yet in effect."""
        return self._at_counter(visitor, "enter_counter_change", key, body)

    def counter_changes(self, visitor: Visitor, window: Shape) -> Shape:
        """Password resets and changes of phone at the counter: {items, next_cursor}."""
        return self._listed(visitor, "auth", "counter_changes", window)

    def check_counter_change(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """body: {number, right, remark, new_phone}. Returns the change; right lets it take effect."""
        return self._at_counter(visitor, "check_counter_change", key, body)

    def _at_counter(self, visitor: Visitor, method: str, key: str, arguments: Shape) -> Shape:
        return self._order(visitor, Command(service="auth", method=method, key=key, arguments=arguments))
