"""Baseline: the service that knows who is logged in."""

from datetime import UTC, datetime
from typing import Any

from nameko.rpc import rpc

from bench.baseline.rows import DatabaseSession, LoginSession


class AuthService:
    """Sessions."""

    name = "auth"

    database = DatabaseSession()

    @rpc  # type: ignore[untyped-decorator]
    def verify(self, token: str) -> dict[str, Any] | None:
        """Whose token it is, or None."""
        row = self.database.get(LoginSession, token)
        if row is None or row.expires_at < datetime.now(UTC):
            return None
        return {"fund_number": row.fund_number, "expires_at": row.expires_at.isoformat()}
