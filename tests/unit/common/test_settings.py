"""What a deployment may be told: only one that says it is a sandbox may be rehearsed with."""

import pytest

from services.common.settings import REHEARSAL_ONLY, UnsafeSettings, refuse_unsafe, settings

PRODUCTION = [{"HALL_DEPLOYMENT": "production"}, {}, {"HALL_DEPLOYMENT": "Sandbox "}]


@pytest.mark.parametrize("deployment", PRODUCTION)
@pytest.mark.parametrize("name", REHEARSAL_ONLY)
def test_whatever_is_no_sandbox_refuses_rehearsal_switches(deployment: dict[str, str], name: str) -> None:
    with pytest.raises(UnsafeSettings, match=name):
        refuse_unsafe(deployment | {name: "/somewhere"})


@pytest.mark.parametrize("deployment", PRODUCTION)
def test_whatever_is_no_sandbox_refuses_plain_http_to_the_outside(deployment: dict[str, str]) -> None:
    with pytest.raises(UnsafeSettings, match="BANK_URL"):
        refuse_unsafe(deployment | {"BANK_URL": "http://bank.example"})
    refuse_unsafe(deployment | {"BANK_URL": "https://bank.example"})


def test_a_sandbox_starts_with_a_clock_that_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"HALL_SERVICE": "auth", "HALL_DEPLOYMENT": "sandbox", "HALL_CLOCK_FILE": "/clock"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    assert settings().rehearsal
    settings.cache_clear()
