"""The glossary and the code use one word for one thing, in both directions."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from gateway.pages import contributing
from gateway.pages.presenting import OFFERS
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
from services.common.agreements import load_agreements
from services.common.clock import business_today
from services.common.face import LETTERS
from services.common.ledger.subjects import TITLES
from services.common.national_standard.books import BOOKS
from services.common.national_standard.code_lists import LEDGER_LINE_KINDS, LOAN_LINE_KINDS, CodeList
from services.common.permissions import LOOK_PURPOSES, PERMISSIONS, ROLES
from services.common.policy import load_policy
from services.deposit.contribution.states import LABELS as CONTRIBUTION_LABELS
from services.deposit.contribution.states import REFUND
from services.deposit.states import ACCOUNT, BASE_ADJUSTMENT, FREEZE_LABELS
from services.deposit.transfers.states import LABELS as TRANSFER_LABELS
from services.notify.items import ITEMS
from services.notify.purposes import PURPOSES
from services.notify.states import MESSAGE
from services.notify.templates import TEMPLATES
from services.withdrawal.documents import DOCUMENTS
from services.withdrawal.forms import SETTLEMENTS
from services.withdrawal.reasons import REASONS
from services.withdrawal.rules.case import Figures
from services.withdrawal.rules.evidence import QUESTIONS
from services.withdrawal.states import LABELS
from tests.architecture.documents import rows, text_of
from tests.architecture.source import ROOT, product_files

STANDARD = ROOT / "services" / "common" / "national_standard" / "books.py"
BANNED = {"gjj", "tiqu", "dwmc", "ywlx", "zhye", "withdraw_application"}
READ_BY_PROGRAMS = {".py", ".html", ".js", ".css", ".sql", ".yml", ".toml"}
GLOSSARY = list(rows(text_of("docs/glossary.md"), 5))
TERMS = {row[1].strip("`"): row[0] for row in GLOSSARY}


def titles_of(kinds: CodeList) -> dict[str, str]:
    return {name: kinds.title_of(name) for name in kinds.names}


def titled(catalogue: object) -> dict[str, str]:
    return {entry.code: entry.title_zh for entry in catalogue}  # type: ignore[attr-defined]


def reason_titles() -> dict[str, str]:
    today = Figures(load_policy("qingdao"), business_today())
    return {reason.code: reason.title(today) for reason in REASONS}


def agreement_titles() -> dict[str, str]:
    """Titles of the agreements that are no documents of a withdrawal."""
    titles = {one.code: one.title_zh for one in load_agreements("qingdao")}
    return {code: title for code, title in titles.items() if code not in DOCUMENTS}


LISTS: dict[str, Mapping[str, str]] = {
    "reason": reason_titles(),
    "document": titled(DOCUMENTS),
    "settlement": titled(SETTLEMENTS),
    "evidence": titled(QUESTIONS),
    "purpose": titled(PURPOSES),
    "template": titled(TEMPLATES),
    "sms_item": titled(ITEMS),
    "withdrawal": LABELS,
    "action": {name: offer.title for name, offer in OFFERS.items()},
    "contribution": CONTRIBUTION_LABELS,
    "refund": REFUND.labels,
    "contribution_action": {name: offer.title for name, offer in contributing.OFFERS.items()},
    "account": ACCOUNT.labels,
    "transfer": TRANSFER_LABELS,
    "freeze_flag": FREEZE_LABELS,
    "ledger_line": titles_of(LEDGER_LINE_KINDS),
    "loan_line": titles_of(LOAN_LINE_KINDS),
    "subject": {subject.value: title for subject, title in TITLES.items()},
    "first_visit": FIRST_VISIT.labels,
    "phone_change": PHONE_CHANGE.labels,
    "opening": OPENING.labels,
    "agreement": agreement_titles(),
    "applicant": APPLICANT.labels,
    "base_adjustment": BASE_ADJUSTMENT.labels,
    "session": SESSION.labels,
    "counter_change": COUNTER_CHANGE.labels,
    "edition_suspension": EDITION_SUSPENSION.labels,
    "staff_login": STAFF_LOGIN.labels,
    "role": titled(ROLES),
    "permission": titled(PERMISSIONS),
    "look_purpose": titled(LOOK_PURPOSES),
    "message": MESSAGE.labels,
    "dead_letter": LETTERS.labels,
}


@pytest.mark.parametrize("name", LISTS)
def test_every_title_and_state_is_in_the_glossary_and_no_other(name: str) -> None:
    told = {key: term for key, term in TERMS.items() if key.startswith(f"{name}:")}
    assert told == {f"{name}:{code}": title for code, title in LISTS[name].items()}


def test_no_identifier_stands_twice() -> None:
    twice = [name for name, count in Counter(row[1] for row in GLOSSARY).items() if count > 1]
    assert twice == []


def test_a_term_that_stands_twice_says_what_it_must_not_be_taken_for() -> None:
    counts = Counter(row[0] for row in GLOSSARY)
    assert [row[:2] for row in GLOSSARY if counts[row[0]] > 1 and not row[4]] == []


def test_every_plain_identifier_occurs_in_the_code() -> None:
    code = "\n".join(place.read_text(encoding="utf-8") for place in product_files("services", "gateway"))
    names = {name.removesuffix(".py") for name in TERMS if ":" not in name}
    assert {name for name in names if not re.search(rf"\b{name}\b", code)} == set()


def words_of(place: Path) -> set[str]:
    """The words of a file as they stand, and the parts of its compound names."""
    whole = set(re.findall(r"[A-Za-z][A-Za-z0-9_]*", place.read_text(encoding="utf-8")))
    return whole | {part for word in whole for part in re.split(r"_|(?<=[a-z0-9])(?=[A-Z])", word)}


def code_files() -> list[Path]:
    folders = ("services", "gateway", "sandbox", "ops", "policy")
    places = [place for folder in folders for place in (ROOT / folder).rglob("*")]
    return [p for p in places if p.suffix in READ_BY_PROGRAMS and p != STANDARD and "vendor" not in p.parts]


def test_no_banned_word_and_no_field_code_outside_the_national_standard() -> None:
    codes = {field.code for book in BOOKS for field in book.fields if field.is_standard}
    found = {
        str(place.relative_to(ROOT)): used
        for place in code_files()
        if (used := {word for word in words_of(place) if word.lower() in BANNED or word in codes})
    }
    assert found == {}
