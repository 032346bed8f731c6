"""Coming in wrongly: captchas, passwords, numbers nobody has, and what an unfinished first visit may do."""

import pytest

from tests.journeys.api.asserting import DEPOSITING, RENTING, refused
from tests.journeys.halls import JourneyHall

NOBODY = "370299999999"


def _login(name: str, password: str, captcha: dict[str, str]) -> dict[str, str]:
    return {"edition": "professional", "login_name": name, "password": password, **captcha}


@pytest.mark.feature("A-11")
def test_a_captcha_passes_once_right_and_in_time(hall: JourneyHall) -> None:
    citizen = hall.somebody(DEPOSITING)
    device, name = hall.device(), citizen.person["fund_number"]
    for captcha in (
        _wrong(citizen.captcha()),
        _used(hall, citizen.captcha()),
        _expired(hall, citizen.captcha()),
    ):
        reply = device.post("/sessions", _login(name, citizen.password, captcha))
        refused(reply, 422, "captcha_wrong", "#/captcha_answer")
        assert "token" not in reply.body
    assert device.post("/sessions", _login(name, citizen.password, citizen.captcha())).status == 201


def _wrong(captcha: dict[str, str]) -> dict[str, str]:
    return captcha | {"captcha_answer": "0000"}


def _used(hall: JourneyHall, captcha: dict[str, str]) -> dict[str, str]:
    assert hall.device().post("/first-visits", {"fund_number": NOBODY, **captcha}).status == 201
    return captcha


def _expired(hall: JourneyHall, captcha: dict[str, str]) -> dict[str, str]:
    hall.pass_time(121)
    return captcha


@pytest.mark.feature("A-10", "A-12")
def test_the_three_names_log_in(hall: JourneyHall) -> None:
    citizen = hall.somebody(DEPOSITING)
    for name in ("fund_number", "id_number", "phone"):
        device = hall.device()
        reply = device.post("/sessions", _login(citizen.person[name], citizen.password, citizen.captcha()))
        assert reply.status == 201, reply.text


@pytest.mark.feature("A-12")
def test_wrong_passwords_lock_and_tell_nobody_who_exists(hall: JourneyHall) -> None:
    citizen = hall.somebody(DEPOSITING)
    known, unknown = hall.device(), hall.device()
    for _ in range(5):
        heard = [
            _refusal(device.post("/sessions", _login(name, "wrong-Harbour-1", citizen.captcha())))
            for device, name in ((known, citizen.person["fund_number"]), (unknown, NOBODY))
        ]
        assert heard[0] == heard[1]
        assert heard[0][:2] == (401, "login_refused")
    locked = [
        device.post("/sessions", _login(name, citizen.password, citizen.captcha()))
        for device, name in ((known, citizen.person["fund_number"]), (unknown, NOBODY))
    ]
    for reply in locked:
        refused(reply, 429, "login_closed")
        assert int(reply.headers["Retry-After"]) > 0
    assert _refusal(locked[0]) == _refusal(locked[1])
    elsewhere = hall.device().post(
        "/sessions", _login(citizen.person["fund_number"], citizen.password, citizen.captcha())
    )
    assert elsewhere.status == 201


def _refusal(reply: object) -> tuple[object, ...]:
    body = reply.body  # type: ignore[attr-defined]
    return body["status"], body["code"], body["detail"], body["title"], body["errors"]


@pytest.mark.feature("A-12", "A-13")
def test_a_first_visit_of_nobody_reads_like_one_of_somebody(hall: JourneyHall) -> None:
    somebody = hall.somebody(DEPOSITING)
    answers = []
    for number in (somebody.person["fund_number"], NOBODY):
        device = hall.device()
        begun = device.post("/first-visits", {"fund_number": number, **somebody.captcha()})
        visit = begun.body["first_visit_id"]
        sent = device.post(f"/first-visits/{visit}/code")
        late = device.post(
            f"/first-visits/{visit}/password", {"code": "000000", "password": "harbour-Lamp-28"}
        )
        answers.append((begun.status, sorted(begun.body), sent.status, sorted(sent.body), _refusal(late)))
    assert answers[0] == answers[1]


@pytest.mark.feature("A-13", "A-14")
def test_before_the_password_every_other_route_refuses(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    device = hall.device()
    begun = device.post("/first-visits", {"fund_number": NOBODY, **citizen.captcha()}).body
    device.token = begun["token"]
    for path in (
        "/home",
        "/account",
        "/contributions",
        "/ledger-lines",
        "/card",
        "/withdrawals",
        "/messages",
    ):
        refused(device.get(path), 403, "first_visit_unfinished")
    wish = {"purpose": "withdrawal", "reason": "rent_quota", "amount": "1.00"}
    refused(device.post("/verification-codes", wish), 403, "first_visit_unfinished")


@pytest.mark.feature("A-09")
def test_an_edition_has_to_be_chosen(hall: JourneyHall) -> None:
    citizen = hall.somebody(DEPOSITING)
    body = _login(citizen.person["fund_number"], citizen.password, citizen.captcha())
    body.pop("edition")
    refused(hall.device().post("/sessions", body), 422, "fields_invalid", "#/edition")


@pytest.mark.feature("A-13")
def test_a_weak_first_password_is_refused_and_the_visit_goes_on(hall: JourneyHall) -> None:
    citizen = hall.newcomer(DEPOSITING)
    visit = citizen.begin_first_visit()
    code = citizen.take_code(f"/first-visits/{visit}/code")
    path = f"/first-visits/{visit}/password"
    for password in ("12345678", "aaaaaaaa", citizen.person["fund_number"], "short", "x9" * 33):
        refused(
            citizen.device.post(path, {"code": code, "password": password}),
            422,
            "password_weak",
            "#/password",
        )
    endless = citizen.device.post(path, {"code": code, "password": "x9" * 101})
    refused(endless, 422, "fields_invalid", "#/password")
    assert citizen.device.post(path, {"code": code, "password": citizen.password}).status == 201
    refused(citizen.device.post(path, {"code": code, "password": citizen.password}), 409, "first_visit_over")


def test_nobody_and_forged_tokens_stay_outside(hall: JourneyHall) -> None:
    device = hall.device()
    refused(device.get("/home"), 401, "not_logged_in")
    device.token = "eyJhbGciOiJFZDI1NTE5In0.e30.AAAA"
    refused(device.get("/home"), 401, "token_invalid")
