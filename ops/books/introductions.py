"""Made-up people as scripts and people at a keyboard need them: who they are and how they are reached."""

from typing import Any

from ops.books.situations import DemoRole, Household

NOBODY = DemoRole("", "")


def introduced(household: Household) -> list[dict[str, Any]]:
    """The people of a household as the demo, the pages and a person at the keyboard need them."""
    return [introduction(household, place) for place in range(len(household.depositors))]


def introduction(household: Household, place: int) -> dict[str, Any]:
    """One of them; key and situation are empty for somebody who is nobody in particular."""
    depositor = household.depositors[place]
    role = household.demo[place] if household.demo else NOBODY
    spouses = [other.person for at, other in enumerate(household.depositors) if at != place]
    person, card = depositor.person, depositor.card
    return {
        "key": role.key,
        "fund_number": person.fund_number,
        "name": person.name,
        "id_number": person.id_number,
        "phone": person.mobile,
        "situation": role.situation,
        "professional": depositor.professional_since is not None,
        "card": {"bank_code": card.bank_code, "card_number": card.card_number} if card else None,
        "spouse": _spouse(household, spouses[0].name, spouses[0].id_number) if spouses else None,
    }


def _spouse(household: Household, name: str, id_number: str) -> dict[str, Any]:
    married_on = household.married_on
    return {
        "name": name,
        "id_number": id_number,
        "married_on": married_on.isoformat() if married_on else None,
    }
