"""The seeded bugs fit the source as it is; whoever changes a place renews its patch."""

import shutil
from pathlib import Path

import pytest

from ops.places import CHECKOUT
from ops.prove.bugs import BUGS, FOLDER, Bug
from ops.prove.trials import apply


def test_every_patch_belongs_to_a_bug_and_every_bug_has_its_patches() -> None:
    listed = {patch for bug in BUGS for patch in bug.patches}
    assert listed == set(FOLDER.rglob("*.patch"))
    assert len(BUGS) >= 8


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("services", "sandbox"):
        shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


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
