"""The part of the deposit service's bus face that has to do with slips, and with verifying what it made."""

from typing import Any

from services.common.face import FORGET_EVERY_S
from services.common.papers.slips import SlipNamed, slip_of, summary
from services.common.papers.verifying import PaperKind, Verification, Verifying
from services.common.request import Request
from services.common.rpc import command
from services.common.timers import every
from services.deposit.papers import slips
from services.deposit.papers.models import Slip, VerificationAttempt
from services.deposit.statements import content
from services.deposit.statements.models import Statement

Arguments = dict[str, Any]

VERIFYING = Verifying(
    VerificationAttempt,
    PaperKind(name="statement", table=Statement, told=content.summary),
    PaperKind(name="slip", table=Slip, told=summary),
)


class PaperFace:
    """Slips (业务回单), and the verification of slips and statements."""

    database: Any

    @command(SlipNamed)
    def make_slip(self, arguments: Arguments, request: Request) -> Any:
        """The slip on an own contribution, transfer or refund that is booked."""
        return slip_of(self.database, request, Slip, arguments["number"], slips.told)

    @command(Verification, roles=None)
    def verify_paper(self, arguments: Arguments, request: Request) -> Any:
        """Whether a statement or slip on paper is genuine."""
        return VERIFYING.verify(self.database, arguments)

    @every(FORGET_EVERY_S, lock="deposit.verification_attempts")
    def forget_verification_attempts(self, request: Request) -> None:
        """Drop what no limit needs."""
        VERIFYING.forget(self.database)
