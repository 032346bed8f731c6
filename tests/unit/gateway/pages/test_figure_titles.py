"""Every figure a refusal names is titled in Chinese where people read it; none is shown by its key."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from gateway.pages.presenting import figure_title
from services.common.machine import IllegalStep
from services.withdrawal.states import WITHDRAWAL
from tests.unit.gateway.pages.hall_double import HallDouble
from tests.unit.gateway.pages.withdrawal_double import a_reason

SERVICES = Path(__file__).parents[4] / "services"


def named() -> Iterator[str]:
    """The keys of every dictionary handed on as `figures`, or called so before."""
    for path in SERVICES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield from _keys(node)


def _keys(node: ast.AST) -> Iterator[str]:
    given = isinstance(node, ast.keyword) and node.arg == "figures"
    called = isinstance(node, ast.Assign) and [ast.unparse(one) for one in node.targets] == ["figures"]
    if (given or called) and isinstance(node.value, ast.Dict):  # type: ignore[attr-defined]
        for key in node.value.keys:  # type: ignore[attr-defined]
            if isinstance(key, ast.Constant):
                yield str(key.value)


def test_every_figure_of_every_refusal_has_a_title() -> None:
    names = set(named())
    assert {"bill_state", "minutes", "tries_left", "lines_most"} <= names
    assert {name for name in names if not figure_title(name) or figure_title(name).isascii()} == set()


def test_the_state_of_a_bill_is_not_called_the_state_of_the_account() -> None:
    with pytest.raises(IllegalStep) as caught:
        WITHDRAWAL.step(WITHDRAWAL.start, "no such action")
    assert [figure_title(name) for name in caught.value.figures] == ["单据状态"]


def test_conditions_and_refusals_say_where_their_evidence_comes_from(
    citizen: FlaskClient, hall: HallDouble
) -> None:
    refusal = {
        "sentence": "登记显示本人名下有住房1套。",
        "rule": "",
        "evidence_from": ["不动产登记（不动产登记机构）"],
    }
    hall.entry = lambda code: a_reason(code, allowed=False, ceiling=None, refusals=[refusal])
    text = citizen.get("/withdrawals/new/rent_quota").text
    for words in (
        "办理条件",
        "婚姻情况与登记一致",
        "核验来源：婚姻登记（民政部门）",
        "本中心账簿",
        "不动产登记（不动产登记机构）",
    ):
        assert words in text


def test_a_figure_without_a_title_is_not_shown(citizen: FlaskClient, hall: HallDouble) -> None:
    refusal = {
        "code": "x",
        "sentence": "暂不能提取。",
        "rule": "提取规定",
        "figures": {"inner_key": "secret-ish", "在办单据": "W1", "minutes": "30"},
        "passes_on": None,
    }
    hall.entry = lambda code: a_reason(code, allowed=False, ceiling=None, refusals=[refusal])
    text = citizen.get("/withdrawals/new/rent_quota").text
    assert all(words in text for words in ("在办单据", "需等待分钟数"))
    assert "inner_key" not in text and "secret-ish" not in text
