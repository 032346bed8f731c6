"""The document: valid OpenAPI 3.1.1, errors as problem documents, every operation with what it covers."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate

METHODS = {"get", "post", "put", "delete"}
WRITES = METHODS - {"get"}
# They change nothing: what is asked for stands in a body because it may stand in no address.
SEARCHES = {"/api/v1/staff/looks/search"}


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").get_json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            yield path, method, item[method]


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.1"
    validate(document)


def test_every_operation_says_what_it_covers(document: dict[str, Any]) -> None:
    found = list(operations(document))
    assert len(found) >= 30
    for path, method, operation in found:
        assert isinstance(operation["x-covers"], list), (path, method)
        assert operation["summary"], (path, method)


def test_every_write_asks_for_a_key(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        named = {parameter["name"] for parameter in operation.get("parameters", []) if "name" in parameter}
        assert ("Idempotency-Key" in named) == (method in WRITES and path not in SEARCHES), (path, method)


def test_errors_are_documented_as_problem_documents(document: dict[str, Any]) -> None:
    for name, response in document["components"]["responses"].items():
        if name not in {"ACCEPTED", "NOT_MODIFIED"}:
            assert set(response["content"]) == {"application/problem+json"}, name
    for path, method, operation in operations(document):
        for code, response in operation["responses"].items():
            assert int(code) < 400 or "$ref" in response, (path, method, code)


def test_amounts_are_texts_with_a_pattern(document: dict[str, Any]) -> None:
    amount = document["components"]["schemas"]["Registration"]["properties"]["amount"]
    assert amount["type"] == "string" and amount["pattern"].startswith("^")


def test_moments_are_documented_with_the_offset_of_china(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for schema, name in (("Bill", "registered_at"), ("Step", "at"), ("Code", "expires_at")):
        moment = _schema(schemas, schema)["properties"][name]
        assert (moment["format"], moment["pattern"].endswith(r"\+08:00$")) == ("date-time", True)


def _schema(schemas: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = schemas.get(name) or schemas[f"{name}Answer"]
    return found


def test_the_list_of_operations_is_readable_without_anything_else(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    page = client.get("/docs").get_data(as_text=True)
    assert all(path in page for path in document["paths"])
    assert "<script" not in page and "style" not in page
