"""Baseline: the service that keeps the accounts."""

from typing import Any

from nameko.rpc import rpc

from bench.baseline.rows import Account, DatabaseSession


class AccountsService:
    """Accounts."""

    name = "accounts"

    database = DatabaseSession()

    @rpc  # type: ignore[untyped-decorator]
    def account(self, fund_number: str) -> dict[str, Any] | None:
        """One account, or None."""
        row = self.database.get(Account, fund_number)
        if row is None:
            return None
        return {
            "fund_number": row.fund_number,
            "holder_name": row.holder_name,
            "state": row.state,
            "balance_fen": row.balance_fen,
            "held_fen": row.held_fen,
            "monthly_fen": row.monthly_fen,
            "employer_name": row.employer_name,
            "opened_on": row.opened_on.isoformat(),
            "last_contribution_on": row.last_contribution_on.isoformat(),
        }
