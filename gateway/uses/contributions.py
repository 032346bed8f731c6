"""自由职业者缴存: what is due, bills, their settlement by card or payment code, and what became of it."""

import re

from gateway.amounts import fen_of
from gateway.calls import Command, Shape
from gateway.uses.desk import Desk
from gateway.visitor import Visitor
from services.common.errors import NotFound

_BILL_NUMBER = re.compile(r"C[0-9]{14,16}")


class ContributionUses(Desk):
    """Uses around contribution bills, asked of deposit."""

    def contribution_proposal(self, visitor: Visitor) -> Shape:
        """What the next bill would be for (D-05, D-06).

        Returns {months: ["2026-11"], amount, lines: [{month, kind_label, amount, …}], card: as `card`|None,
        agreement: {code, version, title, text, digest}|None once signed, refusal: {code, sentence, …}|None}.
        """
        return self._ask(visitor, "deposit", "contribution_proposal")

    def register_contribution(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """保存 (D-06 to D-08). body: {months, amount} as the proposal showed them. As `contribution`."""
        wanted = {"months": body["months"], "amount_fen": fen_of(body["amount"])}
        return self._contribute(visitor, key, "register_contribution", wanted)

    def contribution_bills(self, visitor: Visitor, window: Shape) -> Shape:
        """Own bills, newest first (D-08): {items: [bill, no timeline], next_cursor}."""
        return self._listed(visitor, "deposit", "contribution_bills", window)

    def contribution(self, visitor: Visitor, number: str) -> Shape:
        """One own bill with its timeline, `actions`, and `payment_code` {url, expires_at} to be scanned."""
        return self._ask(visitor, "deposit", "contribution_bill", **_bill(number))

    def settle_by_card(self, visitor: Visitor, key: str, number: str, consent: Shape | None = None) -> Shape:
        """联名卡结算 (D-09, D-10). consent: {code, version, digest} of the agreement, at the first use."""
        said = _bill(number) | ({"consent": consent} if consent else {})
        command = Command(
            service="deposit",
            method="settle_contribution_by_card",
            key=key,
            arguments=said | {"address": visitor.address},
            same=said,
        )
        return self._order(visitor, command)

    def cancel_card_settlement(self, visitor: Visitor, key: str, number: str) -> Shape:
        """联名卡结算取消: the money goes back, until it is booked (D-12)."""
        return self._contribute(visitor, key, "cancel_contribution_by_card", _bill(number))

    def settle_by_code(self, visitor: Visitor, key: str, number: str) -> Shape:
        """聚合支付: a payment code for the bill (D-14 to D-16)."""
        return self._contribute(visitor, key, "settle_contribution_by_code", _bill(number))

    def cancel_payment_code(self, visitor: Visitor, key: str, number: str) -> Shape:
        """聚合支付取消: the code is closed, unless it was paid already (D-19)."""
        return self._contribute(visitor, key, "cancel_contribution_by_code", _bill(number))

    def check_contribution(self, visitor: Visitor, key: str, number: str) -> Shape:
        """支付检查: ask the bank at once what became of the debit or the code."""
        return self._contribute(visitor, key, "check_contribution", _bill(number))

    def delete_contribution(self, visitor: Visitor, key: str, number: str) -> Shape:
        """删除: a bill that is not settled, or no longer (D-13, D-21)."""
        return self._contribute(visitor, key, "delete_contribution", _bill(number))

    def stuck_contributions(self, visitor: Visitor) -> Shape:
        """contribution bills and refunds that need eyes: {items: [...]}."""
        return self._ask(visitor, "deposit", "stuck_contributions")

    def retry_refund(self, visitor: Visitor, key: str, number: str, body: Shape) -> Shape:
        """Supervisor: have a refund that the bank refused tried again. body: {reason}."""
        return self._contribute(visitor, key, "retry_refund", body | {"number": number})

    def _contribute(self, visitor: Visitor, key: str, method: str, arguments: Shape) -> Shape:
        command = Command(service="deposit", method=method, key=key, arguments=arguments)
        return self._order(visitor, command)


def _bill(number: str) -> Shape:
    """The bill of an address; what no bill is called does not exist."""
    if not _BILL_NUMBER.fullmatch(number):
        raise NotFound("bill_unknown", "没有查到这笔缴存单据。")
    return {"number": number}
