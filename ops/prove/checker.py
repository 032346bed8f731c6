"""Holds the history against the books: what was acknowledged is there once, every fen is where it belongs.

Pure. A finding is of one of four kinds: lost, doubled, drift (with its fen) or unfinished.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from ops.prove.facts import Facts
from ops.prove.finding import DOUBLED, DRIFT, LOST, UNFINISHED, Finding
from ops.prove.history import CONTRIBUTION, FAIL, OK, UNKNOWN, Wish
from ops.prove.income import check_income, waits
from ops.prove.year_end import check_year_end
from services.notify.templates import TEMPLATES
from services.withdrawal.states import WITHDRAWAL

BANK = "101"
INTEREST_PAYABLE = "211"
REGISTERED = "withdrawal.registered"
# At rest the hall does nothing more until a person does; a waiting bill shows that it waits and is driven.
RESTING = frozenset({"registered", "payment_failed", "booked", "settlement_cancelled", "deleted"})
WAITING = frozenset({"awaiting_evidence", "payment_unknown"})
HOLDING = frozenset({"payment_failed"})
_EVENT_OF = {(step.source, step.action): step.event for step in WITHDRAWAL.steps}


def check(facts: Facts, wishes: Sequence[Wish]) -> list[Finding]:
    """Every finding of every rule."""
    of_contributions = [wish for wish in wishes if wish.business == CONTRIBUTION]
    of_withdrawals = [wish for wish in wishes if wish.business != CONTRIBUTION]
    found = [finding for rule in RULES for finding in rule(facts, of_withdrawals)]
    found += keys_say_the_same(facts, of_contributions)
    found += accounts_are_open(facts, of_contributions)
    found += check_year_end(facts.year_end) if facts.year_end else []
    return found + (list(check_income(facts.income, of_contributions)) if facts.income else [])


def waiting(facts: Facts) -> int:
    """How many bills visibly wait: nothing wrong, but the hall is not through yet."""
    withdrawals = sum(bill["driven"] and bill["state"] in WAITING for bill in facts.bills)
    return withdrawals + (waits(facts.income) if facts.income else 0)


def registrations_are_there(facts: Facts, wishes: Sequence[Wish]) -> Iterator[Finding]:
    """An acknowledged registration is a bill of its citizen, reason and amount."""
    bills = {bill["number"]: bill for bill in facts.bills}
    for wish in _registrations(wishes, OK):
        for number in wish.bills:
            if not _is_as_asked(bills.get(number), wish):
                yield Finding(LOST, f"{number} was acknowledged and is not in the books as asked")


def _is_as_asked(bill: dict[str, object] | None, wish: Wish) -> bool:
    if bill is None or (bill["fund_number"], bill["reason"]) != (wish.fund_number, wish.subject):
        return False
    return wish.amount_fen is None or bill["amount_fen"] == wish.amount_fen


def accounts_are_open(facts: Facts, wishes: Sequence[Wish]) -> Iterator[Finding]:
    """An acknowledged opening is an account, and whoever opened one has one."""
    opened = sum(wish.action == "open" and wish.outcome == OK for wish in wishes)
    there = len(facts.income.accounts) if facts.income else opened
    if there < opened:
        yield Finding(LOST, f"{opened} accounts were opened, {there} are there")


def keys_say_the_same(facts: Facts, wishes: Sequence[Wish]) -> Iterator[Finding]:
    """A key that was acknowledged says the same ever after."""
    for wish in wishes:
        if wish.is_contradicted:
            told = [f"{one.outcome} {one.bill or one.code}" for one in wish.told]
            yield Finding(LOST, f"a repeated {wish.action} of {wish.fund_number} was told: {', '.join(told)}")
        if wish.outcome == UNKNOWN:
            yield Finding(UNFINISHED, f"{wish.action} of {wish.fund_number} never got an answer")


def no_bill_without_a_wish(facts: Facts, wishes: Sequence[Wish]) -> Iterator[Finding]:
    """A citizen has as many bills as acknowledged registrations, and at most one more per unknown one."""
    least = Counter(wish.fund_number for wish in _registrations(wishes, OK))
    maybe = Counter(wish.fund_number for wish in _registrations(wishes, UNKNOWN))
    for person, count in Counter(bill["fund_number"] for bill in facts.bills).items():
        if count > least[person] + maybe[person]:
            yield Finding(DOUBLED, f"{person} has {count} bills for {least[person]} registrations")
        if count > facts.receipts.get(person, 0):
            yield Finding(DOUBLED, f"{person} has {count} bills for {facts.receipts.get(person, 0)} codes")


def presses_are_there_once(facts: Facts, wishes: Sequence[Wish]) -> Iterator[Finding]:
    """An acknowledged press is one step in the bill's history; a refused one is none."""
    made = Counter((step["number"], step["action"]) for step in facts.steps if step["source"])
    asked: dict[tuple[str, str], Counter[str]] = {}
    for wish in wishes:
        if wish.action != "register":
            asked.setdefault((wish.subject, wish.action), Counter())[wish.outcome] += 1
    for (number, action), outcomes in asked.items():
        count = made[number, action]
        if count < outcomes[OK]:
            yield Finding(LOST, f"{number}: {outcomes[OK]} times {action} acknowledged, {count} in the books")
        if count > outcomes[OK] + outcomes[UNKNOWN]:
            yield Finding(
                DOUBLED, f"{number}: {count} times {action} for {outcomes[OK]}, {outcomes[FAIL]} refused"
            )


