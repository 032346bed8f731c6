"""The lowered limit after a change of phone or card: when, how much, and how it is said. Pure."""

from datetime import date, datetime, timedelta

import pytest

from services.common.clock import CHINA
from services.withdrawal.rules.amounts import lowered
from services.withdrawal.rules.case import Ceiling
from services.withdrawal.rules.cautions import Caution, Change, in_force

NINE = datetime(2026, 11, 22, 9, 0, tzinfo=CHINA)
LIMIT_FEN = 500_000


def caution(*changes: Change, at: datetime = NINE) -> Caution | None:
    return in_force(changes, at, hours=12, limit_fen=LIMIT_FEN)


def changed(cause: str, hours_ago: float) -> Change:
    return Change(cause=cause, at=NINE - timedelta(hours=hours_ago))


@pytest.mark.parametrize(
    ("hours_ago", "cautious"), [(0, True), (11.99, True), (12, False), (13, False), (-1, False)]
)
def test_a_change_counts_for_just_its_hours(hours_ago: float, cautious: bool) -> None:
    assert (caution(changed("phone", hours_ago)) is not None) == cautious


def test_changes_that_overlap_lower_the_limit_from_the_first_until_the_last_ones_end() -> None:
    found = caution(changed("card", 2), changed("phone", 10), changed("phone", 14))
    assert found is not None
    assert found.deeds == ("修改手机号", "更换借记卡")
    assert (found.since_at, found.until_at) == (NINE - timedelta(hours=10), NINE + timedelta(hours=10))


def test_what_was_drawn_meanwhile_is_not_drawn_again() -> None:
    found = caution(changed("phone", 1))
    assert found is not None
    assert [found.after(drawn).left_fen for drawn in (0, 100_000, 500_000, 900_000)] == [
        500_000,
        400_000,
        0,
        0,
    ]


def test_the_sentence_says_why_how_much_and_until_when() -> None:
    found = caution(changed("phone", 1))
    assert found is not None
    for words in ("修改手机号", "2026-11-22 20:00", "5,000.00 元"):
        assert words in found.sentence
    assert found.figures["恢复正常额度时间"] == "2026-11-22 20:00"
    assert found.passes_on == date(2026, 11, 22)


def test_a_ceiling_is_lowered_and_never_raised() -> None:
    found = caution(changed("card", 1))
    high, low = Ceiling(840_000, "定额"), Ceiling(300_000, "余额")
    assert lowered(high, found).amount_fen == LIMIT_FEN
    assert lowered(low, found) is low
    assert lowered(high, None) is high
