"""What the normal edition may do (decision 23): it answers questions, every transaction is refused."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from services.common import rpc
from services.common.editions import is_business
from services.common.errors import Forbidden
from services.common.request import Request
from services.common.subject import Subject

ASKED = Request(method="register", caller="gateway", trace="0" * 32, deadline=0.0, token="signed")


@pytest.fixture
def in_by_normal_edition(monkeypatch: pytest.MonkeyPatch) -> Subject:
    subject = Subject(id="370200000020", role="citizen", session_id="s", edition="normal")
    monkeypatch.setattr(rpc, "verify_subject", lambda token: subject)
    monkeypatch.setattr(rpc, "settings", lambda: SimpleNamespace(service="notify"))
    return subject


def face(*roles: str, keyed: bool) -> rpc.Face:
    return rpc.Face(None, ("gateway",), roles, keyed=keyed)


@pytest.mark.feature("A-03")
def test_the_normal_edition_may_not_transact(in_by_normal_edition: Subject) -> None:
    with pytest.raises(Forbidden, match="professional_needed"):
        face("citizen", keyed=True).subject_of(ASKED, "gateway")


@pytest.mark.parametrize(("roles", "keyed"), [(("citizen",), False), (("citizen", "operator"), True)])
def test_the_normal_edition_may_ask_and_leave(
    in_by_normal_edition: Subject, roles: tuple[str, ...], keyed: bool
) -> None:
    assert face(*roles, keyed=keyed).subject_of(ASKED, "gateway") is in_by_normal_edition


@pytest.mark.feature("A-03")
@pytest.mark.parametrize("command", ["subscribe", "issue_subscription_code"])
def test_a_setting_is_open_to_the_normal_edition(in_by_normal_edition: Subject, command: str) -> None:
    asked = replace(ASKED, method=command)
    assert face("citizen", keyed=True).subject_of(asked, "gateway") is in_by_normal_edition


@pytest.mark.feature("A-04")
def test_the_professional_edition_may_do_everything(
    in_by_normal_edition: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    professional = replace(in_by_normal_edition, edition="professional")
    monkeypatch.setattr(rpc, "verify_subject", lambda token: professional)
    for command in ("register", "subscribe", "anything_else"):
        asked = replace(ASKED, method=command)
        assert face("citizen", keyed=True).subject_of(asked, "gateway") is professional


def test_what_is_not_named_as_a_setting_is_business() -> None:
    assert is_business("notify.something_new")
    assert not is_business("auth.change_phone")
