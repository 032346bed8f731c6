"""What the bank knows about a card: class and holder of those it was told of, test numbers for the others."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from sandbox.answers import DONE, FAILED, UNKNOWN, Answer
from sandbox.shapes import BANK_CODE, CARD_NUMBER, ID_NUMBER, NAME, Shape, one_of, truth
from sandbox.store import Store
from sandbox.told import Fault

# Codes of the five banks a card may belong to (first three digits of the clearing number).
BANKS = {"102": "工商银行", "103": "农业银行", "104": "中国银行", "105": "建设银行", "301": "交通银行"}

# A card never loaded is a good class I card of whoever is asked about, unless digits 7 to 12 say otherwise.
TEST_DIGITS = slice(6, 12)
TEST_CLASS_II = "999902"
TEST_CLOSED = "999903"
TEST_OTHER_HOLDER = "999904"
TEST_UNKNOWN = "999905"

CHECK = Shape(
    {"bank_code": BANK_CODE, "card_number": CARD_NUMBER, "holder_name": NAME, "id_number": ID_NUMBER}
)
CARD = Shape(
    {
        "card_number": CARD_NUMBER,
        "bank_code": BANK_CODE,
        "holder_name": NAME,
        "id_number": ID_NUMBER,
        "card_class": one_of("I", "II"),
    },
    {"closed": truth},
)


@dataclass(frozen=True)
class Judgement:
    """What the bank says of a card: outcome, class ("I" or "II") when it is good, else a reason code."""

    outcome: int
    card_class: str | None = None
    reason: str = ""


def judge(connection: sqlite3.Connection, asked: dict[str, Any]) -> Judgement:
    """Judge bank, card and holder; the ID number too where `asked` has one."""
    if asked["bank_code"] not in BANKS:
        return Judgement(FAILED, reason="bank_not_served")
    card = connection.execute("SELECT * FROM cards WHERE card_number = ?", (asked["card_number"],)).fetchone()
    return _judge_test_number(asked["card_number"]) if card is None else _judge_known(card, asked)


def _judge_test_number(card_number: str) -> Judgement:
    return {
        TEST_CLASS_II: Judgement(DONE, "II"),
        TEST_CLOSED: Judgement(FAILED, reason="card_closed"),
        TEST_OTHER_HOLDER: Judgement(FAILED, reason="holder_mismatch"),
        TEST_UNKNOWN: Judgement(UNKNOWN, reason="processing"),
    }.get(card_number[TEST_DIGITS], Judgement(DONE, "I"))


def _judge_known(card: sqlite3.Row, asked: dict[str, Any]) -> Judgement:
    if card["bank_code"] != asked["bank_code"]:
        return Judgement(FAILED, reason="bank_mismatch")
    if card["closed"]:
        return Judgement(FAILED, reason="card_closed")
    if any(asked.get(name, card[name]) != card[name] for name in ("holder_name", "id_number")):
        return Judgement(FAILED, reason="holder_mismatch")
    return Judgement(DONE, card["card_class"])


def check_card(store: Store, body: dict[str, Any], fault: Fault | None) -> Answer:
    """POST /bank/card-checks, with what a fault of mode "fail" or "unknown" tells the bank to say."""
    told = {
        "fail": Judgement(FAILED, reason="told_to_fail"),
        "unknown": Judgement(UNKNOWN, reason="processing"),
    }
    return Answer(vars(told[fault.mode] if fault else judge(store.reading(), body)))


def load_cards(store: Store, records: list[dict[str, Any]]) -> Answer:
    """PUT /bank/cards: the bank knows these cards from now on, as given last."""
    rows = [{"closed": False} | CARD.read(record) for record in records]
    with store.writing() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO cards"
            " (card_number, bank_code, holder_name, id_number, card_class, closed)"
            " VALUES (:card_number, :bank_code, :holder_name, :id_number, :card_class, :closed)",
            rows,
        )
    return Answer({"loaded": len(rows)})
