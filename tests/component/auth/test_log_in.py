"""Logging in: editions, names, locks, and nothing by which a stranger learns who has an account."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from eventlet import GreenPool

from services.common.clock import technical_at
from services.common.errors import Forbidden, Invalid, TooMany, Unauthenticated
from services.common.subject import verify_subject
from tests.component.auth.desk import PASSWORD, Desk

ELSEWHERE = {"address": "198.51.100.77"}


def refusal(desk, login_name, **changes):
    """The refusal as it goes over the bus."""
    return desk.reply("log_in", desk.login(login_name, **changes))["refusal"]


@pytest.mark.feature("A-09", "A-10", "A-11")
def test_a_person_logs_in_with_edition_fund_number_password_and_captcha(desk):
    person, _ = desk.newcomer()
    subject = verify_subject(desk.log_in(person.fund_number)["token"])
    assert (subject.id, subject.role, subject.edition) == (person.fund_number, "citizen", "professional")
    assert not subject.restricted


@pytest.mark.feature("A-10")
@pytest.mark.parametrize("name", ["fund_number", "id_number", "phone"])
def test_a_person_may_log_in_by_three_names(desk, name):
    person, _ = desk.newcomer()
    subject = verify_subject(desk.log_in(f" {getattr(person, name).lower()} ")["token"])
    assert subject.id == person.fund_number


def test_a_phone_shared_by_two_people_is_the_login_name_of_who_verified_it_first(desk):
    person, _ = desk.newcomer()
    desk.newcomer(phone=person.phone)
    assert verify_subject(desk.log_in(person.phone)["token"]).id == person.fund_number


@pytest.mark.feature("A-09")
def test_without_an_edition_nobody_logs_in(desk):
    person, _ = desk.newcomer()
    with pytest.raises(Invalid) as refused:
        desk.log_in(person.fund_number, edition="employer")
    assert refused.value.pointer == "/edition"


@pytest.mark.feature("A-12")
def test_everybody_with_an_account_may_log_in_to_an_edition(desk):
    person, _ = desk.newcomer(professional_since_on=None)
    assert verify_subject(desk.log_in(person.fund_number, edition="normal")["token"]).edition == "normal"


@pytest.mark.feature("A-12")
def test_nobody_without_an_account_logs_in(desk):
    assert refusal(desk, "999999999999")["code"] == "login_refused"


def test_who_has_no_professional_agreement_is_told_how_to_get_one(desk):
    person, _ = desk.newcomer(professional_since_on=None)
    with pytest.raises(Forbidden, match="professional_not_open") as refused:
        desk.log_in(person.fund_number)
    assert "签订服务协议" in refused.value.sentence


def test_choosing_the_wrong_edition_is_no_failure(desk):
    person, _ = desk.newcomer(professional_since_on=None)
    for _ in range(6):
        assert refusal(desk, person.fund_number)["code"] == "professional_not_open"


def test_who_has_the_agreement_is_hidden_from_a_wrong_password(desk):
    person, _ = desk.newcomer(professional_since_on=None)
    assert refusal(desk, person.fund_number, password="not the one")["code"] == "login_refused"


def test_unknown_never_visited_and_wrong_password_are_refused_alike_with_the_same_work(desk):
    known, _ = desk.newcomer()
    never = desk.person()
    names = ["999999999998", "no name at all", never.fund_number, never.id_number, known.fund_number]
    before = desk.work.checks
    refusals = [refusal(desk, name, password="not the one") for name in names]
    assert refusals == [refusals[0]] * len(names)
    assert desk.work.checks - before == len(names)


def test_the_captcha_comes_before_the_password(desk):
    person, _ = desk.newcomer()
    before = desk.work.checks
    assert refusal(desk, person.fund_number, captcha_answer="WRONG")["code"] == "captcha_wrong"
    assert desk.work.checks == before


@pytest.mark.parametrize("known", [True, False])
def test_five_failures_close_the_door_for_known_and_unknown_names_alike(desk, known):
    name = desk.newcomer()[0].fund_number if known else desk.person().fund_number[::-1]
    codes = [refusal(desk, name, password="not the one")["code"] for _ in range(5)]
    closed = refusal(desk, name)
    assert codes == ["login_refused"] * 5
    assert (closed["code"], closed["status"], closed["figures"]) == ("login_closed", 429, {"minutes": "15"})
    assert 0 < closed["retry_after_s"] <= 900


def test_many_tries_at_once_are_no_more_tries(desk):
    person, _ = desk.newcomer()
    typed = [desk.login(person.fund_number, password="not the one") for _ in range(12)]
    replies = list(GreenPool().imap(lambda form: desk.reply("log_in", form), typed))
    codes = Counter(reply["refusal"]["code"] for reply in replies)
    assert codes == {"login_refused": 5, "login_closed": 7}


def test_the_same_form_sent_many_times_at_once_opens_one_session(desk):
    person, _ = desk.newcomer()
    form, key = desk.login(person.fund_number), "many" + desk.address
    replies = list(GreenPool().imap(lambda _: desk.reply("log_in", form, key=key), range(8)))
    assert replies == [replies[0]] * 8
    assert len(desk.ask("sessions", token=replies[0]["answer"]["token"])["items"]) == 2


def test_a_closed_door_opens_by_the_business_clock(desk):
    person, _ = desk.newcomer()
    for _ in range(5):
        refusal(desk, person.fund_number, password="not the one")
    desk.move_clock(15 * 60)
    assert desk.log_in(person.fund_number)["token"]


def test_the_right_password_makes_failures_forgotten(desk):
    person, _ = desk.newcomer()
    for _ in range(3):
        for _ in range(4):
            refusal(desk, person.fund_number, password="not the one")
        assert desk.log_in(person.fund_number)["token"]


def test_a_persons_failures_count_over_all_addresses_and_names_and_lock_silently(desk, database, move_clock):
    person, _ = desk.newcomer()
    visitors = [Desk(database, move_clock) for _ in range(3)]
    for visitor, name in zip(visitors, ("fund_number", "id_number", "phone"), strict=True):
        for _ in range(4):
            refusal(visitor, getattr(person, name), password="not the one")
    stranger = Desk(database, move_clock)
    right_but_locked, wrong = refusal(stranger, person.fund_number), refusal(stranger, "999999999997")
    assert right_but_locked == wrong
    move_clock(15 * 60)
    assert stranger.log_in(person.fund_number)["token"]


def test_an_address_that_fails_for_many_names_is_closed_for_all(desk, adopt, move_clock):
    adopt(address_attempts_max=4)
    person, _ = desk.newcomer()
    for turn in range(4):
        assert refusal(desk, f"99{turn:010d}", password="not the one")["code"] == "login_refused"
    with pytest.raises(TooMany, match="login_closed"):
        desk.log_in(person.fund_number)
    move_clock(15 * 60)
    assert desk.log_in(person.fund_number)["token"]


def test_each_login_is_a_new_session_with_a_new_token(desk):
    person, first = desk.newcomer()
    second, third = desk.log_in(person.fund_number), desk.log_in(person.fund_number)
    assert len({answer["token"] for answer in (first, second, third)}) == 3
    assert len({answer["session_id"] for answer in (first, second, third)}) == 3


def test_the_same_key_and_body_open_one_session(desk):
    person, _ = desk.newcomer()
    typed = desk.login(person.fund_number)
    first, second = (desk.ask("log_in", typed, key="k" + desk.address) for _ in range(2))
    assert first == second


def test_a_repeated_refusal_counts_once(desk):
    person, _ = desk.newcomer()
    typed = desk.login(person.fund_number, password="not the one")
    for _ in range(8):
        assert desk.reply("log_in", typed, key="r" + desk.address)["refusal"]["code"] == "login_refused"
    assert desk.log_in(person.fund_number)["token"]


def test_a_token_lives_twenty_minutes_and_its_session_twelve_hours(desk):
    _, answer = desk.newcomer()
    subject = verify_subject(answer["token"])
    left_s = subject.expires_at - technical_at().timestamp()
    assert 19 * 60 < left_s <= 20 * 60
    assert timedelta(hours=11) < _moment(answer["ends_at"]) - technical_at() <= timedelta(hours=12)


def _moment(text):
    return datetime.fromisoformat(text)


def test_a_token_expires(desk, monkeypatch):
    _, answer = desk.newcomer()
    late = verify_subject(answer["token"]).expires_at + 1
    monkeypatch.setattr("services.common.subject.technical_now", lambda: late)
    with pytest.raises(Unauthenticated, match="token_expired"):
        desk.ask("sessions", token=answer["token"])


@pytest.mark.parametrize(
    "change",
    [{"password": 12345678}, {"password": ""}, {"unasked": 1}, {"login_name": "x" * 41}, {"address": None}],
)
def test_what_is_not_of_the_shape_is_refused_with_a_pointer(desk, change):
    typed = desk.login("037000000000") | change
    refused = desk.reply("log_in", typed)["refusal"]
    assert (refused["status"], refused["pointer"]) == (422, f"/{next(iter(change))}")
    assert PASSWORD not in str(refused)
