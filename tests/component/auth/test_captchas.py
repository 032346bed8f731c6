"""Captchas: one try each, two minutes, and the same one for the same key."""

import base64

import pytest

from services.auth.models import Captcha
from services.auth.rules import normal_captcha_answer
from services.common.errors import Invalid

WRONG = {"captcha_answer": "WRONG"}


def visit(desk, captcha):
    return desk.ask("begin_first_visit", {"fund_number": "037000000000", "address": desk.address} | captcha)


@pytest.mark.feature("A-11")
def test_the_letters_of_the_picture_pass(desk):
    assert visit(desk, desk.captcha())["first_visit_id"]


def test_the_spoken_question_passes_as_well(desk):
    shown = desk.ask("issue_captcha")
    first, second = shown["question"].removesuffix("等于几？").split("加")
    answer = str(_spoken(first) + _spoken(second))
    assert visit(desk, {"captcha_id": shown["captcha_id"], "captcha_answer": answer})["first_visit_id"]


def _spoken(words):
    return int(normal_captcha_answer(words))


def test_a_captcha_is_a_png_with_a_question_and_an_expiry(desk):
    shown = desk.ask("issue_captcha")
    assert base64.b64decode(shown["image_png"]).startswith(b"\x89PNG")
    assert set(shown) == {"captcha_id", "image_png", "question", "expires_at"}


def test_a_captcha_passes_once(desk):
    captcha = desk.captcha()
    visit(desk, captcha)
    with pytest.raises(Invalid, match="captcha_wrong"):
        visit(desk, captcha)


def test_a_wrong_answer_uses_the_captcha_up(desk):
    captcha = desk.captcha()
    with pytest.raises(Invalid, match="captcha_wrong"):
        visit(desk, captcha | WRONG)
    with pytest.raises(Invalid, match="captcha_wrong"):
        visit(desk, captcha)


def test_a_captcha_expires_after_two_minutes(desk):
    captcha = desk.captcha()
    desk.move_clock(120)
    with pytest.raises(Invalid, match="captcha_wrong"):
        visit(desk, captcha)


def test_a_captcha_that_never_was_is_refused_alike(desk):
    with pytest.raises(Invalid) as unknown:
        visit(desk, {"captcha_id": "0" * 32, "captcha_answer": "AAAAA"})
    with pytest.raises(Invalid) as wrong:
        visit(desk, desk.captcha() | WRONG)
    assert unknown.value.on_wire() == wrong.value.on_wire()


def test_the_same_key_shows_the_same_captcha_and_tells_the_witness_once(desk):
    first, second = (desk.ask("issue_captcha", key="once-and-again" + desk.address) for _ in range(2))
    assert first == second
    assert list(desk.witness.answers) == [first["captcha_id"]]


def test_an_expired_captcha_is_drawn_anew_for_its_key(desk):
    key = "again" + desk.address
    first = desk.ask("issue_captcha", key=key)
    desk.move_clock(121)
    assert desk.ask("issue_captcha", key=key)["captcha_id"] != first["captcha_id"]


def test_no_answer_is_stored_readable(desk):
    captcha = desk.captcha()
    with desk.database.read() as session:
        row = session.get_one(Captcha, captcha["captcha_id"])
    assert captcha["captcha_answer"].encode() not in row.letters_hash + row.question_hash
    assert len(row.letters_hash) == 32


def test_lapsed_captchas_are_thrown_away(desk):
    captcha_id = desk.captcha()["captcha_id"]
    desk.move_clock(120)
    desk.service.tidy()
    with desk.database.read() as session:
        assert session.get(Captcha, captcha_id) is None
