"""Every exchange, queue, binding, policy and broker user of the hall, loaded before any service starts."""

import base64
import hashlib
import json
import os
import secrets
import sys
from collections.abc import Iterator, Mapping

VHOST = "hall"
SERVICES = ("auth", "deposit", "withdrawal", "loan", "notify")
USERS = (*SERVICES, "relay", "gateway")

# Heard by everybody: a consumer misses events of an aggregate, and their producer sends them again.
HEARD_BY_ALL = ("gap.found",)

# Which events each service hears (`*` for one word). Whole nouns, so that a consumer sees every number of an
# aggregate's sequence and can tell a gap. Every event has at least one queue, so auth hears of its sessions.
SUBSCRIPTIONS: dict[str, tuple[str, ...]] = {
    "auth": ("session.*", "agreement.*", "account.*"),
    "notify": (
        "withdrawal.*",
        "deposit.*",
        "account.*",
        "base.*",
        "contribution.*",
        "transfer.*",
        "edition.*",
        "phone.*",
        "password.*",
        "card.*",
        "interest.*",
    ),
    "withdrawal": ("phone.*",),
}

# Who may ask whom: a service name opens all its methods, `service.method` that one. It has no cycle.
CALLS: dict[str, tuple[str, ...]] = {
    "gateway": SERVICES,
    "withdrawal": ("deposit", "loan", "auth.phone_changed"),
    "notify": ("auth.contact",),
}

# Events that reach every gateway, through an exclusive queue that each declares for itself.
BROADCASTS: dict[str, tuple[str, ...]] = {"gateway": ("session.revoked",)}

RETRY_DELAYS_S = (1, 5, 30, 120)
DELIVERY_LIMIT = 20
# A dead letter comes back until its service has stored it; RabbitMQ 4 would drop it after 20 times.
DEAD_DELIVERY_LIMIT = 1_000_000_000
# A request carries its own expiry; these only bound what a broken client could leave behind (N7).
REQUEST_LIFE_MS = 60_000
REQUEST_LIMIT = 10_000

# `retry` and `dead` are topic exchanges, because the broker checks routing keys on that kind only:
# with a direct one any service could put a message into another's queue.
EXCHANGES = {"commands": "topic", "replies": "topic", "events": "topic", "retry": "topic", "dead": "topic"}

Json = dict[str, object]


def request_queue(service: str) -> str:
    """Name of the queue that holds the requests to a service."""
    return f"rpc-{service}"


def event_queue(service: str) -> str:
    """Name of the queue that holds the events a service has yet to handle."""
    return f"events-{service}"


def retry_queue(service: str, delay_s: int) -> str:
    """Name of the queue where a failed event waits `delay_s` seconds; also its routing key on `retry`."""
    return f"retry-{service}-{delay_s}"


def dead_queue(service: str) -> str:
    """Name of the queue of events a service could not handle; also its routing key on `dead`."""
    return f"dead-{service}"


def queues() -> Iterator[Json]:
    """Declare the queues of every service; exclusive reply queues are the clients' own."""
    for service in SERVICES:
        yield _queue(request_queue(service), {"x-queue-type": "classic"})
        yield _queue(event_queue(service), _dead_lettering("dead", dead_queue(service)))
        for delay_s in RETRY_DELAYS_S:
            back = _dead_lettering("", event_queue(service)) | {"x-message-ttl": delay_s * 1000}
            yield _queue(retry_queue(service, delay_s), back)
        kept = {"x-queue-type": "quorum", "x-delivery-limit": DEAD_DELIVERY_LIMIT}
        yield _queue(dead_queue(service), kept)


def bindings() -> Iterator[Json]:
    """Bind every queue to the exchange that feeds it."""
    for service in SERVICES:
        yield _binding("commands", request_queue(service), f"{service}.#")
        for event in (*HEARD_BY_ALL, *SUBSCRIPTIONS.get(service, ())):
            yield _binding("events", event_queue(service), event)
        for delay_s in RETRY_DELAYS_S:
            yield _binding("retry", retry_queue(service, delay_s), retry_queue(service, delay_s))
        yield _binding("dead", dead_queue(service), dead_queue(service))


def permissions() -> Iterator[Json]:
    """Give every user what it declares, writes and reads, and nothing else (ASVS 13.2.1)."""
    for user in USERS:
        own = rf"^(reply|broadcast)\.{user}\."
        yield {
            "user": user,
            "vhost": VHOST,
            "configure": "" if user == "relay" else own,
            "write": _any_of(_written_by(user), own if user != "relay" else None),
            "read": _any_of(_read_by(user), own if user != "relay" else None),
        }


