"""How the hall asks the services: deadlines, operation ids, and what a missing answer means."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol

import orjson

from gateway.amounts import shown
from gateway.rpc import Ask, Question
from gateway.visitor import Visitor
from services.common.errors import Fault, NotFound, Refusal, Unauthenticated, Unavailable, Unknown
from services.common.logs import get_logger

log = get_logger(__name__)

Shape = dict[str, Any]
"""A JSON object with known keys."""

QUERY_S = 2.0
COMMAND_S = 5.0
# A service that let the last question go unanswered is given less, so that pages of the others stay quick.
SILENT_SERVICE_S = 0.5
SERVICES = ("auth", "deposit", "withdrawal", "loan", "notify")


class Missing(Unavailable):
    """A service gave no answer in time and nothing happened; `service` names the part that is missing."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.service = service


class Outstanding(Unknown):
    """A command whose deadline passed: unknown, not failed; `op_id` is where its outcome can be asked."""

    def __init__(self, op_id: str) -> None:
        super().__init__(op_id)
        self.op_id = op_id


class Asking(Protocol):
    """What the hall needs of the bus."""

    def submit(self, question: Question, seconds: float) -> Ask:
        """Send without waiting."""
        ...

    def gather(self, ask: Ask) -> Shape:
        """Wait for one answer."""
        ...


@dataclass(frozen=True, kw_only=True)
class Query:
    """A question to one service that changes nothing."""

    service: str
    method: str
    arguments: Shape = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Command:
    """A keyed order to one service. `same` is what a repeat must bring again to be taken for a repeat.

    `seconds` is how long the order may take, and is waited for.
    """

    service: str
    method: str
    key: str
    arguments: Shape = field(default_factory=dict)
    same: Shape | None = None
    seconds: float = COMMAND_S


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The answers of a fan-out by name, the sentences of those that were refused, and who gave none."""

    answers: dict[str, Shape]
    missing: list[str]
    refused: dict[str, str] = field(default_factory=dict)

    def lack(self, service: str) -> None:
        """Name a service once, however many of its parts are missing."""
        if service not in self.missing:
            self.missing.append(service)


class Calls:
    """Queries and keyed commands on the bus, with amounts turned into yuan."""

    def __init__(self, bus: Asking, operation_key: bytes) -> None:
        self._bus = bus
        self._operation_key = operation_key
        self._silent: set[str] = set()

    def query(self, visitor: Visitor, query: Query) -> Shape:
        """Ask one service; Missing when it does not answer in time, its Refusal when it says no."""
        return self._heard(query.service, self._ask(visitor, query))

    def gather(self, visitor: Visitor, queries: Mapping[str, Query]) -> Parts:
        """Ask several services at once; what is missing is named, what does not exist is left out.

        A part that cannot be told as things stand (409) has its sentence in `refused`; other refusals are
        of who asks, and are raised.
        """
        asks = [(name, query.service, self._ask_or_none(visitor, query)) for name, query in queries.items()]
        parts = Parts(answers={}, missing=[])
        for name, service, ask in asks:
            self._gather_one(parts, name, service, ask)
        return parts

    def command(self, visitor: Visitor, command: Command) -> Shape:
        """Order one service; Outstanding when the outcome is unknown, Missing when nothing happened."""
        op_id = self.operation_id(visitor, command)
        same = command.arguments if command.same is None else command.same
        question = Question(
            service=command.service,
            method=command.method,
            arguments=command.arguments,
            trace=visitor.trace,
            token=visitor.token,
            op_id=op_id,
            digest=self._keyed_hash(orjson.dumps(same, option=orjson.OPT_SORT_KEYS)),
        )
        try:
            return _shown(self._bus.gather(self._bus.submit(question, command.seconds)))
        except Unknown:
            raise Outstanding(op_id) from None
        except Unavailable as absence:
            raise Missing(_named(absence, command.service)) from None

    def operation_id(self, visitor: Visitor, command: Command) -> str:
        """The name of a command: bound to who asks, so another person's equal key is another operation."""
        named = f"{visitor.person}|{command.method}|{command.key}"
        return f"{command.service}-{self._keyed_hash(named.encode())[:40]}"

    def _keyed_hash(self, text: bytes) -> str:
        # Keyed, because bodies hold card numbers and passwords that a plain hash would let a thief guess.
        return hmac.digest(self._operation_key, text, sha256).hex()

    def _ask(self, visitor: Visitor, query: Query) -> Ask:
        seconds = SILENT_SERVICE_S if query.service in self._silent else QUERY_S
        question = Question(
            service=query.service,
            method=query.method,
            arguments=query.arguments,
            trace=visitor.trace,
            token=visitor.token,
        )
        try:
            return self._bus.submit(question, seconds)
        except Unavailable:
            raise Missing(query.service) from None

    def _ask_or_none(self, visitor: Visitor, query: Query) -> Ask | None:
        try:
            return self._ask(visitor, query)
        except Missing:
            return None

    def _heard(self, service: str, ask: Ask) -> Shape:
        try:
            answer = self._bus.gather(ask)
        except Unknown:
            self._silent.add(service)
            raise Missing(service) from None
        except Unavailable as absence:
            # The service itself answered: it may be another one that it missed.
            raise Missing(_named(absence, service)) from None
        except (Refusal, Fault):
            self._silent.discard(service)
            raise
        self._silent.discard(service)
        return _shown(answer)

    def _gather_one(self, parts: Parts, name: str, service: str, ask: Ask | None) -> None:
        try:
            if ask is None:
                raise Missing(service)
            parts.answers[name] = self._heard(service, ask)
        except Missing as absence:
            parts.lack(absence.service)
        except Fault as fault:
            # One part's bug must not take the whole page; its trace is in that service's log.
            log.error("part_faulted", service=service, fault=str(fault))
            parts.lack(service)
        except Unauthenticated:
            raise
        except NotFound:
            return
        except Refusal as refusal:
            if refusal.status != Refusal.status:
                raise
            parts.refused[name] = refusal.sentence


def _named(absence: Unavailable, asked: str) -> str:
    named = str(absence)
    return named if named in SERVICES else asked


def _shown(answer: Shape) -> Shape:
    leaving: Shape = shown(answer)
    return leaving
