"""The document of the API describes every answer whole: no member, state or kind of it is left to guess."""

import ast
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from gateway.api.answers import states
from gateway.api.answers.fund import LINE_KINDS
from gateway.api.registration import register
from services.auth import states as auth
from services.auth.rules import WHY_NOT_OPENED
from services.common.face import LETTERS
from services.common.machine import Machine
from services.deposit.contribution import states as contribution
from services.deposit.interest.putting_off import LABELS as PUT_OFF
from services.deposit.interest.states import INTEREST_RUN
from services.deposit.line_kinds import label_of
from services.deposit.states import ACCOUNT, BASE_ADJUSTMENT, FREEZE_LABELS
from services.deposit.transfers import states as transfer
from services.notify.states import MESSAGE
from services.withdrawal.reasons import REASONS
from services.withdrawal.rules.amounts import AmountInput
from services.withdrawal.states import WITHDRAWAL
from tests.architecture.source import ROOT, tree
from tests.documented import Answered, Documented, Undocumented

# What a write answered is described at that write.
ELSEWHERE = {("OperationAnswer", "answer")}


@pytest.fixture(scope="module")
def documented() -> Documented:
    app = Flask(__name__)
    register(app)
    return Documented(app.test_client().get("/openapi.json").get_json())


def answers(documented: Documented) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each status below 300 with its response."""
    for path, method, operation in documented.operations():
        for status, response in operation["responses"].items():
            if int(status) < 300:
                yield f"{method} {path}", status, _resolved(documented, response)


def _resolved(documented: Documented, part: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to, or the part itself."""
    found = part
    if "$ref" in part:
        found = documented.document
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
    return found


def test_every_answer_has_members_or_is_a_file_or_empty(documented: Documented) -> None:
    for where, status, response in answers(documented):
        content = response.get("content", {})
        if status == "204":
            assert not content, where
        elif set(content) == {"application/json"}:
            assert _resolved(documented, content["application/json"]["schema"])["properties"], where
        else:
            assert content and not any(part for part in content.values()), (where, status)


def described(documented: Documented) -> dict[str, dict[str, Any]]:
    """The schemas of answers, problems included."""
    schemas: dict[str, dict[str, Any]] = documented.document["components"]["schemas"]
    found = {name: schema for name, schema in schemas.items() if name.endswith("Answer")}
    assert len(found) > 100
    return found


def test_no_answer_has_room_for_members_that_are_not_described(documented: Documented) -> None:
    for name, schema in described(documented).items():
        assert schema["additionalProperties"] is False, name
        for member, told in schema["properties"].items():
            if "object" in told.get("type", ()) and (name, member) not in ELSEWHERE:
                assert told["additionalProperties"] == {"type": "string"}, (name, member)


def test_every_answer_and_each_of_its_members_says_what_it_means(documented: Documented) -> None:
    for name, schema in described(documented).items():
        assert schema["description"], name
        for member, told in schema["properties"].items():
            assert told["description"].endswith("."), (name, member)
            assert {"type", "anyOf", "$ref"} & told.keys(), (name, member)


def test_money_and_time_are_told_by_their_names(documented: Documented) -> None:
    for name, schema in described(documented).items():
        for member, told in schema["properties"].items():
            if member.endswith("_at") or member == "at":
                assert told["format"] == "date-time", (name, member)
            if member.endswith("_on"):
                assert told["format"] == "date", (name, member)
            assert not member.endswith("_fen"), (name, member)


@pytest.mark.parametrize(
    ("told", "machine"),
    [
        (states.WITHDRAWAL, WITHDRAWAL),
        (states.CONTRIBUTION, contribution.CONTRIBUTION),
        (states.REFUND, contribution.REFUND),
        (states.TRANSFER, transfer.TRANSFER),
        (states.ACCOUNT, ACCOUNT),
        (states.BASE_ADJUSTMENT, BASE_ADJUSTMENT),
        (states.OPENING, auth.OPENING),
        (states.MESSAGE, MESSAGE),
        (states.INTEREST_RUN, INTEREST_RUN),
        (states.STAFF_LOGIN, auth.STAFF_LOGIN),
        (states.COUNTER_CHANGE, auth.COUNTER_CHANGE),
        (states.EDITION_SUSPENSION, auth.EDITION_SUSPENSION),
    ],
    ids=lambda one: getattr(one, "name", ""),
)
def test_the_states_told_are_those_of_the_table(told: tuple[str, ...], machine: Machine) -> None:
    assert set(told) == set(machine.labels) | machine.states


