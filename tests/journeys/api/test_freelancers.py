"""A freelancer's account over HTTP: opened at once, once, by nobody who may not; its base in its months."""

import time
from typing import Any

import pytest

from ops.demo.applicant import Applicant
from ops.demo.device import new_key, wanted
from tests.journeys.api.asserting import refused, until
from tests.journeys.halls import JourneyHall

# Well formed, and nobody's.
UNKNOWN_ID = "370297199001010011"
# Bases are adjusted from July to September.
IN_THE_WINDOW, OUTSIDE_THE_WINDOW = 7, 10
MOST_BASE, LEAST_BASE = "30000.00", "5000.00"


def _proven(applicant: Applicant, **changes: Any) -> tuple[str, dict[str, Any]]:
    """An application with its code, and the whole form."""
    number = str(wanted(applicant.begin(**changes))["applicant"])
    code = applicant.code_for_opening(number, **changes)
    return number, applicant.submission(code, **changes)


@pytest.mark.feature("D-28", "D-29", "D-30", "D-31", "D-32", "A-21", "A-22", "N-13")
def test_an_account_is_opened_at_once_and_its_owner_is_in(hall: JourneyHall) -> None:
    applicant = hall.applicant()
    opened = applicant.open_account(base="8000.00", rate_percent=16)
    assert (opened["monthly"], opened["office"]) == ("1280.00", "自由职业者（市南管理部）")
    account = wanted(applicant.device.get("/account"))
    assert (account["fund_number"], account["state_label"]) == (opened["fund_number"], "正常")
    assert (account["freelancer"], account["monthly_contribution"]) == (True, "1280.00")
    assert wanted(applicant.device.get("/home"))["missing"] == []


@pytest.mark.feature("A-22")
@pytest.mark.parametrize("name", ["fund_number", "id_number", "phone"])
def test_the_password_of_the_form_logs_in_by_any_of_the_three_names(hall: JourneyHall, name: str) -> None:
    applicant = hall.applicant()
    applicant.open_account()
    typed = {"edition": "professional", "login_name": applicant.person[name], "password": applicant.password}
    reply = applicant.device.post("/sessions", typed | applicant.captcha())
    assert wanted(reply)["edition"] == "professional"


def test_the_phone_is_told_and_the_agreement_kept(hall: JourneyHall) -> None:
    applicant = hall.applicant()
    opened = applicant.open_account()

    def told() -> list[str]:
        texts = [one["text"] for one in hall.outside.messages(applicant.person["phone"])]
        return [text for text in texts if f"尾号{opened['fund_number'][-4:]}" in text]

    assert len(until(told, 1)) == 1
    with hall.database("deposit") as database:
        row = database.execute(
            "SELECT version FROM signed_agreements WHERE fund_number = %s AND code = 'freelancer_opening'",
            (opened["fund_number"],),
        ).fetchone()
    assert row == (opened["agreement"]["version"],)


def test_the_same_submission_again_opens_nothing_more(hall: JourneyHall) -> None:
    applicant, key = hall.applicant(), new_key()
    number, body = _proven(applicant)
    first, second = (wanted(applicant.submit(number, body, key)) for _ in range(2))
    assert first == second
    refused(applicant.submit(number, body), 409, "application_over")


@pytest.mark.feature("D-28")
def test_an_id_number_with_an_account_opens_no_second_one(hall: JourneyHall) -> None:
    applicant = hall.applicant()
    applicant.open_account()
    again = Applicant(applicant.person, hall.device(), hall.outside, pass_time=hall.pass_time)
    number, body = _proven(again)
    refused(again.submit(number, body), 409, "has_account", "#/id_number")


@pytest.mark.feature("D-28")
def test_a_depositor_insured_by_an_employer_is_told_no_more_than_a_stranger(hall: JourneyHall) -> None:
    employed, known = hall.applicant("applicant_employed").person, hall.people["home_owner"]
    nobody = {"name": "甄别人", "id_number": UNKNOWN_ID}
    told = [_refused_identity(hall, person) for person in (employed, known, nobody)]
    assert len(set(told)) == 1


