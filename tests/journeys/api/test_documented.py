"""Every question that names nothing is asked once: a device holds each answer to the hall's document."""

import pytest

from ops.demo.device import wanted
from tests.journeys.halls import JourneyHall


def questions(hall: JourneyHall) -> list[str]:
    """What can be asked for by its address alone."""
    found = [path for path, method, _ in hall.documented.operations() if method == "get" and "{" not in path]
    return sorted(path.removeprefix("/api/v1") for path in found)


@pytest.mark.parametrize("key", ["freelancer", "home_owner"])
def test_a_citizen_asks_everything(hall: JourneyHall, key: str) -> None:
    device = hall.citizen(key).device
    asked = [path for path in questions(hall) if not path.startswith("/staff/")]
    assert len(asked) > 20
    for path in asked:
        assert device.get(path).status == 200, path
    device.token = wanted(device.post("/sessions/renewal"))["token"]


def test_an_auditor_looks_at_everything(hall: JourneyHall) -> None:
    auditor = hall.staff("auditor")
    # What is to be set up at the first login is shown to nobody later.
    asked = [path for path in questions(hall) if path.startswith("/staff/") and path != "/staff/setup"]
    assert len(asked) > 10
    for path in asked:
        assert auditor.get(path).status == 200, path
    for member in wanted(auditor.get("/staff/members"))["items"]:
        wanted(auditor.get(f"/staff/members/{member['login_name']}"))
