"""Opening the professional edition to a person, whoever has checked the identity (A-02, A-05, A-24)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.auth.models import Person
from services.auth.staff_models import EditionSuspension
from services.auth.states import IN_FORCE
from services.common.agreements import Signature, sign
from services.common.clock import business_today
from services.common.outbox import announce

AGREEMENT = "professional_edition"


def open_professional(session: Session, person: Person, signature: Signature) -> bool:
    """Open it under a signed agreement and tell the others; False when it was open already.

    `person` is a row that `locked` gave. The normal edition stays open to the same person (A-02).
    """
    if person.professional_since_on is not None:
        return False
    person.professional_since_on = business_today()
    sign(session, signature)
    payload = {"fund_number": person.fund_number, "way": signature.way}
    announce(session, "edition.opened", f"edition:{person.fund_number}", payload)
    return True


def suspended(session: Session, fund_number: str) -> bool:
    """Is the person's edition shut because its opening at the counter was found wrong?"""
    shut = (EditionSuspension.fund_number == fund_number, EditionSuspension.state == IN_FORCE)
    return session.scalar(select(EditionSuspension.number).where(*shut)) is not None


def is_open(session: Session, person: Person) -> bool:
    """May the person come in by the professional edition?"""
    return person.professional_since_on is not None and not suspended(session, person.fund_number)


def locked(session: Session, *which: object) -> Person | None:
    """The one person that the predicates find, kept from others until the transaction ends."""
    return session.scalars(select(Person).where(*which).with_for_update()).one_or_none()  # type: ignore[arg-type]
