"""Takes over the loan books: `python -m services.loan.importing DIR`, as the owner of the tables."""

import os
import sys
from pathlib import Path

from psycopg import sql

from services.common.importing import fields
from services.common.importing.loading import Check, Loading, importing, load
from services.common.importing.reading import converter
from services.common.importing.statements import absent, added, present, present_alike, repeated, staged
from services.common.importing.telling import Teller
from services.common.national_standard import books, code_lists

_CONTRACT_NUMBER = fields.identifying(r"[A-Za-z0-9]{1,30}", "应为1至30位字母或数字")
_LINE_NUMBER = fields.identifying(r"[A-Za-z0-9]{1,34}", "应为1至34位字母或数字")

# What the file tells and the contract itself need not keep: the lines below say it.
_TOLD_ONLY = frozenset({"repaid_principal_fen", "repaid_interest_fen", "repaid_penalty_fen"})
_CONTRACT = (
    ("contract_number", "text"),
    ("borrower_fund_number", "text"),
    ("co_borrower_fund_number", "text"),
    ("principal_fen", "int8"),
    ("annual_rate_hundred_thousandths", "int4"),
    ("instalments", "int4"),
    ("repayment_method", "text"),
    ("disbursed_on", "date"),
    ("repayment_day", "int4"),
    ("outstanding_principal_fen", "int8"),
    ("repaid_principal_fen", "int8"),
    ("repaid_interest_fen", "int8"),
    ("repaid_penalty_fen", "int8"),
    ("overdue_principal_fen", "int8"),
    ("overdue_interest_fen", "int8"),
    ("overdue_instalments", "int4"),
    ("settled_on", "date"),
)
_CONTRACT_COLUMNS = tuple(name for name, _ in _CONTRACT if name not in _TOLD_ONLY)
_REPAYMENT = (
    ("line_number", "text"),
    ("contract_number", "text"),
    ("kind", "text"),
    ("happened_on", "date"),
    ("booked_on", "date"),
    ("instalment", "int4"),
    ("amount_fen", "int8"),
    ("principal_fen", "int8"),
    ("interest_fen", "int8"),
    ("penalty_fen", "int8"),
)
_REPAYMENT_COLUMNS = tuple(name for name, _ in _REPAYMENT if name != "amount_fen")

CONTRACTS = Loading(
    book=books.LOAN_CONTRACTS,
    staging=staged(_CONTRACT),
    convert=converter(
        books.LOAN_CONTRACTS,
        {
            "contract_number": _CONTRACT_NUMBER,
            "borrower_fund_number": fields.fund_number,
            "co_borrower_fund_number": fields.fund_number_or_none,
            "principal": fields.fen_not_negative,
            "annual_rate_percent": fields.hundred_thousandths,
            "instalments": fields.whole,
            "repayment_method": fields.name_of(code_lists.REPAYMENT_METHODS),
            "disbursed_on": fields.day,
            "repayment_day": fields.whole,
            "outstanding_principal": fields.fen_not_negative,
            "repaid_principal": fields.fen_not_negative,
            "repaid_interest": fields.fen_not_negative,
            "repaid_penalty": fields.fen_not_negative,
            "overdue_principal": fields.fen_not_negative,
            "overdue_interest": fields.fen_not_negative,
            "overdue_instalments": fields.whole,
            "settled_on": fields.day_or_none,
        },
    ),
    checks=(
        Check("同一合同编号在文件中重复", repeated("contract_number")),
        Check("贷款期数应为1至360", sql.SQL("instalments NOT BETWEEN 1 AND 360")),
        Check("约定还款日应为1至31", sql.SQL("repayment_day NOT BETWEEN 1 AND 31")),
        Check("借款人与共同借款人相同", sql.SQL("borrower_fund_number = co_borrower_fund_number")),
        Check(
            "发放额不等于回收本金与余额之和",
            sql.SQL("principal_fen = 0 OR principal_fen <> repaid_principal_fen + outstanding_principal_fen"),
        ),
        Check("逾期本金大于贷款余额", sql.SQL("overdue_principal_fen > outstanding_principal_fen")),
        Check("已结清的合同仍有余额", sql.SQL("settled_on IS NOT NULL AND outstanding_principal_fen > 0")),
        Check("", present_alike("contracts", "contract_number", _CONTRACT_COLUMNS)),
        Check("合同已导入，且内容不同", present("contracts", "contract_number")),
    ),
    effects=(added("contracts", _CONTRACT_COLUMNS),),
)

REPAYMENTS = Loading(
    book=books.LOAN_REPAYMENTS,
    staging=staged(_REPAYMENT),
    convert=converter(
        books.LOAN_REPAYMENTS,
        {
            "line_number": _LINE_NUMBER,
            "contract_number": _CONTRACT_NUMBER,
            "kind": fields.name_of(code_lists.LOAN_LINE_KINDS),
            "happened_on": fields.day,
            "booked_on": fields.day,
            "instalment": fields.whole,
            "amount": fields.fen_not_negative,
            "principal": fields.fen_not_negative,
            "interest": fields.fen_not_negative,
            "penalty": fields.fen_not_negative,
        },
    ),
    checks=(
        Check("同一业务流水号在文件中重复", repeated("line_number")),
        Check(
            "发生额不等于本金、利息与罚息之和",
            sql.SQL("amount_fen <> principal_fen + interest_fen + penalty_fen"),
        ),
        Check("合同不存在或未能导入", absent("contracts", "contract_number")),
        Check("", present_alike("repayments", "line_number", _REPAYMENT_COLUMNS)),
        Check("业务流水号已导入，且内容不同", present("repayments", "line_number")),
    ),
    effects=(added("repayments", _REPAYMENT_COLUMNS),),
)


def main(folder: Path) -> None:
    """Take over contracts, then their lines. Raises WrongFile for a file that is no such book."""
    teller = Teller()
    with importing(os.environ["OWNER_DATABASE_URL"]) as connection:
        load(connection, CONTRACTS, folder, teller)
        load(connection, REPAYMENTS, folder, teller)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
