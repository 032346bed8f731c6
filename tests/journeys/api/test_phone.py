"""修改手机号 over HTTP: the code to the old phone, both phones told, everybody else out, limits lowered."""

import csv
import io
import secrets

import pytest

from ops.demo.citizen import PASSWORD, Citizen
from ops.demo.device import Device, new_key, wanted
from tests.journeys.api.asserting import DEPOSITING, QUOTA, RENTING, SINGLE, refused, until
from tests.journeys.halls import JourneyHall

CARD = {"bank_code": "103", "card_number": "6291030000009900017"}


def a_phone() -> str:
    """A number that nobody of the books has."""
    return f"1998{secrets.randbelow(10**7):07d}"


def begin(hall: JourneyHall, citizen: Citizen, new: str, old: str = "") -> dict[str, str]:
    """A change begun, with the code that came to the old phone."""
    phone = citizen.person["phone"]
    seen = len(hall.outside.messages(phone))
    body = {"old_phone": old or phone, "new_phone": new}
    reply = citizen.device.post("/phone-changes", body)
    if reply.code == "code_asked_too_soon":
        hall.pass_time(int(reply.headers["Retry-After"]) + 1)
        reply = citizen.device.post("/phone-changes", body)
    begun = wanted(reply)
    return {"phone_change_id": begun["phone_change_id"], "code": hall.outside.code_after(phone, seen)}


def out(device: Device) -> list[int]:
    """Something, once the session of the device has ended: gateways hear of it a moment later."""
    return [1] if device.get("/account").status == 401 else []


def saving(hall: JourneyHall, citizen: Citizen, new: str) -> dict[str, str]:
    """The whole body that saves a change."""
    return begin(hall, citizen, new) | {"new_phone": new, "password": PASSWORD}


@pytest.mark.feature("A-15", "A-16", "A-17", "A-18", "N-14", "A-20")
def test_a_phone_is_changed_and_everybody_concerned_is_told(hall: JourneyHall) -> None:
    citizen, new = hall.somebody(DEPOSITING), a_phone()
    elsewhere = Citizen(citizen.person, hall.device(), hall.outside)
    elsewhere.log_in()
    old = citizen.person["phone"]
    assert hall.outside.messages(new) == []
    body, key = saving(hall, citizen, new), new_key()
    saved = wanted(citizen.device.put("/phone", body, key))
    assert citizen.device.put("/phone", body, key).body == saved
    assert (saved["former_phone"], saved["phone"]) == (f"{old[:3]}****{old[-4:]}", f"{new[:3]}****{new[-4:]}")
    assert wanted(citizen.device.get(f"/phone-changes/{saved['number']}"))["phone"] == saved["phone"]
    assert old not in citizen.device.get("/phone").text + citizen.device.get("/home").text
    assert wanted(citizen.device.get("/phone"))["verified_at"] is None
    (told,) = until(lambda: hall.outside.messages(new), 1)
    assert "认证手机号已于" in told["text"]
    until(lambda: [one for one in hall.outside.messages(old) if "原手机号不再接收" in one["text"]], 1)
    until(lambda: out(elsewhere.device), 1)
    assert citizen.device.get("/account").status == 200
    refused(citizen.device.put("/phone", body), 409, "phone_change_over")
    titles = [line["title"] for line in wanted(citizen.device.get("/operation-log"))["items"]]
    assert titles[:3] == ["修改手机号", "获取短信验证码", "登录"]


@pytest.mark.feature("A-15")
def test_after_it_less_is_paid_for_twelve_hours(hall: JourneyHall) -> None:
    citizen, new = hall.somebody(RENTING), a_phone()
    assert citizen.assessed("rent_quota")["caution"] is None
    wanted(citizen.device.put("/phone", saving(hall, citizen, new)))
    citizen.person = citizen.person | {"phone": new}
    until(lambda: [one for one in [wanted(citizen.device.get("/home"))["caution"]] if one], 1)
    assert citizen.assessed("rent_quota")["ceiling"] == "5000.00"
    problem = refused(
        citizen.register(citizen.registration("rent_quota", QUOTA, SINGLE)), 422, "amount_above_ceiling"
    )
    assert "恢复正常额度时间" in problem["figures"]
    assert problem["passes_on"]
    hall.pass_time(12 * 3600)
    assert citizen.assessed("rent_quota")["caution"] is None
    assert citizen.draw("rent_quota", QUOTA, SINGLE)["state"] in ("sent", "paid", "booked")


