"""Books of the national standard JGJ/T 320-2014: the field codes of their columns beside our names."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Field:
    """One column of a book: the standard's field code, our name, the Chinese title."""

    code: str
    name: str
    title: str

    @property
    def is_standard(self) -> bool:
        """False for the columns the standard lacks; their codes begin with X_."""
        return not self.code.startswith("X_")


@dataclass(frozen=True)
class Book:
    """One file of a centre's books: its columns in order."""

    name: str
    title: str
    fields: tuple[Field, ...]

    @property
    def file_name(self) -> str:
        """The CSV file that carries this book."""
        return f"{self.name}.csv"

    @property
    def header(self) -> tuple[str, ...]:
        """The codes that stand in the first line of the file."""
        return tuple(field.code for field in self.fields)

    @property
    def columns(self) -> tuple[str, ...]:
        """Our names, in the same order as `header`."""
        return tuple(field.name for field in self.fields)


def _book(name: str, title: str, *fields: tuple[str, str, str]) -> Book:
    return Book(name, title, tuple(Field(*field) for field in fields))


EMPLOYERS: Final = _book(
    "employers",
    "单位信息与账户",
    ("DWZH", "employer_number", "单位账号"),
    ("DWMC", "name", "单位名称"),
    ("ZZJGDM", "organisation_code", "组织机构代码"),
    ("DWXZ", "kind", "单位性质"),
    ("DWZHZT", "state", "单位账户状态"),
    ("DWKHRQ", "opened_on", "单位开户日期"),
    ("DWFXR", "pay_day", "单位发薪日"),
    ("DWJCBL", "employer_rate_percent", "单位缴存比例"),
    ("GRJCBL", "person_rate_percent", "个人缴存比例"),
)
DEPOSITORS: Final = _book(
    "depositors",
    "个人信息",
    ("GRZH", "fund_number", "个人账号"),
    ("XINGMING", "name", "姓名"),
    ("ZJLX", "identity_paper", "证件类型"),
    ("ZJHM", "id_number", "证件号码"),
    ("SJHM", "mobile", "手机号码"),
)
ACCOUNTS: Final = _book(
    "accounts",
    "个人账户",
    ("GRZH", "fund_number", "个人账号"),
    ("DWZH", "employer_number", "单位账号"),
    ("GRZHZT", "state", "个人账户状态"),
    ("KHRQ", "opened_on", "开户日期"),
    ("GRJCJS", "contribution_base", "个人缴存基数"),
    ("DWJCBL", "employer_rate_percent", "单位缴存比例"),
    ("GRJCBL", "person_rate_percent", "个人缴存比例"),
    ("DWYJCE", "employer_monthly", "单位月缴存额"),
    ("GRYJCE", "person_monthly", "个人月缴存额"),
    ("GRZHYE", "balance", "个人账户余额"),
    ("GRZHSNJZYE", "carried_balance", "个人账户上年结转余额"),
    ("GRZHDNGJYE", "current_balance", "个人账户当年归集余额"),
    ("X_SEALED_ON", "sealed_on", "封存日期"),
    ("X_FREEZE_FLAG", "freeze_flag", "冻结标志"),
    ("XHRQ", "closed_on", "销户日期"),
    ("XHYY", "closing_reason", "销户原因"),
)
LEDGER_LINES: Final = _book(
    "ledger_lines",
    "个人明细账",
    ("YWLSH", "line_number", "业务流水号"),
    ("GRZH", "fund_number", "个人账号"),
    ("JZRQ", "booked_on", "记账日期"),
    ("GJHTQYWLX", "kind", "归集和提取业务类型"),
    ("FSE", "amount", "发生额"),
    ("DNGJFSE", "current_amount", "当年归集发生额"),
    ("SNJZFSE", "carried_amount", "上年结转发生额"),
    ("FSLXE", "interest", "发生利息额"),
    ("TQYY", "withdrawal_reason", "提取原因"),
    ("CZBZ", "reversal_mark", "冲账标识"),
    ("HBJNY", "for_month", "汇补缴年月"),
    ("X_EMPLOYER_PART", "employer_part", "其中单位缴存"),
    ("X_PERSON_PART", "person_part", "其中个人缴存"),
)
COUPLES: Final = _book(
    "couples",
    "夫妻关系",
    ("GRZH", "fund_number", "个人账号"),
    ("X_SPOUSE_FUND_NUMBER", "spouse_fund_number", "配偶个人账号"),
    ("X_MARRIED_ON", "married_on", "结婚登记日期"),
)
LOAN_CONTRACTS: Final = _book(
    "loan_contracts",
    "贷款合同与账户",
    ("JKHTBH", "contract_number", "借款合同编号"),
    ("JKRGJJZH", "borrower_fund_number", "借款人公积金账号"),
    ("GTJKRGJJZH", "co_borrower_fund_number", "共同借款人公积金账号"),
    ("DKFFE", "principal", "贷款发放额"),
    ("DKLL", "annual_rate_percent", "贷款利率"),
    ("DKQS", "instalments", "贷款期数"),
    ("DKHKFS", "repayment_method", "贷款还款方式"),
    ("DKFFRQ", "disbursed_on", "贷款发放日期"),
    ("YDHKR", "repayment_day", "约定还款日"),
    ("DKYE", "outstanding_principal", "贷款余额"),
    ("HSBJZE", "repaid_principal", "回收本金总额"),
    ("HSLXZE", "repaid_interest", "回收利息总额"),
    ("FXZE", "repaid_penalty", "罚息总额"),
    ("YQBJZE", "overdue_principal", "逾期本金总额"),
    ("YQLXZE", "overdue_interest", "逾期利息总额"),
    ("LJYQQS", "overdue_instalments", "累计逾期期数"),
    ("DKJQRQ", "settled_on", "贷款结清日期"),
)
LOAN_REPAYMENTS: Final = _book(
    "loan_repayments",
    "贷款业务明细",
    ("YWLSH", "line_number", "业务流水号"),
    ("JKHTBH", "contract_number", "借款合同编号"),
    ("DKYWMXLX", "kind", "贷款业务明细类型"),
    ("YWFSRQ", "happened_on", "业务发生日期"),
    ("JZRQ", "booked_on", "记账日期"),
    ("DQQC", "instalment", "当期期次"),
    ("FSE", "amount", "发生额"),
    ("BJJE", "principal", "本金金额"),
    ("LXJE", "interest", "利息金额"),
    ("FXJE", "penalty", "罚息金额"),
)
CARDS: Final = _book(
    "cards",
    "个人存款账户",
    ("GRZH", "fund_number", "个人账号"),
    ("GRCKZHKHYHDM", "bank_code", "个人存款账户开户银行代码"),
    ("GRCKZHHM", "card_number", "个人存款账户号码"),
    ("X_BOUND_ON", "bound_on", "绑定日期"),
)
AGREEMENTS: Final = _book(
    "agreements",
    "网厅协议",
    ("GRZH", "fund_number", "个人账号"),
    ("X_EDITION", "edition", "网厅版本"),
    ("X_SIGNED_ON", "signed_on", "签订日期"),
)

BOOKS: Final = (
    EMPLOYERS,
    DEPOSITORS,
    ACCOUNTS,
    LEDGER_LINES,
    COUPLES,
    LOAN_CONTRACTS,
    LOAN_REPAYMENTS,
    CARDS,
    AGREEMENTS,
)
