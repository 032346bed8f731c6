"""The hall: one method per use; pages and API are two thin adapters over this class.

Every method takes the `Visitor` first; a write takes the client's idempotency key second. All return plain dicts with
money as yuan strings ("8400.00", never fen), days as "2026-11-22", times as ISO 8601, or raise:

- `Refusal` (services.common.errors): an expected no, with `status`, `code`, `sentence` (Chinese, for people), `pointer`,
  `rule`, `figures`, `passes_on`, `retry_after_s`. After a refusal a form needs a NEW key only if its body changes;
  the same key with another body is refused with code `key_reused`.
- `Outstanding` (gateway.calls): a write whose deadline passed. It is unknown, not failed: `.op_id` names the operation
  that `operation()` looks up later. The API answers 202; a page shows "being handled" with a link to look again.
- `Missing` (gateway.calls): a query that its service could not answer in time; `.service` names it
  ("deposit", "withdrawal", "auth", "loan", "notify"). The API answers 503 with Retry-After; a page says what is missing.
"""

from typing import Any

from gateway.calls import Calls, Shape
from gateway.visitor import Visitor


class Hall:
    """What people can do here, whatever the adapter they come through."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    # identity

    def issue_captcha(self, visitor: Visitor, key: str) -> Shape:
        """Draw a captcha (A-11): {captcha_id, image_png (base64 of a PNG), expires_at}. Anonymous."""
        raise NotImplementedError

    def log_in(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """Open a citizen's session (A-09 to A-12).

        body: {edition: "professional"|"normal", login_name, password, captcha_id, captcha_answer}.
        Returns {token, expires_at, session_id?, name_masked?}. One refusal text whether the number exists or not.
        """
        raise NotImplementedError

    def renew(self, visitor: Visitor, key: str) -> Shape:
        """Exchange a living token for a fresh one: {token, expires_at}."""
        raise NotImplementedError

    def log_out(self, visitor: Visitor, key: str) -> Shape:
        """End the session of this very token: {}."""
        raise NotImplementedError

    def sessions(self, visitor: Visitor) -> Shape:
        """List own living sessions: {items: [{session_id, opened_at, expires_at, address, client, current}]}."""
        raise NotImplementedError

    def end_session(self, visitor: Visitor, key: str, session_id: str) -> Shape:
        """End one of one's own sessions: {}; NotFound when it is not one's own."""
        raise NotImplementedError

    def begin_first_visit(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """Start a first visit (A-10, A-13; decision 21). body: {fund_number, captcha_id, captcha_answer}.

        Returns {first_visit_id}, the same whether the number exists or not.
        """
        raise NotImplementedError

    def issue_first_visit_code(self, visitor: Visitor, key: str, first_visit_id: str) -> Shape:
        """Send the code to the registered phone: {sent: true, expires_at, next_at}, whoever asks."""
        raise NotImplementedError

    def complete_first_visit(self, visitor: Visitor, key: str, first_visit_id: str, body: Shape) -> Shape:
        """Set one's own password and be logged in. body: {code, password}. Returns as `log_in`."""
        raise NotImplementedError

    # home, account, card

    def home(self, visitor: Visitor) -> Shape:
        """All that the home page shows, asked of every service at once (G-02, W-25).

        Returns {account: as `account` | None, waiting: [bill...] (own bills with an action open to the citizen or still
        under way), messages: [..5 newest], contracts: [loan contract...], card: as `card` | None,
        missing: [service...]}: a part whose service did not answer is None or [] and its service is named in `missing`.
        """
        raise NotImplementedError

    def account(self, visitor: Visitor) -> Shape:
        """Own fund profile (D-01): the answer of deposit.profile with amounts in yuan.

        Keys: {fund_number, name_masked, id_number_masked, phone_masked, employer_name, state, state_label, balance,
        available, held, contribution_base, monthly_contribution, opened_on, sealed_on, paid_through_on …}.
        """
        raise NotImplementedError

    def contributions(self, visitor: Visitor, window: Shape) -> Shape:
        """Own contributions (D-02); empty dates mean the last year up to today (D-03).

        window: {from_on?, to_on?, cursor?, limit?}. Returns {items: [{month, amount, booked_on, …}],
        from_on, to_on, next_cursor: str|None}.
        """
        raise NotImplementedError

    def ledger_lines(self, visitor: Visitor, window: Shape) -> Shape:
        """Own fund ledger (公积金明细账, D-11), newest first; window and page as `contributions`.

        items: [{voucher, booked_on, summary, debit|credit amounts, balance}].
        """
        raise NotImplementedError

    def card(self, visitor: Visitor) -> Shape:
        """The bound debit card (W-33): {bank_code, bank_name, card_number_masked, bound_at} and the choice of banks.

        {card: {...}|None, banks: [{code, title}]}.
        """
        raise NotImplementedError

    def bind_card(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """Bind or change the one debit card (W-30 to W-35, W-102). body: {bank_code, card_number}; returns as `card`."""
        raise NotImplementedError

    # withdrawals

    def reasons(self, visitor: Visitor) -> Shape:
        """The catalogue of withdrawal reasons (W-06 to W-21): {items: [{code, title, legal_basis, …}]}."""
        raise NotImplementedError

    def reason(self, visitor: Visitor, code: str) -> Shape:
        """One reason with what holds for this person today.

        Returns the catalogue entry {code, title, legal_basis, fields: [{name, label, kind, required, choices}],
        documents: [{code, title, version, text}], asks_amount, closes_account} and the assessment {allowed, ceiling: str|None,
        because, refusals: [{code, sentence, rule, figures, passes_on}]}.
        """
        raise NotImplementedError

    def issue_withdrawal_code(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """Send the SMS code of one registration (N-08), good only for this reason and amount.

        body: {reason, amount?: "8400.00"}. Returns {sent: true, expires_at, next_at}.
        """
        raise NotImplementedError

    def register_withdrawal(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """Register a withdrawal (W-05, W-20, W-22 to W-24); no staff review (V-17).

        body: {reason, amount?: "8400.00", settlement?, details: {}, documents: [{code, version}], code}.
        Returns the bill as `withdrawal`.
        """
        raise NotImplementedError

    def withdrawals(self, visitor: Visitor, window: Shape) -> Shape:
        """Own withdrawals, newest first (W-01); empty dates mean all of them (W-02).

        window as `contributions`. items: [{number, reason, title, amount, state, label, actions: [str], registered_at}].
        """
        raise NotImplementedError

    def withdrawal(self, visitor: Visitor, number: str) -> Shape:
        """One own bill with its timeline; NotFound for another citizen's.

        {number, reason, title, amount, principal?, interest?, state, label, actions: ["pay"|"check"|"cancel_settlement"|
        "delete"], registered_at, card_masked?, timeline: [{state, label, at, remark}], version}.
        """
        raise NotImplementedError

    def pay(self, visitor: Visitor, key: str, number: str) -> Shape:
        """申请支付: ask the bank to pay a registered or cancelled bill (W-25). Returns as `withdrawal`."""
        raise NotImplementedError

    def check(self, visitor: Visitor, key: str, number: str) -> Shape:
        """支付检查: ask the bank what became of a payment and drive it on (W-27). Returns as `withdrawal`."""
        raise NotImplementedError

    def cancel_settlement(self, visitor: Visitor, key: str, number: str) -> Shape:
        """取消结算: release the hold of a failed or never sent payment (W-28). Returns as `withdrawal`."""
        raise NotImplementedError

    def delete(self, visitor: Visitor, key: str, number: str) -> Shape:
        """删除: only after 取消结算 (W-29). Returns as `withdrawal`, state "deleted"."""
        raise NotImplementedError

    # what became of it

    def operation(self, visitor: Visitor, op_id: str) -> Shape:
        """Own operation: {op_id, state: "done"|"absent", answer: {...}|None}; NotFound for another person's."""
        raise NotImplementedError

    def messages(self, visitor: Visitor) -> Shape:
        """Own SMS messages without their codes: {items: [{number, title?, text, sent_at, state}]}."""
        raise NotImplementedError

    # staff

    def staff_log_in(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """Open an operator's session. body: {login_name, password, captcha_id, captcha_answer}. Returns as `log_in`."""
        raise NotImplementedError

    def stuck_withdrawals(self, visitor: Visitor) -> Shape:
        """Operator: bills that need eyes: {items: [{number, reason, amount, state, label, since_at}]}."""
        raise NotImplementedError

    def dead_letters(self, visitor: Visitor) -> Shape:
        """Operator: given-up messages of all services: {items: [{service, number, event, failed_at, …}], missing: [service]}."""
        raise NotImplementedError

    def trial_balance(self, visitor: Visitor) -> Shape:
        """Operator: {items: [{subject, title, debit, credit}], debit, credit, balanced: bool, …} of the deposit book."""
        raise NotImplementedError
