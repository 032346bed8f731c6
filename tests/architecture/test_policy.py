"""Every figure of every city says what it is, in which unit, by whose word and since when."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.common.policy import load_policy
from tests.architecture.source import ROOT

POLICY = ROOT / "policy"
CITIES = sorted(folder.name for folder in POLICY.iterdir() if folder.is_dir())
FIGURES = [
    pytest.param(place, name, entry, id=f"{place.parent.name}/{name}")
    for place in sorted(POLICY.glob("*/*.yml"))
    for name, entry in yaml.safe_load(place.read_text(encoding="utf-8")).items()
]
# A figure that no document gives says so in its source.
OURS = ("自定", "ours")
PUBLISHED = ("号", "条例", "决定", "手册", "旧文本", "办法", "业务名称", "网络安全法", "OWASP", "公告")


@pytest.mark.parametrize(("place", "name", "entry"), FIGURES)
def test_a_figure_has_title_unit_source_and_days(place: Path, name: str, entry: dict[str, Any]) -> None:
    assert set(entry) - {"not_adopted"} == {"title", "unit", "source", "since"}
    assert all(isinstance(entry[part], str) and entry[part].strip() for part in ("title", "unit", "source"))
    assert entry["since"] and all(type(day) is date for day in entry["since"])
    assert list(entry["since"]) == sorted(entry["since"]), "oldest first"


@pytest.mark.parametrize(("place", "name", "entry"), FIGURES)
def test_a_figure_names_its_document_or_says_that_it_is_ours(
    place: Path, name: str, entry: dict[str, Any]
) -> None:
    source = entry["source"]
    assert any(word in source for word in (*OURS, *PUBLISHED)), source


@pytest.mark.parametrize(("place", "name", "entry"), FIGURES)
def test_a_row_not_adopted_says_since_when_and_by_whose_word(
    place: Path, name: str, entry: dict[str, Any]
) -> None:
    for row in entry.get("not_adopted", []):
        assert set(row) == {"from", "value", "source"}
        assert type(row["from"]) is date
        assert row["source"].strip()


@pytest.mark.parametrize("city", CITIES)
def test_a_city_loads_and_every_figure_had_a_value_once(city: str) -> None:
    for figure in load_policy(city):
        assert any(value is not None for _, value in figure.since), figure.name
