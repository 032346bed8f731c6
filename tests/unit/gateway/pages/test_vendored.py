"""Files of others that we ship are byte for byte what their manifest says, each folder with its licence."""

import hashlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
FOLDERS = [ROOT / "gateway" / "static" / "vendor", ROOT / "tests" / "journeys" / "vendor"]


@pytest.mark.parametrize("folder", FOLDERS, ids=["static", "tests"])
def test_vendored_files_match_their_manifest(folder: Path) -> None:
    listed = dict(line.split()[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    found = {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.glob("*/*")
    }
    assert found == listed


@pytest.mark.parametrize("folder", FOLDERS, ids=["static", "tests"])
def test_every_vendored_folder_has_its_licence(folder: Path) -> None:
    assert all((part / "LICENSE").exists() for part in folder.iterdir() if part.is_dir())
