"""Who plays: the demo people of the books first, then others of the same books whose circumstances fit."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from ops.books.generate import households_of
from ops.books.introductions import introduction
from ops.books.situations import Depositor, Household
from ops.files import read_json, write_json
from ops.places import Home
from services.common.offices import freelancers_number, offices_of

Person = dict[str, Any]
# Below this age no woman of the books retires yet; the hall itself says who does.
_RETIRING_AGE_YEARS = 55
_FREELANCERS = frozenset(freelancers_number(office) for office in offices_of("qingdao"))


@dataclass(frozen=True)
class Part:
    """A part to be played: the demo people written for it, and who else may fit."""

    keys: tuple[str, ...]
    fits: Callable[[Household, Depositor, date], bool]


def _at_ease(depositor: Depositor) -> bool:
    plan = depositor.plan
    has_all = depositor.card is not None and depositor.professional_since is not None
    return has_all and plan.frozen_on is None and plan.closed_on is None


def rents_alone(household: Household, depositor: Depositor, today: date) -> bool:
    """Single, without a home, contributing all along."""
    plan = depositor.plan
    steady = plan.sealed_on is None and plan.missed_month is None and plan.withdrawn_on is None
    alone = len(household.depositors) == 1 and depositor.circumstances.homes == 0
    return _at_ease(depositor) and steady and alone


def retires(household: Household, depositor: Depositor, today: date) -> bool:
    """A woman of an age at which the hall may find that she retires."""
    person = depositor.person
    age_years = (today - person.born_on).days / 365.25
    return _at_ease(depositor) and person.sex == "female" and age_years > _RETIRING_AGE_YEARS


def pays_alone(household: Household, depositor: Depositor, today: date) -> bool:
    """A freelancer with a card."""
    own = depositor.plan.employer_number in _FREELANCERS
    return own and _at_ease(depositor) and depositor.plan.sealed_on is None


RENTER = Part(("renter_single", "renter_lost_answer", "renter_failed_payment"), rents_alone)
RETIREE = Part(("retiree",), retires)
FREELANCER = Part((), pays_alone)


class Cast:
    """The people of a hall's books. Whoever has played is written down and not asked again."""

    def __init__(self, home: Home) -> None:
        self._played_file = home.path / "demo_played.json"
        self._applicants_file = home.applicants_file
        manifest = json.loads((home.path / "books" / "manifest.json").read_text(encoding="utf-8"))
        self._today = date.fromisoformat(manifest["today"])
        self._households = list(households_of(manifest["accounts"], manifest["seed"], self._today))

    def candidates(self, part: Part) -> Iterator[Person]:
        """People for the part who have not played yet; each is noted as soon as it is taken."""
        for fits in (self._named(part), self._fitting(part)):
            for person in fits:
                if person["fund_number"] not in self._played():
                    self.note(person)
                    yield person

    def applicants(self) -> Iterator[Person]:
        """People without an account who have not played yet, the last ones of the list first."""
        known = read_json(self._applicants_file) or []
        for place, person in reversed(list(enumerate(known))):
            name = f"applicant-{place}"
            if not person["key"] and name not in self._played():
                self.note({"fund_number": name})
                yield person

    def _named(self, part: Part) -> Iterator[Person]:
        everybody = {person["key"]: person for person in self.everybody(lambda *_: True)}
        return (everybody[key] for key in part.keys)

    def _fitting(self, part: Part) -> Iterator[Person]:
        return (person for person in self.everybody(part.fits) if not person["key"])

    def everybody(self, fits: Callable[[Household, Depositor, date], bool]) -> Iterator[Person]:
        """All people of the books who fit."""
        for household in self._households:
            for place, depositor in enumerate(household.depositors):
                if fits(household, depositor, self._today):
                    yield introduction(household, place)

    def _played(self) -> list[str]:
        return read_json(self._played_file) or []

    def note(self, person: Person) -> None:
        """Write down that somebody has played, so that nobody asks for them again."""
        played = [*self._played(), person["fund_number"]]
        write_json(self._played_file, list(dict.fromkeys(played)))
