"""Tables are made anew exactly when the source they are made from changed."""

from pathlib import Path

import pytest

from ops.processes import source_of


@pytest.fixture
def services(tmp_path: Path) -> Path:
    for name in ("common/tables.py", "auth/models.py", "loan/models.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("before")
    return tmp_path


@pytest.mark.parametrize("changed", ["common/tables.py", "auth/models.py", "auth/migrations.py"])
def test_a_change_of_its_own_or_the_common_source_counts(services: Path, changed: str) -> None:
    before = source_of("auth", services)
    (services / changed).write_text("after")
    assert source_of("auth", services) != before


def test_a_change_of_another_service_does_not(services: Path) -> None:
    before = source_of("auth", services)
    (services / "loan/models.py").write_text("after")
    assert source_of("auth", services) == before
