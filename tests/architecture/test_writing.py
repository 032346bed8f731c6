"""Amounts, days and times are written for people in services/common/written.py, capitals in money.py."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, name_of, product_files, tree

# Money in capitals (大写) has its unit in the middle.
ONE_PLACE = {"services/common/written.py", "services/common/money.py"}
# The sandbox is the world outside and has its own pages; ops writes for those who run the hall.
FILES = [place for place in product_files("services", "gateway") if name_of(place) not in ONE_PLACE]
TEMPLATES = sorted((ROOT / "gateway" / "templates").rglob("*.html"))
# Texts that were sent once stay as they were.
FORMER = "earlier"


def blanks(place: Path) -> Iterator[tuple[int, str]]:
    """Every text of a file that is put together or has blanks, with `{…}` for what is put in, by its line."""
    module = tree(place)
    former = {
        id(node)
        for keyword in ast.walk(module)
        if isinstance(keyword, ast.keyword) and keyword.arg == FORMER
        for node in ast.walk(keyword.value)
    }
    for node in ast.walk(module):
        if id(node) in former:
            continue
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(_piece(one) for one in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "{" in node.value:
            yield node.lineno, node.value


def _piece(node: ast.expr) -> str:
    if isinstance(node, ast.FormattedValue):
        called = "isoformat" if ".isoformat(" in ast.unparse(node.value) else ""
        return "{" + called + (":" + ast.unparse(node.format_spec) if node.format_spec else "") + "}"
    return str(node.value) if isinstance(node, ast.Constant) else ""


@pytest.mark.parametrize("place", FILES, ids=name_of)
def test_no_sentence_puts_its_own_unit_behind_an_amount(place: Path) -> None:
    assert [line for line, text in blanks(place) if re.search(r"\}\s*元", text)] == []


@pytest.mark.parametrize("place", FILES, ids=name_of)
def test_no_sentence_writes_a_day_or_a_time_of_its_own(place: Path) -> None:
    own = re.compile(r"\}月|%m月|\}日|%d日|%Y-%m-%d|%H:%M|\{isoformat\}.*[一-鿿]|[一-鿿].*\{isoformat\}")
    assert [line for line, text in blanks(place) if own.search(text)] == []


@pytest.mark.parametrize("place", FILES, ids=name_of)
def test_thousands_are_set_apart_in_one_place(place: Path) -> None:
    """`:,` groups counts of years' scales in the chart, which are no amounts in words."""
    grouped = [line for line, text in blanks(place) if re.search(r"\{:[^}]*,", text) and "." in text]
    assert grouped == []


@pytest.mark.parametrize("place", TEMPLATES, ids=lambda place: place.name)
def test_templates_write_amounts_days_and_times_by_their_filters(place: Path) -> None:
    text = place.read_text(encoding="utf-8")
    assert re.findall(r'yuan ?~ ?" ?元|\}\} ?元|\|yuan[^|}]*~ ?"[^"]*元|strftime', text) == []
    bare = re.findall(r"\{\{ ?[\w.]+_(?:on|at|month)(?:\[[^\]]*\])? ?\}\}", _outside_attributes(text))
    assert bare == []


def _outside_attributes(text: str) -> str:
    """Without `datetime="…"`, which machines read."""
    return re.sub(r'datetime="[^"]*"', "", text)
