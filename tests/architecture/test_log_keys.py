"""What a log line names can be read: nothing is logged under a name that is always blanked out."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.common.logs import redacted
from tests.architecture.source import name_of, product_files, tree

LOGGING = {f"log.{level}" for level in ("debug", "info", "warning", "error", "exception", "critical")}
SAID = "said"


def logged_names(module: ast.Module) -> Iterator[str]:
    """The names under which the module's own log lines say something."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in LOGGING:
            yield from (each.arg for each in node.keywords if each.arg)


@pytest.mark.parametrize("place", list(product_files()), ids=name_of)
def test_nothing_is_logged_under_a_name_that_is_blanked_out(place: Path) -> None:
    names = dict.fromkeys(logged_names(tree(place)), SAID)
    assert redacted(names) == names


def test_the_names_of_a_log_line_are_found() -> None:
    assert list(logged_names(ast.parse('log.warning("e", number=1, code=2)'))) == ["number", "code"]
