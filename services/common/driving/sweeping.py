"""Drives on whatever is due and has no driver: after a death, a silence or a deadline that came too soon."""

from typing import Any, TypeVar

from eventlet import GreenPool

from services.common.database import is_passing
from services.common.driving import leases
from services.common.driving.procedure import Hall, Procedure
from services.common.logs import get_logger, tracing
from services.common.request import Request

log = get_logger(__name__)

SWEEP_MOST = 100
SWEEP_AT_ONCE = 8

ThisHall = TypeVar("ThisHall", bound=Hall)


def sweep(hall: ThisHall, request: Request, *procedures: Procedure[ThisHall, Any]) -> None:
    """Drive on what is due of every kind, a few rows at a time. For a method under `every`."""
    pool = GreenPool(SWEEP_AT_ONCE)
    for procedure in procedures:
        for number in leases.due(hall.database, procedure.kind, SWEEP_MOST):
            pool.spawn_n(_swept, hall, procedure, number, request)
    pool.waitall()


def _swept(hall: ThisHall, procedure: Procedure[ThisHall, Any], number: str, request: Request) -> None:
    """One row's trouble is written down and does not stop the others."""
    # A greenthread of its own starts without the trace of the sweep.
    with tracing(request.trace):
        try:
            procedure.drive(hall, number, request)
        except Exception as trouble:
            named = {"machine": procedure.machine.name, "number": number}
            if is_passing(trouble):
                # No fault of the row, and there may be no database to put it off in: the next sweep sees.
                log.warning("bill put off", **named, cause=type(trouble).__name__, said="own database")
                return
            log.exception("bill not driven", **named)
            leases.set_aside(hall.database, procedure.kind, number)
