"""The bus as notify's neighbours use it: the gateway asks, auth answers one question, the relay tells."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pika

from services.common.clock import technical_at
from services.common.request import digest_of
from tests.component.notify.stage import AuthStandIn, request_of

ANSWERED_WITHIN_S = 10.0

Reply = dict[str, Any]


@contextmanager
def channel_to(url: str) -> Iterator[Any]:
    """A channel of the broker for the user that the address names."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    try:
        yield connection.channel()
    finally:
        connection.close()


def ask(gateway_url: str, method: str, arguments: Reply, token: str | None) -> Reply:
    """The reply of notify to the gateway; raises TimeoutError without one."""
    with channel_to(gateway_url) as channel:
        reply_to = f"reply.gateway.{uuid.uuid4().hex}"
        channel.queue_declare(reply_to, exclusive=True, auto_delete=True)
        channel.queue_bind(reply_to, "replies", reply_to)
        question = {
            "method": method,
            "args": arguments,
            "subject": token,
            "trace": uuid.uuid4().hex,
            "deadline": time.time() + ANSWERED_WITHIN_S,
            "op_id": uuid.uuid4().hex,
            "digest": digest_of(arguments),
        }
        properties = pika.BasicProperties(reply_to=reply_to, correlation_id="1", user_id="gateway")
        channel.basic_publish("commands", f"notify.{method}", orjson.dumps(question), properties)
        return _first(channel, reply_to)


def _first(channel: Any, queue: str) -> Reply:
    for _, _, body in channel.consume(queue, auto_ack=True, inactivity_timeout=ANSWERED_WITHIN_S):
        if body is None:
            raise TimeoutError(queue)
        reply: Reply = orjson.loads(body)
        return reply
    raise TimeoutError(queue)


def tell(relay_url: str, name: str, payload: Reply, message_id: str | None = None, attempt: int = 0) -> str:
    """Publish an event of withdrawal as the relay does; `attempt` is how often it failed already."""
    message_id = message_id or str(uuid.uuid4())
    event = {
        "message_id": message_id,
        "event": name,
        "producer": "withdrawal",
        "aggregate": f"withdrawal:{message_id}",
        "sequence": 1,
        "at": technical_at().isoformat(),
        "trace": "",
        "payload": payload,
    }
    publish(relay_url, name, orjson.dumps(event), attempt)
    return message_id


def publish(relay_url: str, name: str, body: bytes, attempt: int = 0) -> None:
    """Publish raw bytes on the exchange of events, confirmed."""
    with channel_to(relay_url) as channel:
        channel.confirm_delivery()
        properties = pika.BasicProperties(delivery_mode=2, headers={"attempt": attempt})
        channel.basic_publish("events", name, body, properties, mandatory=True)


@contextmanager
def auth_answers(auth_url: str) -> Iterator[None]:
    """Auth's place on the bus, taken by its stand-in, for the one question notify may ask it."""
    stopping = threading.Event()
    place = threading.Thread(target=_answer_contact, args=(auth_url, stopping), daemon=True)
    place.start()
    try:
        yield
    finally:
        stopping.set()
        place.join(10)


def _answer_contact(auth_url: str, stopping: threading.Event) -> None:
    auth = AuthStandIn()
    with channel_to(auth_url) as channel:
        channel.queue_purge("rpc-auth")
        for _, properties, body in channel.consume("rpc-auth", auto_ack=True, inactivity_timeout=0.1):
            if body is not None:
                _answer(channel, auth, properties, orjson.loads(body))
            if stopping.is_set():
                return


def _answer(channel: Any, auth: AuthStandIn, properties: Any, question: Reply) -> None:
    request = request_of(question["method"], question["args"], None)
    reply = {"answer": auth.call(question["method"], question["args"], request)}
    same = pika.BasicProperties(correlation_id=properties.correlation_id)
    channel.basic_publish("replies", properties.reply_to, orjson.dumps(reply), same)


def until(found: Callable[[], Any], within_s: float = ANSWERED_WITHIN_S) -> Any:
    """The first true value of `found`; raises TimeoutError when there is none in time."""
    give_up_at = time.monotonic() + within_s
    while not (value := found()):
        if time.monotonic() > give_up_at:
            raise TimeoutError("nothing was found")
        time.sleep(0.05)
    return value
