"""The page for people: messages, payouts, captcha answers, faults with their form, and the description."""

import re

import requests

from sandbox.faults import MODES, TARGETS
from sandbox.operations import OPERATIONS
from sandbox.pages import REASON_LABELS, TARGET_LABELS
from tests.component.sandbox.program import ROOT, Program, order

FORM = {
    "target": "bank.payouts",
    "mode": "down",
    "times": "",
    "delay_ms": "",
    "card_number": "",
    "resolves_to": "0",
}


def _page(world: Program, path: str = "/") -> str:
    answer = requests.get(world.url + path, timeout=5)
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    return answer.text


def test_the_page_shows_what_happened(world: Program) -> None:
    world.bank.post("/bank/payouts", order("G-1"), 5)
    world.sms.post(
        "/sms/messages", {"message_number": "G-m", "phone": "13800000005", "text": "<b>你好</b>"}, 5
    )
    requests.post(world.url + "/captchas", json={"captcha_id": "G-c", "answer": "x9y8"}, timeout=5)
    page = _page(world)
    for wanted in ("G-1", "8,400.00", "6222 **** 0123", "甄**", "13800000005", "&lt;b&gt;你好", "x9y8"):
        assert wanted in page
    assert "6222021234567890123" not in page


def test_the_page_refreshes_itself_only_when_asked(world: Program) -> None:
    assert 'http-equiv="refresh"' not in _page(world)
    assert '<meta http-equiv="refresh" content="5">' in _page(world, "/?refresh=5")


def test_older_messages_are_a_page_away(world: Program) -> None:
    for number in range(25):
        message = {"message_number": f"G-o{number}", "phone": "13800000006", "text": f"第{number}条"}
        world.sms.post("/sms/messages", message, 5)
    older = re.search(r'href="(/\?before=[^"#]+)', _page(world))
    assert older is not None
    assert "第4条" in _page(world, older.group(1))


def test_messages_of_one_phone_are_found_without_it_in_the_address(world: Program) -> None:
    for phone in ("13800000007", "13800000008"):
        message = {"message_number": f"G-p{phone}", "phone": phone, "text": f"给{phone}"}
        world.sms.post("/sms/messages", message, 5)
    found = requests.post(world.url + "/", data={"phone": "13800000007"}, timeout=5)
    assert "给13800000007" in found.text
    assert "给13800000008" not in found.text


def test_the_form_sets_and_clears_a_fault(world: Program) -> None:
    shown = requests.post(world.url + "/page/faults", data=FORM, timeout=5)
    assert (shown.status_code, "直到清除" in shown.text) == (200, True)
    assert world.get("/faults")["faults"][0]["mode"] == "down"
    cleared = requests.post(
        world.url + "/page/faults/clear", data={"target": "bank.payouts", "card_number": ""}, timeout=5
    )
    assert "没有故障" in cleared.text
    assert world.get("/faults") == {"faults": []}


def test_a_wrong_number_in_the_form_is_refused(world: Program) -> None:
    assert (
        requests.post(world.url + "/page/faults", data=FORM | {"times": "often"}, timeout=5).status_code
        == 422
    )


def test_the_description_names_every_path_target_and_mode(world: Program) -> None:
    page, readme = _page(world, "/docs"), (ROOT / "sandbox/README.md").read_text()
    for wanted in [operation.path for operation in OPERATIONS] + [*TARGETS, *MODES]:
        assert wanted in page
    for wanted in [operation.path for operation in OPERATIONS if "registers" not in operation.path] + [
        *MODES
    ]:
        assert wanted in readme


def test_every_code_has_a_label(world: Program) -> None:
    assert set(TARGET_LABELS) == set(TARGETS)
    assert {"closed", "told_to_fail", "processing"} <= set(REASON_LABELS)
