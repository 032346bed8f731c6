"""A hall without services: fixed answers in the shapes of `gateway.hall.Hall`, and refusals on request."""

from typing import Any

from tests.unit.gateway.pages.contribution_double import ContributionDouble
from tests.unit.gateway.pages.double import Shape
from tests.unit.gateway.pages.freelancer_double import FreelancerDouble
from tests.unit.gateway.pages.fund_double import FundDouble
from tests.unit.gateway.pages.identity_double import IdentityDouble
from tests.unit.gateway.pages.message_double import MessageDouble
from tests.unit.gateway.pages.own_double import OwnDouble
from tests.unit.gateway.pages.paper_double import PaperDouble
from tests.unit.gateway.pages.running_double import RunningDouble
from tests.unit.gateway.pages.staff_double import StaffDouble
from tests.unit.gateway.pages.statement_double import StatementDouble
from tests.unit.gateway.pages.transfer_double import TransferDouble
from tests.unit.gateway.pages.withdrawal_double import WithdrawalDouble


class HallDouble(
    OwnDouble,
    FreelancerDouble,
    TransferDouble,
    StatementDouble,
    PaperDouble,
    StaffDouble,
    WithdrawalDouble,
    ContributionDouble,
    IdentityDouble,
    FundDouble,
    MessageDouble,
    RunningDouble,
):
    """Answers every use, by its parts; the ones here look at several of them."""

    def __init__(self) -> None:
        super().__init__()
        self.account_refusal: str | None = None
        self.operation_state, self.operation_method = "absent", "register"
        self.operation_answer: Shape = {"number": "W20261122000001"}

    def home(self, visitor: Any) -> Shape:
        def unless(service: str, answer: Any, absent: Any) -> Any:
            return absent if service in self.missing else answer

        def waiting_for(whom: str, bills: list[Shape]) -> list[Shape]:
            return [bill for bill in bills if bill["waits_for"] == whom]

        home = {
            "account": unless("deposit", self.account_shown, None),
            "account_refusal": self.account_refusal,
            "card": unless("deposit", self.card(visitor), None),
            "waiting": unless("withdrawal", waiting_for("owner", self.bills)[:3], []),
            "withdrawals_under_way": unless("withdrawal", waiting_for("hall", self.bills)[:3], []),
            "contributing": unless("deposit", waiting_for("owner", self.contributed)[:1], []),
            "contributions_under_way": unless("deposit", waiting_for("hall", self.contributed)[:1], []),
            "contribution_due": unless("deposit", self.contribution_due, None),
            "messages": unless("notify", self.messages(visitor)["items"], []),
            "contracts": [],
            "movements": unless("deposit", self.ledger_lines(visitor, {})["items"][:3], []),
            "caution": self.active_caution,
            "missing": self.missing,
        }
        return self._use("home", None, home)

    def operation(self, visitor: Any, op_id: str) -> Shape:
        done = self.operation_state == "done"
        answer = {"method": self.operation_method, "answer": self.operation_answer} if done else {}
        return self._use("operation", op_id, {"op_id": op_id, "state": self.operation_state} | answer)
