"""Inbound transfers on a real database: every word of the platform takes effect once, in any order."""

import hashlib
import hmac
import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.common.clock import business_now, business_today, technical_now
from services.common.errors import Forbidden, Invalid, NotFound, Refusal, WrongState
from services.common.shape import loaded
from services.deposit import accounts, holds, operations
from services.deposit.transfers import driving, letters, usecases, views
from services.deposit.transfers.models import Transfer
from services.deposit.transfers.schemas import Letter
from tests.component.deposit.books import FUND_NUMBER
from tests.component.deposit.other_centre import Desk
from tests.component.deposit.slip_desk import slip, titles, verified, words

MONEY = {"principal_fen": 5_000_000, "interest_fen": 180_000}
KEY = "transfers-test-key"


@pytest.fixture
def desk(books, centre):
    return Desk(books).opened()


def refusal(call, *args, **kwargs):
    with pytest.raises(Refusal) as caught:
        call(*args, **kwargs)
    return caught.value


def sent(desk):
    """A transfer whose letter is in 01; its numbers."""
    number = desk.register()["number"]
    driving.sweep(desk.hall)
    return number, desk.letter_of(number)


def hear(desk, letter):
    with desk.books.database.write() as session:
        letters.take(session, letter)


def answered(desk, centre, *codes):
    """A transfer to which the other centre has given these answers; all its letters, oldest first."""
    number, letter_number = sent(desk)
    told = [centre.enquire(letter_number)]
    for code in codes:
        told.append(centre.answer(letter_number, code, **(MONEY if code in ("00", "20") else {})))
    return number, told


@pytest.mark.feature("D-23", "D-24", "D-25")
def test_a_registered_transfer_is_listed_with_what_was_filled_in(desk):
    shown = desk.register()
    assert (shown["label"], shown["centre_title"]) == ("已登记", "济南住房公积金管理中心")
    assert (shown["employer_name"], shown["account_masked"]) == ("济南甄测试商贸有限公司", "********6789")
    with desk.books.database.read() as session:
        page = usecases.views.page(
            session, FUND_NUMBER, {"from_on": None, "to_on": None, "cursor": None, "limit": 20}
        )
    assert [line["number"] for line in page["items"]] == [shown["number"]]


def test_the_letter_goes_out_with_the_next_round_and_is_then_in_01(desk, centre):
    number, _ = sent(desk)
    shown = desk.shown(number)
    assert (shown["label"], shown["national_code"], centre.sent) == ("联系函复核通过", "01", 1)
    assert [step["label"] for step in shown["timeline"]] == ["登记", "发送联系函", "联系函复核通过"]


def test_the_same_key_registers_once(desk):
    assert desk.register("k1")["number"] == desk.register("k1")["number"]
    assert desk.books.row("SELECT count(*) FROM transfers") == (1,)


@pytest.mark.feature("D-26", "D-27")
def test_an_unsent_transfer_is_revoked_at_once_and_stays_in_the_list(desk, centre):
    number = desk.register()["number"]
    assert desk.revoke(number)["label"] == "业务被撤销"
    driving.sweep(desk.hall)
    assert (centre.sent, desk.shown(number)["label"]) == (0, "业务被撤销")


@pytest.mark.feature("D-26", "D-27")
def test_a_letter_in_01_is_taken_back_at_the_platform(desk, centre):
    number, letter_number = sent(desk)
    shown = desk.revoke(number)
    assert (shown["label"], shown["national_code"], shown["actions"]) == ("业务被撤销", "05", [])
    assert centre.enquire(letter_number)["steps"][-1]["code"] == "05"


def test_a_letter_the_other_centre_has_confirmed_cannot_be_taken_back(desk, centre):
    number, letter_number = sent(desk)
    centre.answer(letter_number, "02")
    shown = desk.revoke(number)
    assert (shown["label"], shown["actions"]) == ("联系函确认接收", [])
    with pytest.raises(WrongState):
        desk.revoke(number)


