"""Who asks: the one value both adapters (pages and API) hand to every use of the hall."""

from dataclasses import dataclass

from services.common.addresses import counted_address
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
    def is_person(self) -> bool:
        """Whether limits count for a person; who is restricted may be none: anybody begins a first visit."""
        return self.subject is not None and not self.subject.restricted

    @property
    def counted_as(self) -> str:
        """What limits count this request for: a person, else the network that it comes from."""
        return f"person {self.person}" if self.is_person else counted_address(self.address)

    @property
    def at_work(self) -> bool:
        """True for staff whose login is set up."""
        return self.subject is not None and self.subject.role in STAFF_ROLES and not self.subject.restricted
