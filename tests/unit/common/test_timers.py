"""Jobs come round by a clock that nobody sets: the wall clock may jump while they do."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import eventlet
import pytest

from services.common.timers import every

EVERY_S = 0.02
ROUNDS = 20
LIMIT_S = 60


class Container:
    """Counts the rounds it is asked for; each is over at once."""

    def __init__(self) -> None:
        self.rounds = 0

    def spawn_managed_thread(self, run: Callable[[], None], identifier: str = "") -> Any:
        return eventlet.spawn(run)

    def spawn_worker(self, entrypoint: Any, args: Any, kwargs: Any, *, handle_result: Any) -> None:
        self.rounds += 1
        eventlet.spawn(handle_result, None, None, None)


@pytest.fixture
def container() -> Container:
    return Container()


@pytest.fixture
def entrypoint(container: Container) -> Iterator[Any]:
    """A job's, which comes round from now on."""

    @every(EVERY_S, lock="test")
    def job(service: Any, request: Any) -> None:
        raise AssertionError("the container only counts")

    (made,) = job.nameko_entrypoints  # type: ignore[attr-defined]
    made.container = container
    made.start()
    yield made
    made.kill()


def seconds_for(container: Container, rounds: int) -> float:
    """How long so many more rounds take."""
    began, wanted = time.monotonic(), container.rounds + rounds
    while container.rounds < wanted:
        assert time.monotonic() - began < LIMIT_S, "no rounds any more"
        eventlet.sleep(0.001)
    return time.monotonic() - began


@pytest.mark.usefixtures("entrypoint")
@pytest.mark.parametrize("jump_s", [-3600, 3600])
def test_jobs_neither_stop_nor_race_when_the_wall_clock_is_set(
    container: Container, jump_s: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds_for(container, 1)
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() + jump_s)
    # The first of them may have begun to wait before.
    assert seconds_for(container, ROUNDS) > (ROUNDS - 2) * EVERY_S


def test_a_job_that_is_told_to_stop_comes_round_no_more(container: Container, entrypoint: Any) -> None:
    seconds_for(container, 1)
    entrypoint.stop()
    rounds = container.rounds
    eventlet.sleep(EVERY_S * 3)
    assert container.rounds == rounds
