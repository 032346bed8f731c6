"""The relay: `python -m services.common.relay auth deposit …` publishes the outbox of every service named.

Rows are claimed by lease with SKIP LOCKED, published with the broker's confirm and `mandatory`, and only then
marked; a crash in between publishes a row twice, and the inbox of each consumer makes that one effect.
"""

import json
import os
import signal
import sys
import threading
import time
import uuid
from typing import Any

import orjson
import pika
import psycopg
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPError, UnroutableError
from psycopg.rows import dict_row

from services.common.logs import get_logger, set_up_logs
from services.common.metrics import PUBLISHED, WAITING, health_app, serve_in_thread
from services.common.settings import settings

log = get_logger(__name__)

BATCH = 200
MARKED_AT_ONCE = 20
LEASE_S = 5
IDLE_S = 1.0
BACK_OFF_MAX_S = 1.0
KEPT_DAYS = 30
CLEAR_EVERY_S = 3600
CLEAR_AT_ONCE = 1000

CLAIM = """
UPDATE outbox SET claimed_until = clock_timestamp() + make_interval(secs => %(lease)s),
                  claim_token = %(token)s, attempts = attempts + 1
WHERE id IN (SELECT id FROM outbox WHERE published_at IS NULL
             AND (claimed_until IS NULL OR claimed_until < clock_timestamp())
             ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
RETURNING id, message_id, event, aggregate, sequence, payload, trace, at
"""
KEEP = """
UPDATE outbox SET claimed_until = clock_timestamp() + make_interval(secs => %(lease)s)
WHERE id = ANY(%(ids)s) AND claim_token = %(token)s
"""
DONE = """
UPDATE outbox SET published_at = clock_timestamp(), claimed_until = NULL
WHERE id = ANY(%(ids)s) AND claim_token = %(token)s
"""
# By their age, not by when they were published last: who asks for one again does not make it live longer.
# Some at a time: between two rounds events are published and the broker hears from us.
CLEAR = """
DELETE FROM outbox WHERE id = ANY (ARRAY(
    SELECT id FROM outbox WHERE at < statement_timestamp() - make_interval(days => %(days)s)
                            AND published_at < statement_timestamp() - interval '1 day'
    ORDER BY at LIMIT %(most)s))
"""
COUNT = "SELECT count(*) AS waiting FROM outbox WHERE published_at IS NULL"

# A broker that says nothing at the handshake raises what is no AMQPError.
LOST = (AMQPError, AMQPConnectorException, OSError, psycopg.Error)

stopping = threading.Event()


