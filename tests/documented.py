"""Answers held against `/openapi.json`: every member that is sent is described there, and as it is sent."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from openapi_schema_validator import OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

PROBLEM = "application/problem+json"
_ROOT = "urn:hall:document"
_EMPTY = frozenset({204, 304})
_METHODS = frozenset({"get", "post", "put", "delete"})


class Undocumented(AssertionError):
    """The hall answered what its document does not say."""


@dataclass(frozen=True)
class Answered:
    """One answer: to what, with which status, of which media type; `body` as it was read from JSON."""

    method: str
    path: str
    status: int
    kind: str
    body: Any


class Documented:
    """The document of a hall; validators are compiled once for each schema."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._registry: Any = Registry().with_resource(
            _ROOT, Resource(contents=document, specification=DRAFT202012)
        )
        self._validators: dict[str, Any] = {}

    def check(self, answer: Answered) -> None:
        """Raises Undocumented for another status, media type, member, type or value than is written down."""
        found = self._found(answer)
        if found is None:
            if answer.status not in (404, 405):
                raise Undocumented(f"{answer.method} {answer.path} is not in the document")
            self._fits("#/components/schemas/ProblemAnswer", answer)
            return
        where, operation = found
        response = operation["responses"].get(str(answer.status))
        if response is None:
            raise Undocumented(f"{answer.method} {answer.path}: {answer.status} {answer.body}")
        pointer = f"{where}/responses/{answer.status}"
        if "$ref" in response:
            pointer = response["$ref"]
            response = self.document["components"]["responses"][pointer.rpartition("/")[2]]
        self._check_content(answer, response.get("content", {}), pointer)

    def _check_content(self, answer: Answered, content: dict[str, Any], pointer: str) -> None:
        if not content and answer.status in _EMPTY:
            return
        if answer.kind not in content:
            raise Undocumented(f"{answer.method} {answer.path}: {answer.status} as {answer.kind}")
        if "schema" in content[answer.kind]:
            self._fits(f"{pointer}/content/{answer.kind.replace('/', '~1')}/schema", answer)

    def _fits(self, pointer: str, answer: Answered) -> None:
        if pointer not in self._validators:
            schema = {"$ref": f"{_ROOT}{pointer}"}
            self._validators[pointer] = OAS31Validator(schema, registry=self._registry)
        wrong = [
            f"/{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
            for error in _innermost(self._validators[pointer].iter_errors(answer.body))
        ]
        if wrong:
            told = "\n  ".join(wrong)
            raise Undocumented(f"{answer.method} {answer.path} {answer.status}\n  {told}")

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Every path with each of its methods."""
        for path, item in self.document["paths"].items():
            for method in _METHODS & item.keys():
                yield path, method, item[method]

    @cached_property
    def _routes(self) -> list[tuple[re.Pattern[str], str, str, dict[str, Any]]]:
        """Fixed paths before those with a part that varies, as the hall looks them up."""
        ordered = sorted(self.operations(), key=lambda one: one[0].count("{"))
        return [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), method, _pointer(path, method), operation)
            for path, method, operation in ordered
        ]

    def _found(self, answer: Answered) -> tuple[str, dict[str, Any]] | None:
        path, method = answer.path.partition("?")[0], answer.method.lower()
        for route, of_method, pointer, operation in self._routes:
            if of_method == method and route.fullmatch(path):
                return pointer, operation
        return None


def _innermost(errors: Iterable[Any]) -> Iterator[Any]:
    """What is wrong in the end, where one of several was to fit."""
    for error in errors:
        yield from _innermost(error.context) if error.context else [error]


def _pointer(path: str, method: str) -> str:
    escaped = path.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
    return f"#/paths/{escaped}/{method}"
