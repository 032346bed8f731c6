"""Employers, accounts and cards from the books; names and ID numbers come from depositors.csv, sealed."""

from collections.abc import Sequence
from datetime import datetime, time
from hashlib import sha256
from pathlib import Path
from typing import Any

from psycopg import Connection, sql

from services.common.clock import CHINA
from services.common.identifiers import parse_bank_code, parse_card_number, parse_id_number
from services.common.importing import fields
from services.common.importing.fields import LineRefused
from services.common.importing.loading import CHUNK_LINES, Check, Loading, copy_rows
from services.common.importing.reading import Values, chunks, converter
from services.common.importing.statements import absent, added, present, present_alike, repeated, staged
from services.common.national_standard import books, code_lists
from services.common.sealed import blind_index, seal
from services.deposit.states import TAKING_OVER

_EMPLOYER_NUMBER = fields.identifying(r"[A-Za-z0-9]{1,20}", "应为1至20位字母或数字")
_EMPLOYER = (
    ("number", "text"),
    ("name", "text"),
    ("kind", "text"),
    ("state", "text"),
    ("opened_on", "date"),
)
_ACCOUNT = (
    ("fund_number", "text"),
    ("employer_number", "text"),
    ("state", "text"),
    ("freeze_flag", "text"),
    ("opened_on", "date"),
    ("sealed_on", "date"),
    ("closed_on", "date"),
    ("contribution_base_fen", "int8"),
    ("employer_rate_percent", "int4"),
    ("person_rate_percent", "int4"),
    ("employer_monthly_fen", "int8"),
    ("person_monthly_fen", "int8"),
    ("balance_fen", "int8"),
    ("carried_fen", "int8"),
    ("imported_as", "text"),
)
_COPIED = tuple(name for name, _ in _ACCOUNT if name not in ("balance_fen", "carried_fen", "freeze_flag"))
_CLOSED_STATES = frozenset({"closed_by_merger", "closed_by_transfer", "closed_by_withdrawal"})

_parse_employer = converter(
    books.EMPLOYERS,
    {
        "employer_number": _EMPLOYER_NUMBER,
        "name": fields.printable(200),
        "organisation_code": str,
        "kind": fields.name_of(code_lists.EMPLOYER_KINDS),
        "state": fields.name_of(code_lists.EMPLOYER_STATES),
        "opened_on": fields.day,
        "pay_day": str,
        "employer_rate_percent": str,
        "person_rate_percent": str,
    },
)
_parse_person = converter(
    books.DEPOSITORS,
    {
        "fund_number": fields.fund_number,
        "name": fields.printable(60),
        "identity_paper": fields.name_of(code_lists.IDENTITY_PAPERS),
        "id_number": fields.personal(parse_id_number),
        "mobile": str,
    },
)
_parse_account = converter(
    books.ACCOUNTS,
    {
        "fund_number": fields.fund_number,
        "employer_number": _EMPLOYER_NUMBER,
        "state": fields.name_of(code_lists.ACCOUNT_STATES),
        "opened_on": fields.day,
        "contribution_base": fields.fen_not_negative,
        "employer_rate_percent": fields.whole_percent,
        "person_rate_percent": fields.whole_percent,
        "employer_monthly": fields.fen_not_negative,
        "person_monthly": fields.fen_not_negative,
        "balance": fields.fen_not_negative,
        "carried_balance": fields.fen_not_negative,
        "current_balance": fields.fen_not_negative,
        "sealed_on": fields.day_or_none,
        "freeze_flag": fields.name_of(code_lists.FREEZE_FLAGS),
        "closed_on": fields.day_or_none,
        "closing_reason": str,
    },
)
_parse_card = converter(
    books.CARDS,
    {
        "fund_number": fields.fund_number,
        "bank_code": fields.personal(parse_bank_code),
        "card_number": fields.personal(lambda text: parse_card_number(text).digits),
        "bound_on": fields.day,
    },
)


def _employer(row: Sequence[str]) -> Values:
    number, name, _, kind, state, opened_on, *_ = _parse_employer(row)
    return number, name, kind, state, opened_on


def _person(row: Sequence[str]) -> Values:
    fund_number, name, _, id_number, _ = _parse_person(row)
    sealed = seal(name, "accounts.name"), seal(id_number, "accounts.id_number")
    return fund_number, *sealed, blind_index(id_number)


def account_values(row: Sequence[str]) -> Values:
    """The staged values of an account's line, in the order of `_ACCOUNT`. Raises LineRefused."""
    told = dict(zip(books.ACCOUNTS.columns, _parse_account(row), strict=True))
    _refuse_contradictions(told)
    return (
        told["fund_number"],
        told["employer_number"],
        _state(told),
        _freeze_flag(told),
        told["opened_on"],
        told["sealed_on"],
        told["closed_on"],
        told["contribution_base"],
        told["employer_rate_percent"],
        told["person_rate_percent"],
        told["employer_monthly"],
        told["person_monthly"],
        told["balance"],
        told["carried_balance"],
        sha256(",".join(row).encode()).hexdigest(),
    )


