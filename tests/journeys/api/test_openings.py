"""Opening the professional edition over HTTP, with a provider that is slow, silent, forged or wrong."""

import json
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
import requests

from ops.books.situations import Depositor, Household
from ops.demo.cast import Part
from ops.demo.citizen import Citizen
from ops.demo.device import Reply, wanted
from ops.environment import Setting
from services.common.callbacks import signature
from services.common.clock import technical_now
from tests.journeys.api.asserting import RENTING, SINGLE, refused, until
from tests.journeys.halls import JourneyHall

PATH = "/callbacks/face"


def _without_agreement(household: Household, depositor: Depositor, today: date) -> bool:
    return depositor.professional_since is None and depositor.plan.closed_on is None


WITHOUT_AGREEMENT = Part((), _without_agreement)


@pytest.fixture(autouse=True)
def mended(hall: JourneyHall) -> Iterator[None]:
    yield
    for target in ("face.verifications", "face.query", "face.close", "callbacks.face"):
        hall.outside.mend(target)


@pytest.fixture
def normal(hall: JourneyHall) -> Citizen:
    """Somebody who holds no agreement and has never been here."""
    return hall.newcomer(WITHOUT_AGREEMENT)


def consent(citizen: Citizen) -> dict[str, Any]:
    shown = wanted(citizen.device.get("/agreement-texts/professional_edition"))
    return {"consent": {name: shown[name] for name in ("code", "version", "digest")}}


def begun(citizen: Citizen) -> str:
    return str(wanted(citizen.device.post("/openings", consent(citizen)))["opening_id"])


def identity(citizen: Citizen, **changes: str) -> dict[str, str]:
    own = {name: citizen.person[name] for name in ("name", "id_number")}
    return own | {"password": citizen.password} | changes


def submitted(citizen: Citizen, **changes: str) -> tuple[str, dict[str, Any]]:
    opening_id = begun(citizen)
    return opening_id, wanted(
        citizen.device.post(f"/openings/{opening_id}/identity", identity(citizen, **changes))
    )


def state(citizen: Citizen, opening_id: str) -> str:
    return str(wanted(citizen.device.get(f"/openings/{opening_id}"))["state"])


def brought(citizen: Citizen, opening_id: str, code: str) -> Reply:
    """What the hall says to a browser that comes back from the provider with this."""
    return citizen.device.post(f"/openings/{opening_id}/return", {"return_code": code})


def entered(hall: JourneyHall, citizen: Citizen, opening_id: str, opening: dict[str, Any]) -> dict[str, Any]:
    """The session of somebody who passes and comes back by the same browser."""
    code = hall.outside.decide_face(opening["page_url"], "pass")
    assert wanted(brought(citizen, opening_id, code))["state"] == "opened"
    session: dict[str, Any] = wanted(citizen.device.post(f"/openings/{opening_id}/session"))
    return session


def becomes(citizen: Citizen, opening_id: str, wished: str) -> None:
    until(lambda: [1] if state(citizen, opening_id) == wished else [], 1)


def order_number(hall: JourneyHall, opening: dict[str, Any]) -> str:
    """The provider's number of an order, as the rehearsal's own page lists it."""
    text = requests.get(hall.sandbox_url, timeout=10).text
    row = next(line for line in text.splitlines() if opening["page_url"].rpartition("/")[2] in line)
    return row.split("<code>")[1].split("</code>")[0]


def callback(hall: JourneyHall, told: dict[str, Any], *, key: str | None = None, late_s: int = 0) -> int:
    """What the hall answers to a callback, signed by the provider's key or another."""
    content = json.dumps(told).encode()
    timestamp = str(int(technical_now()) - late_s)
    headers = {
        "Content-Type": "application/json",
        "X-Timestamp": timestamp,
        "X-Signature": signature(key or Setting.of(hall.home).secrets["face"], timestamp, PATH, content),
    }
    return requests.post(hall.url + PATH, data=content, headers=headers, timeout=10).status_code


def told_of(number: str, person: dict[str, Any]) -> dict[str, Any]:
    digest = sha256(f"{number}\n{person['name']}\n{person['id_number']}".encode()).hexdigest()
    return {"order_number": number, "outcome": 0, "reason": "", "person": digest}


@pytest.mark.feature("A-02", "A-05", "A-07", "A-08", "A-19")
def test_agreement_identity_face_and_the_hall_is_open(hall: JourneyHall, normal: Citizen) -> None:
    opening_id, opening = submitted(normal)
    assert opening["state"] == "verifying"
    session = entered(hall, normal, opening_id, opening)
    assert session["edition"] == "professional"
    normal.device.token = session["token"]
    titles = [line["title"] for line in wanted(normal.device.get("/operation-log"))["items"]]
    assert titles[:2] == ["在线开通后登录", "在线开通专业版并设置密码"]
    (line,) = wanted(normal.device.get("/agreements"))["items"]
    signed = wanted(normal.device.get(f"/agreements/{line['number']}"))
    assert signed["digest"] == consent(normal)["consent"]["digest"]
    assert (signed["address"], "服务内容" in signed["text"]) == (normal.device.address, True)
    normal.device.token = None
    normal.log_in("normal")
    normal.log_in()


