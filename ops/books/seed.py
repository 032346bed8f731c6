"""The demonstration books of a new hall: generated, loaded, and the people in them made known."""

import base64
import random
import secrets
import shutil
import subprocess
import sys

from ops.books.generate import generate
from ops.books.load import REPORT, ImportFailed, load_books, write_report
from ops.books.people import made_up_name
from ops.environment import Setting, migration
from ops.files import read_json, write_json
from ops.places import CHECKOUT, Home
from services.common.clock import business_today

DEMO_ACCOUNTS = 2000
DEMO_SEED = 1
# One of each role, with the office where the role has one.
STAFF = {
    "operator": "",
    "clerk": "01",
    "reviewer": "01",
    "supervisor": "",
    "auditor": "",
    "administrator": "",
}


def seed_demo(home: Home, accounts: int = DEMO_ACCOUNTS) -> None:
    """Fill a hall with made-up books and staff of every role; done again, it goes on where it was stopped.

    Raises ImportFailed when an importer stops or refuses a line of the generated books.
    """
    folder = home.path / "books"
    if not (folder / "manifest.json").exists():
        generate(folder, accounts=accounts, seed=DEMO_SEED, today=business_today())
    outcome = load_books(home, folder)
    if outcome.refused or outcome.missing:
        write_report(outcome, home.path / REPORT)
        raise ImportFailed(f"made-up books, see {home.path / REPORT}")
    _add_staff(home)
    shutil.copy(folder / "demo_people.json", home.people_file)
    shutil.copy(folder / "applicants.json", home.applicants_file)


def _add_staff(home: Home) -> None:
    """A login of each role with a password and a secret of its own in every hall, told in the owner's file.

    They are set up already, so that a rehearsal can begin; who is added later sets up the login as usual.
    """
    known = {one["role"]: one for one in read_json(home.staff_file) or []}
    everyone = [_login(role) | known.get(role, {}) for role in STAFF]
    write_json(home.staff_file, everyone)
    for one in everyone:
        _add(home, one)


def _login(role: str) -> dict[str, str]:
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    # The same in every hall, as the people of its books are.
    name = made_up_name(random.Random(f"{DEMO_SEED}/{role}"))  # noqa: S311  # nothing secret
    login = {"login_name": role, "name": name, "role": role}
    return login | {"password": secrets.token_urlsafe(12), "code_secret": secret}


def _add(home: Home, login: dict[str, str]) -> None:
    place = ["--role", login["role"], "--office", STAFF[login["role"]], "--person", login["name"]]
    subprocess.run(
        [sys.executable, "-m", "services.auth.staff", "add", login["login_name"], *place],
        env=migration(Setting.of(home), "auth"),
        cwd=CHECKOUT,
        input=f"{login['password']}\n{login['code_secret']}\n",
        text=True,
        check=True,
        capture_output=True,
        timeout=60,
    )
