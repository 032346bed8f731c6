"""Limits, waits and masks as pure functions."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.clock import CHINA
from services.common.policy import load_policy
from services.notify import rules

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=CHINA)
SOON = rules.LIMITS[0]


def asked(**changes: object) -> dict[str, str]:
    """What is counted for somebody unknown, or as changed."""
    usual: dict[str, object] = {"phone": None, "typed": False, "account": None, "address": "::1"}
    return rules.subjects(rules.Asking(**{"target": "target", **usual, **changes}))  # type: ignore[arg-type]


def test_nothing_is_in_the_way_of_the_first_ask() -> None:
    assert rules.free_at(SOON, None, NOW) is None


@pytest.mark.parametrize(("ago_s", "free_in_s"), [(0, 60), (1, 59), (59, 1), (60, None), (61, None)])
def test_the_next_ask_passes_when_the_window_is_over(ago_s: int, free_in_s: int | None) -> None:
    found = rules.free_at(SOON, NOW - timedelta(seconds=ago_s), NOW)
    assert found == (None if free_in_s is None else NOW + timedelta(seconds=free_in_s))


def test_an_ask_dated_ahead_by_another_clock_counts() -> None:
    assert rules.free_at(SOON, NOW + timedelta(milliseconds=80), NOW) is not None


def test_an_ask_left_by_a_rehearsal_in_the_far_future_does_not_count() -> None:
    assert rules.free_at(SOON, NOW + timedelta(days=400), NOW) is None


@given(ago=st.timedeltas(timedelta(0), timedelta(days=2)), limit=st.sampled_from(rules.LIMITS))
def test_a_refused_ask_is_told_a_time_inside_the_window(ago: timedelta, limit: rules.Limit) -> None:
    found = rules.free_at(limit, NOW - ago, NOW)
    if found is not None:
        assert NOW < found <= NOW + timedelta(seconds=limit.window_s)


@pytest.mark.parametrize("limit", rules.LIMITS, ids=lambda limit: limit.figure)
def test_every_limit_has_a_figure_and_says_how_long_to_wait(limit: rules.Limit) -> None:
    assert load_policy("qingdao").figure(limit.figure).whole(NOW.date()) > 0
    assert "{wait}" in limit.sentence


def test_the_figures_are_those_of_the_contract() -> None:
    wanted = {
        "minute": ("phone", 1),
        "hour": ("phone", 5),
        "day": ("phone", 10),
        "at one place": ("address", 20),
    }
    figures = [
        (limit.scope, load_policy("qingdao").figure(limit.figure).whole(NOW.date())) for limit in rules.LIMITS
    ]
    assert set(wanted.values()) <= set(figures)


def test_every_figure_of_notify_says_where_it_comes_from() -> None:
    ours = {limit.figure for limit in rules.LIMITS} | {
        "code_life_s",
        "code_tries",
        "code_digits",
        "sms_attempts",
    }
    assert all(load_policy("qingdao").figure(name).source for name in ours)


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "1秒"), (120, "120秒"), (121, "3分钟"), (3600, "60分钟"), (86400, "24小时")]
)
def test_the_wait_is_said_in_words(seconds: int, words: str) -> None:
    assert rules.wait_in_words(seconds) == words


def test_the_wait_is_rounded_up_and_never_nothing() -> None:
    assert rules.wait_s(NOW + timedelta(seconds=1.2), NOW) == 2
    assert rules.wait_s(NOW, NOW) == 1


def test_neighbours_share_a_network_and_not_an_address() -> None:
    one, other = (asked(phone="13900001234", address=f"203.0.113.{end}") for end in (7, 99))
    assert one["network"] == other["network"]
    assert one["address"] != other["address"]


def test_an_ipv4_address_in_ipv6_clothes_is_the_same_address() -> None:
    plain, dressed = (asked(address=place) for place in ("203.0.113.7", "::ffff:203.0.113.7"))
    assert plain == dressed


def test_one_ipv6_household_is_one_address() -> None:
    one, other = (asked(address=f"2001:db8:1:2::{end}") for end in (1, 2))
    assert one == other


def test_a_phone_counts_for_its_range_and_an_unknown_person_for_the_target() -> None:
    assert asked(phone="13900001234")["prefix"] == "1390000"
    assert asked()["prefix"] == "target"


def test_only_a_typed_phone_and_somebody_logged_in_have_counters_of_their_own() -> None:
    assert {"typed_phone", "account"}.isdisjoint(asked(phone="13900001234"))
    mine = asked(phone="13900001234", typed=True, account="037000010001")
    assert (mine["typed_phone"], mine["account"]) == ("13900001234", "037000010001")


def test_the_wait_doubles_with_every_code_that_nobody_gives_back() -> None:
    waits = [rules.back_off_s(codes, 60, 1920) for codes in range(9)]
    assert waits == [0, 60, 120, 240, 480, 960, 1920, 1920, 1920]
    assert rules.back_off_s(10_000, 60, 1920) == 1920


def test_the_tries_of_a_message_come_quickly_and_then_calmly() -> None:
    waits = [rules.next_wait_s(attempts) for attempts in range(1, 50)]
    assert waits == sorted(waits)
    assert waits[0] == 1
    assert waits[-1] == 300