@pytest.mark.feature("A-03")
def test_the_normal_edition_looks_and_the_professional_one_transacts(
    hall: JourneyHall, normal: Citizen
) -> None:
    normal.come_first()
    card = {"bank_code": "103", "card_number": "6291030000000000298"}
    for path in ("/account", "/contributions", "/ledger-lines", "/withdrawals", "/agreements"):
        assert normal.device.get(path).status == 200
    refused(normal.device.put("/card", card), 403, "professional_needed")
    normal.device.token = None
    opening_id, opening = submitted(normal)
    normal.device.token = entered(hall, normal, opening_id, opening)["token"]
    assert normal.device.put("/card", card).code != "professional_needed"


def test_a_forged_a_late_and_a_stranger_s_callback_are_refused(hall: JourneyHall, normal: Citizen) -> None:
    hall.outside.arrange("callbacks.face", "down")
    opening_id, opening = submitted(normal)
    told = told_of(order_number(hall, opening), normal.person)
    other = hall.newcomer(WITHOUT_AGREEMENT).person
    assert callback(hall, told, key="guessed") == 403
    assert callback(hall, told, late_s=600) == 403
    assert callback(hall, told_of(told["order_number"], other)) == 403
    assert callback(hall, told | {"order_number": "O20261122999999"}) == 404
    assert state(normal, opening_id) == "verifying"
    assert callback(hall, told) == 200
    assert state(normal, opening_id) == "passed"
    assert callback(hall, told | {"outcome": 1}) == 200
    assert state(normal, opening_id) == "passed"


def test_a_callback_told_twice_opens_once(hall: JourneyHall, normal: Citizen) -> None:
    hall.outside.arrange("callbacks.face", "twice")
    opening_id, opening = submitted(normal)
    normal.device.token = entered(hall, normal, opening_id, opening)["token"]
    assert len(wanted(normal.device.get("/agreements"))["items"]) == 1


def test_who_fails_is_told_so_and_may_begin_again(hall: JourneyHall, normal: Citizen) -> None:
    opening_id, opening = submitted(normal)
    hall.outside.decide_face(opening["page_url"], "fail")
    becomes(normal, opening_id, "failed")
    assert "人脸核验没有通过" in wanted(normal.device.get(f"/openings/{opening_id}"))["sentence"]
    refused(normal.device.post(f"/openings/{opening_id}/session"), 409, "opening_not_enterable")
    assert submitted(normal)[1]["state"] == "verifying"


def test_an_opening_left_alone_expires_and_cannot_pass_any_more(hall: JourneyHall, normal: Citizen) -> None:
    opening_id, opening = submitted(normal)
    hall.pass_time(31 * 60)
    becomes(normal, opening_id, "expired")
    hall.outside.decide_face(opening["page_url"], "pass")
    assert state(normal, opening_id) == "expired"


def test_a_silent_provider_is_asked_again_and_never_taken_for_a_no(
    hall: JourneyHall, normal: Citizen
) -> None:
    hall.outside.arrange("face.verifications", "lose_answer", times=1)
    hall.outside.arrange("callbacks.face", "down")
    opening_id, opening = submitted(normal)
    assert (opening["state"], opening["page_url"]) == ("verifying", None)
    again = wanted(normal.device.post(f"/openings/{opening_id}/check"))
    hall.outside.decide_face(again["page_url"], "pass")
    hall.outside.arrange("face.query", "down", times=1)
    assert wanted(normal.device.post(f"/openings/{opening_id}/check"))["state"] == "verifying"
    becomes(normal, opening_id, "passed")


@pytest.mark.feature("A-05")
def test_who_comes_back_before_the_provider_has_spoken_is_in_when_it_does(
    hall: JourneyHall, normal: Citizen
) -> None:
    hall.outside.arrange("callbacks.face", "down")
    opening_id, opening = submitted(normal)
    code = hall.outside.decide_face(opening["page_url"], "pass")
    hall.outside.arrange("face.query", "down", times=1)
    assert wanted(brought(normal, opening_id, code))["state"] == "verifying"
    becomes(normal, opening_id, "opened")


