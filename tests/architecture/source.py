"""Reads the source as syntax trees, so that a habit of the code can be tested."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("services", "gateway", "sandbox", "ops")


def product_files(*folders: str) -> Iterator[Path]:
    """Every Python file of the product, or of the folders named."""
    for folder in folders or PRODUCT:
        yield from sorted((ROOT / folder).rglob("*.py"))


def tree(place: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(place.read_text(encoding="utf-8"), str(place))


def name_of(place: Path) -> str:
    """The file as a path from the root."""
    return str(place.relative_to(ROOT))
