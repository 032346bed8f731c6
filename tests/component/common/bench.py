"""What tests of the bus work with: the probe's process, its database, and a bare caller on the broker."""

import json
import os
import subprocess
import sys
import time
import uuid
from hashlib import sha256

import pika
from sqlalchemy import create_engine, text

WAIT_S = 90


def until(found, what):
    """Wait for a true answer, with a limit; returns it."""
    ends = time.monotonic() + WAIT_S
    while time.monotonic() < ends:
        if answer := found():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"never happened: {what}")


class Process:
    """A real process of the hall that a test starts and kills."""

    def __init__(self, environment, *arguments):
        self.running = subprocess.Popen(
            [sys.executable, "-m", *arguments], env={**os.environ, **environment}, stdin=subprocess.DEVNULL
        )

    @property
    def alive(self):
        return self.running.poll() is None

    def kill(self):
        self.running.kill()
        self.running.wait()


class Rows:
    """A service's database, read and prepared by its owner."""

    def __init__(self, environment):
        self.engine = create_engine(environment["OWNER_DATABASE_URL"])

    def run(self, statement, **values):
        with self.engine.begin() as connection:
            connection.execute(text(statement), values)

    def all(self, statement, **values):
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement), values)]

    def count(self, table, word):
        return self.all(f"SELECT count(*) FROM {table} WHERE word = :word", word=word)[0][0]  # noqa: S608


class Caller:
    """A bare AMQP client with the gateway's rights, which can send what no honest client would."""

    def __init__(self, url):
        self.connection = pika.BlockingConnection(pika.URLParameters(url))
        self.channel = self.connection.channel()
        self.replies = {}
        self.queue = f"reply.gateway.{uuid.uuid4().hex}"
        self.channel.queue_declare(self.queue, exclusive=True, auto_delete=True)
        self.channel.queue_bind(self.queue, "replies", self.queue)
        self.channel.basic_consume(self.queue, self._keep, auto_ack=True)

    def close(self):
        if self.connection.is_open:
            self.connection.close()

    def _keep(self, channel, method, properties, body):
        self.replies.setdefault(properties.correlation_id, []).append(json.loads(body))

    def send(self, method, args, *, op_id=None, life_s=5.0, deadline_s=None, subject=None, **properties):
        correlation_id = uuid.uuid4().hex
        digest = sha256(json.dumps(args, sort_keys=True).encode()).hexdigest()
        body = {
            "method": method,
            "args": args,
            "deadline": time.time() + (life_s if deadline_s is None else deadline_s),
            "op_id": op_id,
            "subject": subject,
            "digest": digest if op_id else None,
        }
        base = {
            "reply_to": self.queue,
            "correlation_id": correlation_id,
            "user_id": "gateway",
            "expiration": str(int(life_s * 1000)),
        }
        chosen = {name: value for name, value in {**base, **properties}.items() if value is not None}
        self.channel.basic_publish(
            "commands", f"withdrawal.{method}", json.dumps(body), pika.BasicProperties(**chosen)
        )
        return correlation_id

    def wait(self, correlation_id, count=1, limit_s=10):
        ends = time.monotonic() + limit_s
        while len(self.replies.get(correlation_id, ())) < count and time.monotonic() < ends:
            self.connection.process_data_events(0.05)
        return self.replies.get(correlation_id, [])

    def ask(self, method, args, **options):
        found = self.wait(self.send(method, args, **options))
        return found[0] if found else None


def publish(url, message, attempt=0):
    """Publish an event as the relay would, or as one that has been tried `attempt` times."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        key = "phone.changed" if isinstance(message, bytes) else message["event"]
        properties = pika.BasicProperties(delivery_mode=2, headers={"attempt": attempt})
        channel.basic_publish("events", key, body, properties, mandatory=True)


def an_event(word, *, sequence=1, aggregate=None, message_id=None, event="phone.changed"):
    """An event of auth as it goes over the broker."""
    return {
        "message_id": message_id or str(uuid.uuid4()),
        "event": event,
        "producer": "auth",
        "aggregate": aggregate or f"phone:{uuid.uuid4().hex}",
        "sequence": sequence,
        "at": "2026-11-22T09:00:00+08:00",
        "trace": uuid.uuid4().hex,
        "payload": {"word": word},
    }
