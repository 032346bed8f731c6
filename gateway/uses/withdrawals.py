"""Withdrawals: reasons, codes, registration, payment and what became of it."""

import re

from gateway.amounts import fen_of
from gateway.calls import SERVICES, Command, Shape
from gateway.uses.desk import Desk
from gateway.visitor import Visitor
from services.common.errors import NotFound
from services.common.request import digest_of

WITHDRAWAL = "withdrawal"


class WithdrawalUses(Desk):
    """Uses around withdrawal bills; nothing here knows one reason from another."""

    def reasons(self, visitor: Visitor) -> Shape:
        """The catalogue of withdrawal reasons (W-03, W-06 to W-21): {items: [{code, title, …}]}."""
        return self._ask(visitor, "withdrawal", "reasons")

    def reason(self, visitor: Visitor, code: str) -> Shape:
        """One reason with what holds for this person today.

        The catalogue entry {code, title, fields, documents, closes_account, …} and the assessment {allowed,
        ceiling: str|None, because, refusals: [{code, sentence, rule, figures, passes_on}]}.
        """
        return self._ask(visitor, "withdrawal", "assess", reason=code)

    def cautions(self, visitor: Visitor) -> Shape:
        """The lowered limit after a change of phone or card: {hours, limit, active: {…, sentence}|None}."""
        return self._ask(visitor, "withdrawal", "cautions")

    def issue_withdrawal_code(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """Send the SMS code of one registration (N-08), good only for this reason and amount.

        body: {reason, amount?: "8400.00"}. Returns {sent: true, expires_at, next_at}.
        """
        arguments = _code_for(body) | {"address": visitor.address}
        return self._order(
            visitor, Command(service="notify", method="issue_code", key=key, arguments=arguments, same=body)
        )

    def register_withdrawal(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """Register a withdrawal (W-05, W-20, W-22 to W-24); no staff reviews it (V-17).

        body: {reason, amount?: "8400.00", settlement?, details: {}, documents: [{code, version}], code}.
        Returns the bill as `withdrawal`.
        """
        amount_fen = _amount_fen(body)
        checked = self._prove_code(visitor, key, _code_for(body) | {"code": body["code"]}, body)
        passed_on = {name: body[name] for name in _PASSED_ON if body.get(name) is not None}
        arguments = passed_on | {"receipt": checked["receipt"]}
        if amount_fen is not None:
            arguments["amount_fen"] = amount_fen
        return self._order(
            visitor,
            Command(service="withdrawal", method="register", key=key, arguments=arguments, same=body),
        )

    def withdrawals(self, visitor: Visitor, window: Shape) -> Shape:
        """Own withdrawals, newest first (W-01); empty dates mean all of them (W-02).

        window: {from_on?, to_on?, cursor?, limit?}. Returns {items: [bill, no timeline], next_cursor}.
        """
        return self._listed(visitor, "withdrawal", "withdrawals", window)

    def withdrawal(self, visitor: Visitor, number: str) -> Shape:
        """One own bill with its timeline and `actions` open to the citizen; NotFound for another's."""
        return self._ask(visitor, "withdrawal", "withdrawal", **_bill(number))

    def pay(self, visitor: Visitor, key: str, number: str) -> Shape:
        """申请支付: ask the bank to pay a registered or cancelled bill (W-25). Returns as `withdrawal`."""
        return self._drive(visitor, key, "pay", number)

    def check(self, visitor: Visitor, key: str, number: str) -> Shape:
        """支付检查: ask the bank what became of a payment and drive it on (W-27). Returns as `withdrawal`."""
        return self._drive(visitor, key, "check", number)

    def cancel_settlement(self, visitor: Visitor, key: str, number: str) -> Shape:
        """取消结算: release the hold of a failed or never sent payment (W-28). Returns as `withdrawal`."""
        return self._drive(visitor, key, "cancel_settlement", number)

    def delete(self, visitor: Visitor, key: str, number: str) -> Shape:
        """删除: only after 取消结算 (W-29). Returns as `withdrawal`."""
        return self._drive(visitor, key, "delete", number)

    def operation(self, visitor: Visitor, op_id: str) -> Shape:
        """Own operation: {op_id, state: "done"|"absent", answer: {...}|None}; NotFound for another's.

        Nobody in particular learns the state alone: `answer` is None.
        """
        service = op_id.partition("-")[0]
        if service not in SERVICES:
            raise NotFound("operation_unknown", "没有查到该笔操作。")
        return {"op_id": op_id} | self._ask(visitor, service, "operation", op_id=op_id)

    def _drive(self, visitor: Visitor, key: str, action: str, number: str) -> Shape:
        wanted = _bill(number)
        return self._order(visitor, Command(service="withdrawal", method=action, key=key, arguments=wanted))


_BILL_NUMBER = re.compile(r"W[0-9]{14,20}")
_PASSED_ON = ("reason", "settlement", "details", "documents")


def _bill(number: str) -> Shape:
    """The bill of an address; what no bill is called does not exist."""
    if not _BILL_NUMBER.fullmatch(number):
        raise NotFound("bill_unknown", "没有查到这笔提取单据。")
    return {"number": number}


def _amount_fen(body: Shape) -> int | None:
    amount = body.get("amount")
    return None if amount is None else fen_of(amount)


def _code_for(body: Shape) -> Shape:
    """What a code is for: this reason and amount; withdrawal computes the same digest itself."""
    return {
        "purpose": WITHDRAWAL,
        "digest": digest_of({"reason": body["reason"], "amount_fen": _amount_fen(body)}),
    }
