"""The home page, one's own fund account, its ledger, and the card that receives withdrawals."""

from gateway.calls import Command, Parts, Query, Shape
from gateway.uses.desk import Desk
from gateway.visitor import Visitor

_HOME = {
    "account": Query(service="deposit", method="profile"),
    "card": Query(service="deposit", method="card"),
    "movements": Query(service="deposit", method="ledger_lines", arguments={"limit": 3}),
    "withdrawals": Query(service="withdrawal", method="withdrawals", arguments={"limit": 20}),
    "cautions": Query(service="withdrawal", method="cautions"),
    "contributing": Query(service="deposit", method="contribution_tasks"),
    "messages": Query(service="notify", method="messages"),
    "contracts": Query(service="loan", method="contracts"),
}
_MESSAGES_ON_HOME = 5


class FundUses(Desk):
    """Uses around the account, asked of deposit; home asks everybody at once."""

    def home(self, visitor: Visitor) -> Shape:
        """All that the home page shows, asked of every service at once (G-02, W-25).

        Returns {account: as `account`|None, account_refusal: the sentence why it cannot be shown now|None,
        card: as `card`|None, movements: [the 3 newest ledger lines],
        waiting: [own bills that wait for their owner], contributing: [the same of contribution bills],
        withdrawals_under_way: [own bills that go on by themselves], contributions_under_way: [the same],
        contribution_due: {months: ["2026-11"], amount} of a freelancer who owes them|None,
        caution: the lowered limit in force|None, messages: [the 5 newest], contracts: [loan contract...],
        missing: [service...]}: a part whose service did not answer is None or [] and named in `missing`.
        """
        return _home(self._calls.gather(visitor, _HOME))

    def account(self, visitor: Visitor) -> Shape:
        """Own fund profile (D-01): the answer of deposit.profile with amounts in yuan."""
        return self._ask(visitor, "deposit", "profile")

    def contributions(self, visitor: Visitor, window: Shape) -> Shape:
        """Own contributions (D-02); empty dates mean the last year up to today (D-03).

        window: {from_on?, to_on?, cursor?, limit?}. Returns {items, from_on, to_on, next_cursor: str|None}.
        """
        return self._listed(visitor, "deposit", "contributions", window)

    def ledger_lines(self, visitor: Visitor, window: Shape) -> Shape:
        """Own fund ledger (公积金明细账, D-11), newest first; window and page as `contributions`."""
        return self._listed(visitor, "deposit", "ledger_lines", window)

    def card(self, visitor: Visitor) -> Shape:
        """The bound debit card (W-33), masked, and the choice of banks."""
        return self._ask(visitor, "deposit", "card")

    def bind_card(self, visitor: Visitor, key: str, body: Shape) -> Shape:
        """Bind or change the one card (W-30 to W-35, W-102). body: {bank_code, card_number}; as `card`."""
        return self._order(visitor, Command(service="deposit", method="bind_card", key=key, arguments=body))

    def messages(self, visitor: Visitor, window: Shape | None = None) -> Shape:
        """Own messages without any code, newest first; window: {cursor?, limit?}; {items, next_cursor}."""
        return self._listed(visitor, "notify", "messages", window or {})


def _home(parts: Parts) -> Shape:
    answers = parts.answers
    return {
        "account": answers.get("account"),
        "account_refusal": parts.refused.get("account"),
        "card": answers.get("card"),
        "movements": _items(answers, "movements"),
        "waiting": _waiting_for("owner", answers, "withdrawals"),
        "withdrawals_under_way": _waiting_for("hall", answers, "withdrawals"),
        "caution": answers.get("cautions", {}).get("active"),
        "contributing": _waiting_for("owner", answers, "contributing"),
        "contributions_under_way": _waiting_for("hall", answers, "contributing"),
        "contribution_due": answers.get("contributing", {}).get("due"),
        "messages": _items(answers, "messages")[:_MESSAGES_ON_HOME],
        "contracts": _items(answers, "contracts"),
        "missing": parts.missing,
    }


def _waiting_for(whom: str, answers: dict[str, Shape], name: str) -> list[Shape]:
    """Whom a bill waits for, its service says: buttons alone do not tell."""
    return [bill for bill in _items(answers, name) if bill.get("waits_for") == whom]


def _items(answers: dict[str, Shape], name: str) -> list[Shape]:
    items: list[Shape] = answers.get(name, {}).get("items", [])
    return items
