"""A provider's report counts only with the right signature, in its moment, as a JSON object."""

import pytest

from services.common import callbacks
from services.common.callbacks import genuine, signature
from services.common.errors import Forbidden

NOW = 1_800_000_000
BODY = '{"order_number":"P1","outcome":0}'


@pytest.fixture(autouse=True)
def _moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callbacks, "technical_now", lambda: float(NOW))


def report(**changed: str) -> dict[str, str]:
    told = {"timestamp": str(NOW), "path": "/callbacks/bank", "body": BODY} | changed
    own = signature("key", told["timestamp"], told["path"], told["body"].encode())
    return {"signature": own} | told


def test_a_genuine_report_is_read() -> None:
    assert genuine("key", report()) == {"order_number": "P1", "outcome": 0}


@pytest.mark.parametrize("seconds", [-300, 300])
def test_five_minutes_either_way_are_allowed(seconds: int) -> None:
    assert genuine("key", report(timestamp=str(NOW + seconds)))["order_number"] == "P1"


@pytest.mark.parametrize(
    "forged",
    [
        report() | {"body": BODY.replace("0", "1")},
        report() | {"path": "/callbacks/face"},
        report() | {"timestamp": str(NOW + 1)},
        report() | {"signature": "0" * 64},
        report() | {"signature": "é" * 64},
        report(timestamp=str(NOW - 301)),
        report(timestamp=str(NOW + 301)),
        report(timestamp="soon"),
        report(timestamp="٣"),
        report(body="[]"),
        report(body="{"),
        report(body=""),
    ],
)
def test_anything_else_is_refused(forged: dict[str, str]) -> None:
    with pytest.raises(Forbidden) as refusal:
        genuine("key", forged)
    assert refusal.value.code == "callback_not_genuine"


def test_another_partys_key_is_refused() -> None:
    with pytest.raises(Forbidden):
        genuine("another key", report())
