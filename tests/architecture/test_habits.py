"""Habits that reviews would otherwise have to catch: who writes a state, who calls whom."""

import ast
import re

import pytest

from services.common import permissions
from services.common.deeds import DEEDS, SILENT
from services.common.topology import CALLS, SERVICES
from services.withdrawal.reasons import REASONS
from tests.architecture.source import ROOT, name_of, product_files, tree

MOVERS = {"services/common/move.py"}
CATALOGUES = {"services/withdrawal/reasons.py"}
# The deadline of a call, in seconds, from the wire.
WITH_SECONDS = {"services/common/wire.py"}
LOADERS = re.compile(r"services/\w+/importing(/\w+)?\.py|ops/books/.*")


def written_attributes(module: ast.Module) -> set[str]:
    targets = [
        target
        for node in ast.walk(module)
        if isinstance(node, ast.Assign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return {target.attr for target in targets if isinstance(target, ast.Attribute)}


@pytest.mark.parametrize("place", list(product_files("services")), ids=name_of)
def test_only_move_writes_a_state(place):
    writes = "state" in written_attributes(tree(place))
    assert not writes or name_of(place) in MOVERS


@pytest.mark.parametrize("place", list(product_files("services", "gateway")), ids=name_of)
def test_nothing_branches_on_a_reason(place):
    codes = {reason.code for reason in REASONS}
    compared = {
        constant.value
        for node in ast.walk(tree(place))
        if isinstance(node, ast.Compare)
        for constant in ast.walk(node)
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    }
    assert not codes & compared or name_of(place) in CATALOGUES


@pytest.mark.parametrize("place", list(product_files("services", "gateway")), ids=name_of)
def test_nothing_becomes_a_float_and_no_money_is_divided_into_one(place):
    made = [node for node in ast.walk(tree(place)) if isinstance(node, ast.Call) and _is_float(node.func)]
    assert not made or name_of(place) in WITH_SECONDS
    assert not re.search(r"_fen\s*/\s*\w", place.read_text(encoding="utf-8"))


def _is_float(function: ast.expr) -> bool:
    return isinstance(function, ast.Name) and function.id == "float"


def calls_in_code(service: str) -> set[str]:
    found = set()
    for place in product_files(f"services/{service}"):
        for node in ast.walk(tree(place)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Service":
                found |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_the_topology_allows_just_the_calls_the_code_makes(service):
    declared = {target.split(".")[0] for target in CALLS.get(service, ())}
    assert declared == calls_in_code(service)


@pytest.mark.failure("N9")
def test_the_call_graph_has_no_cycle():
    graph = {name: {target.split(".")[0] for target in targets} for name, targets in CALLS.items()}

    def below(name: str, seen: tuple[str, ...]) -> None:
        assert name not in seen, " -> ".join((*seen, name))
        for target in graph.get(name, ()):
            below(target, (*seen, name))

    for name in graph:
        below(name, ())


INEXACT = {"Decimal", "Float", "Number"}


@pytest.mark.failure("N19")
@pytest.mark.parametrize("place", list(product_files("services", "gateway")), ids=name_of)
def test_no_amount_crosses_the_bus_as_a_decimal_or_a_float(place):
    """Fields of shapes, by whatever name marshmallow's are imported; messages about them may name them."""
    made = [node.func for node in ast.walk(tree(place)) if isinstance(node, ast.Call)]
    kinds = {getattr(func, "attr", getattr(func, "id", "")) for func in made}
    bases = {
        getattr(base, "attr", getattr(base, "id", ""))
        for node in ast.walk(tree(place))
        if isinstance(node, ast.ClassDef)
        for base in node.bases
    }
    assert not (kinds | bases) & INEXACT


@pytest.mark.failure("N2", "N6")
def test_services_use_neither_nameko_events_nor_its_calls():
    banned = {"nameko.rpc", "nameko.events", "nameko.messaging", "nameko.standalone.rpc"}
    for place in product_files("services", "gateway"):
        for node in ast.walk(tree(place)):
            if isinstance(node, ast.ImportFrom):
                assert node.module not in banned, name_of(place)


def test_every_service_folder_says_what_it_is():
    missing = [name for name in SERVICES if not (ROOT / "services" / name / "README.md").exists()]
    assert missing == []


def commands_of(service: str) -> dict[str, str]:
    """The commands of a service that the gateway may give, with the words of their roles."""
    found = {}
    nodes = (node for place in product_files(f"services/{service}") for node in ast.walk(tree(place)))
    for node in nodes:
        for made in getattr(node, "decorator_list", []):
            if isinstance(made, ast.Call) and getattr(made.func, "id", "") == "command":
                said = {each.arg: ast.unparse(each.value) for each in made.keywords}
                if "callers" not in said:
                    found[f"{service}.{node.name}"] = said.get("roles", "")
    return found


def of_staff_only(roles: str) -> bool:
    return "citizen" not in getattr(permissions, roles, {"citizen"})


def test_every_command_of_people_is_called_something_in_the_log_or_is_silent():
    roles = {name: words for service in SERVICES for name, words in commands_of(service).items()}
    offered = {name for name, words in roles.items() if not of_staff_only(words)}
    called = {deed.code.partition("/")[0] for deed in DEEDS if not deed.noted}
    assert offered - called - SILENT == set(), "say in services/common/deeds.py what the log calls it"
    assert (called | SILENT) - set(roles) == set(), "services/common/deeds.py names what is not offered"


# A rule of the broker, and what logs hide: there any digit is meant.
ANY_DIGIT = {"services/common/topology.py", "services/common/logs.py"}


@pytest.mark.parametrize("place", list(product_files("services", "gateway")), ids=name_of)
def test_digits_that_are_read_are_those_of_ascii(place):
    r"""`\d` takes digits of every script, which nothing further in can compare or look up."""
    wide = [text for text in texts_of(tree(place)) if r"\d" in text]
    assert not wide or name_of(place) in ANY_DIGIT


def texts_of(module: ast.Module) -> list[str]:
    constants = (node.value for node in ast.walk(module) if isinstance(node, ast.Constant))
    return [text for text in constants if isinstance(text, str)]
