"""Under which account a server runs: PostgreSQL refuses root, and root's folders may be closed to others."""

import os
import pwd
import subprocess
from pathlib import Path

from ops.files import write_json
from ops.keys import secrets_of
from ops.places import Home

SERVER_ACCOUNT = "postgres"
OUTSIDE_HOME = Path("/var/lib")
OWNER_MARK = "hall.json"


def as_server_account(command: list[str]) -> list[str]:
    """Wrap a command so that it does not run as root; unchanged for anybody else."""
    if os.geteuid() != 0:
        return command
    account = pwd.getpwnam(SERVER_ACCOUNT)
    switch = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--init-groups"]
    return [*switch, "--", *command]


def database_folder(home: Home) -> Path:
    """Find or make the folder for the database files, one that the server's account can reach."""
    inside = home.path / "postgresql"
    if os.geteuid() != 0:
        inside.mkdir(mode=0o700, parents=True, exist_ok=True)
        return inside
    folder = inside if _reachable(home.path) else _outside(home)
    folder.mkdir(mode=0o700, exist_ok=True)
    _hand_over(folder)
    return folder


def _reachable(path: Path) -> bool:
    probe = as_server_account(["test", "-x", str(path)])
    return subprocess.run(probe, check=False, cwd="/").returncode == 0


def _outside(home: Home) -> Path:
    # Named after this hall's own secrets: a new `.hall` never meets the books of an old one. What an old
    # one leaves here says whose it was; only a person can know that it is not wanted any more.
    folder = OUTSIDE_HOME / f"hall-{secrets_of(home)['hall']}"
    folder.mkdir(mode=0o755, exist_ok=True)
    write_json(folder / OWNER_MARK, {"home": str(home.path)}, mode=0o644)
    return folder / "postgresql"


def _hand_over(folder: Path) -> None:
    account = pwd.getpwnam(SERVER_ACCOUNT)
    os.chown(folder, account.pw_uid, account.pw_gid)
