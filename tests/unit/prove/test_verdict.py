"""Findings become the figures of a result, and what is found later is added to them."""

from ops.prove.finding import DOUBLED, DRIFT, LOST, UNFINISHED, Finding
from ops.prove.rehearsal import Verdict, added

FOUND = [
    Finding(LOST, "a"),
    Finding(DOUBLED, "b"),
    Finding(DRIFT, "c", 30),
    Finding(DRIFT, "d", 12),
    Finding(UNFINISHED, "e"),
]


def test_a_verdict_counts_its_findings_by_kind_and_its_drift_in_fen() -> None:
    verdict = Verdict(7, FOUND, 1.0)
    assert not verdict.is_well
    assert verdict.figures() == {"acknowledged": 7, "lost": 1, "doubled": 1, "drift_fen": 42, "unfinished": 1}
    assert Verdict(7, [], 1.0).is_well


def test_later_findings_are_added_to_the_figures_and_nothing_else_changes() -> None:
    before = {"kills": 10} | Verdict(7, FOUND[:1], 1.0).figures()
    assert added(before, []) == before
    assert added(before, FOUND) == before | {"lost": 2, "doubled": 1, "drift_fen": 42, "unfinished": 1}
