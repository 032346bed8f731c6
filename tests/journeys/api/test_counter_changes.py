"""At the counter over HTTP: a lost password, a lost phone, an opening found wrong, and what follows."""

import secrets
from datetime import date
from typing import Any

import pytest

from ops.books.situations import Depositor, Household
from ops.demo.cast import Part
from ops.demo.citizen import Citizen
from ops.demo.device import Device, new_key, wanted
from tests.journeys.api.asserting import DEPOSITING, RENTING, refused, until
from tests.journeys.halls import JourneyHall


def _without_agreement(household: Household, depositor: Depositor, today: date) -> bool:
    return depositor.professional_since is None and depositor.plan.closed_on is None


def looked_up(clerk: Device, person: dict[str, Any], purpose: str) -> dict[str, Any]:
    """What lies on the counter after a look: card and paper."""
    wish = {"number": person["fund_number"], "purpose": purpose}
    seen = wanted(clerk.post("/staff/looks", wish), 201)
    card = {"look": seen["look"], "name": person["name"], "id_number": person["id_number"]}
    return card | {"paper_number": f"SQ-{secrets.token_hex(5)}"}


def entered(clerk: Device, person: dict[str, Any], purpose: str, **more: str) -> str:
    card = looked_up(clerk, person, purpose) | more
    return str(wanted(clerk.post("/staff/counter-changes", card), 201)["number"])


def check(hall: JourneyHall, number: str, **how: Any) -> Any:
    path = f"/staff/counter-changes/{number}/check"
    return hall.staff("reviewer").post(path, {"right": True} | how)


@pytest.mark.feature("A-13", "A-20")
def test_a_lost_password_is_reset_by_two_and_chosen_anew_by_its_owner(hall: JourneyHall) -> None:
    citizen, clerk = hall.somebody(DEPOSITING), hall.staff("clerk")
    number = entered(clerk, citizen.person, "counter_reset")
    assert citizen.device.get("/account").status == 200
    refused(clerk.post(f"/staff/counter-changes/{number}/check", {"right": True}), 403, "role_not_allowed")
    assert wanted(check(hall, number))["label"] == "复核无误，已生效"
    until(lambda: [1] if citizen.device.get("/account").status == 401 else [], 1)
    phone = citizen.person["phone"]
    until(lambda: [one for one in hall.outside.messages(phone) if "在柜台重置" in one["text"]], 1)
    hall.pass_time(61)
    again = Citizen(citizen.person, hall.device(), hall.outside, "chosen-anew-7", pass_time=hall.pass_time)
    again.come_first()
    titles = [line["title"] for line in wanted(again.device.get("/operation-log", kind="staff"))["items"]]
    assert titles[0] == "柜台重置密码（复核后生效）"
    again.device.token = None
    again.log_in()


@pytest.mark.feature("A-15")
def test_a_lost_phone_is_changed_by_two_and_lowers_the_limit(hall: JourneyHall) -> None:
    citizen, new = hall.somebody(RENTING), f"1997{secrets.randbelow(10**7):07d}"
    old = citizen.person["phone"]
    number = entered(hall.staff("clerk"), citizen.person, "counter_phone", new_phone=new)
    refused(check(hall, number, new_phone="19970000000"), 422, "phone_differs", "#/new_phone")
    wanted(check(hall, number, new_phone=new))
    until(lambda: [one for one in hall.outside.messages(old) if "原手机号不再接收" in one["text"]], 1)
    until(lambda: hall.outside.messages(new), 1)
    citizen.device.token = None
    citizen.log_in()
    citizen.person = citizen.person | {"phone": new}
    until(lambda: [one for one in [wanted(citizen.device.get("/home"))["caution"]] if one], 1)
    assert citizen.assessed("rent_quota")["ceiling"] == "5000.00"
    assert wanted(citizen.device.get("/phone"))["verified_at"] is None
    listed = wanted(hall.staff("auditor").get("/staff/counter-changes"))["items"]
    assert number in [one["number"] for one in listed]
    assert new not in str(listed)


@pytest.mark.feature("A-24", "A-03")
def test_an_opening_found_wrong_is_shut_until_a_supervisor_lifts_it(hall: JourneyHall) -> None:
    citizen, clerk = hall.somebody(Part((), _without_agreement)), hall.staff("clerk")
    text = wanted(clerk.get("/agreement-texts/professional_edition"))
    card = looked_up(clerk, citizen.person, "counter_opening")
    card |= {"consent": {name: text[name] for name in ("code", "version", "digest")}}
    number = wanted(clerk.post("/staff/counter-openings", card), 201)["number"]
    citizen.log_in()
    wrong = {"right": False, "remark": "协议未签字"}
    judged = wanted(hall.staff("reviewer").post(f"/staff/counter-openings/{number}/check", wrong))
    assert judged["suspension"]["label"] == "已暂停"
    until(lambda: [1] if citizen.device.get("/account").status == 401 else [], 1)
    citizen.device.token = None
    login = {"edition": "professional", "login_name": citizen.person["fund_number"]}
    login |= {"password": citizen.password}
    refused(citizen.device.post("/sessions", login | citizen.captcha()), 403, "professional_suspended")
    citizen.log_in("normal")
    phone = citizen.person["phone"]
    until(lambda: [one for one in hall.outside.messages(phone) if "复核有误" in one["text"]], 1)
    path, lifting = f"/staff/counter-openings/{number}/restoration", {"correction": "职工已补签协议"}
    refused(hall.staff("reviewer").post(path, lifting), 403, "role_not_allowed")
    assert wanted(hall.staff("supervisor").post(path, lifting))["label"] == "已恢复"
    until(lambda: [one for one in hall.outside.messages(phone) if "已恢复使用" in one["text"]], 1)
    citizen.log_in()


def test_an_initial_password_is_told_once(hall: JourneyHall) -> None:
    administrator, key = hall.staff("administrator"), new_key()
    body = {"login_name": f"once-{secrets.token_hex(4)}", "name": "某", "role": "auditor", "office": ""}
    first, again = (wanted(administrator.post("/staff/members", body, key), 201) for _ in range(2))
    assert len(first["initial_password"]) == 16
    assert again["initial_password"] is None
