"""What counts as well, and how the answers of the hall are taken down."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ops.prove import command, results
from ops.prove.client import outcome_of
from ops.prove.history import FAIL, OK, UNKNOWN
from ops.prove.results import Figures, Proof

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


def proof(figures: Figures = WELL, killed: tuple[str, ...] = ("deposit",)) -> Proof:
    """A proof that came to these figures, with these killed while interest was booked."""
    about: dict[str, object] = {"commit": "0" * 10, "seed": "1"}
    return Proof(figures=figures, killed_at_years_end=list(killed), about=about)


def test_a_proof_without_findings_is_well() -> None:
    assert proof().is_well


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
    assert not proof(WELL | figure).is_well


def test_without_kills_nothing_needs_to_be_acknowledged() -> None:
    assert proof(WELL | {"kills": 0, "acknowledged": 0}, killed=()).is_well


@pytest.mark.parametrize(("killed", "exit_code"), [(("deposit",), 0), ((), 1)])
def test_a_proof_whose_kills_miss_the_years_end_fails_with_the_same_figures(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, killed: tuple[str, ...], exit_code: int
) -> None:
    monkeypatch.setattr(command, "proved", lambda *_: proof(killed=killed))
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    done = CliRunner().invoke(command.prove, ["--json"])
    assert (done.exit_code, json.loads(done.stdout)) == (exit_code, WELL)
    written = json.loads((tmp_path / f"{'0' * 10}-1.json").read_text())
    assert written["kills_while_interest_was_booked"] == dict.fromkeys(killed, 1)


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
