"""What only a rehearsal may have is refused everywhere else."""

import pytest

from services.common.settings import OUTSIDE_URLS, REHEARSAL_ONLY, UnsafeSettings, refuse_unsafe

NOT_A_REHEARSAL = [{}, *({"HALL_DEPLOYMENT": name} for name in ("", "prod", "production"))]
SAFE = dict.fromkeys(OUTSIDE_URLS, "https://bank.example")


@pytest.mark.parametrize("deployment", NOT_A_REHEARSAL)
@pytest.mark.parametrize("switch", REHEARSAL_ONLY)
def test_a_rehearsal_switch_is_refused_outside_a_rehearsal(deployment: dict[str, str], switch: str) -> None:
    with pytest.raises(UnsafeSettings, match=switch):
        refuse_unsafe(SAFE | deployment | {switch: "x"})


@pytest.mark.parametrize("deployment", NOT_A_REHEARSAL)
@pytest.mark.parametrize("url", OUTSIDE_URLS)
def test_plain_http_to_the_outside_is_refused_outside_a_rehearsal(
    deployment: dict[str, str], url: str
) -> None:
    with pytest.raises(UnsafeSettings, match=url):
        refuse_unsafe(SAFE | deployment | {url: "http://bank.example"})


def test_a_rehearsal_may_have_them() -> None:
    everything = dict.fromkeys((*REHEARSAL_ONLY, *OUTSIDE_URLS), "http://127.0.0.1:1")
    refuse_unsafe(everything | {"HALL_DEPLOYMENT": "sandbox"})


def test_production_without_them_is_accepted() -> None:
    refuse_unsafe(SAFE | {"HALL_DEPLOYMENT": "production"})
