"""The bus face of contribution bills, a part of the deposit service's."""

import os
from typing import Any

from services.common.bank import BankAccess
from services.common.callbacks import Callback, genuine
from services.common.permissions import RETRY_REFUNDS, SEE_RUNNING
from services.common.request import Request
from services.common.rpc import command, query
from services.common.timers import every
from services.deposit.contribution import booking, callbacks, refunds, schemas, usecases
from services.deposit.contribution.adapters import Bank

Arguments = dict[str, Any]

SWEEP_EVERY_S = 1
# At least every minute, so that ten minutes are kept with room to spare (manual 6.1.3).
BOOK_EVERY_S = 10


class ContributionFace:
    """自由职业者缴存: bills, their settlement by card or code, their booking."""

    database: Any
    bank: Any = BankAccess(Bank)

    @query()
    def contribution_proposal(self, arguments: Arguments, request: Request) -> Any:
        """What the next bill would be for (D-05, D-06)."""
        return usecases.proposal(self, arguments, request)

    @query(schemas.Range)
    def contribution_bills(self, arguments: Arguments, request: Request) -> Any:
        """Own bills (D-04, D-08)."""
        return usecases.bills(self, arguments, request)

    @query()
    def contribution_tasks(self, _: Arguments, request: Request) -> Any:
        """What waits for the person on the home page (W-25)."""
        return usecases.tasks(self, request)

    @query(schemas.BillNamed)
    def contribution_bill(self, arguments: Arguments, request: Request) -> Any:
        """One own bill with its timeline."""
        return usecases.bill(self, arguments, request)

    @command(schemas.BillWanted)
    def register_contribution(self, arguments: Arguments, request: Request) -> Any:
        """保存 (D-06 to D-08)."""
        return usecases.register(self, arguments, request)

    @command(schemas.CardSettlement)
    def settle_contribution_by_card(self, arguments: Arguments, request: Request) -> Any:
        """联名卡结算 (D-09, D-10)."""
        return usecases.settle_by_card(self, arguments, request)

    @command(schemas.BillNamed)
    def settle_contribution_by_code(self, arguments: Arguments, request: Request) -> Any:
        """聚合支付 (D-14 to D-16)."""
        return usecases.settle_by_code(self, arguments, request)

    @command(schemas.BillNamed)
    def cancel_contribution_by_card(self, arguments: Arguments, request: Request) -> Any:
        """联名卡结算取消 (D-12)."""
        return usecases.cancel_card(self, arguments, request)

    @command(schemas.BillNamed)
    def cancel_contribution_by_code(self, arguments: Arguments, request: Request) -> Any:
        """聚合支付取消 (D-19, D-20)."""
        return usecases.cancel_code(self, arguments, request)

    @command(schemas.BillNamed)
    def check_contribution(self, arguments: Arguments, request: Request) -> Any:
        """支付检查."""
        return usecases.check(self, arguments, request)

    @command(schemas.BillNamed)
    def delete_contribution(self, arguments: Arguments, request: Request) -> Any:
        """删除 (D-13, D-21)."""
        return usecases.delete(self, arguments, request)

    @command(Callback, roles=None)
    def bank_callback(self, arguments: Arguments, request: Request) -> Any:
        """The bank reports a payment; its signature is checked here, where the key is."""
        told = genuine(os.environ["BANK_KEY"], arguments)
        return self.database.once(request, callbacks.take, told)

    @query(roles=SEE_RUNNING)
    def stuck_contributions(self, arguments: Arguments, request: Request) -> Any:
        """Bills and refunds that wait for something, without personal data."""
        return usecases.stuck(self, arguments, request)

    @command(schemas.RefundRetry, roles=RETRY_REFUNDS)
    def retry_refund(self, arguments: Arguments, request: Request) -> Any:
        """Have a refund that the bank refused tried again, with a reason on record."""
        return self.database.once(request, refunds.retry, arguments["number"], arguments["reason"])

    @every(SWEEP_EVERY_S, lock="deposit.contributions")
    def sweep_contributions(self, request: Request) -> None:
        """Drive on what is due."""
        usecases.sweep_due(self, request)

    @every(BOOK_EVERY_S, lock="deposit.booking")
    def book_contributions(self, request: Request) -> None:
        """Book what was received (D-18)."""
        booking.book_due(self.database)