def test_a_revocation_without_an_answer_is_asked_again_until_it_is_decided(desk, centre):
    number, _ = sent(desk)
    centre.silent = True
    assert desk.revoke(number)["label"] == "撤销申请已提交"
    centre.silent = False
    desk.due()
    driving.sweep(desk.hall)
    assert desk.shown(number)["label"] == "业务被撤销"


def test_a_repeat_of_a_revocation_gets_the_answer_of_the_first(desk, centre):
    """The bus gives a known key the answer that is kept, without asking the service again."""
    number = desk.register()["number"]
    first = desk.revoke(number, key="once")
    assert desk.hall.database.answered(desk.asked("once", {"number": number})) == first


def test_a_revocation_that_was_cut_off_tells_its_transfer(desk, centre, monkeypatch):
    number, _ = sent(desk)
    monkeypatch.setattr(driving, "drive", cut_off)
    with pytest.raises(SystemExit):
        desk.revoke(number, key="cut")
    told = became_of(desk, "cut")
    assert (told["state"], told["answer"]["number"], told["answer"]["state"]) == ("done", number, "revoking")
    with pytest.raises(NotFound):
        became_of(Desk(desk.books, "370200999002"), "cut")


def cut_off(*_):
    raise SystemExit


def became_of(desk, key):
    with desk.hall.database.read() as session:
        return operations.operation(session, key, desk.asked(None, {}))


def test_a_revocation_before_the_letter_is_known_closes_its_number(desk, centre):
    number = desk.register()["number"]
    centre.silent = True
    driving.sweep(desk.hall)
    desk.revoke(number)
    centre.silent = False
    desk.due()
    driving.sweep(desk.hall)
    assert (desk.shown(number)["label"], centre.sent) == ("业务被撤销", 1)


def test_a_letter_whose_answer_was_lost_is_asked_about_and_is_there_once(desk, centre):
    number = desk.register()["number"]
    centre.loses_answers = True
    driving.sweep(desk.hall)
    assert desk.shown(number)["label"] == "已登记，联系函发送中"
    centre.loses_answers = False
    desk.due()
    driving.sweep(desk.hall)
    assert (desk.shown(number)["national_code"], centre.sent) == ("01", 1)


def test_a_letter_that_never_arrived_is_sent_again_under_its_number(desk, centre):
    number = desk.register()["number"]
    centre.silent = True
    driving.sweep(desk.hall)
    centre.silent = False
    desk.due()
    driving.sweep(desk.hall)
    assert desk.shown(number)["national_code"] == "01"
    assert centre.enquire(desk.letter_of(number))["steps"][0]["code"] == "01"


@pytest.mark.parametrize(
    ("codes", "label"), [(("02", "08", "00"), "正常办结"), (("02", "06", "20"), "协商后办结")]
)
def test_principal_and_interest_are_booked_when_they_arrive(desk, centre, codes, label):
    before = desk.balance()
    number, told = answered(desk, centre, *codes)
    hear(desk, told[-1])
    shown = desk.shown(number)
    assert (shown["label"], shown["principal_fen"], shown["interest_fen"]) == (label, 5_000_000, 180_000)
    assert desk.balance() - before == 5_180_000
    rows = "SELECT count(*), sum(amount_fen), min(kind), max(debit) FROM postings WHERE bill_number = :number"
    assert desk.books.row(rows, number=number) == (2, 5_180_000, "transfer_in", "101")
    assert desk.books.row("SELECT count(*) FROM outbox WHERE event = 'transfer.completed'") == (1,)


def test_without_interest_one_line_is_booked(desk, centre):
    number, letter_number = sent(desk)
    for code in ("02", "08"):
        centre.answer(letter_number, code)
    hear(desk, centre.answer(letter_number, "00", principal_fen=1, interest_fen=0))
    rows = "SELECT count(*), sum(amount_fen) FROM postings WHERE bill_number = :number"
    assert desk.books.row(rows, number=number) == (1, 1)


def test_a_refused_transfer_fails_and_may_be_registered_again(desk, centre):
    number, told = answered(desk, centre, "02", "13", "40")
    hear(desk, told[-1])
    assert desk.shown(number)["label"] == "失败办结"
    assert desk.register()["number"] != number


