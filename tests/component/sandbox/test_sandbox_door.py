"""Who is let in: signatures, limits on bodies, the loopback, one program to a port and a folder."""

import os
import subprocess
import sys
import time

import pytest
import requests

from services.common.outside import Outside, signature
from tests.component.sandbox.program import KEYS, ROOT, Program, order

PATH = "/bank/payouts/query"
BODY = b'{"order_number": "D-1"}'


def _post(world: Program, body: bytes, key: str = KEYS["BANK_KEY"], **headers: str) -> requests.Response:
    timestamp = headers.pop("timestamp", str(int(time.time())))
    sent = {
        "Content-Type": "application/json",
        "X-Timestamp": timestamp,
        "X-Signature": signature(key, timestamp, PATH, body),
    }
    return requests.post(world.url + PATH, data=body, headers=sent | headers, timeout=5)


def test_a_signed_request_is_let_in(world: Program) -> None:
    assert _post(world, BODY).json() == {"reason": "order_unknown"}


def test_an_unsigned_request_is_not(world: Program) -> None:
    refused = requests.post(world.url + PATH, json={"order_number": "D-1"}, timeout=5)
    assert (refused.status_code, refused.json()) == (401, {"reason": "bad_signature"})


@pytest.mark.parametrize("key", [KEYS["SMS_KEY"], ""])
def test_another_key_is_not(world: Program, key: str) -> None:
    assert _post(world, BODY, key).status_code == 401


@pytest.mark.parametrize("signed", ["", "00", "ü".encode().decode("latin-1")])
def test_a_made_up_signature_is_not(world: Program, signed: str) -> None:
    assert _post(world, BODY, **{"X-Signature": signed}).status_code == 401


@pytest.mark.parametrize(("off_s", "status_code"), [(-330, 401), (-270, 404), (270, 404), (330, 401)])
def test_a_signature_lives_five_minutes(world: Program, off_s: int, status_code: int) -> None:
    assert _post(world, BODY, timestamp=str(int(time.time()) + off_s)).status_code == status_code


@pytest.mark.parametrize("timestamp", ["", "soon", "-1", "1e9", "9" * 5000])
def test_a_timestamp_that_is_no_number_is_refused(world: Program, timestamp: str) -> None:
    assert _post(world, BODY, timestamp=timestamp).status_code == 401


@pytest.mark.parametrize(
    ("body", "status_code"),
    [
        (b"{", 400),
        (b"", 400),
        (b"\xff", 400),
        (b"[]", 422),
        (b"null", 422),
        (b"{}", 422),
        (b'{"order_number": 1}', 422),
        (b'{"order_number": ""}', 422),
        (b'{"order_number": "D-1", "more": 1}', 422),
        (b'{"order_number": "' + b"x" * 70_000 + b'"}', 413),
        (b"[" * 60_000, 400),
    ],
)
def test_an_unreadable_body_is_refused(world: Program, body: bytes, status_code: int) -> None:
    assert _post(world, body).status_code == status_code


def test_another_content_type_is_refused(world: Program) -> None:
    assert _post(world, BODY, **{"Content-Type": "text/plain"}).status_code == 415


@pytest.mark.parametrize(
    "changed",
    [
        {"amount_fen": 0},
        {"amount_fen": -1},
        {"amount_fen": 1.5},
        {"amount_fen": True},
        {"card_number": "62 22"},
    ],
)
def test_an_order_with_a_wrong_value_is_refused(world: Program, changed: dict[str, object]) -> None:
    answer = world.bank.post("/bank/payouts", order("D-wrong") | changed, 5)
    assert (answer.status, answer.body["field"]) == (422, next(iter(changed)))


def test_a_prefix_of_the_address_is_signed_too(world: Program) -> None:
    assert (
        Outside(world.url + "/bank/", KEYS["BANK_KEY"])
        .post("/payouts/query", {"order_number": "D-1"}, 5)
        .status
        == 404
    )


def test_a_form_of_another_site_is_refused(world: Program) -> None:
    fault = {"target": "bank.payouts", "mode": "down"}
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    refused = requests.post(world.url + "/page/faults", data=fault, headers=elsewhere, timeout=5)
    assert refused.status_code == 403
    assert world.get("/faults") == {"faults": []}


def test_what_is_not_there_is_said_in_json(world: Program) -> None:
    assert requests.get(world.url + "/nothing", timeout=5).json() == {"reason": "not_found"}
    assert requests.get(world.url + PATH, timeout=5).status_code == 405


def test_nothing_personal_is_logged(world: Program) -> None:
    world.fault("bank.payouts", "lose_answer", times=1)
    requests.post(world.url + "/messages/search", json={"phone": "13800000001", "limit": "x"}, timeout=5)
    logged = (world.folder / "log").read_text()
    assert "sandbox" in logged
    assert not any(word in logged for word in ("6222021234567890123", "甄有房", "13800000001"))


def test_a_second_program_does_not_share_the_folder(world: Program) -> None:
    environment = os.environ | KEYS | {"SANDBOX_PORT": "1", "SANDBOX_FOLDER": str(world.folder)}
    assert "is in use" in _refused_start(environment)


def test_a_second_program_does_not_share_the_port(world: Program, tmp_path: object) -> None:
    environment = os.environ | KEYS | {"SANDBOX_PORT": str(world.port), "SANDBOX_FOLDER": str(tmp_path)}
    assert "is in use" in _refused_start(environment)


def test_a_production_deployment_has_no_sandbox() -> None:
    assert "NotARehearsal" in _refused_start(os.environ | {"HALL_DEPLOYMENT": "production"})


def _refused_start(environment: dict[str, str]) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "sandbox"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ended.returncode != 0
    return ended.stderr
