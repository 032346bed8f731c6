"""Field codes and code lists of the national standard JGJ/T 320-2014 beside our names, and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Code:
    """One value of a code list: what the standard writes, what we call it, what people read."""

    code: str
    name: str
    title: str


class CodeList:
    """A code list of the standard, read in both directions. Raises LookupError for what it does not hold."""

    def __init__(self, title: str, entries: Mapping[str, tuple[str, str]]) -> None:
        self.title = title
        self._by_code = MappingProxyType({code: Code(code, *words) for code, words in entries.items()})
        self._by_name = MappingProxyType({entry.name: entry for entry in self._by_code.values()})

    def name_of(self, code: str) -> str:
        """Our name for a code of the standard."""
        return self._entry(self._by_code, code).name

    def code_of(self, name: str) -> str:
        """The standard's code for our name."""
        return self._entry(self._by_name, name).code

    def title_of(self, name: str) -> str:
        """The Chinese title for our name."""
        return self._entry(self._by_name, name).title

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, in the standard's order."""
        return tuple(self._by_code)

    @property
    def names(self) -> tuple[str, ...]:
        """All our names, in the standard's order."""
        return tuple(self._by_name)

    def _entry(self, entries: Mapping[str, Code], key: str) -> Code:
        try:
            return entries[key]
        except KeyError:
            raise LookupError(f"{self.title}: no such entry") from None


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


IDENTITY_PAPERS: Final = CodeList(
    "A.1 证件类型",
    {
        "01": ("id_card", "身份证"),
        "02": ("officer_card", "军官证"),
        "03": ("passport", "护照"),
        "04": ("permanent_residence", "外国人永久居留证"),
        "99": ("other", "其他"),
    },
)
EMPLOYER_STATES: Final = CodeList(
    "单位账户状态",
    {
        "01": ("normal", "正常"),
        "02": ("opened", "开户"),
        "03": ("deferred", "缓缴"),
        "04": ("closed", "销户"),
        "05": ("sealed", "封存"),
        "99": ("other", "其他"),
    },
)
EMPLOYER_KINDS: Final = CodeList(
    "单位性质",
    {
        "10": ("state_organ", "国家机关"),
        "20": ("public_institution", "事业单位"),
        "30": ("state_enterprise", "国有企业"),
        "31": ("collective_enterprise", "城镇集体企业"),
        "32": ("foreign_enterprise", "外商投资企业"),
        "33": ("private_enterprise", "城镇私营企业"),
        "39": ("other_enterprise", "其他城镇企业"),
        "40": ("private_institution", "民办非企业单位"),
        "50": ("association", "社会团体"),
        "71": ("sole_trader", "个体工商户"),
        "72": ("freelancer", "自由职业者"),
        "90": ("other", "其他"),
    },
)
LEDGER_LINE_KINDS: Final = CodeList(
    "A.5 归集和提取业务明细类型",
    {
        "01": ("remittance", "汇缴"),
        "02": ("back_payment", "补缴"),
        "03": ("opening", "开户"),
        "04": ("unsealing", "启封"),
        "05": ("sealing", "封存"),
        "06": ("internal_transfer", "内部转移"),
        "07": ("transfer_out", "外部转出"),
        "08": ("transfer_in", "外部转入"),
        "09": ("yearly_interest", "年终结息"),
        "10": ("base_adjustment", "基数调整"),
        "11": ("part_withdrawal", "部分提取"),
        "12": ("closing_withdrawal", "销户提取"),
        "13": ("deferral", "缓缴"),
        "14": ("freezing", "冻结"),
        "15": ("unfreezing", "解冻"),
        "99": ("other", "其他"),
    },
)
ACCOUNT_STATES: Final = CodeList(
    "A.6 个人账户状态",
    {
        "01": ("normal", "正常"),
        "02": ("sealed", "封存"),
        "03": ("closed_by_merger", "合并销户"),
        "04": ("closed_by_transfer", "外部转出销户"),
        "05": ("closed_by_withdrawal", "提取销户"),
        "06": ("frozen", "冻结"),
        "99": ("other", "其他"),
    },
)
FREEZE_FLAGS: Final = CodeList(
    "冻结标志",
    {
        "0": ("none", "无"),
        "1": ("no_paying_out", "只收不付"),
        "2": ("no_movement", "不收不付"),
        "3": ("partial", "部分冻结"),
    },
)
WITHDRAWAL_REASONS: Final = CodeList(
    "A.7 提取原因",
    {
        "01": ("home_purchase", "购买住房"),
        "02": ("building_and_repair", "建造、翻建、大修自住住房"),
        "03": ("retirement", "离休、退休"),
        "04": ("incapacity", "完全丧失劳动能力，并与单位终止劳动关系"),
        "05": ("moving_away", "户口迁出所在市县或出境定居"),
        "06": ("loan_repayment", "偿还购房贷款本息"),
        "07": ("rent", "房租超出家庭工资收入的规定比例"),
        "08": ("death", "死亡或被宣告死亡"),
        "09": ("serious_illness", "大病医疗"),
        "99": ("other", "其他"),
    },
)
REVERSAL_MARKS: Final = CodeList("A.9 冲账标识", {"01": ("original", "非冲账"), "02": ("reversal", "冲账")})
REPAYMENT_METHODS: Final = CodeList(
    "A.11 还款方式",
    {
        "01": ("equal_instalment", "等额本息"),
        "02": ("equal_principal", "等额本金"),
        "03": ("single_payment", "一次还款付息"),
        "04": ("free_repayment", "自由还款"),
        "99": ("other", "其他"),
    },
)
LOAN_LINE_KINDS: Final = CodeList(
    "A.15 贷款业务明细类型",
    {
        "01": ("disbursement", "贷款发放"),
        "02": ("instalment", "正常还款"),
        "03": ("prepayment", "提前还款"),
        "04": ("overdue_payment", "逾期还款"),
        "05": ("fund_repayment", "公积金提取还款"),
        "06": ("settlement", "结清"),
        "07": ("extension", "展期"),
        "08": ("shortening", "缩期"),
        "09": ("write_off", "核销"),
        "99": ("other", "其他"),
    },
)

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
