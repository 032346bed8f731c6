"""The edition gate is one table: commands, codes, pages and menu agree with it, derived from the source."""

import ast
from collections.abc import Iterator
from functools import cache

import pytest

from gateway import pages as page_modules
from gateway.pages.blueprint import OPEN_TO_ALL, TRANSACTIONS
from services.common.editions import SETTINGS, is_business
from services.common.topology import SERVICES
from services.notify.purposes import PURPOSES, Purpose
from tests.architecture.source import product_files, tree
from tests.architecture.test_habits import commands_of

Function = ast.FunctionDef
ROUTED = {"get", "post", "route"}


@cache
def citizens_commands() -> frozenset[str]:
    """Every command that is for citizens alone: nothing is said of its roles."""
    roles = {name: words for service in SERVICES for name, words in commands_of(service).items()}
    return frozenset(name for name, words in roles.items() if not words)


def functions(module: ast.Module) -> dict[str, Function]:
    return {node.name: node for node in ast.walk(module) if isinstance(node, Function)}


def strings(function: Function) -> set[str]:
    nodes = ast.walk(function)
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@cache
def commands_by_use() -> dict[str, set[str]]:
    """Which commands of citizens each use of the hall gives, its own helpers included."""
    found = {}
    for place in product_files("gateway/uses"):
        local = functions(tree(place))
        for name, function in local.items():
            called = {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
            helpers = [local[each] for each in called if each.startswith("_") and each in local]
            said = set().union(*(strings(one) for one in [function, *helpers]))
            found[name] = {f"{s}.{m}" for s in SERVICES for m in said} & citizens_commands()
    return found


def uses_of(function: Function) -> Iterator[str]:
    """The uses a page asks of the hall: `hall().use`, or `desk.use` where it keeps the hall by that name."""
    for node in ast.walk(function):
        if not isinstance(node, ast.Attribute):
            continue
        asked, word = node.value, ""
        if isinstance(asked, ast.Call) and isinstance(asked.func, ast.Name):
            word = asked.func.id
        elif isinstance(asked, ast.Name):
            word = asked.id
        if word in ("hall", "desk"):
            yield node.attr


def reached_by(name: str, local: dict[str, Function], seen: frozenset[str] = frozenset()) -> set[str]:
    """The commands that a page's function leads to, through the functions of its module."""
    function, by_use = local[name], commands_by_use()
    found = set().union(*(by_use.get(use, set()) for use in uses_of(function)))
    named = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    for other in (named & set(local)) - seen - {name}:
        found |= reached_by(other, local, seen | {name})
    return found


def is_routed(function: Function) -> bool:
    made = [one.func for one in function.decorator_list if isinstance(one, ast.Call)]
    return any(isinstance(one, ast.Attribute) and one.attr in ROUTED for one in made)


@cache
def commands_by_view() -> dict[str, set[str]]:
    """Which commands of citizens each page of the hall leads to."""
    found = {}
    for place in product_files("gateway/pages"):
        local = functions(tree(place))
        found |= {name: reached_by(name, local) for name, one in local.items() if is_routed(one)}
    return {name: commands for name, commands in found.items() if commands}


def test_the_table_names_commands_of_citizens_alone() -> None:
    assert SETTINGS - citizens_commands() == set()


def test_the_pages_lead_to_every_command_of_citizens() -> None:
    """What keeps the tests below from holding because nothing was found."""
    reached = set().union(*commands_by_view().values())
    assert citizens_commands() - reached == set()
    assert len(page_modules.ROUTES) > 20


@pytest.mark.feature("A-03", "A-04")
@pytest.mark.parametrize("view", sorted(commands_by_view()))
def test_a_page_is_gated_just_where_its_commands_are_business(view: str) -> None:
    business = {command for command in commands_by_view()[view] if is_business(command)}
    assert (view in TRANSACTIONS) == bool(business), (view, business)
    assert view not in OPEN_TO_ALL


@pytest.mark.parametrize("purpose", [one for one in PURPOSES if one.role], ids=lambda one: one.code)
def test_a_code_is_for_a_command_there_is(purpose: Purpose) -> None:
    assert purpose.command in citizens_commands()
    assert purpose.professional == is_business(purpose.command)
