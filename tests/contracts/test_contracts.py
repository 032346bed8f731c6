"""Every event has a contract that its producer and each consumer keep, and a queue that takes it."""

import ast
import re
from importlib import import_module

import pytest

from services.auth.states import EDITION_SUSPENSION, PHONE_CHANGE, SESSION
from services.common.contracts import CONTRACTS
from services.common.contracts.contract import ContractBroken
from services.common.events import DurableEvents
from services.common.topology import HEARD_BY_ALL, SERVICES, SUBSCRIPTIONS
from services.deposit.contribution.states import CONTRIBUTION, REFUND
from services.deposit.states import ACCOUNT, BASE_ADJUSTMENT
from services.deposit.transfers.states import TRANSFER
from services.notify.service import HEARD
from services.notify.templates import TEMPLATES
from services.withdrawal.states import WITHDRAWAL
from tests.architecture.documents import text_of
from tests.architecture.source import product_files, tree

PERSONAL = re.compile(r"name|phone|card|id_number|address|birth")


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda one: one.event)
def test_the_example_keeps_its_contract(contract):
    contract.check(contract.example)


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda one: one.event)
def test_a_field_too_many_or_too_few_breaks_it(contract):
    with pytest.raises(ContractBroken):
        contract.check({**contract.example, "phone": "15400000001"})
    with pytest.raises(ContractBroken):
        contract.check(dict(list(contract.example.items())[1:]))


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda one: one.event)
def test_no_contract_has_room_for_anything_personal(contract):
    assert not [field for field in contract.payload().fields if PERSONAL.search(field)]


def announced() -> set[str]:
    events = {
        step.event
        for machine in (
            WITHDRAWAL,
            ACCOUNT,
            BASE_ADJUSTMENT,
            CONTRIBUTION,
            REFUND,
            SESSION,
            PHONE_CHANGE,
            EDITION_SUSPENSION,
            TRANSFER,
        )
        for step in machine.steps
        if step.event
    }
    for place in product_files("services"):
        for node in ast.walk(tree(place)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "announce":
                events |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
    return events


def test_what_is_announced_and_what_has_a_contract_is_the_same():
    assert announced() == set(CONTRACTS)


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda one: one.event)
def test_the_producers_readme_says_that_it_announces_the_event(contract):
    if contract.producer not in SERVICES:
        return
    told = text_of(f"services/{contract.producer}/README.md")
    assert f"`{contract.event}`" in told or f"`{contract.event.split('.')[0]}.*`" in told


def test_every_event_has_a_durable_queue():
    patterns = [*HEARD_BY_ALL, *(event for heard in SUBSCRIPTIONS.values() for event in heard)]
    for event in CONTRACTS:
        noun = event.split(".")[0]
        assert event in patterns or f"{noun}.*" in patterns


@pytest.mark.parametrize("service", SUBSCRIPTIONS)
def test_a_service_hears_only_nouns_of_which_it_handles_something(service):
    face = import_module(f"services.{service}.service").SERVICE
    handled = {name.split(".")[0] for one in handlers(face) for name in one.names}
    # Auth's own: every event needs a queue, and nobody but the gateways, which have none, handles it.
    kept = {"session"} if service == "auth" else set()
    assert {pattern.split(".")[0] for pattern in SUBSCRIPTIONS[service]} - kept <= handled


def handlers(face):
    """The handlers of events of a service."""
    methods = (getattr(face, name) for name in dir(face))
    found = (one for method in methods for one in getattr(method, "nameko_entrypoints", ()))
    return [one for one in found if isinstance(one, DurableEvents)]


def test_consumers_name_only_events_there_are():
    assert set(HEARD) <= set(CONTRACTS)
    assert len(TEMPLATES) > 0
