"""What a deployment may be told: only one that says it is a sandbox may be rehearsed with."""

import pytest

from sandbox.settings import PARTIES, NotARehearsal, settings_from
from services.common.settings import OUTSIDE_URLS, REHEARSAL_ONLY, UnsafeSettings, refuse_unsafe, settings

PRODUCTION = [{"HALL_DEPLOYMENT": "production"}, {}, {"HALL_DEPLOYMENT": "Sandbox "}]


@pytest.mark.parametrize("deployment", PRODUCTION)
@pytest.mark.parametrize("name", REHEARSAL_ONLY)
def test_whatever_is_no_sandbox_refuses_rehearsal_switches(deployment: dict[str, str], name: str) -> None:
    with pytest.raises(UnsafeSettings, match=name):
        refuse_unsafe(deployment | {name: "/somewhere"})


@pytest.mark.parametrize("deployment", PRODUCTION)
@pytest.mark.parametrize("name", OUTSIDE_URLS)
def test_whatever_is_no_sandbox_refuses_plain_http_to_the_outside(
    deployment: dict[str, str], name: str
) -> None:
    with pytest.raises(UnsafeSettings, match=name):
        refuse_unsafe(deployment | {name: "http://outside.example"})
    refuse_unsafe(deployment | {name: "https://outside.example"})


@pytest.mark.parametrize("deployment", PRODUCTION)
@pytest.mark.parametrize("told", ["false", "0", "no", "off", "", " False "])
def test_whatever_is_no_sandbox_refuses_cookies_that_travel_in_clear(
    deployment: dict[str, str], told: str
) -> None:
    with pytest.raises(UnsafeSettings, match="COOKIE_SECURE"):
        refuse_unsafe(deployment | {"COOKIE_SECURE": told})
    refuse_unsafe(deployment | {"COOKIE_SECURE": "true"})


ADDRESSES = [
    ("BROKER_URL", "amqp://auth:p@{}/hall", "amqps://auth:p@{}/hall"),
    *(
        (
            name,
            "postgresql+psycopg://auth:p@{}/auth",
            "postgresql+psycopg://auth:p@{}/auth?sslmode=verify-full",
        )
        for name in ("DATABASE_URL", "OWNER_DATABASE_URL")
    ),
    (
        "RELAY_DATABASE_URLS",
        '{{"auth": "postgresql://relay:p@{}/auth?sslmode=require"}}',
        '{{"auth": "postgresql://relay:p@{}/auth?sslmode=verify-full"}}',
    ),
]


@pytest.mark.parametrize("deployment", PRODUCTION)
@pytest.mark.parametrize(("name", "clear", "encrypted"), ADDRESSES)
def test_whatever_is_no_sandbox_refuses_clear_lines_to_other_machines(
    deployment: dict[str, str], name: str, clear: str, encrypted: str
) -> None:
    for host in ("db.example", "10.0.0.7:5432", "127.0.0.1,db.example", "[2001:db8::7]:5432"):
        with pytest.raises(UnsafeSettings, match=name):
            refuse_unsafe(deployment | {name: clear.format(host)})
        refuse_unsafe(deployment | {name: encrypted.format(host)})
    for host in ("127.0.0.1:5432", "localhost", "[::1]:5432"):
        refuse_unsafe(deployment | {name: clear.format(host)})


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("postgresql:///auth?host=/var/run/postgresql", True),
        ("postgresql:///auth?host=127.0.0.1:5432&host=::1", True),
        ("postgresql:///auth?host=127.0.0.1&host=db.example", False),
        ("postgresql:///auth?host=::ffff:10.0.0.7", False),
        ("postgresql://localhost/auth?hostaddr=10.0.0.7", False),
        ("host=db.example dbname=auth", False),
        ("postgresql://db.example/auth?sslmode=verify-full&sslmode=prefer", False),
    ],
)
def test_hosts_of_a_database_may_be_told_in_many_ways(address: str, safe: bool) -> None:
    if safe:
        refuse_unsafe({"DATABASE_URL": address})
    else:
        with pytest.raises(UnsafeSettings, match="DATABASE_URL"):
            refuse_unsafe({"DATABASE_URL": address})


@pytest.mark.parametrize("deployment", [*PRODUCTION, {"HALL_DEPLOYMENT": "staging"}])
def test_the_make_believe_outside_world_starts_for_a_sandbox_only(deployment: dict[str, str]) -> None:
    keys = {f"{party.upper()}_KEY": "key" for party in PARTIES}
    told = keys | {"SANDBOX_PORT": "1", "SANDBOX_FOLDER": "folder"}
    with pytest.raises(NotARehearsal):
        settings_from(deployment | told)
    assert settings_from(told | {"HALL_DEPLOYMENT": "sandbox"}).port == 1


def test_a_sandbox_starts_with_a_clock_that_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"HALL_SERVICE": "auth", "HALL_DEPLOYMENT": "sandbox", "HALL_CLOCK_FILE": "/clock"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    assert settings().rehearsal
    settings.cache_clear()
