"""Ledger lines from the books, as double entries; and whether they add up to the balances the books state."""

from collections.abc import Sequence
from typing import Final

from psycopg import sql

from services.common.importing import fields
from services.common.importing.fields import LineRefused
from services.common.importing.loading import Check, Loading, Verification
from services.common.importing.reading import Values, converter
from services.common.importing.statements import repeated, staged
from services.common.ledger.subjects import Subject
from services.common.national_standard import books, code_lists
from services.deposit.importing.accounts import ACCOUNTS
from services.deposit.states import TAKING_OVER

# What counts for how often one may draw; a closing withdrawal is the last of its account.
PART_WITHDRAWAL: Final = "part_withdrawal"
# Where the money of a line comes from or goes to, with the kinds that may move any.
_COUNTER: Final = {
    "remittance": Subject.FUND_AT_BANK,
    "back_payment": Subject.FUND_AT_BANK,
    "transfer_in": Subject.FUND_AT_BANK,
    "transfer_out": Subject.FUND_AT_BANK,
    PART_WITHDRAWAL: Subject.FUND_AT_BANK,
    "closing_withdrawal": Subject.FUND_AT_BANK,
    "yearly_interest": Subject.INTEREST_PAYABLE,
}
_national_reason = fields.code_or_nothing(code_lists.WITHDRAWAL_REASONS)
_ADDING: Final = frozenset({"remittance", "back_payment", "transfer_in", "yearly_interest"})

_LINE = (
    ("line_number", "text"),
    ("account", "text"),
    ("booked_on", "date"),
    ("kind", "text"),
    ("amount_fen", "int8"),
    ("counter", "text"),
    ("accrued_fen", "int8"),
    ("paid_interest_fen", "int8"),
    ("reversal", "bool"),
    ("for_month", "date"),
    ("employer_part_fen", "int8"),
    ("national_reason", "text"),
)

_parse = converter(
    books.LEDGER_LINES,
    {
        "line_number": fields.identifying(r"[A-Za-z0-9]{1,40}", "应为1至40位字母或数字"),
        "fund_number": fields.fund_number,
        "booked_on": fields.day,
        "kind": fields.name_of(code_lists.LEDGER_LINE_KINDS),
        "amount": fields.fen,
        "current_amount": fields.fen,
        "carried_amount": fields.fen,
        "interest": fields.fen_not_negative,
        "withdrawal_reason": str,
        "reversal_mark": fields.name_of(code_lists.REVERSAL_MARKS),
        "for_month": fields.month_or_none,
        "employer_part": fields.fen_or_none,
        "person_part": fields.fen_or_none,
    },
)


def line_values(row: Sequence[str]) -> Values:
    """The staged values of a ledger line, in the order of `_LINE`. Raises LineRefused."""
    number, fund_number, booked_on, kind, amount, current, carried, interest, *rest = _parse(row)
    told_reason, mark, for_month, employer_part, person_part = rest
    if amount != current + carried:
        raise LineRefused("发生额不等于当年归集与上年结转发生额之和")
    if (employer_part, person_part) != (None, None) and amount != (employer_part or 0) + (person_part or 0):
        raise LineRefused("发生额不等于单位与个人缴存之和")
    reversal = mark == "reversal"
    reason = _national_reason(told_reason) if kind == PART_WITHDRAWAL else ""
    counter, accrued, paid = _moves(kind, amount, interest, reversal=reversal)
    moved = (amount, counter, accrued, paid, reversal, for_month, employer_part, reason)
    return number, f"201-{fund_number}", booked_on, kind, *moved


def _moves(kind: str, amount: int, interest: int, *, reversal: bool) -> tuple[str, int, int]:
    """The counter account, the interest accrued and the interest paid beside a closing withdrawal.

    A reversal takes back both: they are below nothing then.
    """
    if amount == 0 and interest == 0:
        return "", 0, 0
    counter = _COUNTER.get(kind)
    if counter is None:
        raise LineRefused("此类明细不应有发生额")
    if amount and (amount > 0) != ((kind in _ADDING) != reversal):
        raise LineRefused("发生额的正负与明细类型不符")
    if kind == "yearly_interest":
        return _settled(amount, interest, reversal=reversal)
    if interest and kind != "closing_withdrawal":
        raise LineRefused("此类明细不应有利息")
    beside = -interest if reversal else interest
    return counter, beside, beside


def _settled(amount: int, interest: int, *, reversal: bool) -> tuple[str, int, int]:
    if reversal:
        raise LineRefused("不能导入冲账的结息")
    if amount != interest:
        raise LineRefused("结息的发生额应等于利息额")
    return Subject.INTEREST_PAYABLE, interest, 0


# A subquery per line is a look-up in the index; a join would read all postings again for every chunk.
# A line of interest alone has no first leg.
_BOOKED_BEFORE = sql.SQL(
    "CREATE TEMP TABLE booked_before ON COMMIT DROP AS SELECT line, alike FROM ("
    " SELECT line, (SELECT (staging.amount_fen = 0 OR staging.account IN (debit, credit))"
    "  AND postings.amount_fen = abs(coalesce(nullif(staging.amount_fen, 0), accrued_fen))"
    "  AND postings.kind = staging.kind AND value_on = booked_on FROM postings"
    "  WHERE voucher = 'import/' || line_number"
    "  AND postings.line = CASE WHEN staging.amount_fen = 0 THEN 2 ELSE 1 END) AS alike FROM staging"
    ") AS looked_up WHERE alike IS NOT NULL"
)
_OVERDRAWS = sql.SQL(
    "line IN (SELECT line FROM"
    " (SELECT line, account, sum(amount_fen) OVER (PARTITION BY account ORDER BY line) AS moved FROM staging)"
    " AS running JOIN ledger_accounts ON number = account"
    " WHERE balance_fen + moved < held_fen)"
)