def _refuse_contradictions(told: dict[str, Any]) -> None:
    if told["balance"] != told["carried_balance"] + told["current_balance"]:
        raise LineRefused("余额不等于上年结转与当年归集之和")
    if told["state"] == "other":
        raise LineRefused("不能导入此状态的账户")
    if told["state"] == "sealed" and told["sealed_on"] is None:
        raise LineRefused("封存账户应有封存日期")
    if (told["state"] in _CLOSED_STATES) != (told["closed_on"] is not None):
        raise LineRefused("销户状态与销户日期不一致")
    if told["closed_on"] and told["balance"]:
        raise LineRefused("已销户的账户仍有余额")


def _state(told: dict[str, Any]) -> str:
    """The hall keeps freezing beside the state: a frozen account is sealed or normal as well."""
    if told["state"] != "frozen":
        return str(told["state"])
    return "sealed" if told["sealed_on"] else "normal"


def _freeze_flag(told: dict[str, Any]) -> str:
    if told["state"] == "frozen" and told["freeze_flag"] == "none":
        return "no_movement"
    return str(told["freeze_flag"])


def _card(row: Sequence[str]) -> Values:
    fund_number, bank_code, card_number, bound_on = _parse_card(row)
    bound_at = datetime.combine(bound_on, time(), CHINA)
    return fund_number, bank_code, seal(card_number, "cards.card_number"), bound_at


def _seal_people(connection: Connection, folder: Path) -> None:
    """People by fund number for this connection only; the rest of what is said of them is for auth."""
    connection.execute(
        "CREATE TEMP TABLE IF NOT EXISTS people"
        " (line int8, fund_number text, name bytea, id_number bytea, id_index bytea)"
    )
    place = folder / books.DEPOSITORS.file_name
    for chunk in chunks(place, books.DEPOSITORS, _person, after_line=1, size=CHUNK_LINES):
        copy_rows(connection, "people", chunk.rows)


_OPEN = sql.SQL("('normal', 'sealed')")
_OTHER_OPEN_ACCOUNT = sql.SQL(
    "state IN {open} AND EXISTS (SELECT FROM people JOIN accounts USING (id_index)"
    " WHERE people.fund_number = staging.fund_number AND accounts.state IN {open})"
).format(open=_OPEN)
_SAME_PERSON_TWICE = sql.SQL(
    "state IN {open} AND EXISTS (SELECT FROM people mine JOIN people other USING (id_index)"
    " JOIN staging earlier ON earlier.fund_number = other.fund_number"
    " WHERE mine.fund_number = staging.fund_number AND earlier.line < staging.line"
    " AND earlier.state IN {open})"
).format(open=_OPEN)

EMPLOYERS = Loading(
    book=books.EMPLOYERS,
    staging=staged(_EMPLOYER),
    convert=_employer,
    checks=(
        Check("同一单位账号在文件中重复", repeated("number")),
        Check("", present_alike("employers", "number", [name for name, _ in _EMPLOYER])),
        Check("单位已导入，且内容不同", present("employers", "number")),
    ),
    effects=(added("employers", [name for name, _ in _EMPLOYER]),),
)

ACCOUNTS = Loading(
    book=books.ACCOUNTS,
    staging=staged(_ACCOUNT),
    convert=account_values,
    prepare=_seal_people,
    checks=(
        Check("同一个人账号在文件中重复", repeated("fund_number")),
        Check("个人信息中没有此个人账号，或其信息有误", absent("people", "fund_number")),
        Check("单位不存在或未能导入", sql.SQL("employer_number NOT IN (SELECT number FROM employers)")),
        Check("", present_alike("accounts", "fund_number", ["fund_number", "imported_as"])),
        Check("账户已导入，且内容不同", present("accounts", "fund_number")),
        Check("该证件号码已有未销户的账户", _OTHER_OPEN_ACCOUNT),
        Check("该证件号码在文件中有两个未销户的账户", _SAME_PERSON_TWICE),
    ),
    effects=(
        sql.SQL(
            "INSERT INTO accounts ({columns}, freeze_flag, name, id_number, id_index)"
            " SELECT {staged}, {taking_over}, people.name, people.id_number, people.id_index"
            " FROM staging JOIN people USING (fund_number) ORDER BY staging.line"
        ).format(
            columns=sql.SQL(", ").join(map(sql.Identifier, _COPIED)),
            staged=sql.SQL(", ").join(sql.Identifier("staging", name) for name in _COPIED),
            # Until its lines are compared with its balance: nobody draws from half of them.
            taking_over=sql.Literal(TAKING_OVER),
        ),
        sql.SQL(
            "INSERT INTO ledger_accounts (number, subject, keeps_balance, carried_fen)"
            " SELECT '201-' || fund_number, '201', true, carried_fen FROM staging ORDER BY line"
        ),
    ),
)

CARDS = Loading(
    book=books.CARDS,
    staging=staged(
        (
            ("fund_number", "text"),
            ("bank_code", "text"),
            ("card_number", "bytea"),
            ("bound_at", "timestamptz"),
        )
    ),
    convert=_card,
    checks=(
        Check("同一个人账号在文件中重复", repeated("fund_number")),
        Check("个人账号不存在或未能导入", absent("accounts", "fund_number")),
        Check("该账户已绑定借记卡", present("cards", "fund_number")),
    ),
    effects=(added("cards", ["fund_number", "bank_code", "card_number", "bound_at"]),),
)
