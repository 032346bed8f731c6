"""The registers that answer for a condition: who is found, and what is written there."""

from collections.abc import Mapping
from typing import Any

import orjson

from sandbox.answers import Answer, Dropped, Refused
from sandbox.shapes import AMOUNT_FEN, DAY, ID_NUMBER, NAME, Check, Shape, maybe, text, truth, whole_number
from sandbox.store import Store
from sandbox.told import Fault

MOST_RECORDS = 10_000
MOST_REPAYMENTS = 600

_REPAYMENT = Shape({"on": DAY, "amount_fen": AMOUNT_FEN})


def _repayments(value: Any) -> bool:
    if not isinstance(value, list) or len(value) > MOST_REPAYMENTS:
        return False
    return all(_REPAYMENT.read(line) for line in value)


# The fields of a record in each register, besides id_number. None of them has to be there.
REGISTERS: Mapping[str, Mapping[str, Check]] = {
    "property": {"homes": whole_number(0, 1000)},
    "marriage": {"spouse_id_number": maybe(ID_NUMBER), "married_on": maybe(DAY)},
    "hukou": {"local": truth, "hukou_city": maybe(NAME)},
    "employment": {
        "employed": truth,
        "ended_on": maybe(DAY),
        "employer_local": maybe(truth),
        "self_paying": maybe(truth),
    },
    "disability": {"total": truth, "appraisal_number": maybe(NAME), "appraised_on": maybe(DAY)},
    "low_income": {"listed": truth, "category": maybe(NAME)},
    "deposits_elsewhere": {"has": truth},
    "commercial_loan": {
        "signed": truth,
        "contract_number": maybe(NAME),
        "bank": maybe(NAME),
        "in_arrears": truth,
        "repaid_fen_since": whole_number(0, 10**12),
        "repayments": _repayments,
    },
    "retirement": {"retired": truth, "retired_on": maybe(DAY)},
}

_RECORDS = {
    name: Shape({"id_number": ID_NUMBER}, {**fields, "name": NAME}) for name, fields in REGISTERS.items()
}
QUERY = Shape({"id_number": ID_NUMBER}, {"since_on": maybe(DAY), "name": text(r"[^\x00-\x1f]{0,60}")})


def ask(store: Store, body: dict[str, Any], fault: Fault | None, *, register: str) -> Answer:
    """POST /registers/<name>/query: {"found": false}, or found with the fields of the record.

    A register knows no outcomes: told to fail it is broken (500), told not to know it never answers.
    """
    if fault is not None:
        raise Refused(500, "told_to_fail") if fault.mode == "fail" else Dropped
    row = (
        store.reading()
        .execute(
            "SELECT record FROM register_records WHERE register = ? AND id_number = ?",
            (register, body["id_number"].upper()),
        )
        .fetchone()
    )
    if row is None:
        return Answer({"found": False})
    return Answer({"found": True} | _told(orjson.loads(row["record"]), body.get("since_on")))


def _told(record: dict[str, Any], since_on: str | None) -> dict[str, Any]:
    """The record; a list of repayments is told as what was repaid on and after `since_on`."""
    repayments = record.pop("repayments", None)
    if repayments is not None:
        counted = (line["amount_fen"] for line in repayments if line["on"] >= (since_on or ""))
        record["repaid_fen_since"] = sum(counted)
    return record


def load(store: Store, register: str, records: list[dict[str, Any]]) -> Answer:
    """PUT /registers/<name>/records: each record takes the place of an earlier one of that ID number."""
    if register not in REGISTERS:
        raise Refused(404, "register_unknown")
    shape = _RECORDS[register]
    rows = [_row(register, shape.read(record)) for record in records]
    with store.writing() as connection:
        connection.executemany("INSERT OR REPLACE INTO register_records VALUES (?, ?, ?)", rows)
    return Answer({"loaded": len(rows)})


def _row(register: str, record: dict[str, Any]) -> tuple[str, str, bytes]:
    fields = {name: value for name, value in record.items() if name != "id_number"}
    return register, record["id_number"].upper(), orjson.dumps(fields)
