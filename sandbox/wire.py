"""Reading requests and writing answers."""

import time
from typing import Any

import orjson
from flask import Response, request
from werkzeug.exceptions import HTTPException

from sandbox.answers import Answer, Dropped, Refused
from sandbox.shapes import Shape
from sandbox.signing import Signed, require_signature

BODY_LIMIT_BYTES = 65_536
BULK_LIMIT_BYTES = 8_388_608


def signed_body(key: bytes, shape: Shape) -> dict[str, Any]:
    """The checked body of a signed request. Raises Refused 400, 401, 413, 415 or 422."""
    content = _content(BODY_LIMIT_BYTES)
    headers = request.headers
    signed = Signed(headers.get("X-Timestamp", ""), headers.get("X-Signature", ""), request.path, content)
    require_signature(key, signed, time.time())
    return shape.read(_parsed(content))


def open_body(limit_bytes: int = BODY_LIMIT_BYTES) -> Any:
    """The JSON of an unsigned request. Raises Refused 400, 413 or 415."""
    return _parsed(_content(limit_bytes))


def _content(limit_bytes: int) -> bytes:
    if request.mimetype != "application/json":
        raise Refused(415, "not_json")
    request.max_content_length = limit_bytes
    return request.get_data(cache=False)


def _parsed(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        raise Refused(400, "broken_json") from None


def number_asked(name: str, usual: int, most: int) -> int:
    """A whole number of the query string between 0 and `most`. Raises Refused 422."""
    given = request.args.get(name)
    if given is None:
        return usual
    if not (given.isascii() and given.isdigit() and len(given) <= 15 and int(given) <= most):
        raise Refused(422, "malformed", name)
    return int(given)


def written(answer: Answer) -> Response:
    """The answer as JSON."""
    return Response(
        orjson.dumps(answer.content),
        answer.http_status,
        headers=answer.headers,
        content_type="application/json",
    )


def refused(refusal: Refused) -> Response:
    """The refusal as JSON."""
    return written(refusal.answer())


def dropped(_: Dropped) -> Response:
    """Fewer bytes than promised, streamed: the server then cuts the connection before it sends anything."""
    return Response(iter([b" "]), headers={"Content-Length": "1024"}, direct_passthrough=True)


def http_error(error: HTTPException) -> Response:
    """What the framework refuses (no such page, wrong method, too large), as JSON."""
    return written(Answer({"reason": error.name.lower().replace(" ", "_")}, error.code or 500))
