"""What the bank takes in for the fund and gives back: debits of cards, payments by code, refunds of both."""

import secrets
import sqlite3
import time
from typing import Any

from flask import has_request_context, request

from sandbox import callbacks
from sandbox.answers import DONE, FAILED, Answer, Dropped, Refused, china_time
from sandbox.cards import Judgement, judge
from sandbox.orders import Kind, close_number, digest_of, fail_if_told, is_closed, outcome_of, serial_of
from sandbox.shapes import (
    AMOUNT_FEN,
    BANK_CODE,
    CARD_NUMBER,
    NAME,
    NUMBER,
    Shape,
    one_of,
    text,
    truth,
    whole_number,
)
from sandbox.store import Store
from sandbox.told import Fault

# Digits 7 to 12 of a card on which there is never enough money.
TEST_NO_MONEY = "999906"
CHANNELS = {"wechat": "微信支付", "dragon_pay": "建行龙支付"}
CODE_STATES = {"open": "可以支付", "paid": "已支付", "closed": "已关闭", "expired": "已到期"}
_PURPOSE = text(r"[^\x00-\x1f]{0,100}")

DEBIT = Shape(
    {
        "order_number": NUMBER,
        "bank_code": BANK_CODE,
        "card_number": CARD_NUMBER,
        "holder_name": NAME,
        "amount_fen": AMOUNT_FEN,
        "purpose": _PURPOSE,
    }
)
REFUND = Shape({"refund_number": NUMBER, "order_number": NUMBER, "serial": NUMBER, "amount_fen": AMOUNT_FEN})
CODE = Shape(
    {
        "order_number": NUMBER,
        "amount_fen": AMOUNT_FEN,
        "valid_s": whole_number(1, 86_400),
        "purpose": _PURPOSE,
    }
)
ORDER_NUMBER = Shape({"order_number": NUMBER})
PAYMENT = Shape({"channel": one_of(*CHANNELS)}, {"amount_fen": AMOUNT_FEN, "anyhow": truth})


def _judge_debit(connection: sqlite3.Connection, order: dict[str, Any]) -> Judgement:
    judgement = judge(connection, order)
    if judgement.outcome == DONE and order["card_number"][6:12] == TEST_NO_MONEY:
        return Judgement(FAILED, reason="not_enough_money")
    return judgement


def _judge_refund(connection: sqlite3.Connection, order: dict[str, Any]) -> Judgement:
    """No more goes back than came in under that serial."""
    given_back = connection.execute(
        "SELECT coalesce(sum(amount_fen), 0) FROM refunds WHERE serial = ? AND outcome = 0",
        (order["serial"],),
    ).fetchone()[0]
    left = _received(connection, order["order_number"], order["serial"]) - given_back
    return Judgement(DONE) if order["amount_fen"] <= left else Judgement(FAILED, reason="nothing_to_refund")


def _received(connection: sqlite3.Connection, order_number: str, serial: str) -> int:
    debit = DEBITS.find(connection, order_number)
    if debit is not None and (outcome_of(debit), DEBITS.serial_of(debit)) == (DONE, serial):
        return int(debit["amount_fen"])
    payments = {one["serial"]: one["amount_fen"] for one in _payments(connection, order_number)}
    return int(payments.get(serial, 0))


DEBITS = Kind(
    "debits", "order_number", "01", ("bank_code", "card_number", "holder_name", "purpose"), _judge_debit
)
REFUNDS = Kind("refunds", "refund_number", "08", ("order_number", "serial"), _judge_refund)


def open_code(store: Store, body: dict[str, Any], fault: Fault | None) -> Answer:
    """POST /bank/payment-codes: a code for this amount; the same number again is the same code."""
    fail_if_told(fault)
    with store.writing() as connection:
        number = body["order_number"]
        row = _code(connection, number)
        if row is None and not is_closed(connection, number):
            row = _insert_code(connection, body)
        elif row is not None and row["digest"] != digest_of(body):
            raise Refused(409, "order_number_taken")
        told = _told(connection, number, row)
    if fault is not None:
        raise Dropped
    return Answer(told)


def _insert_code(connection: sqlite3.Connection, body: dict[str, Any]) -> sqlite3.Row:
    row: sqlite3.Row = connection.execute(
        "INSERT INTO payment_codes (order_number, digest, amount_fen, purpose, token, valid_until)"
        " VALUES (?, ?, ?, ?, ?, ?) RETURNING *",
        (
            body["order_number"],
            digest_of(body),
            body["amount_fen"],
            body["purpose"],
            secrets.token_urlsafe(16),
            time.time() + body["valid_s"],
        ),
    ).fetchone()
    return row


def query_code(store: Store, body: dict[str, Any], fault: Fault | None) -> Answer:
    """POST /bank/payment-codes/query: whether it can be paid, and all payments. Raises Refused 404."""
    fail_if_told(fault)
    if fault is not None:
        raise Dropped
    connection, number = store.reading(), body["order_number"]
    row = _code(connection, number)
    if row is None and not is_closed(connection, number):
        raise Refused(404, "order_unknown")
    return Answer(_told(connection, number, row))


