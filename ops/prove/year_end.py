"""Holds the yearly interest against the books: every open account got its year's interest, once, to the fen.

Pure but for `read_year_end`. The interest is worked out a third time, from the lines alone: each change times
the days that it lay there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from ops.prove.finding import DOUBLED, DRIFT, LOST, UNFINISHED, Finding
from ops.prove.stage import Row, Stage

NEWEST_RUN = "SELECT number, state, settles_on, trouble FROM interest_runs ORDER BY number DESC LIMIT 1"
# A bill that takes everything brings the interest with it, so whoever it closes waits.
ACCOUNTS = (
    "SELECT a.fund_number, a.opened_on FROM accounts a WHERE a.fund_number = ANY(%s)"
    " AND a.state IN ('normal', 'sealed') AND a.opened_on < %s"
    " AND NOT EXISTS (SELECT FROM interest_deferrals d WHERE d.run = %s AND d.fund_number = a.fund_number"
    " AND d.reason = 'closing' AND d.ended_at IS NULL)"
)
LINES = (
    "SELECT substr(side.number, 5) AS fund_number, p.value_on, p.kind, p.voucher,"
    " CASE WHEN p.credit = side.number THEN p.amount_fen ELSE -p.amount_fen END AS fen"
    " FROM (SELECT '201-' || unnest(%s::text[]) AS number) AS side"
    " JOIN postings p ON side.number IN (p.debit, p.credit) WHERE p.debit <> p.credit"
)
PAYABLE = (
    "SELECT COALESCE(sum(CASE WHEN credit = '211' THEN amount_fen ELSE -amount_fen END), 0)::bigint AS fen"
    " FROM postings WHERE '211' IN (debit, credit) AND voucher LIKE 'interest/' || %s || '/%%'"
)
INTEREST = "yearly_interest"
# 1.5 % a year over 360 days, settled every 30 June (银发〔2015〕375号): not read from what is to be proved.
RATE, DAYS = Decimal("0.015"), 360


@dataclass(frozen=True, kw_only=True)
class YearEnd:
    """The newest settlement, the accounts it owes interest to, all their lines, what stayed payable of it."""

    run: Row
    accounts: list[Row]
    lines: list[Row]
    payable_fen: int = 0


def read_year_end(stage: Stage, people: list[str]) -> YearEnd | None:
    """What deposit's database says about the newest settlement; None before there is any."""
    runs = stage.rows("deposit", NEWEST_RUN)
    if not runs:
        return None
    run = runs[0]
    return YearEnd(
        run=run,
        accounts=stage.rows("deposit", ACCOUNTS, people, run["settles_on"], run["number"]),
        lines=stage.rows("deposit", LINES, people),
        payable_fen=int(stage.rows("deposit", PAYABLE, run["number"])[0]["fen"]),
    )


def check_year_end(year: YearEnd) -> Iterator[Finding]:
    """Every finding about the newest settlement."""
    if year.run["state"] != "finished":
        why = year.run.get("trouble") or ""
        yield Finding(UNFINISHED, f"interest of {year.run['number']} is {year.run['state']} {why}".strip())
    if year.payable_fen:
        what = f"interest of {year.run['number']}: {year.payable_fen} fen stay payable"
        yield Finding(DRIFT, what, abs(year.payable_fen))
    lines: dict[str, list[Row]] = {}
    for line in year.lines:
        lines.setdefault(line["fund_number"], []).append(line)
    for account in year.accounts:
        yield from _of_account(year, account, lines.get(account["fund_number"], []))


def _of_account(year: YearEnd, account: Row, lines: list[Row]) -> Iterator[Finding]:
    settles_on = year.run["settles_on"]
    booked = [one for one in lines if one["kind"] == INTEREST and one["value_on"] == settles_on]
    others = [one for one in lines if one not in booked]
    owed_fen, booked_fen = interest_fen(others, account["opened_on"], settles_on), _sum_fen(booked)
    whose = f"interest of {settles_on.year} of {account['fund_number']}"
    if len(booked) > 1:
        yield Finding(DOUBLED, f"{whose} is booked {len(booked)} times")
    if owed_fen and not booked:
        yield Finding(LOST, f"{whose}, {owed_fen} fen, is not in the books")
    elif owed_fen != booked_fen:
        off_fen = abs(owed_fen - booked_fen)
        yield Finding(DRIFT, f"{whose}: {owed_fen} fen are owed, {booked_fen} booked", off_fen)


def _sum_fen(lines: list[Row]) -> int:
    return sum(int(line["fen"]) for line in lines)


def interest_fen(lines: list[Row], opened_on: date, settles_on: date) -> int:
    """The interest of the year that ends on `settles_on`, half up to a fen."""
    settled = [
        line["value_on"] for line in lines if line["kind"] == INTEREST and line["value_on"] < settles_on
    ]
    since = max([opened_on, *settled])
    fen_days = sum(
        line["fen"] * (settles_on - max(line["value_on"], since)).days
        for line in lines
        if line["value_on"] < settles_on
    )
    return int((max(0, fen_days) * RATE / DAYS).quantize(Decimal(1), ROUND_HALF_UP))