def _refused_identity(hall: JourneyHall, person: dict[str, Any]) -> str:
    """What somebody reads who applies under that name and number, with a phone of the own."""
    applicant = hall.applicant()
    applicant.person = applicant.person | {name: person[name] for name in ("name", "id_number")}
    number, body = _proven(applicant)
    detail: str = refused(applicant.submit(number, body), 409, "not_self_paying", "#/id_number")["detail"]
    return detail


@pytest.mark.feature("D-28")
@pytest.mark.parametrize(
    ("key", "code", "figure"), [("applicant_young", "under_age", "18"), ("applicant_old", "over_age", "60")]
)
def test_age_is_refused_before_any_code_is_sent(hall: JourneyHall, key: str, code: str, figure: str) -> None:
    applicant = hall.applicant(key)
    problem = refused(applicant.begin(), 422, code, "#/id_number")
    assert figure in problem["detail"]
    assert hall.outside.messages(applicant.person["phone"]) == []


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"base": "4999.99"}, "base_out_of_limits", "#/base"),
        ({"base": "30000.01"}, "base_out_of_limits", "#/base"),
        ({"rate_percent": 11}, "rate_unknown", "#/rate_percent"),
        ({"office": "77"}, "field_malformed", "#/office"),
        ({"id_number": "370297199001010017"}, "field_malformed", "#/id_number"),
        ({"phone": "12345678901"}, "field_malformed", "#/phone"),
        ({"base": "-1"}, "fields_invalid", "#/base"),
        ({"name": ""}, "fields_invalid", "#/name"),
        ({"captcha_answer": "?"}, "captcha_wrong", "#/captcha_answer"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    hall: JourneyHall, change: dict[str, Any], code: str, pointer: str
) -> None:
    refused(hall.applicant("applicant").begin(**change), 422, code, pointer)


def yuan_with_commas(amount: str) -> str:
    whole, _, fen = amount.partition(".")
    return f"{int(whole):,}.{fen}"


def test_the_bounds_of_the_base_stand_in_the_sentence(hall: JourneyHall) -> None:
    problem = refused(hall.applicant("applicant").begin(base="1.00"), 422, "base_out_of_limits")
    assert f"{yuan_with_commas(LEAST_BASE)} 元至 {yuan_with_commas(MOST_BASE)} 元" in problem["detail"]
    assert problem["figures"] == {"base_lower": LEAST_BASE, "base_upper": MOST_BASE}


@pytest.mark.feature("N-13")
@pytest.mark.parametrize("change", [{"base": "6000.01"}, {"office": "02"}, {"rate_percent": 12}])
def test_a_code_is_good_for_what_it_was_asked_for_alone(hall: JourneyHall, change: dict[str, Any]) -> None:
    applicant = hall.applicant()
    number, body = _proven(applicant)
    refused(applicant.submit(number, body | change), 409, "code_for_something_else", "#/code")


def test_wrong_codes_end_and_a_weak_password_costs_none(hall: JourneyHall) -> None:
    applicant = hall.applicant()
    number, body = _proven(applicant)
    refused(applicant.submit(number, body | {"password": "12345678"}), 422, "password_weak", "#/password")
    wrong = {"code": f"{(int(body['code']) + 1) % 10**6:06d}"}
    refused(applicant.submit(number, body | wrong), 422, "code_wrong", "#/code")
    assert wanted(applicant.submit(number, body))["fund_number"]


def test_a_text_that_changed_since_it_was_shown_is_not_signed(hall: JourneyHall) -> None:
    applicant = hall.applicant()
    number, body = _proven(applicant)
    stale = body | {"consent": body["consent"] | {"version": "2019-9"}}
    problem = refused(applicant.submit(number, stale), 409, "agreement_changed")
    assert problem["figures"]["agreement_version"] == body["consent"]["version"]
    assert wanted(applicant.submit(number, body))["fund_number"]


def test_while_the_register_is_away_nothing_is_opened_and_the_form_stays_good(hall: JourneyHall) -> None:
    applicant = hall.applicant()
    number, body = _proven(applicant)
    hall.outside.arrange("registers.employment", "down", times=1)
    refused(applicant.submit(number, body), 409, "register_silent")
    assert wanted(applicant.submit(number, body))["fund_number"]


