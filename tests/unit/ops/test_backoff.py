"""How long the supervisor waits before it starts a dead process again."""

from ops.backoff import LONGEST_S, STEADY_S, Backoff


def test_the_wait_doubles_and_is_capped() -> None:
    backoff = Backoff()
    waits = [backoff.after(0) for _ in range(8)]
    assert waits[:4] == [0.1, 0.2, 0.4, 0.8]
    assert waits[4:] == [LONGEST_S] * 4


def test_the_cap_is_at_most_two_seconds() -> None:
    assert 1 <= LONGEST_S <= 2


def test_a_steady_life_makes_the_next_wait_short_again() -> None:
    backoff = Backoff(deaths=9)
    assert backoff.after(STEADY_S) == 0.1


def test_many_deaths_do_not_overflow() -> None:
    assert Backoff(deaths=100_000).after(0) == LONGEST_S
