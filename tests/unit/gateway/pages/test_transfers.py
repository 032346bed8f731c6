"""异地转入: what its pages show and hand over, without a script."""

import pytest
from flask.testing import FlaskClient

from gateway.calls import Outstanding
from services.common.errors import Refusal
from services.deposit.transfers.states import CITIZEN, LABELS, TRANSFER
from tests.unit.gateway.pages import transfer_double
from tests.unit.gateway.pages.hall_double import HallDouble
from tests.unit.gateway.pages.markup import Markup
from tests.unit.gateway.pages.test_every_page import PAGE_BYTES_MAX, assert_sound, carried_bytes
from tests.unit.gateway.pages.test_flows import post

NUMBERS = [f"T202611220000{n:02d}" for n in range(len(transfer_double.LABELS))]
FILLED = {"centre": "C37010000000000", "employer_name": " 济南甄测试 ", "account_number": "0101 2345 6789"}
TOO_FEW = {
    "code": "too_few_months",
    "sentence": "在本市连续缴存满6个月后可申请异地转入，您目前连续缴存4个月。",
    "rule": "在转入地设立账户并稳定缴存后办理转入",
    "figures": {"months": "4", "months_required": "6"},
    "passes_on": "2027-01-01",
}


def test_the_double_tells_the_services_states() -> None:
    assert transfer_double.LABELS == LABELS
    revocable = {state for state in LABELS if "revoke" in TRANSFER.actions(state, CITIZEN)}
    assert set(transfer_double.REVOCABLE) == revocable


@pytest.mark.parametrize(
    "path", ["/transfers", "/transfers/new", *(f"/transfers/{number}" for number in NUMBERS)]
)
def test_a_page_is_sound_and_small(citizen: FlaskClient, path: str) -> None:
    text = citizen.get(path).text
    assert_sound(text)
    assert carried_bytes(text) <= PAGE_BYTES_MAX


@pytest.mark.feature("D-25", "D-27")
def test_the_list_shows_every_state_in_its_words(citizen: FlaskClient) -> None:
    text = citizen.get("/transfers").text
    assert {label for label in LABELS.values() if label in text} == set(LABELS.values())
    assert "联系函状态" in text


@pytest.mark.feature("D-23", "D-24")
def test_registering_hands_over_what_was_filled_in(citizen: FlaskClient, hall: HallDouble) -> None:
    answer = post(citizen, "/transfers/new", **FILLED)
    assert (answer.status_code, answer.location) == (303, "/transfers/T20261122000000")
    assert dict(hall.said)["register_transfer"] == {
        "centre": "C37010000000000",
        "employer_name": "济南甄测试",
        "account_number": "010123456789",
    }


@pytest.mark.parametrize("left_out", list(FILLED))
def test_what_is_left_out_is_asked_for(citizen: FlaskClient, hall: HallDouble, left_out: str) -> None:
    answer = post(citizen, "/transfers/new", **(FILLED | {left_out: " "}))
    assert answer.status_code == 422
    assert f'href="#{left_out}"' in answer.text
    assert "register_transfer" not in dict(hall.said)


def test_a_refusal_stands_at_its_input_and_keeps_what_was_typed(
    citizen: FlaskClient, hall: HallDouble
) -> None:
    hall.refusing["register_transfer"] = Refusal("x", "该账号已办结转入。", pointer="/account_number")
    answer = post(citizen, "/transfers/new", **FILLED)
    assert answer.status_code == 409
    assert 'id="account_number-error"' in answer.text
    assert 'value="C37010000000000" selected' in answer.text


def test_who_may_not_apply_reads_why_and_from_when(citizen: FlaskClient, hall: HallDouble) -> None:
    hall.transfer_refusals = [TOO_FEW]
    text = citizen.get("/transfers/new").text
    assert_sound(text)
    for words in (TOO_FEW["sentence"], "2027-01-01"):
        assert str(words) in text
    assert 'name="centre"' not in text


@pytest.mark.feature("D-26")
@pytest.mark.parametrize("place", range(len(LABELS)))
def test_revoking_is_offered_while_it_is_possible_and_asks_once_more(
    citizen: FlaskClient, hall: HallDouble, place: int
) -> None:
    address, state = f"/transfers/{NUMBERS[place]}", list(LABELS)[place]
    linked = {each.get("href") for each in Markup(citizen.get(address).text).all("a")}
    possible = "revoke" in TRANSFER.actions(state, CITIZEN)
    assert (f"{address}/revocation" in linked) == possible
    asked = citizen.get(f"{address}/revocation")
    assert asked.status_code == (200 if possible else 303)


@pytest.mark.feature("D-26")
def test_revoking_tells_the_hall_once_confirmed(citizen: FlaskClient, hall: HallDouble) -> None:
    answer = post(citizen, f"/transfers/{NUMBERS[0]}/revocation")
    assert (answer.status_code, answer.location) == (303, f"/transfers/{NUMBERS[0]}")
    assert dict(hall.said)["revoke_transfer"] == NUMBERS[0]


def test_a_registration_without_an_answer_leads_to_where_one_looks_again(
    citizen: FlaskClient, hall: HallDouble
) -> None:
    hall.refusing["register_transfer"] = Outstanding("deposit-1")
    answer = post(citizen, "/transfers/new", **FILLED)
    assert str(answer.location).startswith("/operations/deposit-1?asked=")


def test_a_transfers_voucher_is_shown_by_its_number_alone(citizen: FlaskClient) -> None:
    text = citizen.get(f"/transfers/{NUMBERS[list(LABELS).index('completed')]}").text
    assert "记账凭证" in text
    assert "transfer/T" not in text
