"""A file that replaces another is on the disk before it takes the other's name, and then so is the name."""

import os
import stat
from pathlib import Path

import pytest

from ops.files import read_json, write_json


def test_secrets_are_on_the_disk_before_the_old_ones_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    kept, replace = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        kept(descriptor)

    def replaced(self: Path, target: Path) -> Path:
        done.append("name")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replaced)
    write_json(tmp_path / "secrets.json", {"key": "value"})
    assert done == ["file", "name", "folder"]
    assert read_json(tmp_path / "secrets.json") == {"key": "value"}
