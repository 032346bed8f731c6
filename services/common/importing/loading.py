"""Books a file's chunks: into a staging table, judged set-wise, and on into the service's tables."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psycopg
from psycopg import Connection, sql

from services.common.connecting import CONNECT
from services.common.importing.reading import Chunk, Convert, ahead, chunks, digest_of_file
from services.common.importing.statements import Statement
from services.common.importing.telling import Teller
from services.common.national_standard.books import Book

CHUNK_LINES = 25_000
ONE_IMPORT_AT_A_TIME = 4_711_002


@dataclass(frozen=True)
class Check:
    """A set-wise reason to refuse: `where` is a condition on `staging` (SQL, ours, no input in it).

    Without a reason the line is left out silently: it is there already.
    """

    reason: str
    where: Statement


@dataclass(frozen=True, kw_only=True)
class Loading:
    """How a book gets into a service: columns of the staging table, what is refused, what is then done.

    `lookups` run before the checks and may make temporary tables for them, gone with the chunk; `prepare`
    runs once, before the first chunk.
    """

    book: Book
    staging: Statement
    convert: Convert
    checks: Sequence[Check]
    effects: Sequence[Statement]
    lookups: Sequence[Statement] = ()
    prepare: Callable[[Connection, Path], None] | None = None


def load(connection: Connection, loading: Loading, folder: Path, teller: Teller) -> None:
    """Take over one file of the folder, from where an earlier try stopped. Raises WrongFile.

    A chunk and the note that it was booked are one transaction: killed anywhere, the next try goes on
    behind the last booked chunk, and a file that was booked is not booked again.
    """
    place = folder / loading.book.file_name
    if not place.exists():
        teller.missing(loading.book.file_name)
        return
    digest = digest_of_file(place)
    after_line = _booked_up_to(connection, digest, loading.book)
    teller.resumed(loading.book.file_name, after_line)
    prepare = loading.prepare
    told = chunks(place, loading.book, loading.convert, after_line=after_line, size=CHUNK_LINES)
    taken_over = False
    for chunk in ahead(told):
        if prepare:
            prepare(connection, folder)
            prepare = None
        with connection.transaction():
            _book(connection, loading, chunk)
            _remember(connection, loading.book, digest, chunk)
        teller.progressed(loading.book.file_name, chunk.last_line)
        taken_over = True
    if taken_over:
        # Plans that were made for empty tables are given up with this, and no citizen waits for their scans.
        connection.execute("ANALYZE")
    for line, reason in _refusals(connection, digest, loading.book):
        teller.refused(loading.book.file_name, line, reason)


@contextmanager
def importing(url: str) -> Iterator[Connection]:
    """The owner's connection, alone: a second import of the same service waits for the first."""
    with psycopg.connect(
        url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True, **CONNECT
    ) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (ONE_IMPORT_AT_A_TIME,))
        connection.execute("SET work_mem = '64MB'")
        yield connection


def copy_rows(connection: Connection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Fill a staging table."""
    statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _book(connection: Connection, loading: Loading, chunk: Chunk) -> None:
    _make_staging(connection, loading)
    copy_rows(connection, "staging", chunk.rows)
    for lookup in loading.lookups:
        connection.execute(lookup)
    for check in loading.checks:
        refuse = sql.SQL("DELETE FROM staging WHERE {} RETURNING line").format(check.where)
        lines = [int(line) for (line,) in connection.execute(refuse)]
        chunk.refusals |= dict.fromkeys(lines, check.reason) if check.reason else {}
    for effect in loading.effects:
        connection.execute(effect)


def _make_staging(connection: Connection, loading: Loading) -> None:
    table = sql.SQL("CREATE TEMP TABLE staging (line bigint, {}) ON COMMIT DROP").format(loading.staging)
    connection.execute(table)


def _booked_up_to(connection: Connection, digest: str, book: Book) -> int:
    found = connection.execute(
        "SELECT max(last_line) FROM import_batches WHERE file_digest = %s AND book = %s", (digest, book.name)
    ).fetchone()
    return int(found[0] or 1) if found else 1


def _remember(connection: Connection, book: Book, digest: str, chunk: Chunk) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO import_batches (file_digest, book, last_line, rows_read, rows_refused)"
            " VALUES (%s, %s, %s, %s, %s)",
            (digest, book.name, chunk.last_line, chunk.rows_read, len(chunk.refusals)),
        )
        cursor.executemany(
            "INSERT INTO import_refusals (file_digest, book, line, reason) VALUES (%s, %s, %s, %s)",
            [(digest, book.name, line, reason) for line, reason in sorted(chunk.refusals.items())],
        )


def _refusals(connection: Connection, digest: str, book: Book) -> list[tuple[int, str]]:
    found = connection.execute(
        "SELECT line, reason FROM import_refusals WHERE file_digest = %s AND book = %s ORDER BY line",
        (digest, book.name),
    )
    return [(int(line), str(reason)) for line, reason in found]


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What must hold of a book once `other` is booked too: `check` refuses lines of it after the fact."""

    loading: Loading
    other: Book
    check: Check
    effects: Sequence[Statement]


def verify(connection: Connection, verification: Verification, folder: Path, teller: Teller) -> None:
    """Compare a book with what was booked for it, once per pair of files; tells lines that do not hold.

    Where `other` is not in the folder, with what was booked before.
    """
    book = verification.loading.book
    places = [folder / book.file_name, folder / verification.other.file_name]
    if not places[0].exists():
        return
    # Never the digest of the file alone: under that its chunks are remembered.
    digests = [digest_of_file(place) if place.exists() else "" for place in places]
    digest = sha256("".join(digests).encode()).hexdigest()
    if _booked_up_to(connection, digest, book) == 1:
        with connection.transaction():
            _compare(connection, verification, places[0], digest)
    for line, reason in _refusals(connection, digest, book):
        teller.refused(book.file_name, line, reason)


def _compare(connection: Connection, verification: Verification, place: Path, digest: str) -> None:
    loading, summary = verification.loading, Chunk(last_line=2)
    _make_staging(connection, loading)
    for chunk in chunks(place, loading.book, loading.convert, after_line=1, size=CHUNK_LINES):
        copy_rows(connection, "staging", chunk.rows)
        summary.last_line = chunk.last_line
        summary.rows_read += chunk.rows_read
    for effect in verification.effects:
        connection.execute(effect)
    wrong = sql.SQL("SELECT line FROM staging WHERE {}").format(verification.check.where)
    summary.refusals = {int(line): verification.check.reason for (line,) in connection.execute(wrong)}
    _remember(connection, loading.book, digest, summary)