def test_a_hundred_words_of_one_letter_in_any_order_have_one_effect(desk, centre):
    before = desk.balance()
    number, told = answered(desk, centre, "02", "06", "20")
    words = told * 25
    random.Random(7).shuffle(words)  # noqa: S311  # an order, no secret
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda letter: hear(desk, letter), words))
    assert desk.balance() - before == 5_180_000
    assert desk.shown(number)["label"] == "协商后办结"
    counts = "SELECT count(*), count(DISTINCT action) FROM transitions WHERE number = :number"
    assert desk.books.row(counts, number=number) == (6, 6)


def test_an_arrival_told_twice_with_other_money_changes_nothing(desk, centre):
    number, told = answered(desk, centre, "02", "08", "00")
    hear(desk, told[-1])
    balance = desk.balance()
    hear(desk, told[-1] | {"principal_fen": 9_999_999})
    assert (desk.balance(), desk.shown(number)["principal_fen"]) == (balance, 5_000_000)


def test_polling_alone_brings_the_money_when_no_callback_comes(desk, centre):
    number, _ = answered(desk, centre, "02", "08", "00")
    desk.due()
    driving.sweep(desk.hall)
    assert desk.shown(number)["label"] == "正常办结"
    assert desk.books.row("SELECT ask_after FROM transfers") == (None,)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"principal_fen": None}, "平台未给出转移本金和利息"),
        ({"interest_fen": None}, "平台未给出转移本金和利息"),
    ],
)
def test_an_arrival_without_its_amounts_waits_and_is_visible(desk, centre, change, problem):
    number, told = answered(desk, centre, "02", "08", "00")
    hear(desk, told[-1] | change)
    assert (desk.shown(number)["label"], desk.shown(number)["problem"]) == ("账户信息复核通过", problem)
    assert usecases.stuck(desk.hall)["items"][0]["number"] == number
    hear(desk, told[-1])
    assert (desk.shown(number)["label"], desk.shown(number)["problem"]) == ("正常办结", None)


def test_money_for_a_frozen_account_waits_until_it_may_be_taken(desk, centre):
    number, told = answered(desk, centre, "02", "08", "00")
    with desk.books.owner.begin() as connection:
        connection.execute(text("UPDATE accounts SET freeze_flag = 'no_movement'"))
    hear(desk, told[-1])
    assert "不收不付" in desk.shown(number)["problem"]
    with desk.books.owner.begin() as connection:
        connection.execute(text("UPDATE accounts SET freeze_flag = 'none'"))
    desk.due()
    driving.sweep(desk.hall)
    assert desk.shown(number)["label"] == "正常办结"


def test_a_step_that_cannot_follow_is_not_taken(desk, centre):
    number, told = answered(desk, centre)
    step = {"code": "00", "at": "2026-11-22T10:00:00+08:00", "remark": ""}
    hear(desk, told[0] | MONEY | {"steps": [*told[0]["steps"], step]})
    shown = desk.shown(number)
    assert shown["label"] == "联系函复核通过"
    assert "“正常办结”与目前的“联系函复核通过”不相衔接" in shown["problem"]


def test_a_code_that_is_not_known_here_is_told_in_words_and_holds_up_nothing_before_it(desk, centre):
    number, told = answered(desk, centre)
    letter = told[0] | {"steps": [*letter_of("", ["01", "02", "77"])["steps"]]}
    hear(desk, loaded(Letter, letter))
    shown = desk.shown(number)
    assert shown["state"] == "received"
    assert "尚未收录的状态" in shown["problem"] and "77" not in shown["problem"]
    hear(desk, letter | letter_of(letter["letter_number"], ["01", "02", "08"]))
    assert (desk.shown(number)["state"], desk.shown(number)["problem"]) == ("agreed", None)


