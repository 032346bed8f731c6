"""SMS codes used wrongly, and asked for too often: by phone, by address, by everybody together."""

from ops.demo.citizen import Citizen
from ops.demo.device import Reply
from tests.journeys.api.asserting import RENTING, SINGLE, refused
from tests.journeys.halls import JourneyHall


def _wish(amount: str = "1.00") -> dict[str, str]:
    return {"purpose": "withdrawal", "reason": "rent_quota", "amount": amount}


def _sent(citizen: Citizen, code: str, amount: str = "1.00") -> Reply:
    form = citizen.registration("rent_quota", amount, SINGLE)
    return citizen.device.post("/withdrawals", form | {"code": code})


def _nothing_registered(citizen: Citizen) -> bool:
    account = citizen.device.get("/account").body
    return citizen.device.get("/withdrawals").body["items"] == [] and account["held"] == "0.00"


def _other(code: str, step: int = 1) -> str:
    return f"{(int(code) + step) % 1_000_000:06d}"


def test_an_expired_code_is_refused(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    code = citizen.code_for("rent_quota", "1.00")
    hall.pass_time(301)
    refused(_sent(citizen, code), 409, "code_expired", "#/code")
    assert _nothing_registered(citizen)


def test_a_code_makes_one_bill_only(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    code = citizen.code_for("rent_quota", "1.00")
    card = citizen.person["card"]["card_number"]
    hall.outside.arrange("bank.payouts", "fail", times=1, card_number=card)
    number = _sent(citizen, code).body["number"]
    citizen.settled(number, "payment_failed")
    citizen.press(number, "settlement-cancellation")
    assert citizen.device.delete(f"/withdrawals/{number}").status == 200
    refused(_sent(citizen, code), 409, "code_used", "#/code")
    assert citizen.device.get("/withdrawals").body["items"] == []


def test_a_code_is_good_for_its_own_amount_reason_and_person(hall: JourneyHall) -> None:
    citizen, other = hall.somebody(RENTING), hall.somebody(RENTING)
    code = citizen.code_for("rent_quota", "1.00")
    refused(_sent(citizen, code, "2.00"), 409, "code_for_something_else", "#/code")
    form = citizen.registration("fund_loan", "1.00")
    reply = citizen.device.post("/withdrawals", form | {"code": code})
    refused(reply, 409, "code_for_something_else", "#/code")
    refused(_sent(other, code), 409, "code_not_asked", "#/code")
    other.code_for("rent_quota", "1.00")
    refused(_sent(other, code), 422, "code_wrong", "#/code")
    assert _nothing_registered(citizen)
    assert _nothing_registered(other)


def test_the_sixth_try_is_in_vain_though_right(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    code = citizen.code_for("rent_quota", "1.00")
    for attempt in range(1, 5):
        problem = refused(_sent(citizen, _other(code, attempt)), 422, "code_wrong", "#/code")
        assert problem["figures"] == {"tries_left": str(5 - attempt)}
    refused(_sent(citizen, _other(code, 5)), 409, "code_void", "#/code")
    refused(_sent(citizen, code), 409, "code_void", "#/code")
    assert _nothing_registered(citizen)


def test_a_phone_gets_one_code_a_minute_and_five_an_hour(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    hall.pass_time(3601)
    assert citizen.device.post("/verification-codes", _wish()).status == 201
    soon = citizen.device.post("/verification-codes", _wish())
    problem = refused(soon, 429, "code_asked_too_soon")
    assert (problem["rule"], problem["figures"]) == ("同一手机号每分钟可获取验证码次数", {"可获取次数": "1"})
    assert 0 < int(soon.headers["Retry-After"]) <= 60
    for unused in range(4):
        hall.pass_time((60 << unused) + 1)
        assert citizen.device.post("/verification-codes", _wish()).status == 201
    early = citizen.device.post("/verification-codes", _wish())
    refused(early, 429, "code_asked_too_often")
    assert int(early.headers["Retry-After"]) > 1800


def test_codes_that_are_not_used_make_the_next_wait_longer(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    hall.pass_time(3901)
    for pause_s in (0, 61):
        hall.pass_time(pause_s)
        assert citizen.device.post("/verification-codes", _wish()).status == 201
    hall.pass_time(61)
    reply = citizen.device.post("/verification-codes", _wish())
    problem = refused(reply, 429, "code_asked_too_soon")
    assert "已连续2次获取验证码而没有使用" in problem["detail"]
    assert 40 < int(reply.headers["Retry-After"]) <= 60


def test_an_address_gets_twenty_codes_an_hour(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    device = hall.device()
    for place in range(21):
        begun = device.post("/first-visits", {"fund_number": f"3702999{place:05d}", **citizen.captcha()})
        reply = device.post(f"/first-visits/{begun.body['first_visit_id']}/code")
        assert reply.status == 201 or place == 20
    refused(reply, 429, "address_asks_too_often")
    # The first visit has used this phone's code of the minute.
    hall.pass_time(61)
    assert citizen.device.post("/verification-codes", _wish()).status == 201


def test_all_together_get_no_more_than_the_day_allows(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    hall.pass_time(61)
    ahead = "UPDATE limit_counters SET last_turn = last_turn + %s WHERE scope = 'hall'"
    with hall.database("notify") as database:
        database.execute(ahead, [49_999])
        try:
            reply = citizen.device.post("/verification-codes", _wish())
        finally:
            database.execute(ahead, [-49_999])
    refused(reply, 429, "hall_sends_too_many")
    assert citizen.device.post("/verification-codes", _wish()).status == 201
