"""One hall for all journeys of a run, by API and by browser."""

from collections.abc import Iterator

import pytest

from tests.journeys.halls import JourneyHall, journey_hall


@pytest.fixture(scope="session")
def hall() -> Iterator[JourneyHall]:
    """The running hall with made-up books, its outside world and its operator."""
    with journey_hall() as running:
        yield running
