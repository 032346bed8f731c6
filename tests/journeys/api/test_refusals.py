"""Who may not draw: every refusal names the rule, the figures, and the first day on which it would pass."""

from datetime import date

import pytest

from services.withdrawal.rules.dates import months_after
from tests.journeys.api.asserting import CHINESE, RENTING, SINGLE, refused
from tests.journeys.halls import JourneyHall

MARRIED = {
    "marital_status": "married",
    "spouse_name": "甄某某",
    "spouse_id_number": "11010519491231002X",
    "married_on": "2020-01-01",
}
# Where the evidence was read; a missing card is refused before anything is.
RECORD = "核验来源"
REFUSED = [
    ("frozen", "rent_quota", "account_not_frozen", SINGLE, (RECORD,)),
    ("closed", "retirement", "account_open", {}, (RECORD,)),
    ("sealed_recently", "rent_quota", "contributing", SINGLE, ("账户状态", RECORD)),
    ("home_owner", "rent_quota", "no_home", SINGLE, ("住房套数", RECORD)),
    ("no_card", "rent_quota", "card_bound", SINGLE, ()),
    ("loan_arrears", "fund_loan", "loan_regular", {}, (RECORD,)),
    ("home_owner", "retirement", "retired", {}, ("申请日期", "达到法定退休年龄日期", RECORD)),
]


def _amount(reason: str) -> str | None:
    return "100.00" if reason in ("rent_quota", "fund_loan") else None


@pytest.mark.parametrize(("key", "reason", "code", "details", "figures"), REFUSED)
def test_a_refusal_tells_the_rule_and_moves_nothing(
    hall: JourneyHall, key: str, reason: str, code: str, details: dict[str, str], figures: tuple[str, ...]
) -> None:
    citizen = hall.citizen(key)
    form = citizen.assessed(reason)
    assert not form["allowed"]
    assert form["refusals"][0]["code"] == code
    before = citizen.device.get("/account").body
    problem = refused(citizen.register(citizen.registration(reason, _amount(reason), details)), 409, code)
    assert CHINESE.search(problem["rule"])
    assert tuple(problem["figures"]) == figures
    assert citizen.device.get("/account").body == before
    assert citizen.device.get("/withdrawals").body["items"] == []


@pytest.mark.feature("W-21")
def test_sealed_too_short_names_the_day_it_passes(hall: JourneyHall) -> None:
    citizen = hall.citizen("sealed_recently")
    sealed_on = date.fromisoformat(citizen.device.get("/account").body["sealed_on"])
    reply = citizen.register(citizen.registration("non_local_sealed"))
    problem = refused(reply, 409, "sealed_long_enough")
    assert problem["passes_on"] == months_after(sealed_on, 6).isoformat()
    assert problem["passes_on"] not in problem["figures"].values()
    assert "6个月" in problem["detail"]


def test_too_few_months_name_both_figures(hall: JourneyHall) -> None:
    citizen = hall.citizen("new_depositor")
    finding = citizen.assessed("rent_quota")["refusals"][0]
    assert finding["code"] == "continuous_deposit"
    assert finding["figures"] == {"要求月数": "3", "连续缴存月数": "2"}
    assert date.fromisoformat(finding["passes_on"]).day == 1


@pytest.mark.feature("W-14")
def test_the_quota_comes_again_after_twelve_months(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    bill = citizen.draw("rent_quota", "1.00", SINGLE)
    citizen.settled(bill["number"], "booked")
    problem = refused(citizen.register(citizen.registration("rent_quota", "1.00", SINGLE)), 409, "interval")
    drawn_on = date.fromisoformat(bill["registered_on"])
    assert problem["passes_on"] == months_after(drawn_on, 12).isoformat()


@pytest.mark.feature("W-15", "W-17")
def test_a_marriage_nobody_registered_is_refused(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    form = citizen.registration("rent_quota", "1.00", MARRIED)
    refused(citizen.register(form), 409, "marriage_as_registered")


def test_a_closed_account_is_owed_nothing(hall: JourneyHall) -> None:
    assert hall.citizen("closed").assessed("retirement")["ceiling"] == "0.00"


def test_the_normal_edition_only_asks(hall: JourneyHall) -> None:
    citizen = hall.citizen("normal_edition")
    assert citizen.device.get("/account").status == 200
    wish = {"purpose": "withdrawal", "reason": "rent_quota", "amount": "1.00"}
    problem = refused(citizen.device.post("/verification-codes", wish), 403, "professional_needed")
    assert "专业版" in problem["detail"]
    card = {"bank_code": "103", "card_number": "6291030000000000199"}
    refused(citizen.device.put("/card", card), 403, "professional_needed")
    citizen.device.token = None
    login = {"edition": "professional", "login_name": citizen.person["fund_number"]}
    body = login | {"password": citizen.password} | citizen.captcha()
    refused(citizen.device.post("/sessions", body), 403, "professional_not_open", "#/edition")


@pytest.mark.feature("W-18")
def test_an_unconfirmed_marriage_is_asked_for(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    form = citizen.registration("rent_quota", "1.00", SINGLE) | {"details": {}}
    reply = citizen.register(form | {"documents": form["documents"][1:]})
    problem = refused(reply, 422, reply.code, "#/details/marital_status")
    assert "请先确认婚姻情况" in problem["errors"][0]["detail"]
