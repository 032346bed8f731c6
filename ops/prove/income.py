"""Holds contributions against the books: what the bank took in is booked once or given back once.

Pure but for `read_income`; the findings are of the checker's kinds.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import requests

from ops.prove.finding import DOUBLED, DRIFT, LOST, UNFINISHED, Finding
from ops.prove.history import OK, UNKNOWN, Wish
from ops.prove.stage import Row, Stage
from services.deposit.contribution.states import CONTRIBUTION, REFUND

BILLS = (
    "SELECT number, fund_number, state, amount_fen, inflow_id, drive_after IS NOT NULL AS driven"
    " FROM contribution_bills WHERE fund_number = ANY(%s) ORDER BY number"
)
STEPS = (
    "WITH own AS (SELECT number FROM contribution_bills WHERE fund_number = ANY(%s))"
    " SELECT t.machine, t.number, t.action, t.source, t.target FROM transitions t"
    " WHERE t.machine IN ('contribution', 'refund') AND t.number IN (SELECT number FROM own"
    " UNION ALL SELECT r.number FROM refunds r JOIN own ON own.number = r.bill_number) ORDER BY t.id"
)
INFLOWS = (
    "SELECT i.id, i.order_number, i.bank_serial, i.amount_fen, i.bill_number, e.outcome,"
    " (SELECT count(*) FROM postings p WHERE p.voucher = i.voucher AND p.amount_fen = i.amount_fen) AS posted"
    " FROM inflows i JOIN contribution_bills b ON b.number = i.bill_number"
    " LEFT JOIN inflow_ends e ON e.inflow_id = i.id WHERE b.fund_number = ANY(%s)"
)
REFUNDS = (
    "SELECT number, inflow_id, bill_number, state, amount_fen, drive_after IS NOT NULL AS driven"
    " FROM refunds WHERE fund_number = ANY(%s)"
)
BOOKED = (
    "SELECT bill_number, sum(amount_fen)::bigint AS fen, count(DISTINCT voucher) AS vouchers FROM postings"
    " WHERE debit = '21902' AND credit <> '101' AND bill_number IN"
    " (SELECT number FROM contribution_bills WHERE fund_number = ANY(%s)) GROUP BY bill_number"
)
STANDING = (
    "SELECT COALESCE(sum(CASE WHEN credit = '21902' THEN amount_fen ELSE -amount_fen END), 0)::bigint AS fen"
    " FROM postings WHERE '21902' IN (debit, credit) AND '101' IN (debit, credit)"
    " AND (%s OR bill_number IN (SELECT number FROM contribution_bills WHERE fund_number = ANY(%s)))"
)
MONTHS = (
    "SELECT substr(credit, 5) AS fund_number, for_month, count(DISTINCT voucher) AS times FROM postings"
    " WHERE substr(credit, 5) = ANY(%s) AND kind IN ('remittance', 'back_payment') GROUP BY credit, for_month"
)
EVENTS = (
    "SELECT event, payload->>'number' AS number FROM outbox WHERE event LIKE 'contribution.%%'"
    " AND payload->>'fund_number' = ANY(%s)"
)
ACCOUNTS = "SELECT fund_number FROM accounts WHERE fund_number = ANY(%s) AND state = 'normal'"
# A code waits for whoever may scan it, until it expires; the others do nothing until a person does.
RESTING = frozenset({"registered", "booked", "deleted", "awaiting_scan"})
WAITING = frozenset({"debit_unknown", "code_closing", "refunding"})
_EVENT_OF = {
    (machine.name, step.source, step.action): step.event
    for machine in (CONTRIBUTION, REFUND)
    for step in machine.steps
}


@dataclass(frozen=True, kw_only=True)
class Income:
    """What books and bank say about the contributions of some people."""

    bills: list[Row]
    steps: list[Row]
    inflows: list[Row]
    refunds: list[Row]
    booked: dict[str, Row]
    months: list[Row]
    events: list[Row]
    accounts: set[str]
    debits: list[Row]
    payments: list[Row]
    given_back: list[Row]
    ledger_fen: int
    bank_fen: int


def read_income(stage: Stage, people: list[str], *, whole_hall: bool) -> Income:
    """Ask deposit's database and the bank's statement; with `whole_hall` the two sums are those of all."""

    def asked(query: str) -> list[Row]:
        return stage.rows("deposit", query, people)

    bills = asked(BILLS)
    numbers = {bill["number"] for bill in bills}
    standing = stage.rows("deposit", STANDING, whole_hall, people)
    statement = {kind: _statement(stage, kind) for kind in ("debits", "payments", "refunds")}
    own = {kind: [one for one in lines if one["bill"] in numbers] for kind, (lines, _) in statement.items()}
    return Income(
        bills=bills,
        steps=asked(STEPS),
        inflows=asked(INFLOWS),
        refunds=asked(REFUNDS),
        months=asked(MONTHS),
        booked={row["bill_number"]: row for row in asked(BOOKED)},
        events=asked(EVENTS),
        accounts={row["fund_number"] for row in asked(ACCOUNTS)},
        debits=own["debits"],
        payments=own["payments"],
        given_back=own["refunds"],
        ledger_fen=int(standing[0]["fen"]),
        bank_fen=statement["refunds"][1] if whole_hall else _balance_fen(own),
    )


def _balance_fen(own: dict[str, list[Row]]) -> int:
    """What the bank took in, less what it gave back."""
    fen = {kind: sum(line["amount_fen"] for line in lines) for kind, lines in own.items()}
    return int(fen["debits"] + fen["payments"] - fen["refunds"])


def _statement(stage: Stage, kind: str) -> tuple[list[Row], int]:
    lines: list[Row] = []
    after: int | None = 0
    page: dict[str, Any] = {}
    while after is not None:
        url = f"{stage.sandbox_url}/bank/statement/{kind}"
        page = requests.get(url, params={"after": after}, timeout=30).json()
        lines += page[kind]
        after = page["next"]
    done = [line | {"bill": line["order_number"].partition("-")[0]} for line in lines if line["outcome"] == 0]
    return done, int(page["received_fen"])


def check_income(income: Income, wishes: Sequence[Wish]) -> Iterator[Finding]:
    """Every finding about contributions."""
    yield from _wishes_are_there(income, wishes)
    yield from _presses_are_there_once(income, wishes)
    yield from _histories_are_whole(income)
    yield from _events_are_told_once(income)
    yield from _bank_and_books_agree(income)
    yield from _each_inflow_ends_once(income)
    yield from _booked_as_paid(income)
    yield from _all_rests(income)


def waits(income: Income) -> int:
    """How many bills visibly wait for the bank."""
    return sum(bill["driven"] and bill["state"] in WAITING for bill in income.bills)


def _wishes_are_there(income: Income, wishes: Sequence[Wish]) -> Iterator[Finding]:
    bills = {bill["number"]: bill for bill in income.bills}
    registered, maybe = Counter[str](), Counter[str]()
    for wish in (one for one in wishes if one.action == "register"):
        registered[wish.fund_number] += wish.outcome == OK
        maybe[wish.fund_number] += wish.outcome == UNKNOWN
        for number in wish.bills:
            bill = bills.get(number, {})
            if (bill.get("fund_number"), bill.get("amount_fen")) != (wish.fund_number, wish.amount_fen):
                yield Finding(LOST, f"{number} was acknowledged and is not in the books as asked")
    for person, count in Counter(bill["fund_number"] for bill in income.bills).items():
        if count > registered[person] + maybe[person]:
            yield Finding(DOUBLED, f"{person} has {count} bills for {registered[person]} registrations")


def _presses_are_there_once(income: Income, wishes: Sequence[Wish]) -> Iterator[Finding]:
    made = Counter((step["number"], step["action"]) for step in income.steps if step["source"])
    asked: dict[tuple[str, str], Counter[str]] = {}
    for wish in wishes:
        if wish.action not in ("register", "open"):
            asked.setdefault((wish.subject, wish.action), Counter())[wish.outcome] += 1
    for (number, action), outcomes in asked.items():
        count = made[number, action]
        if count < outcomes[OK]:
            yield Finding(LOST, f"{number}: {outcomes[OK]} times {action} acknowledged, {count} in the books")
        if count > outcomes[OK] + outcomes[UNKNOWN]:
            yield Finding(DOUBLED, f"{number}: {count} times {action} for {outcomes[OK]}")


def _histories_are_whole(income: Income) -> Iterator[Finding]:
    at: dict[str, str] = {}
    for step in income.steps:
        if step["source"] != at.get(step["number"], ""):
            yield Finding(DOUBLED, f"{step['number']}: {step['action']} from {step['source']} happened twice")
        at[step["number"]] = step["target"]
    for row in (*income.bills, *income.refunds):
        if at.get(row["number"]) != row["state"]:
            yield Finding(LOST, f"{row['number']} is {row['state']} without a step to it")


def _events_are_told_once(income: Income) -> Iterator[Finding]:
    own = {row["number"] for row in (*income.bills, *income.refunds)}
    due = Counter((bill["number"], "contribution.registered") for bill in income.bills)
    for step in (one for one in income.steps if one["number"] in own):
        event = _EVENT_OF.get((step["machine"], step["source"], step["action"]))
        due.update([(step["number"], event)] if event else [])
    told = Counter((event["number"], event["event"]) for event in income.events)
    for key in sorted(due.keys() | told.keys()):
        if due[key] != told[key]:
            kind = LOST if told[key] < due[key] else DOUBLED
            yield Finding(kind, f"{key}: {due[key]} times, {told[key]} events")


def _bank_and_books_agree(income: Income) -> Iterator[Finding]:
    """What came in is an inflow, and every inflow came in; so with what went back; both sums are the same."""
    inside = Counter((row["order_number"], row["bank_serial"], row["amount_fen"]) for row in income.inflows)
    outside = Counter(
        (row["order_number"], row["serial"], row["amount_fen"]) for row in (*income.debits, *income.payments)
    )
    for key in sorted(inside.keys() | outside.keys()):
        if inside[key] != outside[key]:
            what = f"{key}: {outside[key]} times at the bank, {inside[key]} in the books"
            yield Finding(DRIFT, what, abs(inside[key] - outside[key]) * key[2])
    returned = Counter(row["refund_number"].partition("-")[0] for row in income.given_back)
    refunded = {row["number"] for row in income.refunds if row["state"] == "refunded"}
    for number in sorted(returned.keys() | refunded):
        if returned[number] != (number in refunded):
            yield Finding(DOUBLED, f"{number}: given back {returned[number]} times by the bank")
    if income.ledger_fen != income.bank_fen:
        off = abs(income.ledger_fen - income.bank_fen)
        yield Finding(DRIFT, f"the bank holds {income.bank_fen} fen, the ledger {income.ledger_fen}", off)


def _each_inflow_ends_once(income: Income) -> Iterator[Finding]:
    given_back = {row["inflow_id"]: row["amount_fen"] for row in income.refunds}
    bills = {bill["inflow_id"]: bill for bill in income.bills if bill["inflow_id"]}
    for row in income.inflows:
        if row["posted"] != 1:
            yield Finding(DRIFT, f"{row['id']} is posted {row['posted']} times", row["amount_fen"])
        bill = bills.get(row["id"])
        if row["outcome"] == "given_back" and given_back.get(row["id"]) != row["amount_fen"]:
            yield Finding(LOST, f"{row['id']} is to be given back and is not")
        if row["outcome"] == "booked" and (bill is None or bill["state"] != "booked"):
            yield Finding(DOUBLED, f"{row['id']} is booked for no bill")
        if row["outcome"] is None and bill is None:
            yield Finding(UNFINISHED, f"{row['id']} is neither booked nor given back")


def _booked_as_paid(income: Income) -> Iterator[Finding]:
    """A booked bill is booked once, with its amount, which is what came in for it; no month is paid twice."""
    came_fen = {row["id"]: row["amount_fen"] for row in income.inflows}
    for bill in (one for one in income.bills if one["state"] == "booked"):
        booked = income.booked.get(bill["number"], {"fen": 0, "vouchers": 0})
        if (booked["fen"], booked["vouchers"]) != (bill["amount_fen"], 1):
            off = abs(booked["fen"] - bill["amount_fen"])
            yield Finding(DRIFT, f"{bill['number']}: of {bill['amount_fen']} booked {booked['fen']}", off)
        came = came_fen.get(bill["inflow_id"], 0)
        if came != booked["fen"]:
            what = f"{bill['number']}: {came} fen came in, {booked['fen']} are booked"
            yield Finding(DRIFT, what, abs(came - booked["fen"]))
    for row in (one for one in income.months if one["times"] > 1):
        what = f"{row['for_month']:%Y-%m} of {row['fund_number']} was contributed {row['times']} times"
        yield Finding(DOUBLED, what)


def _all_rests(income: Income) -> Iterator[Finding]:
    for bill in income.bills:
        waiting = bill["state"] in WAITING
        if bill["state"] not in RESTING and not waiting:
            yield Finding(UNFINISHED, f"{bill['number']} is {bill['state']}")
    for refund in income.refunds:
        if refund["state"] not in REFUND.final:
            yield Finding(UNFINISHED, f"{refund['number']} is {refund['state']}")
