"""Lines to the broker can be encrypted, for services and relay; certificates are checked for names, too."""

import pytest

from tests.certificates import Authority
from tests.component.common.bench import hand_on, published, put, until


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def encrypted(servers, wire_to, authority):
    """Lays an encrypted wire to the broker, with a certificate for `host`, for one of its users."""

    def lay(user, host="localhost"):
        return wire_to(servers.environments[user]["BROKER_URL"], tls=authority.server(host), scheme="amqps")

    return lay


def test_a_service_works_on_encrypted_lines_and_leaves_silent_ones(encrypted, authority, caller, start_wired):
    wire = encrypted("withdrawal")
    probe = start_wired(BROKER_URL=wire.url, SSL_CERT_FILE=str(authority.path))
    until(lambda: caller.ask("ping", {}, life_s=2.0), "the probe answers")
    wire.fall_silent()
    until(lambda: caller.ask("ping", {}, life_s=2.0), "the probe answers by a new connection")
    assert probe.alive


def test_the_relay_publishes_on_encrypted_lines(servers, rows, encrypted, authority, start_process):
    told = {"BROKER_URL": encrypted("relay").url, "SSL_CERT_FILE": str(authority.path), "METRICS_PORT": "0"}
    start_process({**servers.environments["relay"], **told}, "services.common.relay", "withdrawal")
    word = put(rows)
    until(lambda: published(rows, word), "the event, published")


@pytest.mark.parametrize(
    ("host", "trusted", "told"),
    [
        ("localhost", True, "handed on"),
        ("localhost", False, "not handed on"),
        ("elsewhere.example", True, "not handed on"),
    ],
)
def test_a_broker_that_cannot_prove_its_name_is_told_nothing(
    servers, encrypted, authority, host, trusted, told
):
    environment = {**servers.environments["withdrawal"], "BROKER_URL": encrypted("withdrawal", host).url}
    trust = {"SSL_CERT_FILE": str(authority.path)} if trusted else {}
    assert hand_on(environment | trust) == told
