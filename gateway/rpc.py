"""Requests to the services: many at once, each with a deadline, answers matched by correlation id."""

import itertools
import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from gateway.broker import Broker, Ears
from services.common.clock import technical_now
from services.common.errors import Fault, Unavailable, Unknown, refusal_from_wire

Answer = dict[str, Any]

IN_FLIGHT_MAX = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of which service; a command carries its key (`op_id`) and the digest of its body."""

    service: str
    method: str
    arguments: dict[str, Any] = field(default_factory=dict)
    trace: str
    token: str | None = None
    op_id: str | None = None
    digest: str | None = None

    def body(self, deadline: float) -> bytes:
        """The request as it goes over the wire; `deadline` is unix seconds of the technical clock."""
        return orjson.dumps(
            {
                "method": self.method,
                "args": self.arguments,
                "subject": self.token,
                "trace": self.trace,
                "deadline": deadline,
                "op_id": self.op_id,
                "digest": self.digest,
            }
        )


class Ask:
    """One request under way: who waits for it, until when, and on which connection it was sent."""

    __slots__ = ("_arrived", "_raw", "body", "deadline", "number", "routing_key", "sent_on", "service")

    def __init__(self, number: str, question: Question, deadline: float) -> None:
        self.number = number
        self.service = question.service
        self.routing_key = f"{question.service}.{question.method}"
        self.body = question.body(deadline)
        self.deadline = deadline
        self.sent_on = ""
        self._raw = b""
        self._arrived = threading.Lock()
        self._arrived.acquire()

    def arrive(self, raw: bytes) -> None:
        """Hand the reply to the thread that waits."""
        self._raw = raw
        self._arrived.release()

    def wait(self) -> bytes | None:
        """The raw reply, or None when the deadline passes first."""
        remaining_s = max(0.0, self.deadline - technical_now())
        return self._raw if self._arrived.acquire(timeout=remaining_s) else None


class Bus:
    """The gateway's way to all services. Safe from any thread, across broker restarts and after a fork."""

    def __init__(
        self, url: str, on_event: Callable[[str, bytes], None], on_ready: Callable[[], None]
    ) -> None:
        self._url = url
        self._on_event = on_event
        self._tell_ready = on_ready
        self._guard = threading.Lock()
        self.late_replies = 0
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._pid = 0
        self._numbers = itertools.count(1)
        self._pending: dict[str, Ask] = {}
        self._outgoing: deque[Ask] = deque()
        self._flush_asked = False
        self._broker = Broker(
            self._url, Ears(on_reply=self._on_reply, on_event=self._on_event, on_ready=self._on_ready)
        )

    def start(self) -> None:
        """Connect in the background; called again by the first request of a forked process."""
        with self._guard:
            if self._pid == os.getpid():
                return
            if self._pid:
                self._begin_anew()
            self._pid = os.getpid()
            self._broker.start()

    def stop(self) -> None:
        """Close the connection; requests under way end at their deadlines."""
        self._broker.stop()

    @property
    def ready(self) -> bool:
        """True while the broker is connected."""
        return self._broker.ready

    @property
    def in_flight(self) -> int:
        """How many requests wait for an answer."""
        return len(self._pending)

    def submit(self, question: Question, seconds: float) -> Ask:
        """Send a question without waiting; `seconds` later its answer is no longer wanted.

        Raises Unavailable when too many requests wait already.
        """
        if self._pid != os.getpid():
            self.start()
        if len(self._pending) >= IN_FLIGHT_MAX:
            raise Unavailable(question.service)
        ask = Ask(str(next(self._numbers)), question, technical_now() + seconds)
        self._pending[ask.number] = ask
        self._outgoing.append(ask)
        self._ask_flush()
        return ask

    def gather(self, ask: Ask) -> Answer:
        """Wait for the answer of a submitted question.

        Raises the service's Refusal or Fault, Unknown after the deadline, Unavailable when never sent.
        """
        raw = ask.wait()
        if raw is None:
            self._pending.pop(ask.number, None)
            raise Unknown(ask.routing_key) if ask.sent_on else Unavailable(ask.service)
        return _answer(raw)

    def call(self, question: Question, seconds: float) -> Answer:
        """`submit` then `gather`."""
        return self.gather(self.submit(question, seconds))

    def _ask_flush(self) -> None:
        if not self._flush_asked:
            self._flush_asked = True
            self._broker.soon(self._flush)

    def _flush(self) -> None:
        self._flush_asked = False
        requests = []
        while self._outgoing:
            requests.append(self._request(self._outgoing.popleft()))
        self._broker.send(b"".join(requests))

    def _request(self, ask: Ask) -> bytes:
        """The ask as it is sent on this connection; nothing when it was sent there or has no time left."""
        broker = self._broker
        remaining_ms = int((ask.deadline - technical_now()) * 1000)
        if not broker.ready or remaining_ms <= 0 or ask.sent_on == broker.reply_to:
            return b""
        # Marked before it is looked up: whoever gives up in between says unknown, never "not sent".
        ask.sent_on = broker.reply_to
        if ask.number not in self._pending:
            return b""
        return broker.request(ask.routing_key, ask.number, remaining_ms, ask.body)

    def _on_ready(self) -> None:
        # What the lost connection swallowed is asked again: questions are harmless, commands are keyed.
        self._flush_asked = False
        self._outgoing.clear()
        self._broker.send(b"".join([self._request(ask) for ask in list(self._pending.values())]))
        self._tell_ready()

    def _on_reply(self, number: str, body: bytes) -> None:
        ask = self._pending.pop(number, None)
        if ask is None:
            self.late_replies += 1
        else:
            ask.arrive(body)


def _answer(raw: bytes) -> Answer:
    reply = orjson.loads(raw)
    if "answer" in reply:
        answer: Answer = reply["answer"]
        return answer
    if "refusal" in reply:
        raise refusal_from_wire(reply["refusal"])
    if "unknown" in reply:
        raise Unknown("a service does not know the outcome itself")
    if "unavailable" in reply:
        raise Unavailable(reply["unavailable"])
    raise Fault(reply.get("fault", ""))
