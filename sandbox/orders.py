"""Orders of one kind that the bank executes once by their number: debits of cards, refunds of payments."""

import hashlib
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from sandbox.answers import DONE, FAILED, UNKNOWN, Answer, Refused, china_time
from sandbox.cards import Judgement
from sandbox.store import Store
from sandbox.told import Fault

Judge = Callable[[sqlite3.Connection, dict[str, Any]], Judgement]


@dataclass(frozen=True)
class Kind:
    """A kind of order: its table, the name of its number, the first two digits of its serials, who judges it.

    `columns` are what the table keeps of an order beside its number, amount and outcome. All these names are
    written in this program, so that they may stand in a statement.
    """

    table: str
    number: str
    serial: str
    columns: tuple[str, ...]
    judge: Judge

    def execute(self, store: Store, order: dict[str, Any], fault: Fault | None) -> Answer:
        """Do the order once, or answer again for one that is known; a closed number is never done.

        A fault of mode "fail" makes the bank refuse a new order for good; "unknown" makes it answer 2 and end
        the order as told after the delay. Raises Refused 409 for a known number with another body.
        """
        with store.writing() as connection:
            number = order[self.number]
            if is_closed(connection, number):
                return Answer(self._closed(number))
            row = self.find(connection, number)
            if row is not None:
                return Answer(self._again(row, order))
            return Answer(self._do(connection, order, fault))

    def query(self, store: Store, body: dict[str, Any], fault: Fault | None) -> Answer:
        """What became of an order. Raises Refused 404 for a number never seen."""
        fail_if_told(fault)
        connection, number = store.reading(), body["order_number"]
        row = self.find(connection, number)
        if row is not None:
            return Answer(self._answer(row, in_doubt=fault is not None))
        if is_closed(connection, number):
            return Answer(self._closed(number))
        raise Refused(404, "order_unknown")

    def close(self, store: Store, body: dict[str, Any], fault: Fault | None) -> Answer:
        """A number never seen can never be used from now on; a known one is told."""
        fail_if_told(fault)
        number = body["order_number"]
        with store.writing() as connection:
            row = self.find(connection, number)
            if row is not None:
                return Answer(self._answer(row, in_doubt=fault is not None))
            close_number(connection, number)
        return Answer(self._closed(number))

    def find(self, connection: sqlite3.Connection, number: str) -> sqlite3.Row | None:
        """The order of that number."""
        asked = f"SELECT * FROM {self.table} WHERE {self.number} = ?"  # noqa: S608  # nosec B608
        row: sqlite3.Row | None = connection.execute(asked, (number,)).fetchone()
        return row

    def lines(self, store: Store, after: int, limit: int) -> list[dict[str, Any]]:
        """The orders in their order of acceptance, for the statement."""
        asked = f"SELECT * FROM {self.table} WHERE sequence > ? ORDER BY sequence LIMIT ?"  # noqa: S608  # nosec B608
        return [self.line(row) for row in store.reading().execute(asked, (after, limit)).fetchall()]

    def newest(self, store: Store, limit: int) -> list[dict[str, Any]]:
        """The orders accepted last, newest first, for the page."""
        asked = f"SELECT * FROM {self.table} ORDER BY sequence DESC LIMIT ?"  # noqa: S608  # nosec B608
        return [self.line(row) for row in store.reading().execute(asked, (limit,)).fetchall()]

    def line(self, row: sqlite3.Row) -> dict[str, Any]:
        """One order on the statement."""
        return {
            "sequence": row["sequence"],
            self.number: row[self.number],
            "order_number": row["order_number"],
            "amount_fen": row["amount_fen"],
            "outcome": outcome_of(row),
            "reason": row["reason"],
            "serial": self.serial_of(row),
            "at": china_time(row["accepted_at"]),
        }

    def serial_of(self, row: sqlite3.Row) -> str:
        """As the clearing system numbers: the kind, the day, a counter of seven digits."""
        return serial_of(self.serial, row["accepted_at"], row["sequence"])

    def _do(
        self, connection: sqlite3.Connection, order: dict[str, Any], fault: Fault | None
    ) -> dict[str, Any]:
        judgement = self._judged(connection, order, fault)
        in_doubt = judgement.outcome == UNKNOWN or (fault is not None and fault.mode == "unknown")
        now_s = time.time()
        written = {name: order[name] for name in (self.number, "amount_fen", *self.columns)} | {
            "digest": digest_of(order),
            "outcome": FAILED if judgement.outcome == FAILED else DONE,
            "reason": judgement.reason if judgement.outcome == FAILED else "",
            "accepted_at": now_s,
            "final_at": now_s + (fault.delay_ms / 1000 if fault and in_doubt else 0),
        }
        names = ", ".join(written)
        values = ", ".join(f":{name}" for name in written)
        insert = f"INSERT INTO {self.table} ({names}) VALUES ({values}) RETURNING *"  # noqa: S608  # nosec B608
        return self._answer(connection.execute(insert, written).fetchone(), in_doubt)

    def _judged(
        self, connection: sqlite3.Connection, order: dict[str, Any], fault: Fault | None
    ) -> Judgement:
        if fault is not None and (fault.mode == "fail" or fault.resolves_to == FAILED):
            return Judgement(FAILED, reason="told_to_fail")
        return self.judge(connection, order)

    def _again(self, row: sqlite3.Row, order: dict[str, Any]) -> dict[str, Any]:
        if row["digest"] != digest_of(order):
            raise Refused(409, "order_number_taken")
        return self._answer(row)

    def _answer(self, row: sqlite3.Row, in_doubt: bool = False) -> dict[str, Any]:
        outcome = UNKNOWN if in_doubt else outcome_of(row)
        return {
            "order_number": row[self.number],
            "outcome": outcome,
            "reason": "processing" if outcome == UNKNOWN else row["reason"],
            "serial": self.serial_of(row),
            "at": china_time(row["accepted_at"]),
        }

    def _closed(self, number: str) -> dict[str, Any]:
        nothing = {"order_number": number, "outcome": FAILED, "reason": "closed"}
        return nothing | {"serial": None, "at": None}


def outcome_of(row: sqlite3.Row) -> int:
    """What is known of an order at this moment."""
    return UNKNOWN if time.time() < row["final_at"] else int(row["outcome"])


def serial_of(kind: str, at_s: float, sequence: int) -> str:
    """A serial number of the bank: kind, day, counter."""
    return f"{kind}{china_time(at_s)[2:10].replace('-', '')}{sequence % 10**7:07d}"


def digest_of(order: dict[str, Any]) -> bytes:
    """Equal orders have equal digests."""
    return hashlib.sha256(orjson.dumps(order, option=orjson.OPT_SORT_KEYS)).digest()


def is_closed(connection: sqlite3.Connection, number: str) -> bool:
    """Whether the number was closed before it was used."""
    found = connection.execute("SELECT 1 FROM closed_orders WHERE order_number = ?", (number,)).fetchone()
    return found is not None


def close_number(connection: sqlite3.Connection, number: str) -> None:
    """Let nobody use the number any more."""
    connection.execute("INSERT OR IGNORE INTO closed_orders VALUES (?, ?)", (number, time.time()))


def fail_if_told(fault: Fault | None) -> None:
    """Refused 500 where a question was told to fail."""
    if fault is not None and fault.mode == "fail":
        raise Refused(500, "told_to_fail")