def close_code(store: Store, body: dict[str, Any], fault: Fault | None) -> Answer:
    """POST /bank/payment-codes/close: nobody can pay it from now on; tells what was paid before."""
    fail_if_told(fault)
    with store.writing() as connection:
        number = body["order_number"]
        if _code(connection, number) is None:
            close_number(connection, number)
        closing = "UPDATE payment_codes SET closed_at = coalesce(closed_at, ?) WHERE order_number = ?"
        connection.execute(closing, (time.time(), number))
        told = _told(connection, number, _code(connection, number))
    if fault is not None:
        raise Dropped
    return Answer(told)


def pay_code(store: Store, order_number: str, body: dict[str, Any]) -> Answer:
    """Somebody scans and pays; the hall is told in the same transaction. Raises Refused 404 or 409.

    `amount_fen` other than the code's, or `anyhow` for a code that nobody should be able to pay any more,
    rehearse what a real provider gets wrong now and then.
    """
    with store.writing() as connection:
        row = _code(connection, order_number)
        if row is None:
            raise Refused(404, "order_unknown")
        if _state(connection, row) != "open" and not body.get("anyhow"):
            raise Refused(409, "code_not_open")
        payment = _insert_payment(connection, row, body)
        callbacks.put(connection, "bank", payment)
    return Answer(payment, 201)


def _insert_payment(
    connection: sqlite3.Connection, row: sqlite3.Row, body: dict[str, Any]
) -> dict[str, object]:
    amount_fen = body.get("amount_fen", row["amount_fen"])
    paid = connection.execute(
        "INSERT INTO code_payments (order_number, amount_fen, channel, paid_at) VALUES (?, ?, ?, ?)"
        " RETURNING *",
        (row["order_number"], amount_fen, body["channel"], time.time()),
    ).fetchone()
    return {"order_number": row["order_number"]} | _payment(paid)


def code_of(store: Store, token: str) -> dict[str, Any]:
    """What the page behind a code shows. Raises Refused 404."""
    connection = store.reading()
    row = connection.execute("SELECT * FROM payment_codes WHERE token = ?", (token,)).fetchone()
    if row is None:
        raise Refused(404, "code_unknown")
    return {
        **dict(row),
        "state": _state(connection, row),
        "payments": _payments(connection, row["order_number"]),
    }


def payments(store: Store, after: int, limit: int) -> list[dict[str, Any]]:
    """Payments by code in their order, for the statement."""
    rows = store.reading().execute(
        "SELECT * FROM code_payments WHERE sequence > ? ORDER BY sequence LIMIT ?", (after, limit)
    )
    return [
        {"sequence": row["sequence"], "order_number": row["order_number"], "outcome": DONE} | _payment(row)
        for row in rows
    ]


def received_fen(store: Store) -> int:
    """Fen that came in by debits and codes, less what went back."""
    connection, now_s = store.reading(), time.time()
    debited, returned = (
        connection.execute(
            f"SELECT coalesce(sum(amount_fen), 0) FROM {table} WHERE outcome = 0 AND final_at <= ?",  # noqa: S608  # nosec B608
            (now_s,),
        ).fetchone()[0]
        for table in ("debits", "refunds")
    )
    paid = connection.execute("SELECT coalesce(sum(amount_fen), 0) FROM code_payments").fetchone()[0]
    return int(debited + paid - returned)


def newest_codes(store: Store, limit: int) -> list[dict[str, Any]]:
    """The codes made last, newest first, for the page."""
    connection = store.reading()
    rows = connection.execute("SELECT * FROM payment_codes ORDER BY sequence DESC LIMIT ?", (limit,))
    return [{**dict(row), "state": _state(connection, row)} for row in rows.fetchall()]


def _code(connection: sqlite3.Connection, number: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM payment_codes WHERE order_number = ?", (number,)
    ).fetchone()
    return row


def _payments(connection: sqlite3.Connection, number: str) -> list[dict[str, Any]]:
    rows = connection.execute(
        "SELECT * FROM code_payments WHERE order_number = ? ORDER BY sequence", (number,)
    )
    return [_payment(row) for row in rows.fetchall()]


def _payment(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "serial": serial_of("03", row["paid_at"], row["sequence"]),
        "amount_fen": row["amount_fen"],
        "channel": row["channel"],
        "at": china_time(row["paid_at"]),
    }


def _state(connection: sqlite3.Connection, row: sqlite3.Row) -> str:
    if _payments(connection, row["order_number"]):
        return "paid"
    if row["closed_at"] is not None:
        return "closed"
    return "open" if time.time() < row["valid_until"] else "expired"


def _told(connection: sqlite3.Connection, number: str, row: sqlite3.Row | None) -> dict[str, Any]:
    if row is None:
        return {"order_number": number, "state": "closed", "code_url": "", "payments": []}
    here = request.host_url if has_request_context() else "/"
    return {
        "order_number": number,
        "state": _state(connection, row),
        "code_url": f"{here}pay/{row['token']}",
        "expires_at": china_time(row["valid_until"]),
        "payments": _payments(connection, number),
    }
