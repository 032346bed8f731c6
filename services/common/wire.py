"""A call as it lies on the bus: the request read, the reply written, and read again by who asked."""

import uuid
from typing import Any

import orjson

from services.common.errors import Fault, Unavailable, Unknown, refusal_from_wire
from services.common.logs import get_logger
from services.common.request import Request

log = get_logger(__name__)

Reply = dict[str, Any]


def read_request(body: Any, properties: dict[str, Any]) -> tuple[dict[str, Any], Request] | None:
    """Arguments and request of a message, or None when it is not one: then nobody can be answered."""
    try:
        wire = orjson.loads(body)
        if not properties["reply_to"] or not properties["correlation_id"]:
            return None
        return dict(wire["args"]), Request(
            method=str(wire["method"]),
            caller=str(properties["user_id"]),
            trace=str(wire.get("trace") or uuid.uuid4().hex),
            deadline=float(wire["deadline"]),
            token=wire.get("subject"),
            op_id=wire.get("op_id"),
            digest=wire.get("digest"),
        )
    except (KeyError, ValueError, TypeError):
        return None


def written_reply(reply: Reply) -> bytes:
    """The reply as it is sent; an answer that cannot be written down is a fault, not the service's end."""
    try:
        return orjson.dumps(reply)
    except TypeError:
        log.exception("answer not writable")
        return orjson.dumps({"fault": ""})


def raise_from_reply(reply: Reply, service: str) -> Any:
    """The answer of a reply; raises what stands in it instead of one."""
    if "answer" in reply:
        return reply["answer"]
    if "refusal" in reply:
        raise refusal_from_wire(reply["refusal"])
    if "unknown" in reply:
        raise Unknown(service)
    if "unavailable" in reply:
        raise Unavailable(reply["unavailable"])
    raise Fault(reply.get("fault", ""))
