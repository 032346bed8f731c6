"""The part of the deposit service's bus face that has to do with statements."""

from typing import Any

from services.common.face import FORGET_EVERY_S
from services.common.request import Request
from services.common.rpc import command, query
from services.common.timers import every
from services.deposit.statements import schemas, usecases

Arguments = dict[str, Any]


class StatementFace:
    """Account statements (账户对账单)."""

    database: Any

    @command(schemas.StatementWanted)
    def make_statement(self, arguments: Arguments, request: Request) -> Any:
        """A new statement over some days."""
        return usecases.make(self, arguments, request)

    @query(schemas.StatementPage)
    def statements(self, arguments: Arguments, request: Request) -> Any:
        """Own statements."""
        return usecases.own(self, arguments, request)

    @query(schemas.StatementNamed)
    def statement(self, arguments: Arguments, request: Request) -> Any:
        """One own statement, line for line."""
        return usecases.one(self, arguments, request)

    @every(FORGET_EVERY_S, lock="deposit.statement_wishes")
    def forget_statement_wishes(self, request: Request) -> None:
        """Drop what no limit needs."""
        usecases.forget_wishes(self)
