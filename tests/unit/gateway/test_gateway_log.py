"""The log of operations put together from all services: by time, without a line lost or shown twice."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.common.clock import CHINA
from services.common.errors import Unknown
from tests.unit.gateway.answering import AnsweringBus

NINE = datetime(2026, 11, 22, 9, tzinfo=CHINA)
SERVICES = ("auth", "deposit", "withdrawal", "loan", "notify")
KINDS = ("identity", "account", "withdrawal", "loan", "message")


def a_line(service: str, entry: int, minutes: int) -> dict[str, Any]:
    return {
        "entry": entry,
        "at": (NINE - timedelta(minutes=minutes)).isoformat(),
        "kind": KINDS[SERVICES.index(service)],
        "kind_label": service,
        "title": f"{service} {entry}",
        "refused": False,
        "number": None,
        "session_id": f"{service}-session",
        "place": None,
    }


class Logs:
    """Services that answer `operation_log` as the real ones do."""

    def __init__(self, bus: AnsweringBus, lines: dict[str, list[dict[str, Any]]]) -> None:
        for service in SERVICES:
            bus.answers[f"{service}.operation_log"] = self._answering(lines.get(service, []))
        places = {"auth-session": {"client": "Chrome，Windows", "address": "10.0.0.8"}}
        bus.answers["auth.session_places"] = {"places": places}

    def _answering(self, lines: list[dict[str, Any]]) -> Any:
        def answer(question: Any) -> dict[str, Any]:
            asked = question.arguments
            latest = sorted(lines, key=lambda line: (line["at"], line["entry"]), reverse=True)
            before = (asked.get("before_at", "9999"), asked.get("before_entry", 0))
            after = [line for line in latest if (line["at"], line["entry"]) < before]
            return {"items": after[: asked["limit"]], "more": len(after) > asked["limit"]}

        return answer


@pytest.fixture
def lines() -> dict[str, list[dict[str, Any]]]:
    """Seven lines each, many of the same moment across and within services."""
    return {service: [a_line(service, n, n // 3) for n in range(1, 8)] for service in SERVICES}


def read(client: FlaskClient, citizen: dict[str, str], query: str = "") -> dict[str, Any]:
    answer = client.get(f"/api/v1/operation-log{query}", headers=citizen)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.get_json()
    return page


@pytest.mark.feature("A-20")
@pytest.mark.parametrize("limit", [1, 2, 5, 13, 100])
def test_pages_of_any_size_hold_every_line_once_the_newest_first(
    client: FlaskClient, citizen: dict[str, str], bus: AnsweringBus, lines: dict[str, Any], limit: int
) -> None:
    Logs(bus, lines)
    seen, query = [], f"?limit={limit}"
    for _ in range(60):
        page = read(client, citizen, query)
        assert len(page["items"]) <= limit
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        query = f"?limit={limit}&cursor={page['next_cursor']}"
    titles = [line["title"] for line in seen]
    assert sorted(titles) == sorted(line["title"] for each in lines.values() for line in each)
    times = [line["at"] for line in seen]
    assert times == sorted(times, reverse=True)


def test_a_silent_service_is_named_and_the_others_are_shown(
    client: FlaskClient, citizen: dict[str, str], bus: AnsweringBus, lines: dict[str, Any]
) -> None:
    Logs(bus, lines)
    bus.answers["notify.operation_log"] = Unknown("late")
    page = read(client, citizen, "?limit=100")
    assert (page["missing"], len(page["items"])) == (["notify"], 28)


def test_lines_have_the_device_of_their_session_and_without_auth_none(
    client: FlaskClient, citizen: dict[str, str], bus: AnsweringBus, lines: dict[str, Any]
) -> None:
    Logs(bus, lines)
    devices = {(line["kind"], line["client"]) for line in read(client, citizen, "?limit=100")["items"]}
    assert ("identity", "Chrome，Windows") in devices
    assert ("account", None) in devices
    bus.answers["auth.session_places"] = Unknown("late")
    assert {line["client"] for line in read(client, citizen, "?limit=100")["items"]} == {None}


def test_a_foreign_cursor_is_refused(
    client: FlaskClient, citizen: dict[str, str], bus: AnsweringBus, lines: dict[str, Any]
) -> None:
    Logs(bus, lines)
    answer = client.get("/api/v1/operation-log?cursor=2026|auth|1", headers=citizen)
    assert answer.status_code == 422


@pytest.mark.feature("A-20")
@pytest.mark.parametrize(("ending", "begins"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")])
def test_the_whole_log_is_a_file(
    client: FlaskClient,
    citizen: dict[str, str],
    bus: AnsweringBus,
    lines: dict[str, Any],
    ending: str,
    begins: bytes,
) -> None:
    Logs(bus, lines)
    answer = client.get(f"/api/v1/operation-log/file?format={ending}", headers=citizen)
    assert answer.status_code == 200
    assert answer.get_data().startswith(begins)


def test_a_file_names_the_device_of_every_session(
    client: FlaskClient, citizen: dict[str, str], bus: AnsweringBus
) -> None:
    lines = [a_line("auth", n, n) | {"session_id": f"s{n:04}"} for n in range(1, 701)]
    Logs(bus, {"auth": lines})

    def places(question: Any) -> dict[str, Any]:
        asked = question.arguments["session_ids"]
        assert len(asked) <= 250
        return {"places": {one: {"client": f"Chrome {one}", "address": "10.0.0.8"} for one in asked}}

    bus.answers["auth.session_places"] = places
    text = client.get("/api/v1/operation-log/file?format=csv", headers=citizen).get_data(as_text=True)
    assert [n for n in range(1, 701) if f"Chrome s{n:04}" not in text] == []


def test_more_lines_than_one_file_takes_are_refused(
    client: FlaskClient, citizen: dict[str, str], bus: AnsweringBus
) -> None:
    Logs(bus, {"auth": [a_line("auth", n, n) for n in range(1, 1400)]})
    answer = client.get("/api/v1/operation-log/file", headers=citizen)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "too_many_lines")


def test_nobody_reads_a_log_without_a_login(client: FlaskClient) -> None:
    assert client.get("/api/v1/operation-log").status_code == 401
    assert client.get("/api/v1/operation-log/file").status_code == 401