def histories_are_whole(facts: Facts, wishes: Sequence[Wish]) -> Iterator[Finding]:
    """Every step of a bill starts where the one before ended, and the last one ends where the bill is."""
    at: dict[str, str] = {}
    for step in facts.steps:
        if step["source"] != at.get(step["number"], ""):
            yield Finding(DOUBLED, f"{step['number']}: {step['action']} from {step['source']} happened twice")
        at[step["number"]] = step["target"]
    for bill in facts.bills:
        if at.get(bill["number"]) != bill["state"]:
            yield Finding(LOST, f"{bill['number']} is {bill['state']} without a step to it")


def events_are_told_once(facts: Facts, wishes: Sequence[Wish]) -> Iterator[Finding]:
    """A step that announces something has one event, an event with a text one message."""
    told = Counter((event["number"], event["event"]) for event in facts.events)
    yield from _compared("event", _due_events(facts), told)
    with_text = (row for row in (*facts.events, *facts.announced) if row["event"] in TEMPLATES)
    wanted = Counter((row["fund_number"], row["event"]) for row in with_text)
    written = Counter((row["fund_number"], row["template"]) for row in facts.messages)
    yield from _compared("message", wanted, written)


def signatures_are_listed_once(facts: Facts, wishes: Sequence[Wish]) -> Iterator[Finding]:
    """What a bill had signed stands in the person's list of agreements."""
    signed = Counter((row["number"], row["code"]) for row in facts.signed)
    listed = Counter((row["number"], row["code"]) for row in facts.listed)
    yield from _compared("listed signature", signed, listed)


def _due_events(facts: Facts) -> Counter[tuple[str, str]]:
    """How often each bill has to announce what; a registration does, unless it waits for evidence first."""
    due, second = Counter[tuple[str, str]](), dict[str, str]()
    for step in facts.steps:
        event = _EVENT_OF.get((step["source"], step["action"]))
        due.update([(step["number"], event)] if event else [])
        if step["source"]:
            second.setdefault(step["number"], step["action"])
    due.update(
        (bill["number"], REGISTERED) for bill in facts.bills if second.get(bill["number"]) != "await_evidence"
    )
    return due


def _compared(
    what: str, wanted: Counter[tuple[str, str]], there: Counter[tuple[str, str]]
) -> Iterator[Finding]:
    for key in sorted(wanted.keys() | there.keys()):
        if there[key] < wanted[key]:
            yield Finding(LOST, f"{key}: {wanted[key]} times, {there[key]} {what}s")
        if there[key] > wanted[key]:
            yield Finding(DOUBLED, f"{key}: {wanted[key]} times, {there[key]} {what}s")


def bank_and_ledger_agree(facts: Facts, wishes: Sequence[Wish]) -> Iterator[Finding]:
    """The bank paid a bill at most once, what it paid is booked, and no bill is booked twice."""
    executed = [line for line in facts.payouts if line["outcome"] == 0]
    paid, paid_fen = Counter(line["bill_number"] for line in executed), Counter[str]()
    for line in executed:
        paid_fen[line["bill_number"]] += line["amount_fen"]
    booked_fen, vouchers = _booked(facts)
    bills = {bill["number"]: bill for bill in facts.bills}
    for number in sorted(paid.keys() | booked_fen.keys() | bills.keys()):
        if paid[number] > 1:
            yield Finding(DOUBLED, f"{number} was paid {paid[number]} times")
        if len(vouchers.get(number, ())) > 1:
            yield Finding(DOUBLED, f"{number} was booked {len(vouchers[number])} times")
        yield from _drift_of(number, bills.get(number), paid_fen[number], booked_fen[number])


