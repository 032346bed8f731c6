"""Texts that people sign: found by day and version, never edited once published, refused unless accepted."""

from datetime import date
from pathlib import Path

import pytest

from services.common import agreements
from services.common.agreements import Agreement, Agreements, accepted, load_agreements
from services.common.errors import NotFound, Refusal

OLD = Agreement("loan", "2025-1", "旧协议", "一、旧。", "自定", date(2025, 1, 1))
NEW = Agreement("loan", "2026-1", "新协议", "一、新。", "自定", date(2026, 7, 1))
# What was published stays as it is, to the letter; a changed word is a new version with its own line.
PUBLISHED = {
    ("direct_debit", "2026-1"): "6a8732689054b8e2",
    ("freelancer_opening", "2026-1"): "c002cb3677674b31",
    ("professional_edition", "2026-1"): "7586ca286bbe8ae5",
    ("single_status_affidavit", "2026-1"): "aaa3c7181d77f48a",
    ("withdrawal_commitment", "2026-1"): "61f5b16c6083cca7",
}


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> Agreements:
    texts = Agreements([NEW, OLD])
    monkeypatch.setattr(agreements, "current", lambda code: texts.on(code, date(2026, 11, 22)))
    return texts


def test_a_published_version_is_never_edited() -> None:
    assert {(one.code, one.version): one.digest[:16] for one in load_agreements("qingdao")} == PUBLISHED


def test_every_text_says_by_whose_word_it_stands() -> None:
    assert all("自定" in one.source or "手册" in one.source for one in load_agreements("qingdao"))


def test_the_version_in_force_is_the_latest_begun(both: Agreements) -> None:
    assert both.on("loan", date(2026, 6, 30)) is OLD
    assert both.on("loan", date(2026, 7, 1)) is NEW
    assert both.version("loan", "2025-1") is OLD


@pytest.mark.parametrize(("code", "day"), [("loan", date(2024, 12, 31)), ("none", date(2026, 11, 22))])
def test_no_text_is_in_force_before_the_first_day_or_under_another_code(
    both: Agreements, code: str, day: date
) -> None:
    with pytest.raises(NotFound):
        both.on(code, day)


def test_a_consent_to_the_text_in_force_is_accepted(both: Agreements) -> None:
    shown = NEW.shown()
    assert accepted("loan", {name: shown[name] for name in ("code", "version", "digest")}) is NEW


@pytest.mark.feature("A-07")
def test_a_text_that_changed_after_it_was_shown_is_refused_with_the_new_one(both: Agreements) -> None:
    for consent in (OLD.shown(), NEW.shown() | {"digest": OLD.digest}, NEW.shown() | {"code": "other"}):
        with pytest.raises(Refusal, match="agreement_changed") as caught:
            accepted("loan", consent)
        assert caught.value.status == 409
        assert caught.value.figures["agreement_text"] == "一、新。"
        assert caught.value.figures["agreement_digest"] == NEW.digest


def test_nothing_accepted_is_refused_with_the_text(both: Agreements) -> None:
    with pytest.raises(Refusal, match="agreement_needed") as caught:
        accepted("loan", None)
    assert caught.value.figures["agreement_version"] == "2026-1"


@pytest.mark.parametrize(
    "text", ["", "没有头", "---\ntitle: 只有头\nsince: 2026-01-01\n---\n", "x---\n---\n"]
)
def test_a_file_without_head_or_text_is_refused(tmp_path: Path, text: str) -> None:
    _write(tmp_path, "2026-1", text)
    with pytest.raises(ValueError, match="no head"):
        load_agreements("city", tmp_path)


def test_two_versions_of_one_day_are_refused(tmp_path: Path) -> None:
    for version in ("2026-1", "2026-2"):
        _write(tmp_path, version, "---\ntitle: 甲\nsince: 2026-01-01\nsource: 自定\n---\n一\n")
    with pytest.raises(ValueError, match="same day"):
        load_agreements("city", tmp_path)


def _write(folder: Path, version: str, text: str) -> None:
    place = folder / "city" / "agreements" / "loan" / f"{version}.md"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
