"""短信定制: what one is told of by SMS, and on which phone (manual 10.2)."""

import re

from gateway.calls import Command, Shape
from gateway.uses.desk import Desk
from gateway.visitor import Visitor
from services.common.errors import NotFound

_CHANGE_NUMBER = re.compile(r"D[0-9]{9,30}")


class SubscriptionUses(Desk):
    """Uses around one's own subscription; notify decides what is offered and where a code goes."""

    def subscription(self, visitor: Visitor) -> Shape:
        """One's own subscription (N-01, N-03).

        Returns {version, items: [{code, title, note, fixed, chosen}], receiver: "verified"|"kept",
        phone_masked|None, verified_masked|None, changed_at|None, changes: [as `subscription_change`]}.
        """
        return self._ask(visitor, "notify", "subscription")

    def subscription_change(self, visitor: Visitor, number: str) -> Shape:
        """One of one's own savings: {number, at, added, removed, chosen, phone_masked, phone_changed}."""
        if not _CHANGE_NUMBER.fullmatch(number):
            raise NotFound("change_unknown", "没有查到这次短信定制。")
        return self._ask(visitor, "notify", "subscription_change", number=number)

    def issue_subscription_code(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """Send the code for one saving (N-16), to the new receiving phone when there is one.

        body: {items: [code], receiver: "verified"|"kept"|"other", phone?, version}.
        Returns {sent: true, sent_to: masked, expires_at, next_at}.
        """
        arguments = body | {"address": visitor.address}
        return self._order(
            visitor,
            Command(
                service="notify", method="issue_subscription_code", key=key, arguments=arguments, same=body
            ),
        )

    def subscribe(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """Save items and receiving phone (N-02, N-04). body: as for the code, and code. The saving."""
        return self._order(visitor, Command(service="notify", method="subscribe", key=key, arguments=body))
