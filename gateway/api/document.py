"""The OpenAPI document and the decorator that ties a view to it."""

import http
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ClassVar, TypeVar

import orjson
from flask import Response
from flask_smorest import Api, Blueprint
from flask_smorest.utils import prepare_response
from marshmallow import RAISE, Schema
from webargs.flaskparser import FlaskParser
from werkzeug import Request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.routing import BaseConverter

from gateway.api.answers.common import OutstandingAnswer
from gateway.api.answers.problem import ProblemAnswer
from gateway.problems import MIMETYPE, InvalidFields, field_errors

KEY_PATTERN = "^[A-Za-z0-9_-]{1,255}$"
_KEY_PARAMETER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": "Made by the client; the same key and body again is the same operation.",
    "schema": {"type": "string", "pattern": KEY_PATTERN},
}
View = TypeVar("View", bound=Callable[..., Response])

_ALWAYS = (429, 503)
_BEARER: list[dict[str, list[str]]] = [{"bearer": []}, {"cookie": []}]


class HallApi(Api):  # type: ignore[misc]
    """flask-smorest with problem documents: errors are answered by gateway.problems alone."""

    DEFAULT_ERROR_RESPONSE_NAME = None
    ERROR_SCHEMA = ProblemAnswer

    def _register_error_handlers(self) -> None:
        """gateway.problems has registered them already."""

    def _register_responses(self) -> None:
        for status in http.HTTPStatus:
            response: dict[str, Any] = {"description": status.phrase}
            if status >= 400:
                response["schema"] = self.ERROR_SCHEMA
                prepare_response(response, self.spec, MIMETYPE)
            elif status == http.HTTPStatus.ACCEPTED:
                response["schema"] = OutstandingAnswer
                prepare_response(response, self.spec, "application/json")
            self.spec.components.response(status.name, response, lazy=True)


class StrictParser(FlaskParser):  # type: ignore[misc]
    """Reads JSON bodies and query strings; every member must be known."""

    DEFAULT_UNKNOWN_BY_LOCATION: ClassVar[dict[str, str]] = {"json": RAISE, "query": RAISE}

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The JSON body. Raises 415 for another content type, 413 for too much, 400 for broken JSON."""
        if req.mimetype != "application/json":
            raise UnsupportedMediaType
        raw = req.get_data()
        if len(raw) >= (req.max_content_length or sys.maxsize):
            # A body without an announced length is cut at the limit, silently.
            raise RequestEntityTooLarge
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError:
            raise BadRequest from None

    def handle_error(self, error: Any, *_: Any, **__: Any) -> None:
        """Raise what marshmallow found as pointers into the body or the query."""
        messages = next(iter(error.messages.values()))
        raise InvalidFields(field_errors(messages if isinstance(messages, dict) else {"_schema": messages}))


class HallBlueprint(Blueprint):  # type: ignore[misc]
    """A blueprint whose arguments are read strictly."""

    ARGUMENTS_PARSER = StrictParser()

    def get(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Route a GET."""
        return self._routed(rule, "GET", options)

    def post(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Route a POST."""
        return self._routed(rule, "POST", options)

    def put(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Route a PUT."""
        return self._routed(rule, "PUT", options)

    def delete(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Route a DELETE."""
        return self._routed(rule, "DELETE", options)

    def taking(self, schema: type[Schema], location: str = "json") -> Callable[[View], View]:
        """The view takes what `schema` loads as its first argument."""
        taken: Callable[[View], View] = self.arguments(schema, location=location)
        return taken

    def _routed(self, rule: str, method: str, options: dict[str, Any]) -> Callable[[View], View]:
        routed: Callable[[View], View] = self.route(rule, methods=[method], **options)
        return routed


def part_schema(part: BaseConverter) -> dict[str, str]:
    """How a part of a path is documented."""
    return {"type": "string", "pattern": f"^{part.regex}$"}


@dataclass(frozen=True)
class Told:
    """What the document is told of an operation's answers; neither answer nor files: an empty one."""

    answer: type[Schema] | None
    covers: tuple[str, ...]
    status: int
    errors: tuple[int, ...]
    files: tuple[str, ...]
    tagged: bool


def operation(
    answer: type[Schema] | None,
    *,
    covers: tuple[str, ...] = (),
    status: int = 200,
    errors: tuple[int, ...] = (),
    files: tuple[str, ...] = (),
    tagged: bool = False,
    writes: bool = False,
    anonymous: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """Document a view and turn its dict into the JSON answer.

    `answer` describes, and touches nothing that is sent: journeys hold every answer to it. `covers` are the
    acceptance ids it shows; `errors` the refusals beside those that every operation knows; `files` the media
    types of an answer that is a file; a `tagged` one has an ETag, and is not sent again to who has it.
    """
    told = Told(answer, covers, status, errors, files, tagged)

    def decorated(view: Callable[..., Any]) -> Callable[..., Response]:
        @wraps(view)
        def answered(*args: Any, **kwargs: Any) -> Response:
            return as_json(view(*args, **kwargs), status)

        documented: Callable[..., Response] = HallBlueprint.doc(
            **_documentation(told, writes=writes, anonymous=anonymous)
        )(answered)
        return documented

    return decorated


def as_json(value: Any, status: int) -> Response:
    """A dict as a JSON answer; a Response stays what it is."""
    if isinstance(value, Response):
        return value
    if status == http.HTTPStatus.NO_CONTENT:
        return Response(status=status)
    return Response(orjson.dumps(value), status=status, mimetype="application/json")


def _documentation(told: Told, *, writes: bool, anonymous: bool) -> dict[str, Any]:
    """What the document says of an operation beyond its docstring and arguments."""
    refused = {
        *told.errors,
        *_ALWAYS,
        *((400, 409, 413, 415, 422) if writes else ()),
        *(() if anonymous else (401, 403)),
    }
    responses: dict[int, Any] = {code: http.HTTPStatus(code).name for code in sorted(refused)}
    responses[told.status] = _success(told)
    if told.tagged:
        responses[304] = "NOT_MODIFIED"
    if writes:
        responses[202] = "ACCEPTED"
    documentation: dict[str, Any] = {"responses": responses, "x-covers": list(told.covers)}
    documentation["security"] = [] if anonymous else _BEARER
    if writes:
        documentation["parameters"] = [_KEY_PARAMETER]
    return documentation


def _success(told: Told) -> dict[str, Any]:
    described: dict[str, Any] = {"description": http.HTTPStatus(told.status).phrase}
    if told.answer is not None:
        described["content"] = {"application/json": {"schema": told.answer}}
    elif told.files:
        described["content"] = {kind: {} for kind in told.files}
    if told.tagged:
        tag = {"description": "For If-None-Match and If-Match.", "schema": {"type": "string"}}
        described["headers"] = {"ETag": tag}
    return described
