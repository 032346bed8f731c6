"""The console over HTTP: two factors, the first login, roles kept apart, the counter, dead letters."""

import secrets
import time
from datetime import date
from typing import Any

import pytest

from ops.books.situations import Depositor, Household
from ops.demo.cast import Part
from ops.demo.device import Device, wanted
from services.auth.second_factor import code_at, step_of
from tests.journeys.api.asserting import refused
from tests.journeys.halls import JourneyHall

COUNTER = ("/staff/looks", {"number": "370200000020", "purpose": "enquiry"})
MEMBERS = ("/staff/members", {"login_name": "nobody.new", "name": "某", "role": "auditor", "office": ""})


def _normal_only(household: Household, depositor: Depositor, today: date) -> bool:
    return depositor.professional_since is None and depositor.plan.closed_on is None


WITHOUT_PROFESSIONAL = Part((), _normal_only)


def typed(hall: JourneyHall, device: Device, login: dict[str, str]) -> dict[str, str]:
    captcha_id = wanted(device.post("/captchas"))["captcha_id"]
    return login | {"captcha_id": captcha_id, "captcha_answer": hall.outside.captcha(captcha_id)}


def a_login(hall: JourneyHall, role: str, office: str = "") -> dict[str, Any]:
    """A login that an administrator has just made."""
    name = f"{role}-{secrets.token_hex(4)}"
    body = {"login_name": name, "name": "新员工", "role": role, "office": office}
    made: dict[str, Any] = wanted(hall.staff("administrator").post("/staff/members", body), 201)
    return made


def own_login(hall: JourneyHall, role: str) -> dict[str, Any]:
    """The login of a role as its owner sees it."""
    own: dict[str, Any] = wanted(hall.staff(role).get("/staff/profile"))
    return own


def first_login(hall: JourneyHall, made: dict[str, Any]) -> Device:
    """The device of somebody who has come in with the initial password."""
    device = hall.device()
    login = {"login_name": made["login_name"], "password": made["initial_password"]}
    answer = wanted(device.post("/staff/sessions", typed(hall, device, login)), 201)
    assert answer["restricted"] is True
    device.token = answer["token"]
    return device


def test_a_first_login_sets_up_password_and_codes_before_anything_else(hall: JourneyHall) -> None:
    device = first_login(hall, a_login(hall, "clerk", "02"))
    refused(device.get("/staff/profile"), 403, "role_not_allowed")
    refused(device.post(*COUNTER), 403, "role_not_allowed")
    secret = wanted(device.get("/staff/setup"))["secret"]
    own = {"password": "harbour-Lamp-27", "code": code_at(secret, step_of(time.time()))}
    device.token = wanted(device.post("/staff/setup", own), 201)["token"]
    profile = wanted(device.get("/staff/profile"))
    titles = [profile[name] for name in ("role_title", "office_title", "label")]
    assert titles == ["柜面经办", "市北管理部", "在用"]


def test_a_disabled_login_is_out_at_once(hall: JourneyHall) -> None:
    made = a_login(hall, "auditor")
    device = first_login(hall, made)
    secret = wanted(device.get("/staff/setup"))["secret"]
    own = {"password": "harbour-Lamp-27", "code": code_at(secret, step_of(time.time()))}
    device.token = wanted(device.post("/staff/setup", own), 201)["token"]
    wanted(device.get("/staff/members"))
    wanted(hall.staff("administrator").post(f"/staff/members/{made['login_name']}/disabling"))
    until = time.monotonic() + 10
    while device.get("/staff/members").status == 200 and time.monotonic() < until:
        time.sleep(0.1)
    refused(device.get("/staff/members"), 401, "session_ended")


@pytest.mark.parametrize("code", ["", "000000", "12345"])
def test_without_the_right_code_nobody_is_let_in(hall: JourneyHall, code: str) -> None:
    device = hall.device()
    login = {"login_name": "auditor", "password": "not the one at all"} | ({"code": code} if code else {})
    refused(device.post("/staff/sessions", typed(hall, device, login)), 401, "login_refused")


