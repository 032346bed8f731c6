"""The hall that is measured: one of its own with made-up books, or one that runs already."""

import csv
import shutil
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.jwk import OKPKey

from ops.accounts import database_folder
from ops.books.seed import seed_demo
from ops.environment import Setting, page_urls
from ops.places import Home
from ops.starting import start_and_wait, stop_supervisor
from ops.state import all_run, seen
from services.common.subject import ALGORITHM, Subject

# Servers that floor, baseline and hall share.
SERVERS = ("postgresql", "rabbitmq")
TOKEN_LIFE_S = 6 * 3600


@dataclass(frozen=True)
class Ground:
    """A running hall and the books it was filled with."""

    home: Home
    books: Path

    @property
    def setting(self) -> Setting:
        """Ports and secrets."""
        return Setting.of(self.home)

    @property
    def gateway(self) -> tuple[str, int]:
        """Host and port of the gateway."""
        return _address(page_urls(self.setting)[0])

    @property
    def sandbox_url(self) -> str:
        """Where the outside world answers."""
        return page_urls(self.setting)[1]

    def processes(self) -> dict[str, int]:
        """Process numbers of the whole hall by name, servers included. Raises RuntimeError if one is down."""
        rows = seen(self.home)
        if not all_run(rows):
            raise RuntimeError("the hall does not run as a whole")
        return {row.name: row.pid for row in rows}

    def fund_numbers(self) -> list[str]:
        """Fund numbers of the open accounts, in the order of the books."""
        return [row["GRZH"] for row in self.book("accounts") if not row["XHRQ"]]

    def book(self, name: str) -> list[dict[str, str]]:
        """The lines of one file of the books, by the field codes of the national standard."""
        with (self.books / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def token(self, fund_number: str) -> str:
        """A session of this person, signed with the hall's own key: logging in is not measured here."""
        issued_at = int(time.time())
        subject = Subject(
            id=fund_number,
            role="citizen",
            session_id=uuid.uuid4().hex,
            edition="professional",
            issued_at=issued_at,
            expires_at=issued_at + TOKEN_LIFE_S,
        )
        key = OKPKey.import_key(self.setting.secrets["token"]["private"])
        return jwt.encode({"alg": ALGORITHM}, asdict(subject), key, algorithms=[ALGORITHM])


@contextmanager
def standing(home: Home) -> Iterator[Ground]:
    """A new hall in a folder of its own with the demonstration books; stopped and removed afterwards."""
    _remove(home)
    start_and_wait(home, everything=True)
    try:
        # Its progress bars are not part of what `--json` prints.
        with redirect_stdout(sys.stderr):
            seed_demo(home)
        yield of(home)
    finally:
        _remove(home)


def _remove(home: Home) -> None:
    """Stop the hall of this folder and remove all it has, the database files kept outside the folder too."""
    if not home.path.exists():
        return
    stop_supervisor(home)
    books = database_folder(home)
    if not books.is_relative_to(home.path):
        shutil.rmtree(books.parent)
    shutil.rmtree(home.path)


def of(home: Home) -> Ground:
    """The hall that runs in this folder."""
    return Ground(home, home.path / "books")


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    if parts.hostname is None or parts.port is None:
        raise ValueError(url)
    return parts.hostname, parts.port