def _booked(facts: Facts) -> tuple[Counter[str], dict[str, set[str]]]:
    booked_fen, vouchers = Counter[str](), dict[str, set[str]]()
    for line in facts.lines:
        vouchers.setdefault(line["bill_number"], set()).add(line["voucher"])
        booked_fen[line["bill_number"]] += line["amount_fen"] if line["credit"] == BANK else 0
    return booked_fen, vouchers


def _drift_of(
    number: str, bill: dict[str, object] | None, paid_fen: int, booked_fen: int
) -> Iterator[Finding]:
    if bill is not None and bill["driven"] and bill["state"] in WAITING and not booked_fen:
        return
    if paid_fen != booked_fen:
        yield Finding(
            DRIFT, f"{number}: paid {paid_fen} fen, booked {booked_fen}", abs(paid_fen - booked_fen)
        )
    elif bill is not None and bill["state"] == "booked" and bill["amount_fen"] != paid_fen:
        yield Finding(
            DRIFT, f"{number}: of {bill['amount_fen']} fen paid {paid_fen}", abs(_fen(bill) - paid_fen)
        )


def _fen(bill: dict[str, object]) -> int:
    return int(str(bill["amount_fen"]))


def balances_are_sums(facts: Facts, wishes: Sequence[Wish]) -> Iterator[Finding]:
    """Kept balances are the sums of the postings, held money is the sum of open holds, accruals net to 0."""
    open_fen = Counter[str]()
    for hold in facts.holds:
        open_fen[hold["fund_number"]] += hold["amount_fen"] if hold["outcome"] is None else 0
    for row in facts.balances:
        person, held_off = row["fund_number"], row["held_fen"] - open_fen[row["fund_number"]]
        if row["off_fen"]:
            yield Finding(DRIFT, f"{person}: balance off by {row['off_fen']} fen", abs(row["off_fen"]))
        if held_off:
            yield Finding(DRIFT, f"{person}: held money off by {held_off} fen", abs(held_off))
    accrued = sum(line["amount_fen"] for line in facts.lines if line["credit"] == INTEREST_PAYABLE)
    accrued -= sum(line["amount_fen"] for line in facts.lines if line["debit"] == INTEREST_PAYABLE)
    if accrued:
        yield Finding(DRIFT, f"interest payable off by {accrued} fen", abs(accrued))


def bills_rest_or_wait(facts: Facts, wishes: Sequence[Wish]) -> Iterator[Finding]:
    """Every bill is at rest, or waits visibly and is driven."""
    for bill in facts.bills:
        resting = bill["state"] in RESTING and not bill["driven"]
        if not resting and not (bill["state"] in WAITING and bill["driven"]):
            yield Finding(UNFINISHED, f"{bill['number']} is {bill['state']}, driven: {bill['driven']}")


def holds_have_ended(facts: Facts, wishes: Sequence[Wish]) -> Iterator[Finding]:
    """Money is held only for a bill that is under way, or whose failed payment a person has to look at."""
    bills = {bill["number"]: bill for bill in facts.bills}
    for hold in facts.holds:
        bill = bills.get(hold["bill_number"])
        wanted = bill is not None and (bill["driven"] or bill["state"] in HOLDING)
        if hold["outcome"] is None and not wanted:
            yield Finding(UNFINISHED, f"{hold['bill_number']}: {hold['amount_fen']} fen stay held")


def nothing_is_left_over(facts: Facts, wishes: Sequence[Wish]) -> Iterator[Finding]:
    """Events are published, messages handed over, queues and dead letters empty."""
    for event in (*facts.events, *facts.announced):
        if not event["published"]:
            yield Finding(UNFINISHED, f"{event['event']} of {event['fund_number']} is not published")
    for message in facts.messages:
        if not message["finished"]:
            yield Finding(UNFINISHED, f"{message['template']} for {message['fund_number']} is not sent")
    for name, count in facts.left_over.items():
        yield Finding(UNFINISHED, f"{name}: {count}")


def _registrations(wishes: Sequence[Wish], outcome: str) -> list[Wish]:
    return [wish for wish in wishes if wish.action == "register" and wish.outcome == outcome]


Rule = Callable[[Facts, Sequence[Wish]], Iterator[Finding]]
RULES: tuple[Rule, ...] = (
    registrations_are_there,
    keys_say_the_same,
    no_bill_without_a_wish,
    presses_are_there_once,
    histories_are_whole,
    events_are_told_once,
    signatures_are_listed_once,
    bank_and_ledger_agree,
    balances_are_sums,
    bills_rest_or_wait,
    holds_have_ended,
    nothing_is_left_over,
)
