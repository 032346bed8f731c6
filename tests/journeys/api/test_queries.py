"""What a citizen may look at by the API: account, contributions, ledger, withdrawals, card, home."""

from datetime import date

import pytest

from ops.demo.citizen import Citizen
from services.common.money import parse_yuan
from tests.journeys.api.asserting import RENTING, SINGLE, refused, until
from tests.journeys.halls import JourneyHall


@pytest.fixture(scope="module")
def citizen(hall: JourneyHall) -> Citizen:
    """Somebody with five years of contributions."""
    return hall.somebody(RENTING)


@pytest.mark.feature("D-01")
def test_the_profile_shows_the_account_and_masks_the_numbers(citizen: Citizen) -> None:
    account = citizen.device.get("/account").body
    assert (account["fund_number"], account["name"]) == (
        citizen.person["fund_number"],
        citizen.person["name"],
    )
    assert parse_yuan(account["balance"]) == parse_yuan(account["carried"]) + parse_yuan(account["this_year"])
    assert citizen.person["id_number"] not in str(account)
    assert citizen.person["card"]["card_number"] not in str(account)


@pytest.mark.feature("D-02", "D-03")
def test_contributions_without_dates_are_those_of_one_year(hall: JourneyHall) -> None:
    citizen = hall.citizen("home_owner")
    page = citizen.device.get("/contributions", limit=100).body
    from_on, to_on = date.fromisoformat(page["from_on"]), date.fromisoformat(page["to_on"])
    assert (to_on.year - from_on.year, from_on.month, from_on.day) == (1, to_on.month, to_on.day)
    assert 12 <= len(page["items"]) <= 14
    assert all(page["from_on"] <= line["booked_on"] <= page["to_on"] for line in page["items"])
    longer = citizen.device.get("/contributions", limit=100, from_on="2000-01-01").body["items"]
    assert len(longer) > len(page["items"])


@pytest.mark.feature("D-11")
def test_the_ledger_pages_through_to_the_first_line(citizen: Citizen) -> None:
    lines, page = [], citizen.device.get("/ledger-lines", limit=20).body
    lines += page["items"]
    while page["next_cursor"]:
        page = citizen.device.get("/ledger-lines", limit=20, cursor=page["next_cursor"]).body
        lines += page["items"]
    moved_fen = sum(parse_yuan(line["in"]) - parse_yuan(line["out"]) for line in lines)
    assert moved_fen == parse_yuan(citizen.device.get("/account").body["balance"])
    assert lines[0]["balance"] == citizen.device.get("/account").body["balance"]


def test_a_cursor_of_another_person_or_list_is_refused(hall: JourneyHall, citizen: Citizen) -> None:
    cursor = citizen.device.get("/ledger-lines", limit=5).body["next_cursor"]
    for device, path in (
        (hall.somebody(RENTING).device, "/ledger-lines"),
        (citizen.device, "/contributions"),
    ):
        reply = device.get(path, cursor=cursor)
        refused(reply, 422, reply.code)


@pytest.mark.feature("W-01", "W-02")
def test_withdrawals_without_dates_are_all_own(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    number = citizen.draw("rent_quota", "1.00", SINGLE)["number"]
    citizen.settled(number, "booked")
    listed = citizen.device.get("/withdrawals").body["items"]
    assert [(bill["number"], bill["amount"], bill["label"]) for bill in listed] == [
        (number, "1.00", "已记账")
    ]
    past = citizen.device.get("/withdrawals", from_on="2000-01-01", to_on="2001-01-01").body["items"]
    assert past == []


@pytest.mark.feature("G-14")
def test_home_shows_everything_at_once(citizen: Citizen) -> None:
    home = citizen.device.get("/home").body
    assert home["missing"] == []
    assert home["account"]["fund_number"] == citizen.person["fund_number"]
    assert home["card"]["card"]["card_number"][-4:] == citizen.person["card"]["card_number"][-4:]
    assert home["waiting"] == []


def test_a_bill_unchanged_is_not_sent_twice(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    number = citizen.draw("rent_quota", "1.00", SINGLE)["number"]
    citizen.settled(number, "booked")
    first = citizen.device.get(f"/withdrawals/{number}")
    headers = {"If-None-Match": first.headers["ETag"]}
    assert citizen.device.send("GET", f"/withdrawals/{number}", headers=headers).status == 304


def test_nothing_sets_a_cookie(citizen: Citizen) -> None:
    for path in ("/home", "/account", "/withdrawals"):
        assert "Set-Cookie" not in citizen.device.get(path).headers


def test_a_session_ended_elsewhere_is_over(hall: JourneyHall) -> None:
    citizen = hall.somebody(RENTING)
    first = citizen.device.token
    citizen.device.token = None
    citizen.log_in()
    sessions = citizen.device.get("/sessions").body["items"]
    other = next(one for one in sessions if not one["current"])
    assert citizen.device.delete(f"/sessions/{other['session_id']}").status == 204
    stolen = hall.device()
    stolen.token = first
    until(lambda: [1] * (stolen.get("/account").status == 401), 1)
    assert citizen.device.get("/account").status == 200
