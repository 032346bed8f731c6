"""Who may say what to whom, as the one declaration gives it to the broker."""

import json
import re

import pytest

from services.common import topology
from services.common.topology import SERVICES, USERS


def right(user: str, kind: str) -> str:
    return next(str(row[kind]) for row in topology.permissions() if row["user"] == user)


def topic_right(user: str, exchange: str, kind: str) -> str:
    found = (r for r in topology.topic_permissions() if (r["user"], r["exchange"]) == (user, exchange))
    return str(next(found)[kind])


def allows(pattern: str, name: str) -> bool:
    # RabbitMQ searches unanchored and takes an empty pattern to match nothing but the empty name.
    return bool(re.search(pattern or "^$", name))


def may_send(user: str, exchange: str, key: str) -> bool:
    return allows(right(user, "write"), exchange) and allows(topic_right(user, exchange, "write"), key)


@pytest.mark.parametrize(
    ("user", "key"),
    [
        ("gateway", "withdrawal.register"),
        ("gateway", "auth.log_in"),
        ("withdrawal", "deposit.hold"),
        ("withdrawal", "loan.evidence"),
        ("withdrawal", "auth.phone_changed"),
        ("notify", "auth.contact"),
    ],
)
def test_a_caller_may_send_the_commands_of_its_call_graph(user: str, key: str) -> None:
    assert may_send(user, "commands", key)


@pytest.mark.parametrize(
    ("user", "key"),
    [
        ("withdrawal", "auth.contact"),
        ("withdrawal", "depositor.hold"),
        ("withdrawal", "x.deposit.hold"),
        ("notify", "auth.contacts"),
        ("notify", "auth.log_in"),
        ("notify", "deposit.settle"),
        ("auth", "deposit.settle"),
        ("deposit", "withdrawal.pay"),
        ("loan", "deposit.hold"),
        ("relay", "deposit.settle"),
    ],
)
def test_nobody_may_send_a_command_outside_the_call_graph(user: str, key: str) -> None:
    assert not may_send(user, "commands", key)


def test_only_the_relay_may_announce_events() -> None:
    assert [user for user in USERS if may_send(user, "events", "withdrawal.paid")] == ["relay"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_puts_messages_into_its_own_retry_and_dead_queues_only(service: str) -> None:
    sent = {(e, s) for e in ("retry", "dead") for s in SERVICES if may_send(service, e, key_of(e, s))}
    assert sent == {("retry", service), ("dead", service)}


def key_of(exchange: str, service: str) -> str:
    return topology.dead_queue(service) if exchange == "dead" else topology.retry_queue(service, 5)


@pytest.mark.parametrize("user", USERS)
def test_nobody_may_read_the_commands_of_others(user: str) -> None:
    assert not allows(right(user, "read"), "commands")
    others = [topology.request_queue(s) for s in SERVICES if s != user]
    assert not [queue for queue in others if allows(right(user, "read"), queue)]


def test_only_gateways_may_listen_to_broadcasts_and_to_nothing_else() -> None:
    listeners = [user for user in USERS if allows(right(user, "read"), "events")]
    assert listeners == ["gateway"]
    heard = topic_right("gateway", "events", "read")
    assert allows(heard, "session.revoked")
    assert not allows(heard, "withdrawal.paid")


@pytest.mark.parametrize("user", [user for user in USERS if user != "relay"])
def test_a_user_declares_only_its_own_reply_queues(user: str) -> None:
    configure = right(user, "configure")
    assert allows(configure, f"reply.{user}.0a1b")
    assert not [name for name in ("commands", "rpc-auth", "reply.other.0a1b") if allows(configure, name)]


def test_every_topic_exchange_has_a_right_for_every_user() -> None:
    wanted = {(u, e) for u in USERS for e, kind in topology.EXCHANGES.items() if kind == "topic"}
    assert {(row["user"], row["exchange"]) for row in topology.topic_permissions()} == wanted


def test_the_call_graph_has_no_cycle() -> None:
    left = {user: {asked.partition(".")[0] for asked in calls} for user, calls in topology.CALLS.items()}
    while ends := [user for user, asked in left.items() if not asked & left.keys()]:
        for user in ends:
            del left[user]
    assert left == {}


@pytest.mark.failure("N21")
@pytest.mark.parametrize("service", SERVICES)
def test_events_over_the_delivery_limit_are_dead_lettered_at_least_once(service: str) -> None:
    arguments = arguments_of(topology.event_queue(service))
    assert arguments["x-queue-type"] == "quorum"
    assert arguments["x-delivery-limit"] == topology.DELIVERY_LIMIT
    assert arguments["x-dead-letter-exchange"] == "dead"
    assert arguments["x-dead-letter-routing-key"] == topology.dead_queue(service)
    assert (arguments["x-dead-letter-strategy"], arguments["x-overflow"]) == (
        "at-least-once",
        "reject-publish",
    )


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("delay_s", topology.RETRY_DELAYS_S)
def test_a_retried_event_comes_back_after_its_delay(service: str, delay_s: int) -> None:
    arguments = arguments_of(topology.retry_queue(service, delay_s))
    assert arguments["x-message-ttl"] == delay_s * 1000
    back = (arguments["x-dead-letter-exchange"], arguments["x-dead-letter-routing-key"])
    assert back == ("", topology.event_queue(service))


def arguments_of(name: str) -> dict[str, object]:
    found = next(queue for queue in topology.queues() if queue["name"] == name)["arguments"]
    assert isinstance(found, dict)
    return found


@pytest.mark.failure("N10")
def test_every_queue_is_bound_to_a_declared_exchange() -> None:
    bound = {row["destination"] for row in topology.bindings() if row["source"] in topology.EXCHANGES}
    assert bound == {queue["name"] for queue in topology.queues()}


@pytest.mark.failure("N21")
def test_requests_stay_on_classic_queues_and_nothing_is_transient() -> None:
    kinds = {arguments_of(topology.request_queue(service))["x-queue-type"] for service in SERVICES}
    assert kinds == {"classic"}
    assert all(queue["durable"] for queue in topology.queues())


def test_the_broker_document_holds_no_password_in_the_clear() -> None:
    document = topology.definitions({user: f"secret-of-{user}" for user in USERS})
    assert "secret-of" not in repr(document)


def test_a_password_is_hashed_as_the_brokers_manual_shows() -> None:
    hashed = topology.password_hash("test12", bytes.fromhex("908DC60A"))
    assert hashed == "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"


def test_the_printed_document_takes_its_passwords_from_the_surroundings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BROKER_PASSWORDS", json.dumps({user: "secret" for user in USERS}))
    topology.main()
    assert [user["name"] for user in json.loads(capsys.readouterr().out)["users"]] == list(USERS)


@pytest.mark.parametrize("told", [None, "{}", '{"auth": "secret"}'])
def test_who_gives_no_passwords_is_told_so_in_a_sentence(
    told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BROKER_PASSWORDS", raising=False)
    if told:
        monkeypatch.setenv("BROKER_PASSWORDS", told)
    with pytest.raises(SystemExit, match=r"BROKER_PASSWORDS must be a JSON object .* missing: .*gateway"):
        topology.main()
