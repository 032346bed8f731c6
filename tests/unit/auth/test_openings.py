"""Who gets the professional edition once the face is seen, and what the provider's word means."""

import pytest

from services.auth.adapters import FaceProvider, FaceWord, Verdict, face_word
from services.auth.rules import WHY_NOT_OPENED, Proven, normal_name, person_digest, why_not_opened
from services.auth.states import OPENING
from services.common import machine
from services.common.outside import Answer, NoAnswer, Outside


def proven(**changes: bool) -> Proven:
    return Proven(**{"has_account": True, "same_name": True} | changes)


def test_somebody_with_an_account_under_the_same_name_gets_it() -> None:
    assert why_not_opened(proven()) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"has_account": False, "professional": True}, "no_account"),
        ({"same_name": False, "professional": True}, "name_differs"),
        ({"professional": True, "password_tells": True}, "already_open"),
        ({"password_tells": True}, "password_tells"),
    ],
)
def test_everybody_else_is_told_the_first_reason(changes: dict[str, bool], reason: str) -> None:
    assert why_not_opened(proven(**changes)) == reason
    assert WHY_NOT_OPENED[reason].endswith("。")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 张 三 ", "张三"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉.买买提", "阿卜杜拉·买买提"),
        ("ＬＩ", "LI"),
    ],
)
def test_a_name_is_compared_without_its_spelling(typed: str, kept: str) -> None:
    assert normal_name(typed) == kept


def test_the_digest_is_of_this_order_and_this_person() -> None:
    mine = person_digest("O1", "张三", "370202198501010017")
    assert mine == person_digest("O1", "张三", "370202198501010017")
    assert mine != person_digest("O2", "张三", "370202198501010017")
    assert mine != person_digest("O1", "张三", "370202198501010025")


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ({"outcome": 0}, Verdict.PASSED),
        ({"outcome": 1}, Verdict.FAILED),
        ({"outcome": 1, "reason": "closed"}, Verdict.CLOSED),
        ({"outcome": 2}, Verdict.PENDING),
        ({"outcome": "0"}, Verdict.PENDING),
        ({"outcome": False}, Verdict.PENDING),
        ({"outcome": None}, Verdict.PENDING),
        ({}, Verdict.PENDING),
    ],
)
def test_only_a_clear_word_decides(told: dict[str, object], verdict: Verdict) -> None:
    assert face_word(told).verdict is verdict


class Played(Outside):
    """A provider that gives one answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("http://127.0.0.1:9", "k")
        self.answer = answer

    def post(self, path: str, body: object, timeout_s: float) -> Answer:
        return self.answer


def provider(http_status: int, **body: object) -> FaceProvider:
    return FaceProvider(Played(Answer(http_status, dict(body))), "k", "http://hall.test/opening/return")


@pytest.mark.parametrize(
    ("http_status", "page_url"),
    [(409, "https://x"), (200, ""), (200, "javascript:alert(1)"), (200, "https://" + "x" * 400)],
)
def test_an_address_that_leads_to_no_page_is_no_answer(http_status: int, page_url: str) -> None:
    with pytest.raises(NoAnswer):
        provider(http_status, page_url=page_url).start("O1", "张三", "370202198501010017")


def test_an_order_the_provider_never_saw_is_pending() -> None:
    assert provider(404).enquire("O1") == FaceWord(Verdict.PENDING)
    assert provider(200, page_url="https://faces.test/1").start("O1", "张三", "3").startswith("https:")


def test_every_state_of_an_opening_is_reached_and_named() -> None:
    assert machine.reachable(OPENING) == OPENING.states == set(OPENING.labels)
