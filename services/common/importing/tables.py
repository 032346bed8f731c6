"""What an import remembers: the chunks it has booked, and the lines it refused."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, DateTime, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class ImportTables(DeclarativeBase):
    """Base of the import's tables; every service has them in its own database."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True)}


class ImportBatch(ImportTables):
    """A chunk of a file that was booked, written in the transaction that booked it."""

    __tablename__ = "import_batches"
    file_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    book: Mapped[str] = mapped_column(String(40), primary_key=True)
    last_line: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    rows_read: Mapped[int]
    rows_refused: Mapped[int]
    done_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class ImportRefusal(ImportTables):
    """A line that was not taken over, and why, without anything personal."""

    __tablename__ = "import_refusals"
    file_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    book: Mapped[str] = mapped_column(String(40), primary_key=True)
    line: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    reason: Mapped[str] = mapped_column(String(200))
