"""What the gateway is told by its environment."""

import json
import os
from dataclasses import dataclass
from functools import cache

from environs import Env

from services.common.settings import SANDBOX, UnsafeSettings, refuse_unsafe

_DAY_S = 86_400
# They wait for services more than they work. One address has a quarter of them (`crowding`): that must be
# room for an office whose people come at once.
_THREADS = 64


@dataclass(frozen=True, kw_only=True)
class GatewaySettings:
    """Addresses, keys and coarse limits of one gateway process.

    `proxies` is how many trusted reverse proxies add X-Forwarded-For; `hosts` are the names it goes by (empty
    means any, in a rehearsal only); `url` is where people find it, for what is printed. Limits are requests a
    minute, for this process; `rubbish_per_minute` are reports of no provider from one address.
    `token_lifetime_s` bounds a token's life. At `health_port` (0: nowhere) /healthz never waits for people.
    """

    host: str
    port: int
    broker_url: str
    operation_key: bytes
    cursor_key: bytes
    cookie_secure: bool
    rehearsal: bool
    url: str = "http://localhost"
    hosts: frozenset[str] = frozenset()
    proxies: int = 0
    threads: int = _THREADS
    anonymous_per_minute: int = 1_200
    person_per_minute: int = 120_000
    callbacks_per_minute: int = 60_000
    rubbish_per_minute: int = 60
    captchas_per_minute: int = 300
    token_lifetime_s: int = _DAY_S
    health_host: str = "127.0.0.1"
    health_port: int = 0


@cache
def gateway_settings() -> GatewaySettings:
    """The settings of this process. Raises EnvError or UnsafeSettings: production says what it is called."""
    refuse_unsafe(dict(os.environ))
    env = Env()
    rehearsal = env.str("HALL_DEPLOYMENT", "production") == SANDBOX
    hosts = frozenset(json.loads(env.str("GATEWAY_HOSTS", "[]")))
    if not hosts and not rehearsal:
        raise UnsafeSettings("GATEWAY_HOSTS must name the hosts of a production deployment")
    return GatewaySettings(
        host=env.str("GATEWAY_HOST", "127.0.0.1"),
        port=env.int("GATEWAY_PORT"),
        broker_url=env.str("BROKER_URL"),
        operation_key=env.str("OPERATION_KEY").encode(),
        cursor_key=env.str("CURSOR_KEY").encode(),
        cookie_secure=env.bool("COOKIE_SECURE", not rehearsal),
        rehearsal=rehearsal,
        url=env.str("GATEWAY_URL").rstrip("/"),
        hosts=hosts,
        proxies=env.int("GATEWAY_PROXIES", 0),
        threads=env.int("GATEWAY_THREADS", _THREADS),
        anonymous_per_minute=env.int("GATEWAY_ANONYMOUS_PER_MINUTE", 1_200),
        person_per_minute=env.int("GATEWAY_PERSON_PER_MINUTE", 120_000),
        callbacks_per_minute=env.int("GATEWAY_CALLBACKS_PER_MINUTE", 60_000),
        rubbish_per_minute=env.int("GATEWAY_RUBBISH_PER_MINUTE", 60),
        captchas_per_minute=env.int("GATEWAY_CAPTCHAS_PER_MINUTE", 300),
        token_lifetime_s=env.int("TOKEN_LIFETIME_S", _DAY_S),
        health_host=env.str("METRICS_HOST", "127.0.0.1"),
        health_port=env.int("METRICS_PORT", 0),
    )
