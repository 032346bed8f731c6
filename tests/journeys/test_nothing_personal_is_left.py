"""After all journeys: nothing personal in any answer, log or event of the hall they went through."""

import re
from collections.abc import Iterator

import pytest

from ops.demo.citizen import PASSWORD
from services.common.topology import SERVICES
from tests.journeys.halls import JourneyHall

DIGITS = re.compile(r"\d{11,19}X?")
TOKEN = re.compile(r"eyJ[\w-]{10,}\.[\w-]+\.[\w-]+")


@pytest.fixture(scope="module")
def numbers(hall: JourneyHall) -> set[str]:
    """ID numbers, phones and cards of everybody in the books, and of those who open an account."""
    return {
        number
        for person in (*hall.everybody(), *hall.applicants)
        for number in (person["id_number"], person["phone"], (person.get("card") or {}).get("card_number"))
        if number
    }


def _told(text: str, numbers: set[str]) -> set[str]:
    return {found for found in DIGITS.findall(text) if found in numbers}


def _logs(hall: JourneyHall) -> Iterator[tuple[str, str]]:
    for place in sorted(hall.home.logs.iterdir()):
        yield place.name, place.read_text(encoding="utf-8", errors="replace")


def test_answers_name_nobodys_numbers(hall: JourneyHall, numbers: set[str]) -> None:
    assert hall.heard
    assert [text[:200] for text in hall.heard if _told(text, numbers) or PASSWORD in text] == []


def test_logs_tell_nothing_personal(hall: JourneyHall, numbers: set[str]) -> None:
    names = {person["name"] for person in hall.everybody() if len(person["name"]) > 2}
    read = dict(_logs(hall))
    assert {f"{service}.log" for service in SERVICES} <= set(read)
    for place, text in read.items():
        assert _told(text, numbers) == set(), place
        assert PASSWORD not in text, place
        assert not TOKEN.search(text), place
        assert [name for name in names if name in text] == [], place


@pytest.mark.parametrize("service", SERVICES)
def test_events_carry_nothing_personal(hall: JourneyHall, numbers: set[str], service: str) -> None:
    with hall.database(service) as database:
        payloads = [row[0] for row in database.execute("SELECT payload::text FROM outbox").fetchall()]
    names = {person["name"] for person in hall.everybody() if len(person["name"]) > 2}
    assert payloads or service in ("loan", "notify", "auth")
    for payload in payloads:
        assert _told(payload, numbers) == set()
        assert [name for name in names if name in payload] == []
