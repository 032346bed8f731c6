"""Inbound transfers (异地转入): the form, the own list, one transfer, taking it back."""

import re

from gateway.calls import Command, Shape
from gateway.uses.desk import Desk
from gateway.visitor import Visitor
from services.common.errors import NotFound

_NUMBER = re.compile(r"T[0-9]{14,20}")


class TransferUses(Desk):
    """Uses around inbound transfers, asked of deposit."""

    def transfer_form(self, visitor: Visitor) -> Shape:
        """The centres to choose from and what stands against an application today (D-24).

        Returns {centres: [{code, title, group}], refusals: [{sentence, rule, figures, passes_on}]}.
        """
        return self._ask(visitor, "deposit", "transfer_form")

    def register_transfer(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """登记 (D-23). body: {centre, employer_name, account_number}. Returns as `transfer`."""
        return self._order(
            visitor, Command(service="deposit", method="register_transfer", key=key, arguments=body)
        )

    def transfers(self, visitor: Visitor, window: Shape) -> Shape:
        """Own transfers, newest first (D-25); empty dates mean all. {items, next_cursor}."""
        return self._listed(visitor, "deposit", "transfers", window)

    def transfer(self, visitor: Visitor, number: str) -> Shape:
        """One own transfer with its timeline and `actions`; NotFound for another's."""
        return self._ask(visitor, "deposit", "transfer", **_named(number))

    def revoke_transfer(self, visitor: Visitor, key: str, number: str) -> Shape:
        """申请撤销 (D-26): while registered or in 01. Returns as `transfer`."""
        wanted = _named(number)
        return self._order(
            visitor, Command(service="deposit", method="revoke_transfer", key=key, arguments=wanted)
        )


def _named(number: str) -> Shape:
    """The transfer of an address; what no transfer is called does not exist."""
    if not _NUMBER.fullmatch(number):
        raise NotFound("no_such_transfer", "没有查到该笔异地转入。")
    return {"number": number}