class OutboxRelay(threading.Thread):
    """Publishes the outbox of one service until told to stop; reconnects to both servers by itself."""

    def __init__(self, service: str, database_url: str, broker_url: str) -> None:
        super().__init__(name=f"relay-{service}", daemon=True)
        self.service = service
        self.connected = False
        self._clear_at = 0.0
        self._database_url = database_url.replace("+psycopg", "")
        self._broker_url = broker_url

    def is_connected(self) -> bool:
        """True while both servers are there."""
        return self.connected

    def run(self) -> None:
        """Work through connections until stopped."""
        back_off_s = 0.1
        while not stopping.is_set():
            try:
                self._serve()
            except LOST as error:
                log.warning("relay link lost", of=self.service, error=type(error).__name__)
            except Exception:
                # A bug may not end the thread: nobody else publishes for this service.
                log.exception("relay stumbled", of=self.service)
            back_off_s = 0.1 if self.connected else min(BACK_OFF_MAX_S, back_off_s * 2)
            self.connected = False
            stopping.wait(back_off_s)

    def _serve(self) -> None:
        parameters = pika.URLParameters(self._broker_url)
        parameters.heartbeat, parameters.blocked_connection_timeout = 10, 10
        parameters.socket_timeout = parameters.stack_timeout = 5
        broker = pika.BlockingConnection(parameters)
        try:
            with psycopg.connect(self._database_url, autocommit=True, row_factory=dict_row) as database:
                channel = broker.channel()
                channel.confirm_delivery()
                database.execute("LISTEN outbox")
                self.connected = True
                self._work(broker, channel, database)
        finally:
            if broker.is_open:
                broker.close()

    def _work(self, broker: Any, channel: Any, database: psycopg.Connection[dict[str, Any]]) -> None:
        while not stopping.is_set():
            published = self._publish_batch(channel, database)
            broker.process_data_events(0)
            self._clear(database)
            if published < BATCH:
                self._count(database)
                for _ in database.notifies(timeout=IDLE_S, stop_after=1):
                    pass

    def _clear(self, database: psycopg.Connection[dict[str, Any]]) -> None:
        """Once an hour, over as many rounds as it takes; never before what waits has been published."""
        if time.monotonic() < self._clear_at:
            return
        cleared = database.execute(CLEAR, {"days": KEPT_DAYS, "most": CLEAR_AT_ONCE}).rowcount
        if cleared < CLEAR_AT_ONCE:
            self._clear_at = time.monotonic() + CLEAR_EVERY_S

    def _publish_batch(self, channel: Any, database: psycopg.Connection[dict[str, Any]]) -> int:
        token = str(uuid.uuid4())
        rows = database.execute(CLAIM, {"lease": LEASE_S, "token": token, "batch": BATCH}).fetchall()
        rows.sort(key=lambda row: row["id"])
        published, kept_at = 0, time.monotonic()
        # A slow broker's confirms may take longer than the lease of a whole batch lasts.
        for first in range(0, len(rows), MARKED_AT_ONCE):
            if time.monotonic() - kept_at > LEASE_S / 5:
                left, kept_at = [row["id"] for row in rows[first:]], time.monotonic()
                database.execute(KEEP, {"lease": LEASE_S, "ids": left, "token": token})
            sent = [row["id"] for row in rows[first : first + MARKED_AT_ONCE] if self._publish(channel, row)]
            self._mark(database, sent, token)
            published += len(sent)
        return published

    def _mark(self, database: psycopg.Connection[dict[str, Any]], sent: list[int], token: str) -> None:
        if sent:
            database.execute(DONE, {"ids": sent, "token": token})
            PUBLISHED.labels(self.service).inc(len(sent))

    def _publish(self, channel: Any, row: dict[str, Any]) -> bool:
        properties = pika.BasicProperties(
            delivery_mode=2, message_id=row["message_id"], content_type="application/json"
        )
        try:
            channel.basic_publish("events", row["event"], self._body(row), properties, mandatory=True)
        except UnroutableError:
            # Nobody has a queue for it: it stays in the outbox and is tried again after the lease.
            log.error("event has no queue", event_name=row["event"], of=self.service)
            return False
        return True

    def _body(self, row: dict[str, Any]) -> bytes:
        body = {
            name: row[name] for name in ("message_id", "event", "aggregate", "sequence", "payload", "trace")
        }
        return orjson.dumps({**body, "producer": self.service, "at": row["at"].isoformat()})

    def _count(self, database: psycopg.Connection[dict[str, Any]]) -> None:
        row = database.execute(COUNT).fetchone()
        WAITING.labels(self.service).set(row["waiting"] if row else 0)


def main(services: list[str]) -> None:
    """Relay for the named services until SIGTERM."""
    os.environ.setdefault("HALL_SERVICE", "relay")
    set_up_logs("relay")
    addresses = json.loads(os.environ["RELAY_DATABASE_URLS"])
    relays = [OutboxRelay(service, addresses[service], settings().broker_url) for service in services]
    for relay in relays:
        relay.start()
    checks = {f"outbox_{relay.service}": relay.is_connected for relay in relays}

    def all_alive() -> bool:
        return all(relay.is_alive() for relay in relays)

    if settings().metrics_port:
        serve_in_thread(settings().metrics_host, settings().metrics_port, health_app(checks, all_alive))
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    signal.signal(signal.SIGINT, lambda *_: stopping.set())
    log.info("relay runs", services=services)
    while not stopping.wait(1):
        pass
    for relay in relays:
        relay.join(timeout=IDLE_S * 3)


if __name__ == "__main__":
    main(sys.argv[1:])
