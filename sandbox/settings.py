"""What the outside world is told by its environment."""

import os
from dataclasses import dataclass
from pathlib import Path

PARTIES = ("bank", "sms", "sms_second", "registers", "face", "transfers")


class NotARehearsal(Exception):
    """The make-believe outside world was asked to run in a production deployment."""


@dataclass(frozen=True)
class Settings:
    """Address, folder of the state, the keys shared with the hall by signing party, and where the hall is."""

    host: str
    port: int
    folder: Path
    keys: dict[str, bytes]
    hall_url: str = ""


def settings_from(environment: dict[str, str]) -> Settings:
    """Read the environment. Raises NotARehearsal unless it says sandbox, KeyError for what is missing."""
    if environment.get("HALL_DEPLOYMENT") != "sandbox":
        raise NotARehearsal("the outside world of a production deployment is the real one")
    return Settings(
        host=environment.get("SANDBOX_HOST", "127.0.0.1"),
        port=int(environment["SANDBOX_PORT"]),
        folder=Path(environment["SANDBOX_FOLDER"]),
        keys={party: environment[f"{party.upper()}_KEY"].encode() for party in PARTIES},
        hall_url=environment.get("HALL_URL", ""),
    )


def settings() -> Settings:
    """The settings of this program."""
    return settings_from(dict(os.environ))
