"""What the normal edition may do (decision 23): it answers questions, every transaction is refused."""

import pytest

from services.common import rpc
from services.common.errors import Forbidden
from services.common.request import Request
from services.common.subject import Subject

ASKED = Request(method="register", caller="gateway", trace="0" * 32, deadline=0.0, token="signed")


@pytest.fixture
def in_by_normal_edition(monkeypatch: pytest.MonkeyPatch) -> Subject:
    subject = Subject(id="370200000020", role="citizen", session_id="s", edition="normal")
    monkeypatch.setattr(rpc, "verify_subject", lambda token: subject)
    return subject


def face(*roles: str, keyed: bool, professional: bool | None = None) -> rpc.Face:
    needed = keyed if professional is None else professional
    return rpc.Face(None, ("gateway",), roles, keyed=keyed, professional=needed)


@pytest.mark.feature("A-03", "A-09")
def test_the_normal_edition_may_not_transact(in_by_normal_edition: Subject) -> None:
    with pytest.raises(Forbidden, match="professional_needed"):
        face("citizen", keyed=True).subject_of(ASKED, "gateway")


@pytest.mark.parametrize(("roles", "keyed"), [(("citizen",), False), (("citizen", "operator"), True)])
def test_the_normal_edition_may_ask_and_leave(
    in_by_normal_edition: Subject, roles: tuple[str, ...], keyed: bool
) -> None:
    assert face(*roles, keyed=keyed).subject_of(ASKED, "gateway") is in_by_normal_edition


def test_a_setting_is_open_to_the_normal_edition(in_by_normal_edition: Subject) -> None:
    setting = face("citizen", keyed=True, professional=False)
    assert setting.subject_of(ASKED, "gateway") is in_by_normal_edition


def test_a_command_is_the_professional_editions_unless_it_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[rpc.Face] = []
    monkeypatch.setattr(rpc, "_exposed", made.append)
    rpc.command()
    rpc.command(professional=False)
    rpc.query()
    assert [face.professional for face in made] == [True, False, False]
