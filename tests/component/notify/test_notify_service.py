"""The running service: asked over the bus, told of events, sending to the running provider."""

import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.common.clock import business_now, technical_now
from services.common.receipts import verify_receipt
from services.common.subject import Subject, sign_subject
from tests.component.notify import bus
from tests.component.notify.outside_world import OutsideWorld
from tests.component.notify.stage import PHONES, RENT
from tests.component.notify.test_notify_events import BILL

Environments = dict[str, dict[str, str]]
PERSON = "037000010001"
WISH = {"purpose": "withdrawal", "digest": RENT, "address": "203.0.113.7"}


@dataclass
class Running:
    """Notify as a process between its neighbours."""

    urls: dict[str, str]
    outside: OutsideWorld
    log: Path

    def ask(self, method: str, arguments: bus.Reply, role: str | None = "citizen") -> bus.Reply:
        """Ask as the gateway does, for the person in a role or for nobody."""
        return bus.ask(self.urls["gateway"], method, arguments, token(role) if role else None)

    def new_texts(self, before: int) -> list[str]:
        """What reached the phone after the first `before` messages."""
        texts = self.outside.texts(PHONES[PERSON])
        return texts[: len(texts) - before]


def token(role: str) -> str:
    """A session of the person, or of staff, for ten minutes."""
    ends_at = int(technical_now()) + 600
    return sign_subject(Subject(id=PERSON, role=role, session_id="s", expires_at=ends_at))


@pytest.fixture(scope="module")
def neighbourhood(
    notify_environment: dict[str, str],
    environments: Environments,
    outside: OutsideWorld,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Running]:
    """Start notify with auth's stand-in and the outside world, and stop it."""
    urls = {name: environments[name]["BROKER_URL"] for name in ("gateway", "auth", "relay")}
    log = tmp_path_factory.mktemp("notify") / "notify.log"
    own = environments["notify"] | {"SMS_URL": outside.url, "METRICS_PORT": "0"}
    with bus.auth_answers(urls["auth"]), log.open("wb") as lines:
        program = subprocess.Popen(
            [sys.executable, "-m", "services.common.run", "notify"], env=own, stdout=lines, stderr=lines
        )
        try:
            bus.until(lambda: b"service runs" in log.read_bytes(), within_s=60)
            yield Running(urls, outside, log)
        finally:
            program.terminate()
            program.wait(20)


@pytest.fixture
def running(neighbourhood: Running, clean_tables: None) -> Running:
    """Notify running, with empty tables and a provider without faults."""
    neighbourhood.outside.mend()
    return neighbourhood


@pytest.mark.feature("N-08")
def test_a_code_is_asked_sent_and_checked_and_the_log_keeps_silent(running: Running) -> None:
    before = len(running.outside.texts(PHONES[PERSON]))
    assert running.ask("issue_code", WISH)["answer"]["sent"] is True
    (text,) = bus.until(lambda: running.new_texts(before))
    code = text.split("：")[1][:6]
    checked = running.ask("check_code", {"purpose": "withdrawal", "digest": RENT, "code": code})
    receipt = checked["answer"]["receipt"]
    assert verify_receipt(receipt, purpose="withdrawal", person=PERSON, digest=RENT, at=business_now())
    shown = running.ask("messages", {})["answer"]["items"]
    assert [message["state"] for message in shown] == ["accepted"]
    written = running.log.read_text()
    assert "message tried" in written
    assert not any(secret in written for secret in (code, PHONES[PERSON], receipt, "验证码："))


def test_what_is_not_allowed_is_refused_with_a_sentence(running: Running) -> None:
    refusals = [
        running.ask("issue_code", WISH, role=None),
        running.ask("issue_code", WISH, role="operator"),
        running.ask("issue_code", WISH | {"address": "nowhere"}),
        running.ask("issue_code", WISH | {"purpose": "loan"}),
        running.ask("issue_code", WISH | {"more": "than asked"}),
        running.ask("messages", {}, role="operator"),
    ]
    assert [reply["refusal"]["status"] for reply in refusals] == [401, 403, 422, 422, 422, 403]
    assert all(reply["refusal"]["sentence"] for reply in refusals)


@pytest.mark.failure("N1", "N12")
def test_an_event_told_twice_is_one_sms(running: Running) -> None:
    before = len(running.outside.texts(PHONES[PERSON]))
    message_id = str(uuid.uuid4())
    for _ in range(2):
        bus.tell(running.urls["relay"], "withdrawal.paid", BILL, message_id)
    bus.tell(running.urls["relay"], "withdrawal.booked", BILL)
    bus.until(lambda: len(running.new_texts(before)) >= 2)
    shown = running.ask("messages", {})["answer"]["items"]
    assert sorted(message["title"] for message in shown) == ["提取支付通知", "提取记账通知"]
    assert len(running.new_texts(before)) == 2


@pytest.mark.failure("N2", "N3")
def test_an_event_that_never_works_becomes_a_dead_letter(running: Running) -> None:
    bus.tell(running.urls["relay"], "withdrawal.paid", {"number": "W1"}, attempt=4)
    (letter,) = bus.until(lambda: _letters(running))
    assert (letter["event"], letter["reason"]) == ("withdrawal.paid", "KeyError")


@pytest.mark.failure("N4")
def test_a_message_that_is_no_event_becomes_a_dead_letter(running: Running) -> None:
    bus.publish(running.urls["relay"], "withdrawal.paid", b"\xff not json")
    (letter,) = bus.until(lambda: _letters(running))
    assert letter["event"] == "not an event"


def _letters(running: Running) -> list[bus.Reply]:
    found: list[bus.Reply] = running.ask("dead_letters", {}, role="operator")["answer"]["items"]
    return found
