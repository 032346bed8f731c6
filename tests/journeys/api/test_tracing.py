"""One trace number leads from the page's request to the voucher in the ledger, whatever it went through."""

from ops.logfiles import log_of
from tests.journeys.api.asserting import RENTING, SINGLE
from tests.journeys.halls import JourneyHall

TOLD = "SELECT event FROM outbox WHERE trace = %s ORDER BY id"


def test_one_trace_number_leads_from_the_request_to_the_ledger(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    reply = citizen.register(citizen.registration("rent_quota", "1.00", SINGLE))
    assert reply.status == 201, reply.text
    trace = reply.headers["X-Trace-Id"]
    citizen.settled(reply.body["number"], "booked")
    told = {name: told_under(hall, name, trace) for name in ("withdrawal", "deposit")}
    steps = [event for event in told["withdrawal"] if event.startswith("withdrawal.")]
    assert steps == ["withdrawal.registered", "withdrawal.paid", "withdrawal.booked"]
    assert "deposit.posted" in told["deposit"]
    assert trace in log_of(hall.home, "gateway").read_text(encoding="utf-8")


def told_under(hall: JourneyHall, service: str, trace: str) -> list[str]:
    """What a service announced under the trace."""
    with hall.database(service) as connection:
        return [str(event) for (event,) in connection.execute(TOLD, (trace,)).fetchall()]
