"""The demonstration books of a new hall: generated, loaded, and the people in them made known."""

import secrets
import shutil
import subprocess
import sys

from ops.books.generate import generate
from ops.books.load import REPORT, ImportFailed, load_books, write_report
from ops.environment import Setting, migration
from ops.files import read_json, write_json
from ops.places import CHECKOUT, Home
from services.common.clock import business_today

DEMO_ACCOUNTS = 2000
DEMO_SEED = 1
OPERATOR = "operator"


def seed_demo(home: Home, accounts: int = DEMO_ACCOUNTS) -> None:
    """Fill a hall with made-up books and one operator; done again, it goes on where it was stopped.

    Raises ImportFailed when an importer stops or refuses a line of the generated books.
    """
    folder = home.path / "books"
    if not (folder / "manifest.json").exists():
        generate(folder, accounts=accounts, seed=DEMO_SEED, today=business_today())
    outcome = load_books(home, folder)
    if outcome.refused or outcome.missing:
        write_report(outcome, home.path / REPORT)
        raise ImportFailed(f"made-up books, see {home.path / REPORT}")
    _add_operator(home)
    shutil.copy(folder / "demo_people.json", home.people_file)
    shutil.copy(folder / "applicants.json", home.applicants_file)


def _add_operator(home: Home) -> None:
    """A staff login with a password of its own in every hall, told only in a file of the owner's."""
    known = read_json(home.staff_file)
    password = known[0]["password"] if known else secrets.token_urlsafe(12)
    write_json(home.staff_file, [{"login_name": OPERATOR, "password": password, "role": "operator"}])
    subprocess.run(
        [sys.executable, "-m", "services.auth.staff", "add", OPERATOR, "--office", "演示管理部"],
        env=migration(Setting.of(home), "auth"),
        cwd=CHECKOUT,
        input=password + "\n",
        text=True,
        check=True,
        capture_output=True,
        timeout=60,
    )
