"""Reads the project's documents: their tables, links and the commands and paths they name."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import ROOT

_LINK = re.compile(r"(?<!\\)!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")


def documents() -> list[Path]:
    """Every document that people read, at the root, under docs/ and beside the code."""
    beside = [*(ROOT / "services").glob("*/README.md"), *ROOT.glob("*/README.md")]
    return sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *beside})


def text_of(name: str) -> str:
    """The text of a document by its path from the root."""
    return (ROOT / name).read_text(encoding="utf-8")


def links(text: str) -> list[str]:
    """The targets of links and pictures."""
    return _LINK.findall(text)


def code_words(text: str) -> list[str]:
    """What stands between single backticks."""
    return _CODE.findall(text)


def rows(text: str, columns: int) -> Iterator[list[str]]:
    """The rows of every table with that many columns, without headings and rules."""
    lines = text.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        cells = cells_of(line)
        if len(cells) == columns and not _is_rule(line) and not _is_rule(following):
            yield cells


def _is_rule(line: str) -> bool:
    return line.startswith("|") and set(line) <= set("|-: ")


def cells_of(line: str) -> list[str]:
    """The cells of one table line; none of any other line."""
    if not line.startswith("|"):
        return []
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
