"""Code lists of the national standard JGJ/T 320-2014 beside our names."""

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
