"""Takes over the deposit books: `python -m services.deposit.importing DIR`, as the owner of the tables."""

import os
import sys
from pathlib import Path

from services.common.importing.loading import importing, load, verify
from services.common.importing.telling import Teller
from services.deposit.importing.accounts import ACCOUNTS, CARDS, EMPLOYERS
from services.deposit.importing.lines import BALANCES, LEDGER_LINES


def main(folder: Path) -> None:
    """Employers, accounts, their ledger lines, cards; then whether lines and balances agree.

    Lines of one account stand in the order of their days. Raises WrongFile for a file that is no such book.
    """
    teller = Teller()
    with importing(os.environ["OWNER_DATABASE_URL"]) as connection:
        for loading in (EMPLOYERS, ACCOUNTS, LEDGER_LINES, CARDS):
            load(connection, loading, folder, teller)
        verify(connection, BALANCES, folder, teller)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
