"""Where a hall keeps its files: one folder, `.hall` of the checkout unless HALL_HOME says otherwise."""

import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Home:
    """The folder of one hall; two halls with different folders share nothing."""

    path: Path

    @classmethod
    def chosen(cls) -> "Home":
        """Take the folder from HALL_HOME, else `.hall` in the checkout."""
        return cls(Path(os.environ.get("HALL_HOME") or CHECKOUT / ".hall").resolve())

    @property
    def secrets_file(self) -> Path:
        """Passwords and keys, readable by the owner only."""
        return self.path / "secrets.json"

    @property
    def ports_file(self) -> Path:
        """The ports chosen at the first start."""
        return self.path / "ports.json"

    @property
    def logs(self) -> Path:
        """One file per process, `<name>.log`, and what rotation keeps."""
        return self.path / "log"

    @property
    def running(self) -> Path:
        """Process numbers, the supervisor's lock and its state file."""
        return self.path / "run"

    @property
    def state_file(self) -> Path:
        """What the supervisor last knew of every process."""
        return self.running / "state.json"

    @property
    def lock_file(self) -> Path:
        """Held by the one supervisor this folder may have."""
        return self.running / "supervisor.lock"

    @property
    def clock_file(self) -> Path:
        """Seconds by which business time is ahead of real time."""
        return self.path / "clock_offset"

    @property
    def sandbox(self) -> Path:
        """What the stand-in of the outside world remembers."""
        return self.path / "sandbox"

    @property
    def rabbitmq(self) -> Path:
        """The broker's configuration, definitions, cookie and messages."""
        return self.path / "rabbitmq"

    @property
    def results_file(self) -> Path:
        """Outcome of every acceptance row in the last test run."""
        return self.path / "features.json"

    @property
    def people_file(self) -> Path:
        """The demonstration people, written when the demonstration books are loaded."""
        return self.path / "demo_people.json"

    @property
    def applicants_file(self) -> Path:
        """Made-up people without an account, who may open one."""
        return self.path / "applicants.json"

    @property
    def staff_file(self) -> Path:
        """The logins of staff in a rehearsal, with the secrets of their codes, readable by the owner only."""
        return self.path / "demo_staff.json"

    def prepare(self) -> None:
        """Create the folders; only the owner may look into them."""
        for folder in (self.path, self.logs, self.running, self.sandbox, self.rabbitmq):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in (self.logs, self.running, self.sandbox, self.rabbitmq):
            folder.chmod(0o700)