@pytest.mark.parametrize(
    ("told", "machine", "actor"),
    [
        (states.WITHDRAWAL_ACTIONS, WITHDRAWAL, "citizen"),
        (states.CONTRIBUTION_ACTIONS, contribution.CONTRIBUTION, "citizen"),
        (states.TRANSFER_ACTIONS, transfer.TRANSFER, "citizen"),
        (states.BASE_ADJUSTMENT_ACTIONS, BASE_ADJUSTMENT, "citizen"),
        (states.REFUND_ACTIONS, contribution.REFUND, "staff"),
        (states.LETTER_ACTIONS, LETTERS, "staff"),
        (states.INTEREST_RUN_ACTIONS, INTEREST_RUN, "staff"),
        (states.STAFF_LOGIN_ACTIONS, auth.STAFF_LOGIN, "administrator"),
    ],
    ids=lambda one: getattr(one, "name", ""),
)
def test_the_buttons_told_are_those_of_the_table(told: tuple[str, ...], machine: Machine, actor: str) -> None:
    assert set(told) == {action for state in machine.states for action in machine.actions(state, actor)}


def test_the_other_closed_sets_told_are_those_of_the_services() -> None:
    assert set(states.FREEZES) == set(FREEZE_LABELS)
    assert set(states.NATIONAL_CODES) == set(transfer.NATIONAL_CODES.values())
    assert set(states.WHY_NOT_OPENED) == set(WHY_NOT_OPENED)
    assert set(states.INTEREST_PUT_OFF) == set(PUT_OFF)
    assert all(label_of(kind) for kind in LINE_KINDS)


def test_forms_of_reasons_ask_in_the_kinds_told(documented: Documented) -> None:
    schemas = described(documented)
    asked = {one.metadata["kind"] for reason in REASONS for one in reason.details.values()}
    assert asked <= set(schemas["FieldAnswer"]["properties"]["kind"]["enum"])
    assert set(AmountInput) == set(schemas["ReasonAnswer"]["properties"]["amount"]["enum"])


# Where a journey rarely or never comes, the service's own words are read: schema, file, function.
WRITTEN = [
    ("InterestRunAnswer", "services/deposit/interest/views.py", "shown"),
    ("InterestPutOffAnswer", "services/deposit/interest/views.py", "_put_off_named"),
    ("InterestDisputeAnswer", "services/deposit/interest/views.py", "_disputes"),
    ("StuckTransferAnswer", "services/deposit/transfers/views.py", "_stuck_line"),
    ("ReasonLineAnswer", "services/withdrawal/views.py", "reason_shown"),
    ("ConditionAnswer", "services/withdrawal/views.py", "_condition"),
    ("FindingAnswer", "services/withdrawal/views.py", "_finding"),
    ("StuckBillAnswer", "services/withdrawal/views.py", "stuck_line"),
    ("RefundAnswer", "services/deposit/contribution/views.py", "_refunds"),
    ("RefundOfStaffAnswer", "services/deposit/contribution/refunds.py", "retry"),
    ("PaymentCodeAnswer", "services/deposit/contribution/views.py", "_code"),
    ("DeadLetterAnswer", "services/common/face.py", "_shown"),
    ("CautionAnswer", "services/withdrawal/cautions.py", "shown"),
    ("ContractAnswer", "services/loan/usecases.py", "_shown"),
]


@pytest.mark.parametrize(
    ("schema", "place", "function"), WRITTEN, ids=lambda one: str(one).rpartition("/")[2]
)
def test_what_a_service_writes_is_what_is_told(
    documented: Documented, schema: str, place: str, function: str
) -> None:
    (written,) = (
        node
        for node in tree(ROOT / place).body
        if isinstance(node, ast.FunctionDef) and node.name == function
    )
    names = {
        key.value.removesuffix("_fen")
        for node in ast.walk(written)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    }
    assert names == set(described(documented)[schema]["properties"])


CARD = {"bank_code": "102", "card_number": "6222****0001", "bound_at": "2026-11-22T09:00:00+08:00"}


def answered(body: Any, status: int = 200) -> Answered:
    kind = "application/json" if status < 400 else "application/problem+json"
    return Answered("GET", "/api/v1/card", status, kind, body)


def test_an_answer_as_described_passes(documented: Documented) -> None:
    documented.check(answered({"card": CARD}))
    documented.check(answered({"card": CARD | {"bound_at": "2026-11-22T09:00:00.123456+08:00"}}))
    documented.check(answered({"card": None}))


@pytest.mark.parametrize(
    "wrong",
    [
        answered({"card": CARD, "banks": []}),
        answered({"card": CARD | {"holder": "李"}}),
        answered({}),
        answered({"card": CARD | {"bank_code": "999"}}),
        answered({"card": CARD | {"bound_at": "2026-11-22T01:00:00+00:00"}}),
        answered({"card": CARD | {"bound_at": "yesterday+08:00"}}),
        answered({"card": CARD | {"bound_at": "2026-11-22T09:00+08:00"}}),
        answered({"card": None}, status=201),
        answered({"detail": "没有。"}, status=409),
        Answered("GET", "/api/v1/nothing", 200, "application/json", {}),
        Answered("GET", "/api/v1/card", 200, "text/html", {}),
    ],
    ids=[
        "member",
        "inner member",
        "missing",
        "code",
        "moment",
        "no moment",
        "minute",
        "status",
        "problem",
        "path",
        "kind",
    ],
)
def test_an_answer_otherwise_than_described_is_found(documented: Documented, wrong: Answered) -> None:
    with pytest.raises(Undocumented):
        documented.check(wrong)
