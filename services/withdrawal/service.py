"""The bus face of the withdrawal service."""

from typing import Any

from sqlalchemy.orm import Session

from services.common.bank import BankAccess
from services.common.calls import Service
from services.common.driving.sweeping import sweep
from services.common.events import durable
from services.common.face import FORGET_EVERY_S, CommonFace, OperationShape
from services.common.inbox import Event
from services.common.papers.slips import SlipNamed, slip_of
from services.common.papers.verifying import Verification
from services.common.permissions import SEE_RUNNING
from services.common.request import Request
from services.common.rpc import command, query
from services.common.timers import every
from services.withdrawal import cautions, registration, schemas, slips, usecases
from services.withdrawal.adapters import Bank, RegistersAccess
from services.withdrawal.models import Slip
from services.withdrawal.saga import BILLS

Arguments = dict[str, Any]

SWEEP_EVERY_S = 1


class WithdrawalService(CommonFace):
    """Withdrawal bills for the eight reasons without staff review, and the payment of each."""

    name = "withdrawal"
    auth: Any = Service("auth")
    deposit: Any = Service("deposit")
    loan: Any = Service("loan")
    bank: Any = BankAccess(Bank)
    registers: Any = RegistersAccess()

    @query()
    def reasons(self, arguments: Arguments, request: Request) -> Any:
        """The catalogue of reasons (W-03)."""
        return usecases.reasons()

    @query(schemas.ReasonNamed)
    def assess(self, arguments: Arguments, request: Request) -> Any:
        """One reason with what holds for this person today."""
        return usecases.assess(self, arguments, request)

    @query()
    def cautions(self, arguments: Arguments, request: Request) -> Any:
        """The lowered limit after a change of phone or card: the rule, and whether it is in force."""
        return usecases.cautions_told(self, request)

    @durable("phone.changed")
    def heed(self, event: Event, session: Session) -> None:
        """Remember a change of phone: limits are lowered for some hours."""
        cautions.heed(session, event)

    @command(schemas.Registration)
    def register(self, arguments: Arguments, request: Request) -> Any:
        """Register a withdrawal (申请登记)."""
        return registration.register(self, arguments, request)

    @query(schemas.Range)
    def withdrawals(self, arguments: Arguments, request: Request) -> Any:
        """Own withdrawals (W-01, W-02)."""
        return usecases.withdrawals(self, arguments, request)

    @query(schemas.BillNamed)
    def withdrawal(self, arguments: Arguments, request: Request) -> Any:
        """One own bill with its timeline."""
        return usecases.withdrawal(self, arguments, request)

    @command(schemas.BillNamed)
    def pay(self, arguments: Arguments, request: Request) -> Any:
        """申请支付 (W-25)."""
        return usecases.pay(self, arguments, request)

    @command(schemas.BillNamed)
    def check(self, arguments: Arguments, request: Request) -> Any:
        """支付检查 (W-27)."""
        return usecases.check(self, arguments, request)

    @command(schemas.BillNamed)
    def cancel_settlement(self, arguments: Arguments, request: Request) -> Any:
        """取消结算 (W-28)."""
        return usecases.cancel_settlement(self, arguments, request)

    @command(schemas.BillNamed)
    def delete(self, arguments: Arguments, request: Request) -> Any:
        """删除 (W-29)."""
        return usecases.delete(self, arguments, request)

    @command(SlipNamed)
    def make_slip(self, arguments: Arguments, request: Request) -> Any:
        """The slip (业务回单) on an own bill that is booked."""
        return slip_of(self.database, request, Slip, arguments["number"], slips.told)

    @command(Verification, roles=None)
    def verify_paper(self, arguments: Arguments, request: Request) -> Any:
        """Whether a slip on paper is genuine."""
        return slips.VERIFYING.verify(self.database, arguments)

    @every(FORGET_EVERY_S, lock="withdrawal.verification_attempts")
    def forget_verification_attempts(self, request: Request) -> None:
        """Drop what no limit needs."""
        slips.VERIFYING.forget(self.database)

    @query(OperationShape, roles=None)
    def operation(self, arguments: Arguments, request: Request) -> Any:
        """What became of a keyed command; only its own subject may ask."""
        return usecases.operation(self, arguments, request)

    @query(roles=SEE_RUNNING)
    def stuck(self, arguments: Arguments, request: Request) -> Any:
        """Bills that wait for something, without personal data."""
        return usecases.stuck(self, arguments, request)

    @every(SWEEP_EVERY_S, lock="withdrawal.sweep")
    def sweep(self, request: Request) -> None:
        """Drive on what is due."""
        sweep(self, request, BILLS)


SERVICE = WithdrawalService
