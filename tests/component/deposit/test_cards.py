"""Binding a card: five banks, class I, the bank's own word, one at a time."""

import pytest
from sqlalchemy import select

from services.common.errors import Refusal
from services.common.outside import NoAnswer
from services.common.tables import OutboxRow
from services.deposit import cards
from services.deposit.accounts import account_of, current_card
from services.deposit.adapters import CardCheck
from tests.component.deposit.books import FUND_NUMBER, request

CARD = {"bank_code": "102", "card_number": "6291020000000000013"}


class TellingBank:
    """A bank that gives one answer."""

    def __init__(self, answer):
        self.answer = answer

    def check_card(self, *_):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def bind(books, card, answer):
    with books.database.read() as session:
        account = account_of(session, FUND_NUMBER)
    asked = request(card["card_number"], card)
    checked = cards.checked(TellingBank(answer), asked, account, card)
    return books.database.once(asked, cards.bind, FUND_NUMBER, checked)


def bound(books):
    with books.database.read() as session:
        card = current_card(session, FUND_NUMBER)
        return card and card.card_number


@pytest.mark.feature("W-30", "W-32", "W-34", "W-35")
def test_a_new_card_replaces_the_old_one_which_stays_on_record(books):
    books.open()
    bind(books, CARD, CardCheck(0, "I", ""))
    answer = bind(books, {"bank_code": "105", "card_number": "6291050000000000029"}, CardCheck(0, "I", ""))
    assert answer["card"]["card_number"] == "6291" + "*" * 11 + "0029"
    assert bound(books) == "6291050000000000029"
    assert books.row("SELECT count(*), count(replaced_at) FROM cards") == (2, 1)


@pytest.mark.feature("W-31")
@pytest.mark.parametrize(
    ("card", "answer", "pointer"),
    [
        ({**CARD, "bank_code": "309"}, CardCheck(0, "I", ""), "/bank_code"),
        ({**CARD, "card_number": "62"}, CardCheck(0, "I", ""), "/card_number"),
        (CARD, CardCheck(1, "I", "name differs"), "/card_number"),
        (CARD, CardCheck(0, "II", ""), "/card_number"),
    ],
)
def test_only_the_persons_own_class_one_card_of_five_banks_can_be_bound(books, card, answer, pointer):
    books.open()
    with pytest.raises(Refusal) as refused:
        bind(books, card, answer)
    assert (refused.value.code, refused.value.pointer) == ("card_refused", pointer)
    assert bound(books) is None


@pytest.mark.parametrize("answer", [NoAnswer("/bank/card-checks", "timeout"), CardCheck(2, "", "")])
def test_a_silent_bank_changes_nothing(books, answer):
    books.open()
    with pytest.raises(Refusal) as refused:
        bind(books, CARD, answer)
    assert refused.value.code == "bank_silent"
    assert bound(books) is None


def test_card_and_identity_are_unreadable_at_rest(books):
    books.open()
    bind(books, CARD, CardCheck(0, "I", ""))
    raw = books.row("SELECT card_number, (SELECT id_number || name FROM accounts) FROM cards")
    assert CARD["card_number"].encode() not in bytes(raw[0])
    assert "甄测试".encode() not in bytes(raw[1])


OTHER = {"bank_code": "105", "card_number": "6291050000000000029"}


def told(books):
    """The changes of card that others were told of."""
    with books.database.read() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.event == "card.changed"))
        return [row.payload["fund_number"] for row in rows]


def changed_at(books):
    with books.database.read() as session:
        return cards.changed_at(session, FUND_NUMBER)


def test_replacing_a_card_is_told_and_remembered_and_the_first_binding_is_no_change(books):
    books.open()
    bind(books, CARD, CardCheck(0, "I", ""))
    assert (told(books), changed_at(books)) == ([], None)
    bind(books, OTHER, CardCheck(0, "I", ""))
    assert told(books) == [FUND_NUMBER]
    assert changed_at(books) is not None


def test_binding_the_bound_card_again_changes_nothing(books):
    books.open()
    for _ in range(2):
        answer = bind(books, CARD, CardCheck(0, "I", ""))
    assert answer["card"]["bank_code"] == "102"
    assert (told(books), changed_at(books)) == ([], None)
    assert books.row("SELECT count(*) FROM cards") == (1,)