def test_a_replaced_card_lowers_the_limit_at_once(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    wanted(citizen.device.put("/card", CARD))
    caution = citizen.assessed("rent_quota")["caution"]
    assert (caution["deeds"], caution["left"]) == (["更换借记卡"], "5000.00")
    until(
        lambda: [
            one for one in hall.outside.messages(citizen.person["phone"]) if "借记卡已于" in one["text"]
        ],
        1,
    )


@pytest.mark.parametrize(
    ("changes", "status", "code", "pointer"),
    [
        ({"code": "000000x"}, 422, "fields_invalid", "#/code"),
        ({"new_phone": "12345678901"}, 422, "fields_invalid", "#/new_phone"),
        ({"new_phone": "19980000000"}, 409, "code_for_something_else", None),
        ({"password": "not the one 9"}, 422, "password_wrong", "#/password"),
        ({"phone_change_id": "0" * 32}, 409, "code_for_something_else", None),
        ({"extra": "field"}, 422, "fields_invalid", "#/extra"),
    ],
)
def test_a_change_that_is_not_as_asked_for_is_refused(
    hall: JourneyHall, changes: dict[str, str], status: int, code: str, pointer: str | None
) -> None:
    citizen, new = hall.somebody(DEPOSITING), a_phone()
    body = saving(hall, citizen, new) | changes
    refused(citizen.device.put("/phone", body), status, code, pointer)
    assert citizen.device.get("/phone").body["phone"][-4:] == citizen.person["phone"][-4:]


@pytest.mark.parametrize(
    ("old", "new", "code", "pointer"),
    [
        ("19912345678", "19981112222", "old_phone_wrong", "#/old_phone"),
        ("1991234567", "19981112222", "fields_invalid", "#/old_phone"),
        ("", "2998111222", "fields_invalid", "#/new_phone"),
        ("", "own", "phone_same", "#/new_phone"),
    ],
)
def test_phones_that_are_not_as_asked_for_are_refused(
    hall: JourneyHall, old: str, new: str, code: str, pointer: str
) -> None:
    citizen = hall.somebody(DEPOSITING)
    own = citizen.person["phone"]
    body = {"old_phone": old or own, "new_phone": own if new == "own" else new}
    refused(citizen.device.post("/phone-changes", body), 422, code, pointer)


def test_a_wrong_code_is_refused_and_the_right_one_still_good(hall: JourneyHall) -> None:
    citizen, new = hall.somebody(DEPOSITING), a_phone()
    body = saving(hall, citizen, new)
    wrong = f"{(int(body['code']) + 1) % 10**6:06d}"
    refused(citizen.device.put("/phone", body | {"code": wrong}), 422, "code_wrong", "#/code")
    assert citizen.device.put("/phone", body).status == 200


def test_a_session_of_nobody_changes_nothing(hall: JourneyHall) -> None:
    device = hall.device()
    body = {"old_phone": "19912345678", "new_phone": "19981112222"}
    refused(device.post("/phone-changes", body), 401, "not_logged_in")
    refused(device.get("/operation-log"), 401, "not_logged_in")


@pytest.mark.feature("A-20")
def test_the_log_tells_of_every_step_and_of_who_failed_to_come_in(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    number = citizen.draw("rent_quota", "1.00", SINGLE)["number"]
    stranger = Citizen(citizen.person, hall.device(), hall.outside, password="a-wrong-guess-1")
    reply = stranger.device.post(
        "/sessions",
        {"edition": "normal", "login_name": citizen.person["fund_number"], "password": "a-wrong-guess-1"}
        | stranger.captcha(),
    )
    assert reply.status == 401
    lines = wanted(citizen.device.get("/operation-log"))["items"]
    assert (lines[0]["title"], lines[0]["refused"]) == ("登录未成功（密码不正确）", True)
    assert lines[0]["address"] == stranger.device.address
    drawn = next(line for line in lines if line["number"] == number)
    assert (drawn["title"], drawn["address"]) == ("提取登记", citizen.device.address)
    only = wanted(citizen.device.get("/operation-log", kind="withdrawal"))["items"]
    assert {line["kind"] for line in only} == {"withdrawal"}
    as_csv = citizen.device.get("/operation-log/file", format="csv")
    rows = list(csv.reader(io.StringIO(as_csv.text.lstrip("\ufeff"))))
    assert rows[2][2] == "登录未成功（密码不正确）"
    assert citizen.device.get("/operation-log/file", format="xlsx").headers["Content-Type"].endswith("sheet")
    refused(citizen.device.get("/operation-log", kind="all"), 422, "fields_invalid")


def test_other_devices_are_logged_out_by_one_press(hall: JourneyHall) -> None:
    citizen = hall.somebody(DEPOSITING)
    others = [Citizen(citizen.person, hall.device(), hall.outside) for _ in range(2)]
    for other in others:
        other.log_in()
    assert len(wanted(citizen.device.get("/sessions"))["items"]) == 3
    assert citizen.device.delete("/sessions/others").status == 204
    for other in others:
        until(lambda device=other.device: out(device), 1)
    assert len(wanted(citizen.device.get("/sessions"))["items"]) == 1


@pytest.mark.feature("A-15", "A-17")
def test_a_new_phone_is_a_login_name_once_its_code_came_back(hall: JourneyHall) -> None:
    citizen, new = hall.somebody(DEPOSITING), a_phone()
    wanted(citizen.device.put("/phone", saving(hall, citizen, new)))
    stranger = Citizen(citizen.person, hall.device(), hall.outside)
    login = {"edition": "professional", "login_name": new, "password": PASSWORD}
    refused(stranger.device.post("/sessions", login | stranger.captcha()), 401, "login_refused")
    citizen.person = citizen.person | {"phone": new}
    code = citizen.take_code("/phone/verification/code")
    refused(citizen.device.put("/phone/verification", {"code": "x"}), 422, "fields_invalid", "#/code")
    assert wanted(citizen.device.put("/phone/verification", {"code": code}))["verified_at"]
    assert wanted(citizen.device.get("/phone"))["verified_at"]
    assert stranger.device.post("/sessions", login | stranger.captcha()).status == 201


@pytest.mark.feature("A-13", "A-20")
def test_a_password_is_changed_and_its_owner_told(hall: JourneyHall) -> None:
    citizen = hall.somebody(DEPOSITING)
    elsewhere = Citizen(citizen.person, hall.device(), hall.outside)
    elsewhere.log_in()
    body = {"password": PASSWORD, "new_password": "another-Lamp-28"}
    code = citizen.take_code("/password/code")
    refused(
        citizen.device.put("/password", body | {"code": code, "password": "not the one 9"}),
        422,
        "password_wrong",
        "#/password",
    )
    key = new_key()
    changed = wanted(citizen.device.put("/password", body | {"code": code}, key))
    assert changed["sessions_ended"] == 1
    assert citizen.device.put("/password", body | {"code": code}, key).body == changed
    until(lambda: out(elsewhere.device), 1)
    phone = citizen.person["phone"]
    until(lambda: [one for one in hall.outside.messages(phone) if "登录密码已于" in one["text"]], 1)
    titles = [line["title"] for line in wanted(citizen.device.get("/operation-log"))["items"]]
    assert titles[0] == "修改密码"
    citizen.password = "another-Lamp-28"
    citizen.log_in()
    assert wanted(citizen.device.get("/home"))["caution"] is None
