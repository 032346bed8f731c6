"""Loan's face on the bus. Decides nothing."""

from typing import Any

from services.common.face import CommonFace
from services.common.request import Request
from services.common.rpc import query
from services.loan import schemas, usecases


class LoanService(CommonFace):
    """Fund loan contracts and what has been repaid on them."""

    name = "loan"

    @query(schemas.EvidenceQuestion, callers=("withdrawal",), roles=None)
    def evidence(self, arguments: dict[str, Any], request: Request) -> dict[str, Any]:
        """The evidence for a loan withdrawal of one person; asked by withdrawal only."""
        with self.database.read() as session:
            return usecases.evidence(session, arguments["fund_number"], arguments["since"])

    @query()
    def contracts(self, arguments: dict[str, Any], request: Request) -> dict[str, Any]:
        """The subject's own contracts."""
        with self.database.read() as session:
            return usecases.contracts(session, request.person.id)


SERVICE = LoanService
