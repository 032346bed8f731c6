"""Takes over the deposit books: `python -m services.deposit.importing DIR`, as the owner of the tables.

With `--begin` it only notes that the import of DIR is begun, or refuses it, before anybody takes over a line.
"""

import os
import sys
from pathlib import Path

from services.common.importing.loading import importing, load, verify
from services.common.importing.telling import Teller
from services.common.national_standard import books
from services.deposit.importing.accounts import ACCOUNTS, CARDS, EMPLOYERS
from services.deposit.importing.begun import AnotherBegun, begin, on_record
from services.deposit.importing.lines import BALANCES, LEDGER_LINES

_LOADINGS = (EMPLOYERS, ACCOUNTS, LEDGER_LINES, CARDS)
_BOOKS = (books.DEPOSITORS, *(loading.book for loading in _LOADINGS))


def main(folder: Path, *, instead: bool) -> None:
    """Employers, accounts, their ledger lines, cards; then whether lines and balances agree.

    Lines of one account stand in the order of their days. Raises WrongFile for a file that is no such book,
    AnotherBegun while the import of other files is begun and not finished, unless this is `instead` of it.
    """
    teller = Teller()
    with (
        importing(os.environ["OWNER_DATABASE_URL"]) as connection,
        on_record(connection, folder, _BOOKS, instead=instead),
    ):
        for loading in _LOADINGS:
            load(connection, loading, folder, teller)
        verify(connection, BALANCES, folder, teller)


def only_begin(folder: Path, *, instead: bool) -> None:
    """Note that the import of the folder is begun, for all services. Raises as `main`."""
    with importing(os.environ["OWNER_DATABASE_URL"]) as connection:
        begin(connection, folder, _BOOKS, instead=instead)


if __name__ == "__main__":
    do = only_begin if "--begin" in sys.argv[2:] else main
    try:
        do(Path(sys.argv[1]), instead="--instead" in sys.argv[2:])
    except AnotherBegun as begun:
        sys.exit(str(begun))
