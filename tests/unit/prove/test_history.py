"""What a citizen was told about one key: unknown stays open, and a repeat may not say something else."""

import pytest

from ops.prove.history import FAIL, OK, UNKNOWN, History, Told, Wish


def wish(*told: tuple[str, str]) -> Wish:
    answers = [Told(at=0, outcome=outcome, bill=bill if outcome == OK else "") for outcome, bill in told]
    return Wish(key="k", fund_number="1", action="register", subject="rent_quota", told=answers)


@pytest.mark.parametrize(
    ("told", "outcome", "contradicted"),
    [
        ([], UNKNOWN, False),
        ([(UNKNOWN, "")], UNKNOWN, False),
        ([(UNKNOWN, ""), (OK, "W1")], OK, False),
        ([(OK, "W1"), (UNKNOWN, ""), (OK, "W1")], OK, False),
        ([(FAIL, ""), (FAIL, "")], FAIL, False),
        ([(FAIL, ""), (OK, "W1")], OK, False),
        ([(OK, "W1"), (FAIL, "")], OK, True),
        ([(OK, "W1"), (OK, "W2")], OK, True),
    ],
)
def test_a_key_says_one_thing(told: list[tuple[str, str]], outcome: str, contradicted: bool) -> None:
    assert wish(*told).outcome == outcome
    assert wish(*told).is_contradicted is contradicted


def test_a_history_counts_what_was_acknowledged() -> None:
    history = History()
    for one in (wish((OK, "W1")), wish((FAIL, "")), wish()):
        history.invoke(one)
    assert history.acknowledged() == 1
    assert [row["key"] for row in history.as_rows()] == ["k"] * 3
