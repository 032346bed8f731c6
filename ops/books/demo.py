"""The named demo people: one for each situation the eight reasons ask about, and for the refusals."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from ops.books.arithmetic import months_after, years_before
from ops.books.households import HORIZON_MONTHS, employer, freelancers_of
from ops.books.people import DEMO_REGION, MOBILE_RANGE, Person, card_number, fund_number, id_number
from ops.books.situations import (
    AccountPlan,
    Card,
    Circumstances,
    CommercialLoan,
    DemoRole,
    Depositor,
    Household,
    LoanPlan,
)
from services.common.identifiers import Sex
from services.common.offices import Office, offices_of

_EMPLOYER = 1
_BASE_FEN = 900_000


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """What is special about one demo person; the rest is as with everybody."""

    key: str
    name: str
    situation: str
    sex: Sex = "male"
    age_years: int = 31
    opened_months_ago: int = HORIZON_MONTHS
    plan: dict[str, date] = field(default_factory=dict)
    circumstances: Circumstances = field(default_factory=Circumstances)
    bank_code: str | None = "102"
    professional: bool = True
    office: Office | None = None


_SIGNED_LOAN = CommercialLoan("SD370200000013", "中国建设银行", 420_000, False)


def demo_households(seed: int, today: date) -> list[Household]:
    """All demo people as households, in the order of their fund numbers from the first on."""
    serial, households = 1, []
    for sketches, married_on, loan in _cast(today):
        depositors = tuple(
            _depositor(sketch, serial + place, seed, today) for place, sketch in enumerate(sketches)
        )
        roles = tuple(DemoRole(sketch.key, sketch.situation) for sketch in sketches)
        household = Household(depositors=depositors, married_on=married_on, loan=loan, demo=roles)
        households.append(household)
        serial += len(sketches)
    return households


def _depositor(sketch: Sketch, serial: int, seed: int, today: date) -> Depositor:
    works_for = freelancers_of(sketch.office) if sketch.office else employer(seed, _EMPLOYER)
    plan = AccountPlan(
        opened_on=months_after(today.replace(day=1), -sketch.opened_months_ago),
        base_fen=_BASE_FEN + serial * 1_000,
        rate_percent=works_for.rate_percent,
        pay_day=works_for.pay_day,
        employer_number=works_for.number,
    )
    return Depositor(
        person=_person(sketch, serial, today),
        plan=replace(plan, **sketch.plan),  # type: ignore[arg-type]  # every value in it is a day
        circumstances=sketch.circumstances,
        card=_card(sketch, serial, today),
        professional_since=today - timedelta(days=200) if sketch.professional else None,
    )


def _person(sketch: Sketch, serial: int, today: date) -> Person:
    born_on = years_before(today, sketch.age_years) - timedelta(days=40)
    number = id_number(DEMO_REGION, born_on, serial, sketch.sex)
    mobile = f"{MOBILE_RANGE}{serial:08d}"
    return Person(fund_number(serial), sketch.name, number, mobile, sketch.sex, born_on)


def _card(sketch: Sketch, serial: int, today: date) -> Card | None:
    if sketch.bank_code is None:
        return None
    return Card(sketch.bank_code, card_number(sketch.bank_code, serial), today - timedelta(days=150))


def _left(ended_on: date, **more: object) -> Circumstances:
    circumstances = Circumstances(employed=False, employment_ended_on=ended_on)
    return replace(circumstances, **more)  # type: ignore[arg-type]


Scene = tuple[tuple[Sketch, ...], date | None, LoanPlan | None]


def _cast(today: date) -> list[Scene]:
    return [*_leavers(today), *_renters(today), *_borrowers(today), *_refused(today), *_freelancers(today)]


def _leavers(today: date) -> list[Scene]:
    """Those whose account closes, and the one on low income."""
    retired_on = today - timedelta(days=35)
    stopped_on = months_after(today, -5)
    jobless_since = months_after(today, -26)
    went_home_on = months_after(today, -8)
    sketches = (
        Sketch(
            key="retiree",
            name="甄退休",
            age_years=63,
            situation="已到法定退休年龄，账户封存，可办理退休提取并销户",
            plan={"sealed_on": retired_on},
            circumstances=_left(retired_on, homes=1, retired_on=retired_on),
        ),
        Sketch(
            key="incapacitated",
            name="甄失能",
            situation="经鉴定完全丧失劳动能力并已终止劳动关系",
            plan={"sealed_on": stopped_on},
            circumstances=_left(stopped_on, incapacitated_on=stopped_on - timedelta(days=20)),
            bank_code="103",
        ),
        Sketch(
            key="unemployed_two_years",
            name="贾待业",
            sex="female",
            situation="与本市单位终止劳动关系，封存满两年未再就业",
            plan={"sealed_on": jobless_since},
            circumstances=_left(jobless_since),
            bank_code="104",
        ),
        Sketch(
            key="low_income",
            name="甄低保",
            sex="female",
            situation="在最低生活保障名册内，类别为支付房租",
            circumstances=Circumstances(low_income_category="rent"),
            bank_code="105",
        ),
        Sketch(
            key="non_local_sealed",
            name="贾外乡",
            situation="非本市户籍，离职且账户封存满半年，异地无缴存",
            plan={"sealed_on": went_home_on},
            circumstances=_left(went_home_on, local=False, hukou_city="潍坊市"),
            bank_code="301",
        ),
    )
    return [((sketch,), None, None) for sketch in sketches]


def _renters(today: date) -> list[Scene]:
    """Those who rent a home in the city."""
    singles = (
        Sketch(
            key="renter_single",
            name="贾租房",
            situation="未婚，本市无房，连续缴存，从未登录过网厅（首次登录）",
        ),
        Sketch(
            key="renter_lost_answer",
            name="甄丢信",
            situation="未婚，本市无房，连续缴存；用于演示银行回应丢失",
            bank_code="103",
        ),
        Sketch(
            key="renter_failed_payment",
            name="贾退票",
            situation="未婚，本市无房，连续缴存；用于演示支付失败",
            bank_code="104",
        ),
    )
    married = Sketch(
        key="renter_married", name="甄同住", situation="已婚，夫妻双方本市均无房，连续缴存", bank_code="105"
    )
    spouse = Sketch(
        key="renter_married_spouse", name="贾同住", sex="female", situation="甄同住的配偶，本市无房，连续缴存"
    )
    couple: Scene = ((married, spouse), months_after(today, -50), None)
    return [*(((sketch,), None, None) for sketch in singles), couple]


def _borrowers(today: date) -> list[Scene]:
    """Those who repay a home loan."""
    loan = LoanPlan(
        principal_fen=60_000_000,
        instalments=240,
        equal_principal=False,
        disbursed_on=months_after(today, -30) - timedelta(days=3),
    )
    home = Circumstances(homes=1)
    borrower = Sketch(
        key="fund_loan_borrower",
        name="贾还贷",
        situation="有公积金贷款，按期还款，夫妻共同还贷",
        circumstances=home,
    )
    spouse = Sketch(
        key="fund_loan_spouse",
        name="甄还贷",
        sex="female",
        situation="贾还贷的配偶，公积金贷款共同借款人",
        circumstances=home,
    )
    commercial = Sketch(
        key="commercial_loan",
        name="甄商贷",
        situation="有商业住房贷款并已签约，按期还款",
        circumstances=Circumstances(homes=1, commercial_loan=_SIGNED_LOAN),
        bank_code="105",
    )
    late = Sketch(
        key="loan_arrears",
        name="甄逾期",
        situation="有公积金贷款，最近两期逾期未还，贷款提取会被拒绝",
        circumstances=home,
    )
    return [
        ((borrower, spouse), months_after(today, -70), loan),
        ((commercial,), None, None),
        ((late,), None, replace(loan, unpaid_instalments=2)),
    ]


def _refused(today: date) -> list[Scene]:
    """Those whom the hall refuses, each for one reason."""
    sealed_on = months_after(today, -2)
    sketches = (
        Sketch(
            key="frozen",
            name="甄冻结",
            situation="账户已冻结（不收不付），不能提取",
            plan={"frozen_on": months_after(today, -3)},
        ),
        Sketch(
            key="sealed_recently",
            name="贾封存",
            situation="非本市户籍，封存刚满两个月，未到半年，也不再连续缴存",
            plan={"sealed_on": sealed_on},
            circumstances=_left(sealed_on, local=False, hukou_city="烟台市"),
        ),
        Sketch(
            key="home_owner",
            name="甄有房",
            situation="本市有一套住房，租房提取会被拒绝",
            circumstances=Circumstances(homes=1),
        ),
        Sketch(
            key="no_card",
            name="贾无卡",
            situation="符合租房提取条件，但没有绑定银行卡",
            bank_code=None,
        ),
        Sketch(
            key="new_depositor",
            name="甄新户",
            situation="开户刚两个月，连续缴存不满三个月",
            opened_months_ago=1,
        ),
        Sketch(
            key="normal_edition",
            name="贾普通",
            situation="未签订专业版协议，只能登录普通版",
            professional=False,
        ),
        Sketch(
            key="closed",
            name="甄销户",
            situation="账户已销户",
            plan={"sealed_on": months_after(today, -7), "closed_on": months_after(today, -4)},
            circumstances=_left(months_after(today, -7)),
        ),
    )
    return [((sketch,), None, None) for sketch in sketches]


def _freelancers(today: date) -> list[Scene]:
    """The one who pays in for herself, two months behind."""
    sketch = Sketch(
        key="freelancer",
        name="甄自立",
        sex="female",
        situation="自由职业者，两部分均由本人缴存，最近两个月尚未缴存；可办理缴存登记和基数调整",
        opened_months_ago=30,
        plan={"paid_until": months_after(today.replace(day=1), -1) - timedelta(days=1)},
        circumstances=Circumstances(employed=False, self_paying=True),
        bank_code="105",
        office=next(iter(offices_of("qingdao"))),
    )
    return [((sketch,), None, None)]
