"""The platform between centres: a letter once, its steps in order, a closed number for ever."""

import re
from typing import Any

import pytest
import requests

from services.common.outside import Outside
from tests.component.sandbox.program import KEYS, Program

MONEY = {"principal_fen": 5_000_000, "interest_fen": 180_000}


def letter(number: str, **changed: Any) -> dict[str, Any]:
    return {
        "letter_number": number,
        "from_centre": "C37010000000000",
        "to_centre": "C37020000000000",
        "name": "甄测试",
        "id_number": "370298196001010013",
        "employer_name": "济南甄测试商贸有限公司",
        "account_number": "010123456789",
    } | changed


def ask(world: Program, path: str, body: dict[str, Any]) -> Any:
    return Outside(world.url, KEYS["TRANSFERS_KEY"]).post(f"/transfers/letters{path}", body, 5)


def codes(answer: Any) -> list[str]:
    return [step["code"] for step in answer.body["steps"]]


def tell(world: Program, number: str, code: str, **more: Any) -> requests.Response:
    body = {"letter_number": number, "code": code} | more
    return requests.post(f"{world.url}/transfers/answers", json=body, timeout=5)


def test_a_letter_is_taken_once_and_stands_in_01(world: Program) -> None:
    assert codes(ask(world, "", letter("3702261122000001"))) == ["01"]
    assert codes(ask(world, "", letter("3702261122000001"))) == ["01"]
    assert ask(world, "", letter("3702261122000001", name="另一人")).status == 409
    assert ask(world, "/query", {"letter_number": "3702261122009999"}).status == 404


def test_the_other_centre_answers_step_by_step_and_brings_money(world: Program) -> None:
    number = "3702261122000002"
    ask(world, "", letter(number))
    assert tell(world, number, "00", **MONEY).status_code == 409
    assert [tell(world, number, code).status_code for code in ("02", "08")] == [200, 200]
    assert tell(world, number, "00").status_code == 422
    assert tell(world, number, "00", **MONEY).status_code == 200
    answer = ask(world, "/query", {"letter_number": number})
    assert codes(answer) == ["01", "02", "08", "00"]
    assert (answer.body["principal_fen"], answer.body["interest_fen"]) == (5_000_000, 180_000)


def test_a_letter_is_taken_back_only_before_it_is_confirmed(world: Program) -> None:
    for number, answered, wanted in (("3702261122000003", [], "05"), ("3702261122000004", ["02"], "02")):
        ask(world, "", letter(number))
        for code in answered:
            tell(world, number, code)
        assert codes(ask(world, "/revocation", {"letter_number": number, "reason": ""}))[-1] == wanted


def test_a_number_revoked_before_it_came_stays_closed(world: Program) -> None:
    number = "3702261122000005"
    assert codes(ask(world, "/revocation", {"letter_number": number, "reason": ""})) == ["05"]
    assert codes(ask(world, "", letter(number))) == ["05"]


@pytest.mark.parametrize("mode", ["fail", "unknown", "down", "lose_answer"])
def test_told_to_fail_it_gives_no_answer(world: Program, mode: str) -> None:
    number = f"37022611220001{('fail', 'unknown', 'down', 'lose_answer').index(mode):02d}"
    world.fault("transfers.letters", mode, times=1)
    with pytest.raises(Exception, match="/transfers/letters"):
        ask(world, "", letter(number))
    known = ask(world, "/query", {"letter_number": number}).status == 200
    assert known == (mode == "lose_answer")


def test_a_person_answers_on_the_page_in_yuan(world: Program) -> None:
    number = "3702261122000006"
    ask(world, "", letter(number))
    for code, more in (("02", {}), ("08", {}), ("00", {"principal": "50000.00", "interest": "1800"})):
        form = {"letter_number": number, "code": code} | more
        assert requests.post(f"{world.url}/page/transfers", data=form, timeout=5).status_code == 200
    page = requests.get(f"{world.url}/transfers", timeout=5).text
    assert re.search(r"50,000\.00 元，利息 1,800\.00 元", page)
    assert "甄测试" not in page.replace("济南甄测试", "")
