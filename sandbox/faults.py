"""Faults on request: what goes wrong with which target, how often, and for whose card."""

import sqlite3
import threading
from typing import Any

from sandbox.answers import Refused
from sandbox.registers import REGISTERS
from sandbox.shapes import CARD_NUMBER, Shape, maybe, one_of, whole_number
from sandbox.store import Store
from sandbox.told import Fault

# The last three go beyond what was done: the answer is lost, the whole provider is away, the work comes late.
MODES = {
    "fail": "失败",
    "unknown": "结果不明",
    "delay": "延迟后办理",
    "lose_answer": "办理后丢失应答",
    "down": "停止服务",
    "answer_late": "先断开，延迟后办理",
    "twice": "通知发送两次",
    "undelivered": "接收后未能送达",
}
CALLBACK_TARGETS = tuple(f"callbacks.{party}" for party in ("bank", "transfers", "face", "sms", "sms_second"))
CARD_TARGETS = ("bank.payouts", "bank.card_checks", "bank.debits")
MESSAGE_TARGETS = ("sms.messages", "sms_second.messages")
TARGETS = (
    "bank.payouts",
    "bank.query",
    "bank.close",
    "bank.card_checks",
    "bank.debits",
    "bank.debit_query",
    "bank.debit_close",
    "bank.refunds",
    "bank.refund_query",
    "bank.refund_close",
    "bank.codes",
    "bank.code_query",
    "bank.code_close",
    "face.verifications",
    "face.query",
    "face.close",
    *MESSAGE_TARGETS,
    *(f"registers.{name}" for name in REGISTERS),
    "transfers.letters",
    "transfers.query",
    "transfers.revocation",
    *CALLBACK_TARGETS,
)
LONGEST_DELAY_MS = 600_000

FAULT = Shape(
    {"target": one_of(*TARGETS), "mode": one_of(*MODES)},
    {
        "times": maybe(whole_number(1, 1_000_000)),
        "delay_ms": whole_number(0, LONGEST_DELAY_MS),
        "card_number": maybe(CARD_NUMBER),
        "resolves_to": whole_number(0, 1),
    },
)


class Faults:
    """The faults in force. The file keeps them over a restart; this program alone changes them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._guard = threading.Lock()
        rows = store.reading().execute("SELECT * FROM faults").fetchall()
        self._in_force = {(row["target"], row["card_number"]): Fault(**dict(row)) for row in rows}

    def take(self, target: str, card_number: str) -> Fault | None:
        """The fault that hits this request, used up by one. A fault for the card goes before one for all."""
        if not self._in_force:
            return None
        with self._guard:
            fault = self._in_force.get((target, card_number)) or self._in_force.get((target, ""))
            if fault is not None and fault.times is not None:
                self._keep(fault, fault.times - 1)
            return fault

    def put(self, body: dict[str, Any]) -> Fault:
        """Set the fault of a target (and card), in place of an earlier one. Raises Refused 422."""
        given = {name: value for name, value in FAULT.read(body).items() if value is not None}
        fault = Fault(**given)
        if fault.card_number and fault.target not in CARD_TARGETS:
            raise Refused(422, "target_has_no_card", "card_number")
        if fault.mode == "twice" and fault.target not in CALLBACK_TARGETS:
            raise Refused(422, "mode_is_for_callbacks", "mode")
        if fault.mode == "undelivered" and fault.target not in MESSAGE_TARGETS:
            raise Refused(422, "mode_is_for_messages", "mode")
        with self._guard:
            self._keep(fault, fault.times)
        return fault

    def clear(self, target: str | None = None, card_number: str | None = None) -> int:
        """Remove all faults, those of a target, or the one of a target and card; how many it were."""
        with self._guard:
            gone = [key for key in self._in_force if _matches(key, target, card_number)]
            for key in gone:
                self._forget(key)
        return len(gone)

    def listed(self) -> list[Fault]:
        """All that is in force, by target."""
        with self._guard:
            return [self._in_force[key] for key in sorted(self._in_force)]

    def _keep(self, fault: Fault, times: int | None) -> None:
        key = (fault.target, fault.card_number)
        if times == 0:
            self._forget(key)
            return
        kept = Fault(**{**vars(fault), "times": times})
        with self._store.writing() as connection:
            _write(connection, kept)
        self._in_force[key] = kept

    def _forget(self, key: tuple[str, str]) -> None:
        with self._store.writing() as connection:
            connection.execute("DELETE FROM faults WHERE target = ? AND card_number = ?", key)
        self._in_force.pop(key, None)


def _matches(key: tuple[str, str], target: str | None, card_number: str | None) -> bool:
    return target in (None, key[0]) and card_number in (None, key[1])


def _write(connection: sqlite3.Connection, fault: Fault) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO faults (target, card_number, mode, times, delay_ms, resolves_to)"
        " VALUES (:target, :card_number, :mode, :times, :delay_ms, :resolves_to)",
        vars(fault),
    )
