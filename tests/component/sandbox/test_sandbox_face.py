"""Who verifies faces: one order is one page and one outcome, and the hall is told of it."""

import hashlib
import sqlite3

import pytest
import requests

from sandbox.store import FILE_NAME
from services.common.outside import NoAnswer, Outside
from tests.component.sandbox.program import KEYS, Program

RETURN = "http://127.0.0.1:1/opening/return"


def order(number: str, **changed: str) -> dict[str, str]:
    return {
        "order_number": number,
        "name": "甄有房",
        "id_number": "370202198501010013",
        "return_url": RETURN,
    } | changed


@pytest.fixture
def face(world: Program) -> Outside:
    return Outside(world.url, KEYS["FACE_KEY"])


def start(face: Outside, number: str, **changed: str) -> str:
    page_url: str = face.post("/face/verifications", order(number, **changed), 5).body["page_url"]
    return page_url


def query(face: Outside, number: str) -> dict[str, object]:
    return face.post("/face/verifications/query", {"order_number": number}, 5).body


def close(face: Outside, number: str) -> dict[str, object]:
    return face.post("/face/verifications/close", {"order_number": number}, 5).body


def decide(page_url: str, decision: str) -> requests.Response:
    return requests.post(page_url, data={"decision": decision}, timeout=5, allow_redirects=False)


def test_an_order_is_one_page_and_another_body_is_refused(face: Outside) -> None:
    assert start(face, "O1") == start(face, "O1")
    assert face.post("/face/verifications", order("O1", name="甄他人"), 5).status == 409
    assert face.post("/face/verifications/query", {"order_number": "O-none"}, 5).status == 404


@pytest.mark.parametrize(("decision", "outcome"), [("pass", 0), ("fail", 1)])
def test_the_person_decides_once_and_is_sent_back(face: Outside, decision: str, outcome: int) -> None:
    number = f"O2-{decision}"
    page_url = start(face, number)
    assert query(face, number)["outcome"] == 2
    answer = decide(page_url, decision)
    place, _, given = answer.headers["Location"].partition("?code=")
    assert (answer.status_code, place) == (303, RETURN)
    assert bool(given) == (decision == "pass")
    digest = hashlib.sha256(f"{number}\n{given}".encode()).hexdigest() if given else ""
    assert query(face, number)["return_digest"] == digest
    again = decide(page_url, "pass")
    assert again.headers["Location"] == RETURN, "the code is given once, to the browser of the pass"
    assert "code=" not in requests.get(page_url, timeout=5).text
    assert "form-action 'self' http://127.0.0.1:1;" in answer.headers["Content-Security-Policy"]
    decide(page_url, "fail" if decision == "pass" else "pass")
    assert query(face, number)["outcome"] == outcome


def test_it_tells_whose_face_it_was_without_telling_who(face: Outside) -> None:
    decide(start(face, "O3"), "pass")
    told = query(face, "O3")
    written = "O3\n甄有房\n370202198501010013".encode()
    assert told["person"] == hashlib.sha256(written).hexdigest()
    assert "甄有房" not in str(told)


def test_the_hall_is_told_in_the_transaction_of_the_decision(face: Outside, world: Program) -> None:
    page_url = start(face, "O4")
    decide(page_url, "pass")
    decide(page_url, "pass")
    connection = sqlite3.connect(world.folder / FILE_NAME)
    bodies = [row[0] for row in connection.execute("SELECT body FROM callbacks WHERE party = 'face'")]
    assert len([body for body in bodies if b'"O4"' in body]) == 1


def test_what_is_closed_passes_nobody_seen_before_or_not(face: Outside) -> None:
    page_url = start(face, "O5")
    assert (close(face, "O5")["outcome"], close(face, "O5")["reason"]) == (1, "closed")
    decide(page_url, "pass")
    assert query(face, "O5")["reason"] == "closed"
    close(face, "O6")
    assert face.post("/face/verifications", order("O6"), 5).status == 409


def test_closing_a_finished_order_tells_its_outcome(face: Outside) -> None:
    decide(start(face, "O7"), "pass")
    assert close(face, "O7")["outcome"] == 0


def test_the_page_shows_who_is_looked_at_masked_and_leads_back(face: Outside) -> None:
    page_url = start(face, "O8")
    text = requests.get(page_url, timeout=5).text
    assert "甄有房" in text
    assert "370202198501010013" not in text
    assert f'href="{RETURN}"' in text
    decide(page_url, "fail")
    assert "本次核验已经结束" in requests.get(page_url, timeout=5).text
    assert requests.get(f"{page_url}x", timeout=5).status_code == 404


def test_it_can_be_told_to_go_wrong(face: Outside, world: Program) -> None:
    world.fault("face.verifications", "lose_answer", times=1)
    with pytest.raises(NoAnswer):
        start(face, "O9")
    assert query(face, "O9")["outcome"] == 2
    world.fault("face.query", "down", times=1)
    with pytest.raises(NoAnswer):
        query(face, "O9")
