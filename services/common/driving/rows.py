"""What every driven row has in its table: where it stands, when it is due, and who drives it."""

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.common.clock import business_at


class DrivenRow:
    """Columns of a row that the hall drives. `drive_after` is when it goes on by itself; None = at rest.

    `drive_after` and the lease are times of the technical clock, `moved_at` of the business clock. `tries`
    counts since the last step. `services.common.driving.leases` alone writes the last four.
    """

    number: Mapped[str] = mapped_column(String(40), primary_key=True, sort_order=-1)
    state: Mapped[str] = mapped_column(String(30))
    moved_at: Mapped[datetime]
    drive_after: Mapped[datetime | None] = mapped_column(sort_order=1)
    tries: Mapped[int] = mapped_column(server_default=text("0"), sort_order=2)
    lease_until: Mapped[datetime | None] = mapped_column(sort_order=3)
    lease_token: Mapped[str | None] = mapped_column(String(36), sort_order=4)

    @property
    def next_try_at(self) -> datetime | None:
        """When the hall goes on by itself, as people read the time; None = at rest."""
        return business_at(self.drive_after) if self.drive_after else None


def due_index(name: str) -> Index:
    """The index by which the sweeper finds what is due; rows at rest are not in it."""
    return Index(name, "drive_after", postgresql_where=text("drive_after IS NOT NULL"))
