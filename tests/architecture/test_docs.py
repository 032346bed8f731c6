"""What the documents name is there: links, commands, paths, file names, the tests of each failure mode."""

import re
from pathlib import Path

import pytest

from ops.commands import COMMANDS, entry
from services.auth.states import (
    APPLICANT,
    COUNTER_CHANGE,
    EDITION_SUSPENSION,
    FIRST_VISIT,
    OPENING,
    PHONE_CHANGE,
    SESSION,
    STAFF_LOGIN,
)
from services.common.machine import Machine
from services.common.topology import CALLS, SERVICES
from services.deposit.contribution.states import CONTRIBUTION, HOLDING_MONEY, REFUND
from services.deposit.contribution.states import DRIVEN as CONTRIBUTION_DRIVEN
from services.deposit.interest.states import INTEREST_RUN
from services.deposit.states import ACCOUNT, BASE_ADJUSTMENT
from services.deposit.transfers.states import TRANSFER
from services.notify.states import MESSAGE
from services.withdrawal.states import DRIVEN, WITHDRAWAL
from tests.architecture.documents import code_words, documents, links, rows, text_of
from tests.architecture.source import ROOT, name_of, product_files

ARCHITECTURE = text_of("docs/architecture.md")
TASKS = sorted((ROOT / "docs" / "tasks").glob("*.md"))
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PATH = re.compile(
    r"(?:services|gateway|sandbox|ops|tests|policy|docs|bench)/[\w./-]+|\w+\.(?:toml|in|lock|md)"
)
FAILURES = [f"N{number}" for number in range(1, 23)]
DRAWN = [
    ("auth", FIRST_VISIT),
    ("auth", OPENING),
    ("auth", PHONE_CHANGE),
    ("auth", COUNTER_CHANGE),
    ("auth", EDITION_SUSPENSION),
    ("auth", APPLICANT),
    ("auth", SESSION),
    ("auth", STAFF_LOGIN),
    ("deposit", ACCOUNT),
    ("deposit", CONTRIBUTION),
    ("deposit", REFUND),
    ("deposit", TRANSFER),
    ("deposit", BASE_ADJUSTMENT),
    ("deposit", INTEREST_RUN),
    ("notify", MESSAGE),
    ("withdrawal", WITHDRAWAL),
]
# Of the scaffolding and of single machines nothing may stand in what people read.
FOREIGN = re.compile(
    r"(?<![\w.])/(?:work|tmp|home|root)\b|SPEC\.md|acceptance\.tsv|\bissue \d", re.IGNORECASE
)


@pytest.mark.parametrize("place", documents(), ids=name_of)
def test_links_lead_somewhere(place: Path) -> None:
    inside = [target for target in links(place.read_text(encoding="utf-8")) if "://" not in target]
    broken = [target for target in inside if not _leads_somewhere(place, target)]
    assert broken == []