def test_a_code_that_is_not_known_here_can_be_read_in_the_log(desk, centre, listen):
    number, told = answered(desk, centre)
    lines = listen("deposit")
    hear(desk, told[0] | {"steps": letter_of("", ["01", "02", "77"])["steps"]})
    (line,) = [line for line in lines() if line["event"] == "letter step not taken"]
    assert (line["number"], line["national"], line["state"]) == (number, "77", "received")


def coming(desk):
    """What the rules of a closing withdrawal are told."""
    with desk.books.database.read() as session:
        return holds.facts(session, FUND_NUMBER, business_today())["transfer_coming"]


def test_an_account_with_money_on_its_way_is_not_closed(desk, centre):
    assert not coming(desk)
    desk.register()
    assert coming(desk)
    assert refusal(desk.books.hold, None, closes=True).code == "transfer_coming"


def test_an_account_that_is_being_closed_takes_no_transfer(desk):
    held = desk.books.hold(None, closes=True)
    assert refusal(desk.register).code == "account_closing"
    desk.books.end(holds.release, held)
    assert desk.register()["label"] == "已登记"


def test_closing_and_registering_at_once_never_both_succeed(desk):
    def attempt(act):
        try:
            return act()
        except Refusal:
            return None

    with ThreadPoolExecutor(2) as threads:
        tried = [
            threads.submit(attempt, act)
            for act in (lambda: desk.books.hold(None, closes=True), desk.register)
        ]
    assert sum(one.result() is not None for one in tried) == 1


def test_registrations_at_once_give_one_transfer(desk):
    def attempt(_):
        try:
            return desk.register()
        except Refusal:
            return None

    with ThreadPoolExecutor(6) as threads:
        made = [one for one in threads.map(attempt, range(6)) if one]
    assert len(made) == 1


def test_a_second_transfer_from_the_same_centre_waits_for_the_first(desk):
    number = desk.register()["number"]
    refused = refusal(desk.register, account_number="999999")
    assert (refused.code, number in refused.sentence) == ("transfer_in_flight", True)
    assert desk.register(centre="C11000000000000")["centre_title"] == "北京住房公积金管理中心"


def test_an_account_is_transferred_once(desk, centre):
    _, told = answered(desk, centre, "02", "08", "00")
    hear(desk, told[-1])
    assert refusal(desk.register).code == "transferred_before"


def test_the_same_account_number_of_two_people_is_booked_for_both(desk, books, centre):
    other = Desk(books, "370200999002").opened()
    for one in (desk, other):
        _, told = answered(one, centre, "02", "08", "00")
        hear(one, told[-1])
    assert books.row("SELECT count(*), count(DISTINCT voucher) FROM transfers") == (2, 2)


def test_a_person_with_few_months_is_told_how_many_and_when(books, centre):
    desk = Desk(books).opened(months=4)
    refused = refusal(desk.register)
    assert refused.figures == {"months": "4", "months_required": "6"}
    assert refused.passes_on is not None


@pytest.mark.parametrize("account", [{"state": "sealed"}, {"freeze_flag": "no_movement"}])
def test_an_account_that_may_not_receive_is_refused(books, centre, account):
    assert refusal(Desk(books).opened(**account).register).code == "account_not_receiving"


@pytest.mark.parametrize("centre_code", ["C37020000000000", "C99999900000000"])
def test_only_another_centre_of_the_list_may_be_chosen(desk, centre_code):
    assert refusal(desk.register, centre=centre_code).pointer == "/centre"


def test_nobody_sees_or_revokes_anothers_transfer(desk, books):
    number = desk.register()["number"]
    other = Desk(books, "370200999002")
    for act in (other.shown, other.revoke):
        with pytest.raises(NotFound):
            act(number)


def test_what_was_filled_in_is_sealed_and_not_in_events(desk):
    desk.register()
    row = desk.books.row("SELECT employer_name, account_number FROM transfers")
    assert b"010123456789" not in bytes(row[1])
    assert "甄测试" not in bytes(row[0]).decode(errors="ignore")
    (payload,) = desk.books.row("SELECT payload::text FROM outbox WHERE event = 'transfer.registered'")
    assert "010123456789" not in payload


