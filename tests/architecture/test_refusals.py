"""Every no that a person may read says what to do next, and which rule it follows from."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.source import name_of, product_files, tree

# `No` is a condition's no: its rule stands beside the condition.
WITH_A_WAY_ON = {"Refusal", "Invalid", "TooMany", "Stale", "WrongState", "No"}
WITH_A_RULE = {"Refusal"}
SERVICES = ("services/deposit", "services/withdrawal", "services/auth", "services/notify", "services/loan")
RULED = ("services/deposit", "services/withdrawal")
# What leads on: a wish, a day, or that nothing has to be done.
LEADS_ON = re.compile(
    r"请|方可|可以|可直接|可再|只能|应|须|无需|不需要|不用|继续|单独暂缓|已经入账或退回|另一方式结束"
)
# The bill goes on by itself: what is waited for is no rule.
WAITED_FOR = {"retry_after_s"}


def refusals(kinds: set[str], *folders: str) -> Iterator[tuple[str, ast.Call, str]]:
    """Each refusal that is made, with its sentence; those handed on from elsewhere have none of their own."""
    for place in product_files(*folders):
        for node in ast.walk(tree(place)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in kinds:
                for text in filter(None, map(words, node.args)):
                    if re.search(r"[一-鿿]", text):
                        yield f"{name_of(place)}:{node.lineno}", node, text


def words(node: ast.expr) -> str:
    """The text of a sentence, with `…` for what is put in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@pytest.mark.parametrize(
    ("place", "sentence"),
    [(place, text) for place, _, text in refusals(WITH_A_WAY_ON, *SERVICES)],
    ids=lambda value: str(value)[:60],
)
def test_a_refusal_is_a_whole_sentence_that_leads_on(place: str, sentence: str) -> None:
    assert sentence.endswith("。"), place
    assert LEADS_ON.search(sentence), f"{place}: what is to be done next? {sentence}"


@pytest.mark.parametrize(
    ("place", "given"),
    [(place, {one.arg for one in call.keywords}) for place, call, _ in refusals(WITH_A_RULE, *RULED)],
    ids=lambda value: str(value)[:60],
)
def test_a_refusal_of_business_names_its_rule_or_when_to_come_back(place: str, given: set[str]) -> None:
    assert given & ({"rule"} | WAITED_FOR), place