def topic_permissions() -> Iterator[Json]:
    """Narrow every topic exchange by routing key; without a row the broker would allow any key."""
    for user in USERS:
        yield _topic(user, "commands", write=_commands_of(user), read="")
        yield _topic(user, "events", write=".*" if user == "relay" else "", read=_broadcasts_of(user))
        yield _topic(user, "retry", write=rf"^retry-{user}-\d+$" if user in SERVICES else "", read="")
        yield _topic(user, "dead", write=rf"^dead-{user}$" if user in SERVICES else "", read="")
        # Answers go to anybody, but nobody hears another's: answers carry tokens.
        yield _topic(
            user, "replies", write=r"^reply\." if user in SERVICES else "", read=rf"^reply\.{user}\."
        )


def policies() -> Iterator[Json]:
    """Bound the request queues: what nobody can still wait for goes away by itself."""
    yield {
        "vhost": VHOST,
        "name": "requests-expire",
        "pattern": "^rpc-",
        "apply-to": "queues",
        "priority": 1,
        "definition": {
            "message-ttl": REQUEST_LIFE_MS,
            "max-length": REQUEST_LIMIT,
            "overflow": "reject-publish",
        },
    }


def definitions(passwords: Mapping[str, str]) -> Json:
    """Build the document RabbitMQ loads at boot; `passwords` holds one password for each of `USERS`."""
    return {
        "vhosts": [{"name": VHOST}],
        "users": [_user(name, passwords[name]) for name in USERS],
        "permissions": list(permissions()),
        "topic_permissions": list(topic_permissions()),
        "exchanges": [_exchange(name, kind) for name, kind in EXCHANGES.items()],
        "queues": list(queues()),
        "bindings": list(bindings()),
        "policies": list(policies()),
    }


def password_hash(password: str, salt: bytes) -> str:
    """Hash a password as RabbitMQ keeps it: base64 of a 4-byte salt and SHA-256 over salt and password."""
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _user(name: str, password: str) -> Json:
    return {
        "name": name,
        "password_hash": password_hash(password, secrets.token_bytes(4)),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": [],
        "limits": {},
    }


def _exchange(name: str, kind: str) -> Json:
    durable = {"vhost": VHOST, "durable": True, "auto_delete": False, "internal": False, "arguments": {}}
    return {"name": name, "type": kind, **durable}


def _queue(name: str, arguments: Mapping[str, object]) -> Json:
    return {"name": name, "vhost": VHOST, "durable": True, "auto_delete": False, "arguments": dict(arguments)}


def _dead_lettering(exchange: str, routing_key: str) -> Json:
    # At-least-once needs reject-publish; the broker's default dead-lettering may lose messages.
    # The limit is stated because RabbitMQ 4 would otherwise set its own (N21).
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": exchange,
        "x-dead-letter-routing-key": routing_key,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def _binding(source: str, queue: str, routing_key: str) -> Json:
    place = {"vhost": VHOST, "destination": queue, "destination_type": "queue"}
    return {"source": source, "routing_key": routing_key, "arguments": {}, **place}


def _topic(user: str, exchange: str, *, write: str, read: str) -> Json:
    return {"user": user, "vhost": VHOST, "exchange": exchange, "write": write, "read": read}


def _written_by(user: str) -> tuple[str, ...]:
    if user == "relay":
        return ("events",)
    answers = ("replies", "retry", "dead") if user in SERVICES else ()
    return ("commands", *answers) if user in CALLS else answers


def _read_by(user: str) -> tuple[str, ...]:
    own = (request_queue(user), event_queue(user), dead_queue(user)) if user in SERVICES else ()
    heard = ("events",) if user in BROADCASTS else ()
    return () if user == "relay" else (*own, *heard, "replies")


def _commands_of(user: str) -> str:
    routes = (f"{asked}$" if "." in asked else f"{asked}." for asked in CALLS.get(user, ()))
    alternatives = "|".join(route.replace(".", r"\.") for route in routes)
    return f"^({alternatives})" if alternatives else ""


def _broadcasts_of(user: str) -> str:
    return _any_of(tuple(event.replace(".", r"\.") for event in BROADCASTS.get(user, ())), None)


def _any_of(names: tuple[str, ...], pattern: str | None) -> str:
    exact = f"^({'|'.join(names)})$" if names else ""
    return "|".join(part for part in (exact, pattern) if part)


def main() -> None:
    """Print the definitions; the passwords come as a JSON object in BROKER_PASSWORDS (used by Kubernetes)."""
    json.dump(definitions(_told_passwords()), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def _told_passwords() -> dict[str, str]:
    passwords: dict[str, str] = json.loads(os.environ.get("BROKER_PASSWORDS", "{}"))
    if missing := [user for user in USERS if user not in passwords]:
        sys.exit(
            f"BROKER_PASSWORDS must be a JSON object of user and password; missing: {', '.join(missing)}."
        )
    return passwords


if __name__ == "__main__":
    main()
