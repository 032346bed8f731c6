"""When the platform is asked again: soon while it owes a word, seldom while the other centre works."""

from datetime import datetime, timedelta
from typing import Final

from services.common.clock import technical_at
from services.deposit.transfers.models import Transfer
from services.deposit.transfers.states import IN_FLIGHT

ASK_AGAIN_S: Final = 120
BACK_OFF_S_MAX: Final = 60
_OWED: Final = frozenset({"registered", "sent", "revoking"})


def plan(transfer: Transfer) -> None:
    """Set when to ask next, by the state the transfer has now; a finished one is at rest."""
    if transfer.state in _OWED or transfer.problem:
        put_off(transfer)
    else:
        transfer.tries, transfer.ask_after = 0, _in(ASK_AGAIN_S)
    _rest_when_finished(transfer)


def put_off(transfer: Transfer) -> None:
    """Ask again in 1, 2, 4 … at most BACK_OFF_S_MAX seconds, unless it is finished."""
    transfer.tries += 1
    transfer.ask_after = _in(min(BACK_OFF_S_MAX, 2 ** min(transfer.tries - 1, 10)))
    _rest_when_finished(transfer)


def _in(seconds: int) -> datetime:
    return technical_at() + timedelta(seconds=seconds)


def _rest_when_finished(transfer: Transfer) -> None:
    if transfer.state not in IN_FLIGHT:
        transfer.tries, transfer.ask_after = 0, None