@pytest.mark.parametrize("column", ["principal_fen = -1", "state = 'completed'"])
def test_the_database_refuses_what_cannot_be(desk, column):
    desk.register()
    with pytest.raises(IntegrityError), desk.books.database.write() as session:
        session.execute(text(f"UPDATE transfers SET {column}"))  # noqa: S608  # names of ours


def test_no_transfer_is_ever_removed(desk):
    desk.register()
    with pytest.raises(DBAPIError), desk.books.database.write() as session:
        session.execute(text("DELETE FROM transfers"))


def callback(body, key=KEY, at=None):
    timestamp = str(int(at or technical_now()))
    path, content = "/callbacks/transfers", orjson.dumps(body)
    signature = hmac.new(key.encode(), f"{timestamp}\n{path}\n".encode() + content, hashlib.sha256)
    return {
        "timestamp": timestamp,
        "signature": signature.hexdigest(),
        "path": path,
        "body": content.decode(),
    }


@pytest.fixture
def signed(monkeypatch):
    monkeypatch.setenv("TRANSFERS_KEY", KEY)


def test_a_callback_moves_the_transfer_on(desk, centre, signed):
    number, told = answered(desk, centre, "02")
    for _ in range(3):
        assert usecases.hear(desk.hall, callback(told[-1])) == {"received": True}
    assert desk.shown(number)["label"] == "联系函确认接收"


def test_forged_stale_and_foreign_callbacks_change_nothing(desk, centre, signed):
    number, told = answered(desk, centre, "02")
    for wrong in (callback(told[-1], key="another key"), callback(told[-1], at=technical_now() - 600)):
        with pytest.raises(Forbidden):
            usecases.hear(desk.hall, wrong)
    with pytest.raises(NotFound):
        usecases.hear(desk.hall, callback(told[-1] | {"letter_number": "3702000000000000"}))
    with pytest.raises(Invalid):
        usecases.hear(desk.hall, callback({"letter_number": "x"}))
    assert desk.shown(number)["label"] == "联系函复核通过"


def test_a_crash_between_sending_and_hearing_ends_the_same(desk, centre, monkeypatch):
    number = desk.register()["number"]

    def crash(*_):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(letters, "take", crash)
        driving.sweep(desk.hall)
    desk.due()
    driving.sweep(desk.hall)
    assert (desk.shown(number)["national_code"], centre.sent) == ("01", 1)


def test_the_form_tells_centres_and_what_stands_against(books, centre):
    desk = Desk(books).opened(months=0)
    form = usecases.form(desk.hall, desk.asked(uuid.uuid4().hex, {}))
    assert len(form["centres"]) > 40
    assert "青岛住房公积金管理中心" not in {centre["title"] for centre in form["centres"]}
    assert [refused["code"] for refused in form["refusals"]] == ["too_few_months"]


def test_the_arrival_shows_in_the_own_ledger_as_a_transfer(desk, centre):
    _, told = answered(desk, centre, "02", "08", "00")
    hear(desk, told[-1])
    with desk.books.database.read() as session:
        window = {"from_on": None, "to_on": None, "cursor": None, "limit": 2}
        lines = accounts.ledger_lines(session, FUND_NUMBER, window)["items"]
    assert [line["kind_label"] for line in lines] == ["外部转入", "外部转入"]


@pytest.mark.parametrize("codes", [["01", "13", "40"], ["01", "02", "08", "13", "40"]])
def test_the_other_centre_may_refuse_before_and_after_it_looked(desk, codes):
    number, letter_number = sent(desk)
    hear(desk, letter_of(letter_number, codes))
    shown = desk.shown(number)
    assert (shown["state"], shown["problem"]) == ("failed", None)


def test_a_revocation_that_meets_a_refusal_ends(desk, centre):
    number, letter_number = sent(desk)
    centre.silent = True
    desk.revoke(number)
    hear(desk, letter_of(letter_number, ["01", "13", "40"]))
    assert desk.shown(number)["state"] == "failed"


