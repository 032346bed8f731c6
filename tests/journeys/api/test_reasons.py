"""The eight reasons by the API alone, without cookies: from the form to bank, ledger and phone."""

from dataclasses import dataclass, field

import pytest

from ops.demo.cast import Part
from ops.demo.citizen import Citizen
from services.common.money import parse_yuan
from tests.journeys.api.asserting import BOOKED, LOW_INCOME, QUOTA, RENTING, SINGLE, until
from tests.journeys.halls import JourneyHall

WAY = ["register", "hold", "send", "confirm", "book"]


@dataclass(frozen=True, kw_only=True)
class Case:
    """Who draws for which reason, what the form asks, and what is filled in; `amount` None draws all."""

    who: str | Part
    reason: str
    title: str
    form: tuple[str, bool, tuple[str, ...]]
    amount: str | None = None
    details: dict[str, str] = field(default_factory=dict)


def case(who: str | Part, reason: str, title: str, *rows: str, **more: object) -> object:
    """A case with the rows it shows."""
    filled = Case(who=who, reason=reason, title=title, **more)  # type: ignore[arg-type]
    return pytest.param(filled, marks=pytest.mark.feature(*rows), id=reason)


MARRIAGE = ("marital_status", "spouse_name", "spouse_id_number", "married_on")
EIGHT = [
    case("retiree", "retirement", "退休提取", "W-06", form=("whole_shown", True, ())),
    case(
        "fund_loan_borrower",
        "fund_loan",
        "公积金贷款提取",
        "W-07",
        form=("entered", True, ()),
        amount="1000.01",
    ),
    case(
        "commercial_loan",
        "commercial_loan",
        "商业贷款提取",
        "W-08",
        form=("entered", True, ()),
        amount="2000.00",
    ),
    case(
        "incapacitated",
        "total_incapacity",
        "完全丧失劳动能力与单位终止劳动关系提取",
        "W-09",
        "W-10",
        form=("whole_shown", True, ()),
    ),
    case(
        "unemployed_two_years",
        "unemployed_two_years",
        "与本市单位终止劳动关系未再就业2年以上提取",
        "W-11",
        "W-12",
        form=("absent", True, ()),
    ),
    case(
        LOW_INCOME,
        "minimum_living",
        "低保提取",
        "W-13",
        form=("entered", True, ("category",)),
        amount="100.50",
        details={"category": "property_fee"},
    ),
    case(
        "renter_single",
        "rent_quota",
        "租赁本市住房（定额8400）提取",
        "W-14",
        "W-16",
        "W-20",
        form=("entered", False, MARRIAGE),
        amount=QUOTA,
        details=SINGLE,
    ),
    case(
        "non_local_sealed",
        "non_local_sealed",
        "非本市户籍职工离职且封存满半年提取",
        "W-21",
        "W-22",
        form=("absent", False, ()),
    ),
]


@pytest.mark.feature("W-05", "W-23", "V-17", "N-08", "D-11")
@pytest.mark.parametrize("drawn", EIGHT)
def test_a_reason_from_the_form_to_the_ledger(hall: JourneyHall, drawn: Case) -> None:
    citizen = hall.citizen(drawn.who) if isinstance(drawn.who, str) else hall.somebody(drawn.who)
    form = citizen.assessed(drawn.reason)
    assert form["title"] == drawn.title
    assert _asked(form) == drawn.form
    assert (form["allowed"], form["refusals"], form["pending"]) == (True, [], [])
    before = citizen.device.get("/account").body
    number = citizen.draw(drawn.reason, drawn.amount, drawn.details)["number"]
    bill = citizen.settled(number, "booked")
    assert bill["notice"] == BOOKED
    assert [line["action"] for line in bill["timeline"]] == WAY
    assert {line["by"] for line in bill["timeline"]} == {"本人", "网厅", "银行"}
    assert bill["amount"] == (drawn.amount or form["ceiling"])
    _paid_and_booked(citizen, bill, before)
    assert citizen.device.get("/account").body["state"].startswith("closed") is form["closes_account"]


def _asked(form: dict[str, object]) -> tuple[object, bool, tuple[str, ...]]:
    fields = tuple(one["name"] for one in form["fields"])  # type: ignore[attr-defined]
    return form["amount"], bool(form["settlements"]), fields


def _paid_and_booked(citizen: Citizen, bill: dict[str, str], before: dict[str, str]) -> None:
    """One payment, one ledger line with its interest, the balance less by the principal, and a message."""
    payouts = citizen.outside.payouts(bill["number"])
    assert [(line["amount_fen"], line["outcome"]) for line in payouts] == [(parse_yuan(bill["amount"]), 0)]
    newest = citizen.device.get("/ledger-lines", limit=1).body["items"][0]
    assert (newest["bill_number"], newest["out"]) == (bill["number"], bill["amount"])
    after = citizen.device.get("/account").body
    fallen_fen = parse_yuan(before["balance"]) - parse_yuan(after["balance"])
    assert (fallen_fen, after["held"]) == (parse_yuan(bill["principal"]), "0.00")


@pytest.mark.feature("W-17", "W-15")
def test_a_married_renter_names_the_spouse(hall: JourneyHall) -> None:
    citizen = hall.citizen("renter_married_spouse")
    spouse = citizen.person["spouse"]
    details = {
        "marital_status": "married",
        "spouse_name": spouse["name"],
        "spouse_id_number": spouse["id_number"],
        "married_on": spouse["married_on"],
    }
    bill = citizen.draw("rent_quota", "8400.00", details)
    assert citizen.settled(bill["number"], "booked")["amount"] == "8400.00"


def test_a_couple_draws_for_one_loan_together_no_more_than_was_repaid(hall: JourneyHall) -> None:
    spouse = hall.citizen("fund_loan_spouse")
    form = spouse.assessed("fund_loan")
    bill = spouse.draw("fund_loan", form["ceiling"])
    assert spouse.settled(bill["number"], "booked")["amount"] == form["ceiling"]


@pytest.mark.feature("W-03")
def test_the_catalogue_lists_the_eight_reasons(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    listed = [(one["code"], one["title"]) for one in citizen.device.get("/withdrawal-reasons").body["items"]]
    expected = [(param.values[0].reason, param.values[0].title) for param in EIGHT]  # type: ignore[attr-defined]
    assert sorted(listed) == sorted(expected)


def test_a_paid_bill_is_told_to_the_phone_and_listed_without_codes(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    number = citizen.draw("rent_quota", "10.00", SINGLE)["number"]
    citizen.settled(number, "booked")
    told = until(
        lambda: [one for one in citizen.outside.messages(citizen.person["phone"]) if number in one["text"]], 2
    )
    assert any("10.00 元" in one["text"] for one in told)
    own = citizen.device.get("/messages").body["items"]
    assert any(number in one["text"] for one in own)
    assert not any(citizen.person["phone"] in one["text"] for one in own)
