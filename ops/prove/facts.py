"""What databases, bank and broker say after a proof, read by SQL from a process of its own."""

from dataclasses import dataclass, field
from typing import Any

import pika
import requests
from pika.exceptions import AMQPError

from ops.environment import Setting, broker_url
from ops.prove.income import Income, read_income
from ops.prove.stage import Row, Stage
from ops.prove.year_end import YearEnd, read_year_end
from services.common.topology import RETRY_DELAYS_S, SERVICES, dead_queue, event_queue, retry_queue

BILLS = (
    "SELECT number, fund_number, reason, state, amount_fen, attempt, drive_after IS NOT NULL AS driven"
    " FROM bills WHERE fund_number = ANY(%s) ORDER BY number"
)
ATTEMPTS = (
    "SELECT a.bill_number, a.ordinal, a.order_number, a.hold_id, a.released_at IS NOT NULL AS released"
    " FROM payment_attempts a JOIN bills b ON b.number = a.bill_number WHERE b.fund_number = ANY(%s)"
)
STEPS = (
    "SELECT t.number, t.action, t.source, t.target, t.actor FROM transitions t"
    " JOIN bills b ON b.number = t.number WHERE t.machine = 'withdrawal' AND b.fund_number = ANY(%s)"
    " ORDER BY t.id"
)
EVENTS = (
    "SELECT event, payload->>'number' AS number, payload->>'fund_number' AS fund_number, message_id,"
    " published_at IS NOT NULL AS published FROM outbox WHERE payload->>'fund_number' = ANY(%s)"
    " AND event <> 'agreement.signed'"
)
SIGNED = "SELECT number, fund_number, code FROM signed_agreements WHERE fund_number = ANY(%s)"
LISTED = (
    "SELECT number, fund_number, code FROM heard_agreements"
    " WHERE producer = 'withdrawal' AND fund_number = ANY(%s)"
)
RECEIPTS = (
    "SELECT o.subject AS fund_number, count(*) AS used FROM used_receipts u JOIN operations o USING (op_id)"
    " WHERE u.purpose = 'withdrawal' AND o.subject = ANY(%s) GROUP BY o.subject"
)
HOLDS = (
    "SELECT h.id, substr(h.account, 5) AS fund_number, h.amount_fen, h.bill_number, r.outcome FROM holds h"
    " LEFT JOIN hold_resolutions r ON r.hold_id = h.id WHERE substr(h.account, 5) = ANY(%s)"
)
LINES = (
    "SELECT p.voucher, p.debit, p.credit, p.amount_fen, p.bill_number FROM postings p"
    " WHERE p.bill_number IN (SELECT bill_number FROM holds WHERE substr(account, 5) = ANY(%s))"
)
BALANCES = (
    "SELECT substr(a.number, 5) AS fund_number, a.balance_fen, a.held_fen, a.balance_fen"
    " - coalesce((SELECT sum(amount_fen) FROM postings WHERE credit = a.number), 0)"
    " + coalesce((SELECT sum(amount_fen) FROM postings WHERE debit = a.number), 0) AS off_fen"
    " FROM ledger_accounts a WHERE a.keeps_balance AND substr(a.number, 5) = ANY(%s)"
)
MESSAGES = (
    "SELECT fund_number, template, state NOT IN ('queued', 'sending', 'unknown') AS finished"
    " FROM messages WHERE fund_number = ANY(%s) AND template NOT LIKE 'code.%%'"
)
UNPUBLISHED = "SELECT count(*) AS rows FROM outbox WHERE published_at IS NULL"
DEAD = "SELECT count(*) AS rows FROM dead_letters WHERE state = 'dead'"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The books about some citizens, and what lies about unfinished in the whole hall (`left_over`)."""

    bills: list[Row]
    attempts: list[Row]
    steps: list[Row]
    events: list[Row]
    receipts: dict[str, int]
    holds: list[Row]
    lines: list[Row]
    balances: list[Row]
    announced: list[Row]
    messages: list[Row]
    payouts: list[Row]
    signed: list[Row] = field(default_factory=list)
    listed: list[Row] = field(default_factory=list)
    left_over: dict[str, int] = field(default_factory=dict)
    income: Income | None = None
    year_end: YearEnd | None = None


def read_facts(stage: Stage, people: list[str], *, whole_hall: bool, pay_in: bool = True) -> Facts:
    """Everything about these people; with `whole_hall` also queues, dead letters and outboxes of all.

    Contributions are looked at where some of the people `pay_in` themselves.
    """
    withdrawal, deposit = _asker(stage, "withdrawal", people), _asker(stage, "deposit", people)
    bills = withdrawal(BILLS)
    return Facts(
        bills=bills,
        attempts=withdrawal(ATTEMPTS),
        steps=withdrawal(STEPS),
        events=withdrawal(EVENTS),
        receipts={row["fund_number"]: row["used"] for row in withdrawal(RECEIPTS)},
        holds=deposit(HOLDS),
        lines=deposit(LINES),
        balances=deposit(BALANCES),
        announced=deposit(EVENTS),
        messages=stage.rows("notify", MESSAGES, people),
        signed=withdrawal(SIGNED),
        listed=stage.rows("auth", LISTED, people),
        payouts=_payouts(stage, None if whole_hall else {bill["number"] for bill in bills}),
        left_over=left_over(stage) if whole_hall else {},
        income=read_income(stage, people, whole_hall=whole_hall) if pay_in else None,
        year_end=read_year_end(stage, people),
    )


def _asker(stage: Stage, service: str, people: list[str]) -> Any:
    return lambda query: stage.rows(service, query, people)


def _payouts(stage: Stage, numbers: set[str] | None) -> list[Row]:
    """The bank's statement; `bill_number` is the part of an order number before its dash."""
    statement: list[Row] = []
    after: int | None = 0
    while after is not None:
        page = requests.get(f"{stage.sandbox_url}/bank/statement", params={"after": after}, timeout=30).json()
        statement += page["payouts"]
        after = page["next"]
    paid = [{**line, "bill_number": line["order_number"].partition("-")[0]} for line in statement]
    return [line for line in paid if numbers is None or line["bill_number"] in numbers]


def left_over(stage: Stage) -> dict[str, int]:
    """What lies about in the whole hall: events that nobody published, queued messages, dead letters."""
    found = {}
    for service in SERVICES:
        found[f"{service}: events not published"] = int(stage.rows(service, UNPUBLISHED)[0]["rows"])
        found[f"{service}: dead letters"] = int(stage.rows(service, DEAD)[0]["rows"])
    return {name: count for name, count in (found | _queued(stage)).items() if count}


def _queued(stage: Stage) -> dict[str, int]:
    """Messages that wait in queues of events. Looking needs no right to read them."""
    parameters = pika.URLParameters(broker_url(Setting.of(stage.home), "gateway"))
    try:
        connection = pika.BlockingConnection(parameters)
        channel = connection.channel()
        counts = {name: _depth(channel, name) for name in _queues()}
        connection.close()
    except AMQPError as error:
        raise OSError("the broker does not answer") from error
    return counts


def _queues() -> list[str]:
    own = [(event_queue(service), dead_queue(service)) for service in SERVICES]
    later = [retry_queue(service, delay_s) for service in SERVICES for delay_s in RETRY_DELAYS_S]
    return [name for pair in own for name in pair] + later


def _depth(channel: Any, name: str) -> int:
    return int(channel.queue_declare(name, passive=True).method.message_count)
