"""Registers answer what was loaded; messages and captcha answers can be read."""

import requests

from tests.component.sandbox.program import Program

ID_NUMBER = "37020219900101001X"


def _load(world: Program, register: str, *records: dict[str, object]) -> requests.Response:
    return requests.put(f"{world.url}/registers/{register}/records", json={"records": records}, timeout=10)


def _ask(world: Program, register: str, **asked: str) -> dict[str, object]:
    return world.registers.post(f"/registers/{register}/query", asked, 5).body


def test_a_person_not_loaded_is_not_found(world: Program) -> None:
    assert _ask(world, "property", id_number="370202199001019999") == {"found": False}


def test_a_later_record_takes_the_place_of_an_earlier(world: Program) -> None:
    _load(world, "property", {"id_number": ID_NUMBER, "homes": 0})
    _load(world, "property", {"id_number": ID_NUMBER.lower(), "homes": 2})
    assert _ask(world, "property", id_number=ID_NUMBER) == {"found": True, "homes": 2}


def test_repayments_are_added_from_the_day_asked(world: Program) -> None:
    repayments = [{"on": f"2026-0{month}-27", "amount_fen": 100_00} for month in (1, 2, 3)]
    record = {
        "id_number": ID_NUMBER,
        "signed": True,
        "bank": "105",
        "in_arrears": False,
        "repayments": repayments,
    }
    assert _load(world, "commercial_loan", record).json() == {"loaded": 1}
    since = _ask(world, "commercial_loan", id_number=ID_NUMBER, since_on="2026-02-27")
    assert since == {
        "found": True,
        "signed": True,
        "bank": "105",
        "in_arrears": False,
        "repaid_fen_since": 200_00,
    }
    assert _ask(world, "commercial_loan", id_number=ID_NUMBER)["repaid_fen_since"] == 300_00


def test_ten_thousand_records_load_in_one_call(world: Program) -> None:
    records = [
        {"id_number": f"3702021990{number:07d}X", "local": number % 2 == 0} for number in range(10_000)
    ]
    assert _load(world, "hukou", *records).json() == {"loaded": 10_000}
    assert _ask(world, "hukou", id_number="37020219900009999X") == {"found": True, "local": False}
    assert _load(world, "hukou", *records, records[0]).status_code == 422


def test_a_wrong_record_loads_nothing_of_its_call(world: Program) -> None:
    good, wrong = {"id_number": "370202199001018888", "homes": 1}, {"id_number": ID_NUMBER, "homes": "many"}
    refused = _load(world, "property", good, wrong)
    assert (refused.status_code, refused.json()) == (422, {"reason": "malformed", "field": "homes"})
    assert _ask(world, "property", id_number="370202199001018888") == {"found": False}
    assert _load(world, "weather", good).status_code == 404


def test_a_message_arrives_once(world: Program) -> None:
    message = {"message_number": "M-1", "phone": "13800000001", "text": "验证码 123456"}
    assert [world.sms.post("/sms/messages", message, 5).body["outcome"] for _ in range(2)] == [0, 0]
    found = requests.post(world.url + "/messages/search", json={"phone": "13800000001"}, timeout=5).json()
    assert [(line["message_number"], line["text"]) for line in found] == [("M-1", "验证码 123456")]
    assert world.sms.post("/sms/messages", message | {"text": "别的"}, 5).status == 409


def test_messages_come_newest_first_in_pages(world: Program) -> None:
    for number in range(5):
        message = {"message_number": f"N-{number}", "phone": "13800000002", "text": str(number)}
        world.sms.post("/sms/messages", message, 5)
    first = requests.get(world.url + "/messages?limit=2", timeout=5)
    following = requests.get(world.url + first.links["next"]["url"], timeout=5)
    assert [line["message_number"] for line in first.json() + following.json()] == [
        "N-4",
        "N-3",
        "N-2",
        "N-1",
    ]


def test_the_answer_of_a_captcha_can_be_read(world: Program) -> None:
    told = {"captcha_id": "c-1", "answer": "a7k2"}
    assert requests.post(world.url + "/captchas", json=told, timeout=5).status_code == 201
    assert world.get("/captchas/c-1") == told
    assert requests.get(world.url + "/captchas/c-2", timeout=5).status_code == 404


def test_what_was_answered_outlives_a_kill(world: Program) -> None:
    _load(world, "retirement", {"id_number": ID_NUMBER, "retired": True, "retired_on": "2026-10-01"})
    message = {"message_number": "K-1", "phone": "13800000003", "text": "在"}
    world.sms.post("/sms/messages", message, 5)
    world.kill()
    world.start()
    assert _ask(world, "retirement", id_number=ID_NUMBER)["retired_on"] == "2026-10-01"
    assert world.get("/messages?limit=1")[0]["message_number"] == "K-1"
