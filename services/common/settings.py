"""What a program is told by its environment, read once. Production refuses rehearsal switches."""

import json
import os
from dataclasses import dataclass
from functools import cache

from environs import Env

SANDBOX = "sandbox"
REHEARSAL_ONLY = ("HALL_CLOCK_FILE", "CAPTCHA_WITNESS_URL", "SANDBOX_PAGE_URL")
OUTSIDE_URLS = (
    "BANK_URL",
    "SMS_URL",
    "SMS_SECOND_URL",
    "REGISTERS_URL",
    "FACE_URL",
    "TRANSFERS_URL",
    "GATEWAY_URL",
)
_TRUE = frozenset({"true", "1", "yes", "on", "t", "y"})


class UnsafeSettings(Exception):
    """The environment asks a production deployment for something only a rehearsal may have."""


@dataclass(frozen=True)
class Settings:
    """The common part of a program's environment."""

    deployment: str
    service: str
    city: str
    database_url: str
    broker_url: str
    metrics_host: str
    metrics_port: int
    sealing_keys: dict[str, str]
    sealing_key_current: str
    blind_index_key: str

    @property
    def rehearsal(self) -> bool:
        """True in a sandbox deployment, the only one whose clock moves and whose captchas can be read."""
        return self.deployment == SANDBOX


def refuse_unsafe(environment: dict[str, str]) -> None:
    """Raise UnsafeSettings when production carries a rehearsal switch, or anything goes over plain HTTP.

    Whatever does not say that it is a sandbox is production.
    """
    if environment.get("HALL_DEPLOYMENT") == SANDBOX:
        return
    for name in REHEARSAL_ONLY:
        if environment.get(name):
            raise UnsafeSettings(f"{name} is for rehearsals only")
    for name in OUTSIDE_URLS:
        if not environment.get(name, "https:").startswith("https:"):
            raise UnsafeSettings(f"{name} must be https in production")
    if environment.get("COOKIE_SECURE", "true").strip().lower() not in _TRUE:
        raise UnsafeSettings("COOKIE_SECURE must be true in production")


@cache
def settings() -> Settings:
    """The settings of this program. Raises UnsafeSettings, or EnvError for what is missing or malformed."""
    refuse_unsafe(dict(os.environ))
    env = Env()
    return Settings(
        deployment=env.str("HALL_DEPLOYMENT", "production"),
        service=env.str("HALL_SERVICE"),
        city=env.str("POLICY_CITY", "qingdao"),
        database_url=env.str("DATABASE_URL", ""),
        broker_url=env.str("BROKER_URL", ""),
        metrics_host=env.str("METRICS_HOST", "127.0.0.1"),
        metrics_port=env.int("METRICS_PORT", 0),
        sealing_keys=json.loads(env.str("SEALING_KEYS", "{}")),
        sealing_key_current=env.str("SEALING_KEY_CURRENT", ""),
        blind_index_key=env.str("BLIND_INDEX_KEY", ""),
    )
