"""What a program is told by its environment, read once. Production refuses rehearsal switches."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qs, urlsplit

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
DATABASE_URLS = ("DATABASE_URL", "OWNER_DATABASE_URL")
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
    """Raise UnsafeSettings when production carries a rehearsal switch, or lets anything out in clear.

    Whatever does not say that it is a sandbox is production. Addresses of this machine need no encryption.
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
    _refuse_clear_lines(environment)


def _refuse_clear_lines(environment: dict[str, str]) -> None:
    """Personal data passes broker and databases: only on this machine it may be unencrypted."""
    broker = urlsplit(environment.get("BROKER_URL", ""))
    if broker.scheme != "amqps" and not _stays_here(broker):
        raise UnsafeSettings("BROKER_URL must be amqps in production")
    for name, url in _database_urls(environment):
        place = urlsplit(url)
        if parse_qs(place.query).get("sslmode", [""])[-1] != "verify-full" and not _stays_here(place):
            raise UnsafeSettings(f"{name} must say sslmode=verify-full in production")


def _database_urls(environment: dict[str, str]) -> Iterator[tuple[str, str]]:
    told = [(name, environment.get(name, "")) for name in DATABASE_URLS]
    for url in json.loads(environment.get("RELAY_DATABASE_URLS", "{}")).values():
        told.append(("RELAY_DATABASE_URLS", url))
    yield from ((name, url) for name, url in told if url)


def _stays_here(place: SplitResult) -> bool:
    """Whether every host of an address, several may be named, is loopback or the folder of a socket."""
    if place.path and not place.scheme:
        return False
    asked = parse_qs(place.query)
    told = [place.netloc.rpartition("@")[2], *asked.get("host", []), *asked.get("hostaddr", [])]
    return all(_is_here(host) for one in told for host in one.split(","))


def _is_here(host: str) -> bool:
    if not host or host.startswith("/"):
        return True
    for name in (host, host.partition("]")[0].lstrip("["), host.partition(":")[0]):
        with suppress(ValueError):
            return ip_address(name).is_loopback
    return host.partition(":")[0] == "localhost"


def city() -> str:
    """The city whose policy is in force: a folder under `policy/`."""
    return Env().str("POLICY_CITY", "qingdao")


@cache
def settings() -> Settings:
    """The settings of this program. Raises UnsafeSettings, or EnvError for what is missing or malformed."""
    refuse_unsafe(dict(os.environ))
    env = Env()
    return Settings(
        deployment=env.str("HALL_DEPLOYMENT", "production"),
        service=env.str("HALL_SERVICE"),
        city=city(),
        database_url=env.str("DATABASE_URL", ""),
        broker_url=env.str("BROKER_URL", ""),
        metrics_host=env.str("METRICS_HOST", "127.0.0.1"),
        metrics_port=env.int("METRICS_PORT", 0),
        sealing_keys=json.loads(env.str("SEALING_KEYS", "{}")),
        sealing_key_current=env.str("SEALING_KEY_CURRENT", ""),
        blind_index_key=env.str("BLIND_INDEX_KEY", ""),
    )
