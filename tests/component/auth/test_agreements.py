"""协议管理: what was signed here and elsewhere, each once, with its text, and nobody else's."""

import uuid
from datetime import date

import pytest

from services.common import agreements
from services.common.agreements import Signature, sign
from services.common.clock import business_now
from services.common.errors import NotFound
from services.common.inbox import Event
from tests.component.auth.test_openings import opened


@pytest.fixture
def somebody(desk):
    return desk.newcomer()


def listed(desk, token):
    return desk.ask("agreements", token=token)["items"]


def event(fund_number, **changes):
    """What deposit announces when somebody signs there."""
    direct_debit = agreements.current("direct_debit")
    payload = {
        "number": uuid.uuid4().hex,
        "fund_number": fund_number,
        "code": direct_debit.code,
        "version": direct_debit.version,
        "digest": direct_debit.digest,
        "way": "online",
        "for": "",
        "at": business_now().isoformat(),
    } | changes
    return Event(
        message_id=uuid.uuid4().hex,
        name="agreement.signed",
        producer="deposit",
        aggregate=f"agreement:{fund_number}",
        sequence=1,
        at=business_now(),
        trace="0" * 32,
        payload=payload,
    )


def take(desk, told):
    desk.service.note_agreement(told)


@pytest.mark.feature("A-19")
def test_what_was_signed_here_and_elsewhere_is_one_list_the_latest_first(desk, somebody, move_clock):
    person, entered = somebody
    with desk.database.write() as session:
        agreement = agreements.current("professional_edition")
        sign(session, Signature(fund_number=person.fund_number, agreement=agreement, address=desk.address))
    move_clock(60)
    take(desk, event(person.fund_number, **{"for": "H20261122000001"}))
    elsewhere, here = listed(desk, entered["token"])
    assert (elsewhere["title"], elsewhere["for"]) == ("联名卡委托扣款协议", "H20261122000001")
    assert here["title"] == "个人专业版服务协议"


@pytest.mark.feature("A-19", "A-23")
def test_one_is_read_with_its_text_and_digest(desk, somebody):
    person, entered = somebody
    told = event(person.fund_number)
    take(desk, told)
    shown = desk.ask("signed_agreement", {"number": told.payload["number"]}, token=entered["token"])
    agreement = agreements.current("direct_debit")
    assert (shown["text"], shown["digest"]) == (agreement.text_zh, agreement.digest)
    assert shown["address"] is None


def test_the_same_event_twice_is_one_line(desk, somebody):
    person, entered = somebody
    told = event(person.fund_number)
    take(desk, told)
    take(desk, told)
    assert len([item for item in listed(desk, entered["token"]) if item["number"]]) == 1


def test_another_persons_agreement_does_not_exist(desk, somebody):
    _, entered = somebody
    other = desk.person()
    told = event(other.fund_number)
    take(desk, told)
    with pytest.raises(NotFound):
        desk.ask("signed_agreement", {"number": told.payload["number"]}, token=entered["token"])
    assert all(item["number"] != told.payload["number"] for item in listed(desk, entered["token"]))


def test_a_text_that_is_not_the_one_signed_is_not_shown_for_it(desk, somebody):
    person, entered = somebody
    for changes in ({"digest": "0" * 64}, {"version": "1999-1", "digest": "1" * 64}):
        told = event(person.fund_number, **changes)
        take(desk, told)
        shown = desk.ask("signed_agreement", {"number": told.payload["number"]}, token=entered["token"])
        assert (shown["text"], shown["digest"]) == (None, told.payload["digest"])


def test_the_log_says_which_agreement_is_not_at_hand(desk, somebody, listen):
    person, _ = somebody
    lines = listen("auth")
    take(desk, event(person.fund_number, version="1999-1", digest="1" * 64))
    (line,) = [line for line in lines() if line["event"] == "signed agreement is not at hand"]
    assert (line["agreement"], line["version"]) == ("direct_debit", "1999-1")


@pytest.mark.feature("A-19")
def test_the_paper_of_the_time_before_the_hall_is_listed_until_one_is_signed_online(desk):
    _, entered = desk.newcomer(professional_since_on=date(2024, 5, 6), registered_on=date(2026, 1, 1))
    (paper,) = listed(desk, entered["token"])
    assert (paper["number"], paper["way"], paper["signed_at"][:10]) == (None, "柜台签订", "2024-05-06")
    person, before = desk.newcomer(professional_since_on=None)
    assert listed(desk, before["token"]) == []
    opened(desk, person)
    again = desk.log_in(person.fund_number, password="another horse 8")
    (online,) = listed(desk, again["token"])
    assert (online["way"], online["version"]) == ("网上签订", "2026-1")


def test_a_text_is_shown_to_anybody_and_no_other_code_has_one(desk):
    assert desk.ask("agreement", {"code": "direct_debit"}) == agreements.current("direct_debit").shown()
    with pytest.raises(NotFound, match="no_such_agreement"):
        desk.ask("agreement", {"code": "nothing"})


def test_who_had_the_edition_from_the_first_day_here_has_no_paper(desk):
    day = date(2026, 11, 22)
    person, entered = desk.newcomer(professional_since_on=day, registered_on=day)
    take(desk, event(person.fund_number))
    assert all(item["number"] for item in listed(desk, entered["token"]))
