"""That an import is under way stands in the books until it is finished: the yearly interest waits for it.

The other services take over nothing before it is begun here, so one refused here leaves nothing anywhere.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from psycopg import Connection

from services.common import written
from services.common.importing.reading import check_header, digest_of_file
from services.common.national_standard.books import Book


class AnotherBegun(Exception):
    """Another folder was begun and not finished; nothing of this one is taken over."""


def begin(connection: Connection, folder: Path, books: Sequence[Book], *, instead: bool) -> str:
    """Note that the import of this folder is begun; what it is known by.

    Raises WrongFile for a file that is another book, and AnotherBegun, before anything is written. `instead`
    lets this folder take the place of what else was begun. A folder imported to its end stays finished.
    """
    for book in books:
        check_header(folder, book)
    digest = _digest(folder, books)
    with connection.transaction():
        if instead:
            _replace_others(connection, digest)
        _refuse_beside_another(connection, digest)
        connection.execute(
            "INSERT INTO book_imports (folder_digest) VALUES (%s)"
            " ON CONFLICT (folder_digest) DO UPDATE SET replaced_at = NULL",
            (digest,),
        )
    return digest


@contextmanager
def on_record(
    connection: Connection, folder: Path, books: Sequence[Book], *, instead: bool
) -> Iterator[None]:
    """The import of this folder is begun, and finished if nothing is raised inside. Raises as `begin`."""
    digest = begin(connection, folder, books, instead=instead)
    yield
    connection.execute(
        "UPDATE book_imports SET finished_at = clock_timestamp()"
        " WHERE folder_digest = %s AND finished_at IS NULL",
        (digest,),
    )


def _digest(folder: Path, books: Sequence[Book]) -> str:
    places = [folder / book.file_name for book in books]
    told = [f"{place.name} {digest_of_file(place)}" for place in places if place.exists()]
    return sha256("\n".join(told).encode()).hexdigest()


def _replace_others(connection: Connection, digest: str) -> None:
    connection.execute(
        "UPDATE book_imports SET replaced_at = clock_timestamp()"
        " WHERE folder_digest <> %s AND finished_at IS NULL AND replaced_at IS NULL",
        (digest,),
    )


def _refuse_beside_another(connection: Connection, digest: str) -> None:
    found = connection.execute(
        "SELECT begun_at FROM book_imports"
        " WHERE folder_digest <> %s AND finished_at IS NULL AND replaced_at IS NULL ORDER BY begun_at",
        (digest,),
    ).fetchone()
    if found:
        begun_at: datetime = found[0]
        raise AnotherBegun(
            f"the import of other files was begun at {written.second(begun_at)} {begun_at:%z}"
            " and is not finished: import those to their end first,"
            " or say --instead if these take their place"
        )