def _leads_somewhere(place: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    there = (place.parent / name).resolve() if name else place
    return there.exists() and (not anchor or anchor in anchors(there.read_text(encoding="utf-8")))


def anchors(text: str) -> set[str]:
    """The addresses of a document's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("place", documents(), ids=name_of)
def test_commands_named_exist(place: Path) -> None:
    named = set(re.findall(r"\./hall ([a-z]+)", place.read_text(encoding="utf-8")))
    assert {name for name in named if entry(name) is None} == set()


def test_the_readme_names_every_command() -> None:
    named = set(re.findall(r"\./hall ([a-z]+)", text_of("README.md")))
    assert {one.name for entries in COMMANDS.values() for one in entries} - named == set()


@pytest.mark.parametrize("place", documents(), ids=name_of)
def test_the_documents_speak_of_the_project_alone(place: Path) -> None:
    assert FOREIGN.search(place.read_text(encoding="utf-8")) is None


@pytest.mark.parametrize("place", TASKS, ids=name_of)
def test_a_task_names_only_paths_that_exist(place: Path) -> None:
    words = " ".join(code_words(place.read_text(encoding="utf-8")))
    named = {path for path in PATH.findall(words) if "NAME" not in path}
    assert {path for path in named if not (ROOT / path).exists() and not _in_a_folder(path)} == set()


def _in_a_folder(path: str) -> bool:
    """Whether a bare file name, or a part of a path, exists somewhere in a service."""
    return path in {"README.md"} or any((ROOT / "services").glob(f"*/{path}"))


@pytest.mark.parametrize(
    ("machine", "states"),
    [
        (WITHDRAWAL, DRIVEN | {"payment_failed"}),
        (CONTRIBUTION, CONTRIBUTION_DRIVEN | HOLDING_MONEY),
        (REFUND, REFUND.states - REFUND.final),
    ],
    ids=lambda part: getattr(part, "name", ""),
)
def test_every_state_that_may_be_stuck_has_its_row(machine: Machine, states: frozenset[str]) -> None:
    told = " ".join(row[0] for row in rows(text_of("docs/tasks/look-into-a-stuck-bill.md"), 3))
    assert {state for state in states if machine.labels[state] not in told} == set()


def test_a_withdrawal_reason_takes_at_most_five_steps() -> None:
    steps = re.findall(r"^- ", text_of("docs/tasks/add-a-withdrawal-reason.md"), re.MULTILINE)
    assert 0 < len(steps) <= 5


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_no_file_that_the_architecture_does_not_list(service: str) -> None:
    files = {
        place.name for place in (ROOT / "services" / service).rglob("*.py") if "migrations" not in place.parts
    }
    assert files - {"__init__.py"} - set(code_words(ARCHITECTURE)) == set()


def test_the_common_files_are_all_listed() -> None:
    common = ROOT / "services" / "common"
    files = {place.name for place in common.glob("*.py")} - {"__init__.py", "shape_sentences.py"}
    folders = {f"{place.parent.name}/" for place in common.glob("*/__init__.py")}
    assert files | folders <= set(code_words(ARCHITECTURE)) | {"migrations/"}


def test_the_architecture_lists_no_file_that_is_gone() -> None:
    listed = {word for word in code_words(ARCHITECTURE) if re.fullmatch(r"\w+\.py", word)}
    assert {name for name in listed if not any((ROOT / "services").rglob(name))} == set()


def test_the_call_graph_is_the_topologys() -> None:
    told = {
        row[0]: set(re.findall(r"auth\.\w+|\w+", row[1].partition(" and ")[0]))
        for row in rows(ARCHITECTURE, 2)
    }
    assert {caller: set(asked) for caller, asked in CALLS.items()} == {
        caller: told[caller] for caller in CALLS
    }


def test_every_table_says_how_long_its_rows_are_kept() -> None:
    models = "\n".join(place.read_text(encoding="utf-8") for place in product_files("services"))
    tables = set(re.findall(r'__tablename__ = "(\w+)"', models))
    section = ARCHITECTURE.partition("## How long rows are kept")[2].partition("\n## ")[0]
    told = {name for row in rows(section, 3) for name in code_words(row[0])}
    assert told == tables


def test_every_failure_has_its_row_in_order() -> None:
    assert [row[0] for row in failures()] == FAILURES


@pytest.mark.parametrize("number", FAILURES)
def test_a_failure_is_shown_by_the_tests_its_row_names(number: str) -> None:
    named = next(set(code_words(row[3])) for row in failures() if row[0] == number)
    marked = {name_of(place) for place in (ROOT / "tests").rglob("test_*.py") if number in marks_of(place)}
    assert named
    assert named <= marked


def failures() -> list[list[str]]:
    """The rows of the table of failures."""
    return [row for row in rows(ARCHITECTURE, 4) if row[0] in FAILURES]


def marks_of(place: Path) -> set[str]:
    """The failures that a test file carries."""
    marks = re.findall(r"@pytest\.mark\.failure\(([^)]*)\)", place.read_text(encoding="utf-8"))
    return {number for mark in marks for number in re.findall(r"N\d+", mark)}


@pytest.mark.parametrize(("service", "machine"), DRAWN, ids=lambda part: getattr(part, "name", part))
def test_a_services_readme_draws_its_state_table(service: str, machine: Machine) -> None:
    assert machine.mermaid() in text_of(f"services/{service}/README.md")


@pytest.mark.parametrize("place", DECISIONS, ids=name_of)
def test_a_decision_is_a_page_with_context_decision_and_price(place: Path) -> None:
    text = place.read_text(encoding="utf-8")
    assert all(f"**{part}.**" in text for part in ("Context", "Decision", "What it costs"))
    assert len(text.splitlines()) <= 60


def test_the_readme_is_one_screen_and_its_picture_small() -> None:
    assert len(text_of("README.md").splitlines()) <= 50
    assert (ROOT / "docs" / "home.png").stat().st_size < 200_000