def test_a_link_passed_on_to_its_victim_opens_nothing(hall: JourneyHall, normal: Citizen) -> None:
    normal.come_first()
    thief = Citizen(normal.person, hall.device(), hall.outside, password="the-thiefs-own-7")
    opening_id, opening = submitted(thief)
    # The thief has looked at the provider's page first, and left: nothing to keep is given there.
    assert "code=" not in requests.get(opening["page_url"], timeout=10).text
    stolen = hall.outside.decide_face(opening["page_url"], "pass")
    becomes(thief, opening_id, "passed")
    assert hall.outside.decide_face(opening["page_url"], "pass") == "", "given once, to the victim's browser"
    refused(thief.device.post(f"/openings/{opening_id}/session"), 409, "opening_not_enterable")
    refused(brought(thief, opening_id, "0" * 32), 409, "return_code_wrong")
    wrong = {"code": "000000"}
    refused(thief.device.post(f"/openings/{opening_id}/confirmation", wrong), 409, "code_not_asked", "#/code")
    assert normal.device.get("/account").status == 200
    normal.log_in("normal")
    body = {"edition": "normal", "login_name": normal.person["fund_number"], "password": thief.password}
    refused(thief.device.post("/sessions", body | thief.captcha()), 401, "login_refused")
    # Not even what the victim's browser was given helps in another opening.
    other, second = submitted(hall.newcomer(WITHOUT_AGREEMENT))
    hall.outside.decide_face(second["page_url"], "pass")
    becomes(thief, other, "passed")
    refused(brought(thief, other, stolen), 409, "return_code_wrong")


@pytest.mark.feature("A-05")
def test_who_closed_the_browser_confirms_with_a_code_to_the_registered_phone(
    hall: JourneyHall, normal: Citizen
) -> None:
    opening_id, opening = submitted(normal)
    refused(normal.device.post(f"/openings/{opening_id}/confirmation", {"code": "12"}), 422, "fields_invalid")
    hall.outside.decide_face(opening["page_url"], "pass")
    becomes(normal, opening_id, "passed")
    assert wanted(normal.device.post(f"/openings/{opening_id}/check"))["state"] == "passed"
    code = normal.take_code(f"/openings/{opening_id}/code")
    told = hall.outside.messages(normal.person["phone"])[0]["text"]
    assert "正以您的身份" in told and "切勿将验证码告诉任何人" in told
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    path = f"/openings/{opening_id}/confirmation"
    refused(normal.device.post(path, {"code": wrong}), 422, "code_wrong", "#/code")
    assert wanted(normal.device.post(path, {"code": code}))["state"] == "opened"
    assert wanted(normal.device.post(f"/openings/{opening_id}/session"))["edition"] == "professional"


@pytest.mark.feature("A-07")
def test_a_consent_to_another_text_is_refused_with_the_present_one(normal: Citizen) -> None:
    body = consent(normal)
    for name, value in (("version", "2025-1"), ("digest", "0" * 64)):
        problem = refused(
            normal.device.post("/openings", {"consent": body["consent"] | {name: value}}),
            409,
            "agreement_changed",
            "#/consent",
        )
        assert "服务内容" in problem["figures"]["agreement_text"]


@pytest.mark.parametrize(
    ("changes", "status", "code", "pointer"),
    [
        ({"id_number": "370202198501010010"}, 422, "id_number_wrong", "#/id_number"),
        ({"id_number": "3702"}, 422, "fields_invalid", "#/id_number"),
        ({"password": "12345678"}, 422, "password_weak", "#/password"),
        ({"password": "1234567"}, 422, "password_weak", "#/password"),
        ({"password": "x" * 201}, 422, "fields_invalid", "#/password"),
        ({"name": "\x00"}, 422, "fields_invalid", "#/name"),
    ],
)
def test_a_wrong_identity_or_password_is_refused_at_its_field(
    normal: Citizen, changes: dict[str, str], status: int, code: str, pointer: str
) -> None:
    reply = normal.device.post(f"/openings/{begun(normal)}/identity", identity(normal, **changes))
    refused(reply, status, code, pointer)


def test_whether_somebody_has_an_account_shows_only_to_who_brings_the_return_code(
    hall: JourneyHall, normal: Citizen
) -> None:
    opening_id, opening = submitted(normal, name="甄没有", id_number="370202198501010017")
    assert opening["state"] == "verifying"
    code = hall.outside.decide_face(opening["page_url"], "pass")
    becomes(normal, opening_id, "passed")
    assert wanted(normal.device.get(f"/openings/{opening_id}"))["sentence"] is None
    assert "没有住房公积金个人账户" in wanted(brought(normal, opening_id, code))["sentence"]
    assert state(normal, opening_id) == "failed"


def test_another_s_opening_and_agreement_do_not_exist(hall: JourneyHall, normal: Citizen) -> None:
    refused(normal.device.get(f"/openings/{'0' * 32}"), 404, "no_such_opening")
    citizen = hall.citizen("home_owner")
    refused(citizen.device.get(f"/agreements/{'0' * 32}"), 404, "no_such_agreement")
    refused(citizen.device.get("/agreement-texts/nothing"), 404, "no_such_agreement")


@pytest.mark.feature("A-19")
def test_what_a_withdrawal_had_signed_joins_the_list_with_its_text(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    number = citizen.draw("rent_quota", "1.00", SINGLE)["number"]

    def signed() -> list[dict[str, Any]]:
        items = wanted(citizen.device.get("/agreements"))["items"]
        return [item for item in items if item["for"] == number]

    lines = until(signed, 2)
    assert {line["title"] for line in lines} == {"单身具结书", "提取承诺书"}
    texts = [wanted(citizen.device.get(f"/agreements/{line['number']}"))["text"] for line in lines]
    assert any("没有配偶" in text for text in texts)
