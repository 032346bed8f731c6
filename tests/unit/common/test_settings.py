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
