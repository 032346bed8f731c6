"""What may be asked of others about a case: no staff reviews it, so every condition has a source."""

from dataclasses import dataclass
from typing import Final, Literal

from services.common.catalogue import Catalogue


@dataclass(frozen=True, kw_only=True)
class Question:
    """One thing to ask. `register` is the outside register's name; None asks the loan service instead.

    `keeper_zh` is who keeps what is asked. `since_last` sends the day of the last withdrawal, so that only
    later repayments count.
    """

    code: str
    title_zh: str
    keeper_zh: str
    register: str | None
    about: Literal["self", "spouse"] = "self"
    since_last: bool = False

    @property
    def told(self) -> str:
        """The record and its keeper, as people read where evidence comes from."""
        return f"{self.title_zh}（{self.keeper_zh}）"


OWN_LEDGER: Final = "本中心账簿"
OWN_RECORDS: Final = "本中心办理记录"

QUESTIONS: Final = Catalogue(
    "evidence questions",
    [
        Question(code="loan", title_zh="公积金贷款合同", keeper_zh="本中心", register=None, since_last=True),
        Question(
            code="retirement", title_zh="退休登记", keeper_zh="人力资源社会保障部门", register="retirement"
        ),
        Question(
            code="commercial_loan",
            title_zh="商业住房贷款登记",
            keeper_zh="贷款银行",
            register="commercial_loan",
            since_last=True,
        ),
        Question(
            code="disability", title_zh="劳动能力鉴定", keeper_zh="劳动能力鉴定委员会", register="disability"
        ),
        Question(
            code="employment",
            title_zh="劳动就业与社会保险登记",
            keeper_zh="人力资源社会保障部门",
            register="employment",
        ),
        Question(code="low_income", title_zh="最低生活保障登记", keeper_zh="民政部门", register="low_income"),
        Question(code="property", title_zh="不动产登记", keeper_zh="不动产登记机构", register="property"),
        Question(
            code="spouse_property",
            title_zh="配偶不动产登记",
            keeper_zh="不动产登记机构",
            register="property",
            about="spouse",
        ),
        Question(code="marriage", title_zh="婚姻登记", keeper_zh="民政部门", register="marriage"),
        Question(code="hukou", title_zh="户籍登记", keeper_zh="公安机关", register="hukou"),
        Question(
            code="deposits_elsewhere",
            title_zh="异地缴存登记",
            keeper_zh="全国住房公积金系统",
            register="deposits_elsewhere",
        ),
    ],
)
