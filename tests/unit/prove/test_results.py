"""What counts as well, and how the answers of the hall are taken down."""

import pytest

from ops.prove.client import outcome_of
from ops.prove.history import FAIL, OK, UNKNOWN
from ops.prove.results import Figures, is_well

WELL: Figures = {
    "kills": 10,
    "acknowledged": 50,
    "lost": 0,
    "doubled": 0,
    "drift_fen": 0,
    "unfinished": 0,
    "bugs_tried": 2,
    "bugs_caught": 2,
}


def test_a_proof_without_findings_is_well() -> None:
    assert is_well(WELL)


@pytest.mark.parametrize(
    "figure",
    [
        {"lost": 1},
        {"doubled": 1},
        {"drift_fen": 1},
        {"unfinished": 1},
        {"bugs_caught": 1},
        {"acknowledged": 0},
    ],
)
def test_one_bad_figure_is_enough(figure: Figures) -> None:
    assert not is_well(WELL | figure)


def test_without_kills_nothing_needs_to_be_acknowledged() -> None:
    assert is_well(WELL | {"kills": 0, "acknowledged": 0})


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (201, "", OK),
        (202, "", UNKNOWN),
        (503, "service_missing", UNKNOWN),
        (500, "internal_error", UNKNOWN),
        (409, "in_flight", UNKNOWN),
        (409, "bill_in_flight", FAIL),
        (422, "key_reused", FAIL),
    ],
)
def test_unknown_is_not_failed(status: int, code: str, outcome: str) -> None:
    assert outcome_of(status, {"code": code}) == outcome
