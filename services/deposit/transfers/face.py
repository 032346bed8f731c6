"""The part of the deposit service's bus face that has to do with inbound transfers."""

from typing import Any

from services.common.callbacks import Callback
from services.common.permissions import SEE_RUNNING
from services.common.request import Request
from services.common.rpc import command, query
from services.common.timers import every
from services.deposit.transfers import driving, schemas, usecases

Arguments = dict[str, Any]

SWEEP_EVERY_S = 2


class TransferFace:
    """Inbound transfers (异地转入)."""

    database: Any

    @query()
    def transfer_form(self, arguments: Arguments, request: Request) -> Any:
        """The centres to choose from, and what stands against an inbound transfer (D-24)."""
        return usecases.form(self, request)

    @command(schemas.Application)
    def register_transfer(self, arguments: Arguments, request: Request) -> Any:
        """登记 of an inbound transfer (D-23)."""
        return usecases.register(self, arguments, request)

    @query(schemas.TransferRange)
    def transfers(self, arguments: Arguments, request: Request) -> Any:
        """Own inbound transfers (D-25)."""
        return usecases.own(self, arguments, request)

    @query(schemas.TransferNamed)
    def transfer(self, arguments: Arguments, request: Request) -> Any:
        """One own inbound transfer with its history."""
        return usecases.one(self, arguments, request)

    @command(schemas.TransferNamed)
    def revoke_transfer(self, arguments: Arguments, request: Request) -> Any:
        """申请撤销 (D-26, D-27)."""
        return usecases.revoke(self, arguments, request)

    @command(Callback, roles=None)
    def transfer_callback(self, arguments: Arguments, request: Request) -> Any:
        """The national platform tells how a letter stands."""
        return usecases.hear(self, arguments)

    @query(roles=SEE_RUNNING)
    def stuck_transfers(self, arguments: Arguments, request: Request) -> Any:
        """Transfers that wait for long, without personal data."""
        return usecases.stuck(self)

    @every(SWEEP_EVERY_S, lock="deposit.transfers")
    def drive_transfers(self, request: Request) -> None:
        """Send letters and ask how they stand."""
        driving.sweep(self)
