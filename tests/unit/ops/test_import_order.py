"""An import is begun before anything is taken over, and takes over accounts last.

Who can be paid from an account has their loans and registers by then.
"""

from pathlib import Path
from typing import Any

import pytest

from ops.books import load
from ops.places import Home


@pytest.mark.parametrize("instead", [False, True])
def test_an_import_is_begun_first_and_accounts_come_last(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, instead: bool
) -> None:
    done: list[tuple[str, ...]] = []

    def importing(importer: load.Importer, *_: Any) -> None:
        done.append((importer.service, *importer.said[1:]))

    monkeypatch.setattr(load, "_import", importing)
    monkeypatch.setattr(load, "_tell_registers", lambda *_: done.append(("registers",)))
    monkeypatch.setattr(load.Setting, "of", lambda home: None)
    load.load_books(Home(tmp_path), tmp_path, instead=instead)
    first = ("deposit", "--begin", "--instead") if instead else ("deposit", "--begin")
    assert done == [first, ("auth",), ("loan",), ("registers",), ("deposit",)]
