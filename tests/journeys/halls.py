"""The hall that journeys go through: one that the environment names, or one of their own, new and small."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import psycopg
import requests

from ops import postgresql
from ops.accounts import database_folder
from ops.books.seed import seed_demo
from ops.clock import move_to, offset_of
from ops.demo.applicant import Applicant
from ops.demo.cast import Cast, Part
from ops.demo.citizen import Citizen
from ops.demo.device import Device, Reply
from ops.demo.operator import come_to_work
from ops.demo.outside import Outside
from ops.environment import Setting, page_urls
from ops.files import read_json
from ops.places import Home
from ops.starting import start_and_wait, stop_supervisor
from ops.state import supervised
from services.common.clock import CHINA
from tests.documented import Answered, Documented

ACCOUNTS = 600
# Less than a session of staff lives without a renewal.
SHIFT_S = 300.0


class Recorded(Device):
    """A phone that holds every answer to the hall's own document, and keeps it.

    In the end all are searched for what must not be in one.
    """

    def __init__(self, hall: "JourneyHall", address: str | None) -> None:
        super().__init__(hall.url, address)
        self._hall = hall

    def send(self, method: str, path: str, **options: Any) -> Reply:
        """Ask, and keep what was answered. Raises Undocumented."""
        reply = super().send(method, path, **options)
        assert reply.status < 500 or reply.status == 503, f"{method} {path}: {reply.text[:300]}"
        self._hall.heard.append(reply.text)
        self._held_to_the_document(method, f"{self.url}{path}".removeprefix(self._hall.url), reply)
        return reply

    def _held_to_the_document(self, method: str, path: str, reply: Reply) -> None:
        """What is no part of the API, such as callbacks, stands in no document."""
        if path.startswith("/api/"):
            kind = reply.headers.get("Content-Type", "").partition(";")[0]
            self._hall.documented.check(Answered(method, path, reply.status, kind, reply.body))


@dataclass
class JourneyHall:
    """A running hall with made-up books; a person is let in once, whoever asks for it first."""

    home: Home
    url: str
    sandbox_url: str
    people: dict[str, dict[str, Any]]
    applicants: list[dict[str, Any]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    _arrived: set[str] = field(default_factory=set)

    @cached_property
    def _more_applicants(self) -> Iterator[dict[str, Any]]:
        """Nobody twice, also where an earlier run went through the same hall: their phones have messages."""
        nobody = (one for one in self.applicants if not one["key"])
        return (one for one in nobody if not self.outside.messages(one["phone"]))

    @cached_property
    def _cast(self) -> Cast:
        return Cast(self.home)

    @cached_property
    def documented(self) -> Documented:
        """What the hall says of its answers."""
        return Documented(requests.get(f"{self.url}/openapi.json", timeout=10).json())

    @property
    def outside(self) -> Outside:
        """Its outside world."""
        return Outside(self.sandbox_url)

    def device(self, address: str | None = None) -> Device:
        """A phone of nobody in particular."""
        return Recorded(self, address)

    def stranger(self, person: dict[str, Any]) -> Citizen:
        """Somebody who has not come in."""
        return Citizen(person, self.device(), self.outside, pass_time=self.pass_time)

    def applicant(self, key: str = "") -> Applicant:
        """Somebody without an account: the named one, or one more who may open one."""
        named = {one["key"]: one for one in self.applicants if one["key"]}
        person = named[key] if key else next(self._more_applicants)
        return Applicant(person, self.device(), self.outside, pass_time=self.pass_time)

    def citizen(self, key: str) -> Citizen:
        """A demo person, logged in."""
        citizen = self.stranger(self.people[key])
        edition = "professional" if citizen.person["professional"] else "normal"
        citizen.log_in(edition) if self.arrives(key) else citizen.come_first()
        return citizen

    def arrives(self, key: str) -> bool:
        """Note that a demo person comes; true when they came before, in this run or an earlier one."""
        known = key in self._arrived or self._has_password(self.people[key])
        self._cast.note(self.people[key])
        self._arrived.add(key)
        return known

    def _has_password(self, person: dict[str, Any]) -> bool:
        wanted = "SELECT EXISTS (SELECT FROM logins WHERE fund_number = %s)"
        with self.database("auth") as connection:
            found = connection.execute(wanted, (person["fund_number"],)).fetchone()
        return bool(found and found[0])

    def somebody(self, part: Part) -> Citizen:
        """Somebody of the books who fits the part and has not been here yet, logged in."""
        citizen = self.newcomer(part)
        citizen.come_first()
        return citizen

    def newcomer(self, part: Part) -> Citizen:
        """Somebody of the books who fits the part and is to come in for the first time."""
        return self.stranger(next(self._cast.candidates(part)))

    def everybody(self) -> list[dict[str, Any]]:
        """All people of the books."""
        return list(self._cast.everybody(lambda *_: True))

    @cached_property
    def _at_work(self) -> dict[str, tuple[Device, float]]:
        return {}

    def operator(self) -> Device:
        """The operator's session."""
        return self.staff("operator")

    def staff(self, role: str) -> Device:
        """The session of a role: one for some minutes, because each one-time code counts once."""
        device, since = self._at_work.get(role, (None, 0.0))
        if device is None or time.monotonic() - since > SHIFT_S:
            device = come_to_work(self.home, self.device(), self.outside, role)
            self._at_work[role] = device, time.monotonic()
        return device

    def pass_time(self, seconds: int) -> None:
        """Move business time ahead."""
        move_to(self.home, offset_of(self.home) + timedelta(seconds=seconds))

    @contextmanager
    def in_month(self, month: int) -> Iterator[None]:
        """For a while it is the 15th of the latest such month; what goes by meanwhile goes by afterwards too.

        Back, because ahead the hall would book interest and forget what is due to be forgotten.
        """
        now = datetime.now(CHINA) + offset_of(self.home)
        day = now.replace(month=month, day=15)
        back = now - (day if day <= now else day.replace(year=now.year - 1))
        move_to(self.home, offset_of(self.home) - back)
        try:
            yield
        finally:
            move_to(self.home, offset_of(self.home) + back)

    def database(self, service: str) -> "psycopg.Connection[Any]":
        """A connection to a service's database with all rights, to look behind what the hall says."""
        return postgresql.connect(Setting.of(self.home), service)


@contextmanager
def journey_hall() -> Iterator[JourneyHall]:
    """The hall that HALL_URL, SANDBOX_URL and HALL_HOME name; else one of our own, stopped at the end."""
    named = os.environ.get("HALL_URL")
    if named:
        yield _seen(Home.chosen(), named.rstrip("/"), os.environ["SANDBOX_URL"].rstrip("/"))
        return
    home = Home(Home.chosen().path / "test" / "hall")
    _clear(home)
    start_and_wait(home, everything=True)
    try:
        seed_demo(home, ACCOUNTS)
        yield _seen(home, *page_urls(Setting.of(home)))
    finally:
        stop_supervisor(home)


def _clear(home: Home) -> None:
    """Make room for new books: what the run before has drawn cannot be drawn again."""
    if supervised(home):
        stop_supervisor(home)
    if home.secrets_file.exists():
        shutil.rmtree(database_folder(home), ignore_errors=True)
    shutil.rmtree(home.path, ignore_errors=True)


def _seen(home: Home, url: str, sandbox_url: str) -> JourneyHall:
    people = {person["key"]: person for person in read_json(home.people_file)}
    return JourneyHall(home, url, sandbox_url, people, read_json(home.applicants_file))