# The accounts of a chunk are few: each is looked up once, not once a line.
_IN_USE = sql.SQL(
    "(amount_fen <> 0 OR accrued_fen <> 0) AND account NOT IN (SELECT '201-' || fund_number FROM accounts"
    " WHERE fund_number IN (SELECT substr(account, 5) FROM staging)"
    " AND (freeze_flag = {} OR awaits_lines))"
).format(sql.Literal(TAKING_OVER))

LEDGER_LINES = Loading(
    book=books.LEDGER_LINES,
    staging=staged(_LINE),
    convert=line_values,
    lookups=(_BOOKED_BEFORE,),
    checks=(
        Check("同一业务流水号在文件中重复", repeated("line_number")),
        Check(
            "个人账号不存在或未能导入",
            sql.SQL("NOT EXISTS (SELECT FROM ledger_accounts WHERE number = staging.account)"),
        ),
        Check("", sql.SQL("line IN (SELECT line FROM booked_before WHERE alike)")),
        Check("业务流水号已导入，且内容不同", sql.SQL("line IN (SELECT line FROM booked_before)")),
        Check("账户的明细已核对并启用，导入不再增加明细：请核对这一行", _IN_USE),
        Check("余额不足以支付此笔，或明细未按日期先后排列", _OVERDRAWS),
    ),
    effects=(
        sql.SQL(
            "INSERT INTO postings (voucher, line, debit, credit, amount_fen, kind, reversal, for_month,"
            " employer_part_fen, value_on, booked_at)"
            " SELECT 'import/' || line_number, leg.place, leg.debit, leg.credit, leg.amount_fen, kind,"
            " reversal, for_month, CASE WHEN leg.place = 1 THEN abs(employer_part_fen) END, booked_on,"
            " booked_on::timestamp AT TIME ZONE 'Asia/Shanghai'"
            " FROM staging CROSS JOIN LATERAL (VALUES"
            " (1, CASE WHEN amount_fen > 0 THEN counter ELSE account END,"
            "     CASE WHEN amount_fen > 0 THEN account ELSE counter END, abs(amount_fen)),"
            " (2, CASE WHEN accrued_fen > 0 THEN {expense} ELSE {payable} END,"
            "     CASE WHEN accrued_fen > 0 THEN {payable} ELSE {expense} END, abs(accrued_fen)),"
            " (3, CASE WHEN paid_interest_fen > 0 THEN {payable} ELSE {bank} END,"
            "     CASE WHEN paid_interest_fen > 0 THEN {bank} ELSE {payable} END, abs(paid_interest_fen))"
            ") AS leg (place, debit, credit, amount_fen)"
            " WHERE leg.amount_fen > 0 ORDER BY staging.line, leg.place"
        ).format(
            expense=sql.Literal(Subject.FUND_INTEREST_EXPENSE.value),
            payable=sql.Literal(Subject.INTEREST_PAYABLE.value),
            bank=sql.Literal(Subject.FUND_AT_BANK.value),
        ),
        sql.SQL(
            "INSERT INTO imported_withdrawals"
            " (line_number, fund_number, national_reason, drawn_on, amount_fen)"
            " SELECT line_number, substr(account, 5), national_reason, booked_on, -amount_fen FROM staging"
            " WHERE kind = {} AND amount_fen <> 0"
        ).format(sql.Literal(PART_WITHDRAWAL)),
        sql.SQL(
            "UPDATE ledger_accounts SET balance_fen = balance_fen + moved FROM"
            " (SELECT account, sum(amount_fen) AS moved FROM staging GROUP BY account) AS sums"
            " WHERE number = account AND moved <> 0"
        ),
    ),
)

_BOOKED = sql.SQL(
    "SELECT fund_number, coalesce(sum(amount_fen), 0)::int8 AS total, count(amount_fen) AS lines"
    " FROM staging LEFT JOIN ("
    "SELECT credit AS account, amount_fen FROM postings WHERE voucher LIKE 'import/%'"
    " UNION ALL SELECT debit, -amount_fen FROM postings WHERE voucher LIKE 'import/%'"
    ") AS moved ON account = '201-' || fund_number GROUP BY fund_number"
)
_ADDS_UP = sql.SQL(
    "EXISTS (SELECT FROM booked WHERE booked.fund_number = staging.fund_number"
    " AND booked.total = staging.balance_fen)"
)

# Nobody draws from an account whose lines do not add up to what its books say it holds.
BALANCES = Verification(
    loading=ACCOUNTS,
    other=books.LEDGER_LINES,
    check=Check(
        "余额与明细账合计不符，账户已冻结",
        sql.SQL(
            "(fund_number, imported_as) IN (SELECT fund_number, imported_as FROM accounts) AND NOT {}"
        ).format(_ADDS_UP),
    ),
    effects=(
        sql.SQL("CREATE TEMP TABLE booked ON COMMIT DROP AS {}").format(_BOOKED),
        sql.SQL("ANALYZE booked"),
        sql.SQL(
            "UPDATE accounts SET"
            " freeze_flag = CASE WHEN total = balance_fen THEN staging.freeze_flag ELSE 'no_movement' END,"
            " awaits_lines = total <> balance_fen OR (staging.closed_on IS NOT NULL AND lines = 0)"
            " FROM staging JOIN booked USING (fund_number)"
            " WHERE accounts.fund_number = staging.fund_number"
            " AND accounts.imported_as = staging.imported_as"
        ),
    ),
)
