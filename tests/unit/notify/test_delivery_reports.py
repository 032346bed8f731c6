"""What a provider reports is read whatever it adds to it, and refused when what is needed is missing."""

import pytest

from services.common.errors import Invalid
from services.common.shape import loaded
from services.notify.schemas import DeliveryReport

REPORT = {"message_number": "S2026112200000001", "state": "delivered", "at": "2026-11-22T09:00:00+08:00"}


def test_a_report_with_a_field_more_is_read() -> None:
    read = loaded(DeliveryReport, REPORT | {"carrier": "unicom", "segments": 2})
    assert (read["message_number"], read["state"], "carrier" in read) == (
        "S2026112200000001",
        "delivered",
        False,
    )


@pytest.mark.parametrize("missing", ["message_number", "state"])
def test_a_report_without_what_is_needed_is_not_taken(missing: str) -> None:
    with pytest.raises(Invalid):
        loaded(DeliveryReport, {name: value for name, value in REPORT.items() if name != missing})
