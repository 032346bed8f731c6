"""What every table of papers has, and who asked to verify one how often. Each service has its own tables."""

from datetime import datetime

from sqlalchemy import BigInteger, Identity, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from services.common.sealed import Sealed


class PaperColumns:
    """A paper. Append only: `content` (sealed by each table for itself) is what was printed, word for word,
    whatever is booked later; `digest` is the SHA-256 of it."""

    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]


class SlipColumns(PaperColumns):
    """A slip (业务回单) on a bill that has come to its end. Its number is made of the bill's."""

    __tablename__ = "slips"
    fund_number: Mapped[str] = mapped_column(String(20))
    content: Mapped[str] = mapped_column(Sealed("slips.content"))


class AttemptColumns:
    """That somebody asked to verify a paper: at an address, or with wrong digits for one paper.

    Address and paper are kept as keyed hashes; both stand in `address_index`.
    """

    __tablename__ = "verification_attempts"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    address_index: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Index, ...]:
        """Attempts are counted by what they are of."""
        return (Index("verification_attempts_by_address", "address_index", "at"),)
