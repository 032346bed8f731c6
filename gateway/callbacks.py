"""Where the bank and the other providers report: handed to the owning service exactly as it came.

The gateway holds none of the providers' keys, so it verifies nothing. The signature is the key of the
command: the same report sent again gets the answer already given, a new one meets the service's state.
What the service finds not genuine counts against the address that sent it, and not against the providers.
"""

from collections.abc import Callable
from dataclasses import dataclass

import orjson
from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, UnsupportedMediaType

from gateway.calls import Command, Outstanding
from gateway.entrance import CALLBACK_PREFIX, entrance, visitor
from gateway.hall import Hall
from services.common.callbacks import BODY_CHARACTERS, SIGNATURE_CHARACTERS, TIMESTAMP_CHARACTERS
from services.common.errors import Forbidden, Unavailable
from services.common.shape import CONTROL


@dataclass(frozen=True)
class Receiver:
    """The method of a service that hears a provider."""

    service: str
    method: str


RECEIVERS: dict[str, Receiver] = {
    "bank": Receiver("deposit", "bank_callback"),
    "face": Receiver("auth", "face_callback"),
    "sms": Receiver("notify", "delivery_callback"),
    "sms-second": Receiver("notify", "delivery_callback"),
    "transfers": Receiver("deposit", "transfer_callback"),
}


def register(app: Flask) -> None:
    """Open one address for each provider that somebody hears."""
    for provider in RECEIVERS:
        app.add_url_rule(
            f"{CALLBACK_PREFIX}{provider}", f"callback_{provider}", _hear(provider), methods=["POST"]
        )


def _hear(provider: str) -> Callable[[], Response]:
    receiver = RECEIVERS[provider]

    def answer() -> Response:
        try:
            return heard()
        except (Forbidden, HTTPException):
            entrance().note_rubbish()
            raise

    def heard() -> Response:
        hall: Hall = current_app.extensions["hall"]
        arguments = _told()
        command = Command(
            service=receiver.service,
            method=receiver.method,
            key=arguments["signature"],
            arguments=arguments,
        )
        try:
            return Response(orjson.dumps(hall.hear(visitor(), command)), mimetype="application/json")
        except Outstanding:
            # Not taken for sure: the provider tells it again.
            raise Unavailable(receiver.service) from None

    return answer


def _told() -> dict[str, str]:
    """What came, within its limits; the content as text, since the signature covers its bytes."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    timestamp, signature = request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", "")
    if len(timestamp) > TIMESTAMP_CHARACTERS or len(signature) != SIGNATURE_CHARACTERS:
        raise _not_genuine()
    try:
        body = request.get_data().decode()
    except UnicodeDecodeError:
        raise _not_genuine() from None
    if len(body) > BODY_CHARACTERS:
        raise RequestEntityTooLarge
    # No service takes them in; refused here, they count for their sender.
    if any(CONTROL.search(text) for text in (timestamp, signature, body)):
        raise _not_genuine()
    return {"timestamp": timestamp, "signature": signature, "path": request.path, "body": body}


def _not_genuine() -> Forbidden:
    return Forbidden("callback_not_genuine", "通知的签名无效或已过期。")
