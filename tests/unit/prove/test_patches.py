"""The seeded bugs fit the source as it is; whoever changes a place renews its patch."""

import shutil
from pathlib import Path

import pytest

from ops.places import CHECKOUT
from ops.prove.bugs import BUGS, FOLDER, ONE_ACCOUNT_A_BATCH, Bug
from ops.prove.trials import apply


def test_every_patch_belongs_to_a_bug_and_every_bug_has_its_patches() -> None:
    listed = {patch for bug in BUGS for patch in bug.patches}
    assert listed | {ONE_ACCOUNT_A_BATCH} == set(FOLDER.rglob("*.patch"))
    assert len(BUGS) >= 8


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("services", "sandbox"):
        shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_the_settlement_under_kills_has_its_small_batches(copied: Path) -> None:
    job = copied / "services" / "deposit" / "interest" / "job.py"
    before = job.read_text(encoding="utf-8")
    apply(copied, ONE_ACCOUNT_A_BATCH)
    assert "BATCH_ACCOUNTS = 1\n" in job.read_text(encoding="utf-8")
    apply(copied, ONE_ACCOUNT_A_BATCH, "--reverse")
    assert job.read_text(encoding="utf-8") == before


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_seeded_bug_fits_the_source_and_can_be_taken_back(bug: Bug, copied: Path) -> None:
    before = {place: place.read_bytes() for place in copied.rglob("*.py")}
    for patch in bug.patches:
        apply(copied, patch)
    changed = {place for place, content in before.items() if place.read_bytes() != content}
    for patch in reversed(bug.patches):
        apply(copied, patch, "--reverse")
    assert changed
    assert {place: place.read_bytes() for place in before} == before