@pytest.mark.parametrize(
    ("role", "method", "path", "body"),
    [
        ("operator", "POST", *COUNTER),
        ("administrator", "POST", *COUNTER),
        ("auditor", "POST", *COUNTER),
        ("clerk", "POST", "/staff/looks/search", {}),
        ("clerk", "POST", *MEMBERS),
        ("operator", "POST", *MEMBERS),
        ("administrator", "GET", "/staff/trial-balance", None),
        ("clerk", "GET", "/staff/dead-letters", None),
        ("auditor", "POST", "/staff/dead-letters/notify/D0/replay", None),
        ("clerk", "GET", "/account", None),
    ],
)
def test_a_role_does_nothing_that_is_anothers(
    hall: JourneyHall, role: str, method: str, path: str, body: dict[str, str] | None
) -> None:
    device = hall.staff(role)
    refused(device.post(path, body) if method == "POST" else device.get(path), 403, "role_not_allowed")


@pytest.mark.parametrize("path", ["/members", "/looks", "/counter-openings", "/setup"])
def test_citizens_and_nobody_are_kept_out(hall: JourneyHall, path: str) -> None:
    refused(hall.citizen("home_owner").device.get(f"/staff{path}"), 403, "role_not_allowed")
    refused(hall.device().get(f"/staff{path}"), 401, "not_logged_in")


def test_a_letter_that_is_not_there_is_not_settled(hall: JourneyHall) -> None:
    for service in ("notify", "nowhere"):
        path = f"/staff/dead-letters/{service}/D0/replay"
        refused(hall.operator().post(path), 404, "no_such_letter")


@pytest.mark.feature("A-24")
def test_a_paper_signed_at_the_counter_opens_the_professional_edition(hall: JourneyHall) -> None:
    citizen, clerk = hall.newcomer(WITHOUT_PROFESSIONAL), hall.staff("clerk")
    person = citizen.person
    wish = {"number": person["fund_number"], "purpose": "counter_opening"}
    seen = wanted(clerk.post("/staff/looks", wish), 201)
    for hidden in ("name", "id_number", "phone"):
        assert person[hidden] not in str(seen)
    text = wanted(clerk.get("/agreement-texts/professional_edition"))
    card = {"look": seen["look"], "name": person["name"], "id_number": person["id_number"]}
    card |= {"paper_number": f"QD-{secrets.token_hex(4)}"}
    card |= {"consent": {name: text[name] for name in ("code", "version", "digest")}}
    refused(clerk.post("/staff/counter-openings", card | {"name": "别人"}), 422, "name_differs")
    opened = wanted(clerk.post("/staff/counter-openings", card), 201)
    refused(clerk.post("/staff/counter-openings", card), 409, "already_open")
    judged = wanted(
        hall.staff("reviewer").post(f"/staff/counter-openings/{opened['number']}/check", {"right": True})
    )
    assert judged["check"]["label"] == "复核无误"
    citizen.come_first()
    (seen_by,) = wanted(citizen.device.get("/looks"))["items"]
    assert (seen_by["office_title"], seen_by["purpose_title"]) == ("市南管理部", "柜台开通个人专业版")
    items = wanted(citizen.device.get("/agreements"))["items"]
    signed = [one for one in items if one["code"] == "professional_edition"]
    assert [(one["way"], one["for"]) for one in signed] == [("柜台签订", card["paper_number"].upper())]
    looks = wanted(hall.staff("auditor").get("/staff/looks"))["items"]
    assert looks[0]["fund_number"] == person["fund_number"]
    wish = {"fund_number": person["fund_number"], "login_name": own_login(hall, "clerk")["login_name"]}
    (found,) = wanted(hall.staff("auditor").post("/staff/looks/search", wish))["items"]
    assert (found["number"], found["staff_name"]) == (seen["look"], own_login(hall, "clerk")["name"])