@pytest.mark.feature("N-13")
def test_a_phone_is_not_bombed(hall: JourneyHall) -> None:
    applicant = hall.applicant()
    number = str(wanted(applicant.begin())["applicant"])
    wanted(applicant.device.post(f"/freelancer-openings/{number}/code", applicant.wish()))
    other = hall.device()
    another = Applicant(applicant.person, other, hall.outside)
    number = str(wanted(another.begin())["applicant"])
    reply = other.post(f"/freelancer-openings/{number}/code", another.wish())
    refused(reply, 429, "code_asked_too_soon")


def test_an_unknown_application_opens_nothing_and_gets_no_code_anywhere(hall: JourneyHall) -> None:
    applicant = hall.applicant("applicant")
    assert wanted(applicant.device.get(f"/freelancer-openings/{'0' * 32}"))["state"] == "over"
    body = applicant.submission("123456")
    refused(applicant.submit("0" * 32, body), 409, "code_not_asked", "#/code")


@pytest.mark.feature("D-22")
def test_a_base_is_filed_in_its_months_within_the_limits_once_and_undone(hall: JourneyHall) -> None:
    device, path = hall.citizen("freelancer").device, "/base-adjustments"
    with hall.in_month(IN_THE_WINDOW):
        shown = wanted(device.get(path))
        assert (shown["freelancer"], shown["allowed"], shown["because"]) == (True, True, None)
        for base in ("4999.99", "30000.01"):
            problem = refused(device.post(path, {"base": base}), 422, "base_out_of_limits", "#/base")
            assert problem["figures"] == {"base_lower": LEAST_BASE, "base_upper": MOST_BASE}
        refused(device.post(path, {"base": shown["base"]}), 422, "base_unchanged", "#/base")
        filed = wanted(device.post(path, {"base": "9000.00"}))
        assert (filed["state_label"], filed["after"], filed["effective_on"][5:]) == (
            "待生效",
            "9000.00",
            f"{IN_THE_WINDOW + 1:02d}-01",
        )
        refused(device.post(path, {"base": "9100.00"}), 409, "adjusted_this_year")
        assert wanted(device.delete(f"{path}/{filed['number']}"))["state_label"] == "已撤销"
        after = wanted(device.get(path))
        assert (after["base"], after["allowed"]) == (shown["base"], True)


@pytest.mark.feature("D-22")
def test_outside_its_months_no_base_is_filed_and_the_next_months_are_named(hall: JourneyHall) -> None:
    device, path = hall.citizen("freelancer").device, "/base-adjustments"
    with hall.in_month(OUTSIDE_THE_WINDOW):
        shown = wanted(device.get(path))
        assert (shown["freelancer"], shown["allowed"]) == (True, False)
        problem = refused(device.post(path, {"base": "9000.00"}), 409, "window_closed")
        assert problem["passes_on"] == shown["window_first_on"]
        assert shown["window_first_on"][5:] == f"{IN_THE_WINDOW:02d}-01"
        assert problem["detail"] == shown["because"]
        assert wanted(device.get(path))["items"] == shown["items"]


@pytest.mark.feature("D-22")
def test_who_is_no_freelancer_is_told_that_the_employer_adjusts(hall: JourneyHall) -> None:
    citizen = hall.citizen("home_owner")
    assert not wanted(citizen.device.get("/base-adjustments"))["freelancer"]
    refused(citizen.device.post("/base-adjustments", {"base": "9000.00"}), 409, "not_a_freelancer")
    refused(citizen.device.delete("/base-adjustments/B20260101000001"), 404, "no_adjustment")


def test_the_sms_code_of_an_opening_is_gone_after_five_minutes(hall: JourneyHall) -> None:
    applicant = hall.applicant()
    number, body = _proven(applicant)
    hall.pass_time(301)
    refused(applicant.submit(number, body), 409, "code_expired", "#/code")
    started = time.monotonic()
    assert wanted(applicant.device.get(f"/freelancer-openings/{number}"))["state"] == "begun"
    assert time.monotonic() - started < 30
