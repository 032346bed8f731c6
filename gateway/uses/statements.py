"""Account statements, and the account year by year."""

import re

from gateway.calls import Command, Shape
from gateway.uses.desk import Desk
from gateway.visitor import Visitor
from services.common.errors import NotFound

_NUMBER = re.compile(r"A[0-9]{14,20}")


class StatementUses(Desk):
    """Uses around statements, asked of deposit."""

    def make_statement(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """A new statement. body: {from_on?, to_on?}; empty days mean the last year up to today.

        Returns {number, code, from_on, to_on, made_at}.
        """
        return self._order(
            visitor, Command(service="deposit", method="make_statement", key=key, arguments=body)
        )

    def statements(self, visitor: Visitor, window: Shape) -> Shape:
        """Own statements, newest first; window: {cursor?, limit?}; {items, next_cursor}."""
        return self._listed(visitor, "deposit", "statements", window)

    def statement(self, visitor: Visitor, number: str) -> Shape:
        """One own statement as it was made: holder, sums, `lines`, code; NotFound for another's."""
        if not _NUMBER.fullmatch(number):
            raise NotFound("no_such_statement", "没有查到该对账单。")
        return self._ask(visitor, "deposit", "statement", number=number)

    def years(self, visitor: Visitor) -> Shape:
        """The account year by year: {items: [{year, contributed, interest, other, withdrawn, balance}]}."""
        return self._ask(visitor, "deposit", "years")
