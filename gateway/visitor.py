"""Who asks: the one value both adapters (pages and API) hand to every use of the hall."""

from dataclasses import dataclass

from services.common.permissions import STAFF_ROLES
from services.common.subject import Subject


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """One request's author: a citizen, staff, or nobody yet (`subject` and `token` are None)."""

    address: str
    client: str
    trace: str
    subject: Subject | None = None
    token: str | None = None

    @property
    def person(self) -> str:
        """The fund number or staff name that keys are bound to; nobody's keys share one name."""
        return self.subject.id if self.subject else "anonymous"

    @property
    def person_counted(self) -> str | None:
        """Whom limits count for a person. None for who may not be one: anybody begins a first visit."""
        subject = self.subject
        return None if subject is None or subject.restricted else f"{subject.role} {subject.id}"

    @property
    def at_work(self) -> bool:
        """True for staff whose login is set up."""
        return self.subject is not None and self.subject.role in STAFF_ROLES and not self.subject.restricted
