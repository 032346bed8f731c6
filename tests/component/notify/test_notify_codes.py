"""A code is good for one person, one purpose, one thing, five minutes and five wrong tries."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from services.common.clock import business_now
from services.common.errors import Forbidden, Invalid, KeyReused, Refusal, TooMany, Unauthenticated
from services.common.receipts import verify_receipt
from services.common.request import Request
from services.common.subject import Subject
from services.notify.deliveries import drop_dead_codes
from services.notify.models import Code, Message
from services.notify.usecases import asker_of
from tests.component.notify.stage import OTHER_AMOUNT, PHONES, RENT, Stage, other_than

pytestmark = pytest.mark.feature("N-08")
RAW = (
    "SELECT t::text FROM codes t",
    "SELECT t::text FROM code_tries t",
    "SELECT t::text FROM messages t",
    "SELECT t::text FROM limit_turns t",
    "SELECT t::text FROM operations t",
)
MoveClock = Callable[[int], None]


def refused(stage: Stage, code: str, **changes: object) -> str:
    """The reason for which a code is refused."""
    with pytest.raises(Refusal) as caught:
        stage.check(code, **changes)
    return caught.value.code


def test_the_right_code_gives_a_receipt_for_just_this(stage: Stage) -> None:
    stage.issue()
    token = stage.check(stage.code())["receipt"]
    receipt = verify_receipt(
        token, purpose="withdrawal", person="037000010001", digest=RENT, at=business_now()
    )
    assert receipt.id.startswith("code-")


def test_the_same_right_code_gives_the_same_receipt(stage: Stage) -> None:
    stage.issue()
    code = stage.code()
    assert stage.check(code) == stage.check(code)


def test_the_answer_says_how_long_the_code_lives_and_when_the_next_may_be_asked(stage: Stage) -> None:
    asked_at = business_now().timestamp()
    answer = stage.issue()
    times = [business_now().fromisoformat(answer[name]).timestamp() for name in ("expires_at", "next_at")]
    assert answer["sent"] is True
    assert [round((at - asked_at) / 60) for at in times] == [5, 1]


def test_a_repeated_ask_sends_one_code_and_gets_the_same_answer(stage: Stage) -> None:
    wanted = {"purpose": "withdrawal", "digest": RENT, "address": "203.0.113.7", "first_visit_id": None}
    answers = [stage.ask("issue_code", wanted, "037000010001", "key-1") for _ in range(3)]
    stage.send()
    assert answers[0] == answers[1] == answers[2]
    assert len(stage.texts()) == stage.wakes == 1


def test_the_key_of_an_ask_does_not_serve_another(stage: Stage) -> None:
    wanted = {"purpose": "withdrawal", "digest": RENT, "address": "203.0.113.7", "first_visit_id": None}
    stage.ask("issue_code", wanted, "037000010001", "key-1")
    with pytest.raises(KeyReused):
        stage.ask("issue_code", wanted | {"digest": OTHER_AMOUNT}, "037000010001", "key-1")


def test_a_code_for_another_amount_is_refused(stage: Stage) -> None:
    stage.issue()
    assert refused(stage, stage.code(), digest=OTHER_AMOUNT) == "code_for_something_else"


def test_a_code_of_another_person_is_refused(stage: Stage) -> None:
    stage.issue()
    code = stage.code()
    assert refused(stage, code, person="037000010002") == "code_not_asked"


def test_a_code_for_another_purpose_is_refused(stage: Stage) -> None:
    stage.auth.visits["visit-1"] = "037000010001"
    stage.issue_first_visit("visit-1")
    assert refused(stage, stage.code()) == "code_not_asked"


def test_an_expired_code_is_refused_by_the_business_clock(stage: Stage, move_clock: MoveClock) -> None:
    stage.issue()
    code = stage.code()
    move_clock(280)
    assert "receipt" in stage.check(code)
    move_clock(20)
    assert refused(stage, code) == "code_expired"


def test_a_checked_key_keeps_its_receipt_after_the_code_expired(stage: Stage, move_clock: MoveClock) -> None:
    stage.issue()
    code = stage.code()
    receipt = stage.check(code, key="key-1")
    move_clock(400)
    assert stage.check(code, key="key-1") == receipt


def test_a_newer_code_voids_the_older_one(stage: Stage, move_clock: MoveClock) -> None:
    stage.issue()
    older = stage.code()
    move_clock(61)
    stage.issue()
    newer = stage.code()
    if older != newer:
        assert refused(stage, older) == "code_wrong"
    assert "receipt" in stage.check(newer)


def test_the_fifth_wrong_try_voids_the_code_and_the_sixth_try_fails_though_right(stage: Stage) -> None:
    stage.issue()
    code = stage.code()
    wrong = [refused(stage, other_than(code)) for _ in range(5)]
    assert wrong == ["code_wrong"] * 4 + ["code_void"]
    assert refused(stage, code) == "code_void"


def test_a_wrong_try_says_how_many_are_left(stage: Stage) -> None:
    stage.issue()
    with pytest.raises(Invalid) as caught:
        stage.check(other_than(stage.code()))
    assert caught.value.figures == {"tries_left": "4"}
    assert caught.value.pointer == "/code"


def test_the_same_wrong_try_delivered_twice_counts_once(stage: Stage) -> None:
    stage.issue()
    code = stage.code()
    for _ in range(6):
        assert refused(stage, other_than(code), key="key-1") == "code_wrong"
    assert "receipt" in stage.check(code)


def test_right_tries_do_not_count(stage: Stage) -> None:
    stage.issue()
    code = stage.code()
    receipts = {stage.check(code)["receipt"] for _ in range(7)}
    assert len(receipts) == 1


def test_a_hundred_guesses_at_once_are_still_five(stage: Stage) -> None:
    stage.issue()
    code = stage.code()
    guesses = [f"{(int(code) + step) % 10**6:06d}" for step in range(1, 101)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda guess: refused(stage, guess), guesses))
    with stage.database.read() as session:
        compared = session.scalar(text("SELECT count(*) FROM code_tries"))
    assert compared == 5
    assert set(answers) <= {"code_wrong", "code_void"}


def test_only_a_logged_in_citizen_gets_a_withdrawal_code(stage: Stage) -> None:
    wanted = {"purpose": "withdrawal", "digest": RENT, "address": "203.0.113.7", "first_visit_id": "visit-1"}
    with pytest.raises(Unauthenticated):
        stage.ask("issue_code", wanted, None)


def test_a_first_visit_must_be_named(stage: Stage) -> None:
    with pytest.raises(Invalid):
        stage.issue_first_visit("")


def test_a_citizen_without_a_phone_is_told_so(stage: Stage) -> None:
    with pytest.raises(Refusal) as caught:
        stage.issue("037000019999")
    assert caught.value.code == "phone_missing"


def test_nothing_readable_of_a_code_is_in_the_tables(stage: Stage) -> None:
    stage.issue()
    with stage.database.write() as session:
        session.execute(text("SET LOCAL bytea_output = 'escape'"))
        kept = " ".join(str(session.execute(text(question)).all()) for question in RAW)
    code = stage.code()
    assert "037000010001" in kept
    assert code not in kept
    assert PHONES["037000010001"] not in kept


def test_the_code_leaves_the_row_when_nobody_can_use_it_any_more(stage: Stage, move_clock: MoveClock) -> None:
    stage.issue()
    stage.send()
    move_clock(301)
    with stage.database.write() as session:
        drop_dead_codes(session)
    with stage.database.read() as session:
        message = session.scalars(select(Message)).one()
    assert message.code is None
    assert message.state == "accepted"


def test_an_unknown_first_visit_cannot_be_told_from_a_known_one(stage: Stage) -> None:
    stage.auth.visits["known"] = "037000010001"
    answers = [stage.issue_first_visit(visit) for visit in ("known", "unknown")]
    refusals = [_asked_again(stage, visit) for visit in ("known", "unknown")]
    wrong = [
        refused(stage, "x", person=None, purpose="first_visit", first_visit_id=v)
        for v in ("known", "unknown")
    ]
    assert [sorted(answer) for answer in answers] == [["expires_at", "next_at", "sent"]] * 2
    assert refusals[0] == refusals[1]
    assert wrong == ["code_wrong"] * 2
    assert len(_rows(stage)) == 2


def test_an_unknown_first_visit_sends_nothing(stage: Stage) -> None:
    stage.issue_first_visit("unknown")
    stage.send()
    assert stage.provider.taken == {}
    assert [row.state for row in _rows(stage)] == ["withheld"]


def _asked_again(stage: Stage, visit: str) -> tuple[str, bool]:
    with pytest.raises(TooMany) as caught:
        stage.issue_first_visit(visit)
    return caught.value.code, 55 <= (caught.value.retry_after_s or 0) <= 60


def _rows(stage: Stage) -> list[Message]:
    with stage.database.read() as session:
        assert session.scalars(select(Code)).all()
        return list(session.scalars(select(Message)))


def test_staff_do_not_get_a_citizens_code() -> None:
    staff = Subject(id="operator1", role="operator", session_id="s")
    request = Request(method="issue_code", caller="gateway", trace="", deadline=0, subject=staff)
    with pytest.raises(Forbidden):
        asker_of({"purpose": "withdrawal", "first_visit_id": None}, request)


@pytest.mark.feature("A-17", "N-14")
def test_the_code_of_a_phone_change_goes_to_the_present_phone_in_every_edition(stage: Stage) -> None:
    stage.issue(purpose="phone_change")
    assert "修改网上营业厅的认证手机号" in stage.text()
    code = stage.code()
    assert stage.check(code, purpose="phone_change")["receipt"]


def test_a_code_of_a_phone_change_is_for_no_withdrawal(stage: Stage) -> None:
    stage.issue(purpose="phone_change")
    with pytest.raises(Refusal, match="code_not_asked"):
        stage.check(stage.code())
