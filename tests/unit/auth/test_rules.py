"""Identity's rules: names, passwords, locks and lives, without a clock or a database."""

from datetime import UTC, datetime, timedelta

import pytest

from services.auth import rules
from services.auth.rules import Attempts, Schedule, SessionLimits
from services.common.password_length import PasswordLimits

LIMITS = PasswordLimits(length_min=8, length_max=64)
SCHEDULE = Schedule(attempts_max=3, window_minutes=60, lock_minutes=15, lock_minutes_max=40)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("037000010001", "fund_number"),
        (" 13900001111 ", "phone"),
        ("11010519491231002x", "id_number"),
        ("１１０１０５１９４９１２３１００２Ｘ", "id_number"),
        ("130503670401001", "id_number"),
        ("12345", None),
        ("23900001111", None),
        ("", None),
    ],
)
def test_a_login_name_is_a_fund_number_an_id_number_or_a_phone(typed, kind):
    assert rules.kind_of_login_name(rules.normal_login_name(typed)) == kind


@pytest.mark.parametrize("password", ["ninechars", "正确的马电池订书钉", "x" * 3 + "yz!7" * 15, "a b c d e"])
def test_a_password_of_8_to_64_characters_is_taken_whole(password):
    assert rules.password_refusal(password, LIMITS) is None


@pytest.mark.parametrize("password", ["", "sevench", "long enough but " + "x1y2" * 13])
def test_a_password_shorter_or_longer_is_refused_with_the_figures(password):
    sentence = rules.password_refusal(password, LIMITS)
    assert sentence is not None
    assert "8至64位" in sentence


@pytest.mark.parametrize(
    "password",
    ["12345678", "87654321", "aaaaaaaa", "abababab", "Password", "QWERTYUI", "abcdefgh", "78901234"],
)
def test_an_easy_password_is_refused(password):
    assert "过于简单" in str(rules.password_refusal(password, LIMITS))


@pytest.mark.parametrize(
    "password", ["037000010001", "x037000010001y", "11010519491231002X", "ab31002x", "1391111aa", "gjj901111"]
)
def test_a_password_made_of_ones_own_numbers_is_refused(password):
    own = ("037000010001", "11010519491231002X", "13900901111", "")
    refused = rules.password_refusal(password, LIMITS, own)
    assert (refused is not None) == (password != "1391111aa")


def test_the_manuals_hint_is_shown():
    hint = PasswordLimits(length_min=9, length_max=70).hint
    assert "不超过12位" in hint
    assert "9至70位" in hint


def after(count: int, schedule: Schedule = SCHEDULE, at: datetime = NOON) -> Attempts:
    attempts = Attempts()
    for _ in range(count):
        attempts = rules.after_attempt(attempts, schedule, at)
    return attempts


def test_a_door_stays_open_below_the_limit():
    assert not rules.is_locked(after(2), NOON)


def test_a_door_closes_at_the_limit_and_opens_by_the_clock():
    attempts = after(3)
    assert rules.is_locked(attempts, NOON + 14 * MINUTE)
    assert not rules.is_locked(attempts, NOON + 15 * MINUTE)


@pytest.mark.parametrize(("locks", "minutes"), [(1, 15), (2, 30), (3, 40), (4, 40)])
def test_each_lock_lasts_twice_as_long_up_to_a_limit(locks, minutes):
    assert rules.locked_for_s(after(3 * locks), NOON) == minutes * 60


def test_failures_outside_the_window_are_forgotten():
    later = rules.after_attempt(after(2), SCHEDULE, NOON + 60 * MINUTE)
    assert (later.count, later.locks) == (1, 0)


def test_a_door_without_failures_is_open():
    assert not rules.is_locked(Attempts(), NOON)


def test_a_token_lives_for_the_idle_limit():
    limits = SessionLimits(idle_minutes=20, minutes_max=720)
    ends_at = rules.session_ends_at(limits, NOON)
    assert rules.token_expires_at(limits, ends_at, NOON) == NOON + 20 * MINUTE


def test_no_token_outlives_its_session():
    limits = SessionLimits(idle_minutes=20, minutes_max=720)
    ends_at = rules.session_ends_at(limits, NOON)
    assert rules.token_expires_at(limits, ends_at, ends_at - MINUTE) == ends_at


@pytest.mark.parametrize(
    ("number", "spoken"),
    [(0, "零"), (7, "七"), (10, "十"), (12, "十二"), (20, "二十"), (47, "四十七"), (99, "九十九")],
)
def test_numbers_are_spoken(number, spoken):
    assert rules.in_chinese(number) == spoken


@pytest.mark.parametrize(
    ("typed", "compared"), [(" a k9 ", "AK9"), ("ＡＫ９", "AK9"), ("十二", "12"), ("１２", "12")]
)
def test_a_captcha_answer_is_compared_as_people_type_it(typed, compared):
    assert rules.normal_captcha_answer(typed) == compared