def test_a_word_outside_the_table_is_shown_to_staff_until_it_fits(desk):
    number, letter_number = sent(desk)
    hear(desk, letter_of(letter_number, ["01", "20"]))
    (row,) = usecases.stuck(desk.hall)["items"]
    assert row["number"] == number
    assert "“协商后办结”与目前的“联系函复核通过”不相衔接" in row["problem"]
    hear(desk, letter_of(letter_number, ["01", "02"]))
    assert usecases.stuck(desk.hall)["items"] == []


def test_a_field_that_the_platform_added_is_passed_over(desk):
    number, letter_number = sent(desk)
    letter = letter_of(letter_number, ["01", "02"]) | {"batch": "1"}
    letter["steps"] = [step | {"officer": "7"} for step in letter["steps"]]
    hear(desk, loaded(Letter, letter))
    assert desk.shown(number)["state"] == "received"


def letter_of(letter_number, codes):
    steps = [{"code": code, "at": "2026-11-22T10:00:00+08:00", "remark": ""} for code in codes]
    return {"letter_number": letter_number, "steps": steps, "principal_fen": None, "interest_fen": None}


def test_a_word_after_the_end_is_nothing_to_its_owner_and_for_staff_to_clear(desk, centre):
    number, told = answered(desk, centre, "02", "08", "00")
    hear(desk, told[-1])
    step = {"code": "40", "at": "2026-11-25T10:00:00+08:00", "remark": ""}
    hear(desk, told[-1] | {"steps": [*told[-1]["steps"], step]})
    shown = desk.shown(number)
    assert (shown["state"], shown["problem"]) == ("completed", None)
    (row,) = usecases.stuck(desk.hall)["items"]
    assert "“失败办结”与目前的“正常办结”不相衔接" in row["problem"]
    assert row["problem"].endswith("；业务已办结，请与全国转移接续平台核对")


def test_what_is_over_hides_no_transfer_that_is_under_way(desk, centre, books, monkeypatch):
    number, told = answered(desk, centre, "02", "08", "00")
    hear(desk, told[-1])
    step = {"code": "40", "at": "2026-11-25T10:00:00+08:00", "remark": ""}
    hear(desk, told[-1] | {"steps": [*told[-1]["steps"], step]})
    monkeypatch.setattr(views, "STUCK_MOST", 1)
    waiting = desk.register(account_number="010987654321")["number"]
    with books.owner.begin() as connection:
        earlier = business_now() - timedelta(hours=1)
        mine = Transfer.__table__.update().where(Transfer.number == waiting)
        connection.execute(mine.values(moved_at=earlier))
    listed = usecases.stuck(desk.hall)
    assert ([row["number"] for row in listed["items"]], listed["unlisted"]) == ([waiting], 1)
    assert number != waiting


def test_a_slip_of_a_transfer_that_was_cut_off_tells_the_transfer(desk, centre):
    number, told = answered(desk, centre, "02", "08", "00")
    hear(desk, told[-1])
    slip(desk.hall.database, number, key="slip")
    assert became_of(desk, "slip")["answer"]["number"] == number


@pytest.mark.parametrize("way", [("02", "08", "00"), ("02", "06", "20")])
def test_a_transfer_has_a_slip_once_its_money_is_here(desk, centre, way):
    number, told = answered(desk, centre, *way)
    for letter in told[:-1]:
        hear(desk, letter)
        refused = refusal(slip, desk.books.database, number)
        assert (refused.code, desk.shown(number)["label"] in refused.sentence) == ("slip_not_yet", True)
    hear(desk, told[-1])
    said = slip(desk.books.database, number)
    assert (said["amount_fen"], said["capitals"]) == (5_180_000, "伍万壹仟捌佰元整")
    assert [(part["title"], part["amount_fen"]) for part in said["parts"]] == [
        ("转移本金", 5_000_000),
        ("转移利息", 180_000),
    ]
    assert words(said)["原个人公积金账号"] == "********6789"
    assert titles(said, "times") == ["登记时间", "记账时间"]
    assert slip(desk.books.database, number) == said
    assert verified(desk.books.database, said["code"])["bill_number"] == number
