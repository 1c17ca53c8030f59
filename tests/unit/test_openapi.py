"""The contract of record: valid, complete, its examples true, and the routes what it names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from server.app import MODULES
from server.openapi import METHODS
from server.routes.system import openapi
from tests.helpers.schema import faults, resolved

DOCUMENT = openapi()
PATHS: dict[str, Any] = DOCUMENT["paths"]
OPERATIONS = {
    f"{method.upper()} {path}": (path, item, item[method])
    for path, item in sorted(PATHS.items())
    for method in METHODS
    if method in item
}
each_operation = pytest.mark.parametrize("name", OPERATIONS)
JSON = "application/json"


def test_routes_and_paths_match() -> None:
    routes = {route.path for module in MODULES for route in module.routes()}
    assert routes == set(PATHS)


def test_the_document_is_valid_openapi() -> None:
    # A generator that reads the document trips over the first fault; here they are all told.
    assert [error.message for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


def test_every_reference_is_used_and_leads_somewhere() -> None:
    pointed = set(_references(DOCUMENT))
    for reference in pointed:
        assert resolved({"$ref": reference}), reference
    offered = {
        f"#/components/{kind}/{name}"
        for kind, entries in DOCUMENT["components"].items()
        if kind != "securitySchemes"
        for name in entries
    }
    assert offered - pointed == set()


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for one in value.values():
            yield from _references(one)
    elif isinstance(value, list):
        for one in value:
            yield from _references(one)


def _nodes(value: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        yield path, value
        for key, one in value.items():
            # `default` is a schema's value, but the name of an answer.
            value_of_schema = key == "default" and not path.endswith("/responses")
            if key not in ("example", "examples", "const", "enum") and not value_of_schema:
                yield from _nodes(one, f"{path}/{key}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _nodes(one, f"{path}/{number}")


def _examples(node: dict[str, Any]) -> list[Any]:
    """Those of a media type or a parameter, or of a schema itself."""
    found = [node["example"]] if "example" in node else []
    named = node.get("examples", [])
    return found + (
        [resolved(one)["value"] for one in named.values()] if isinstance(named, dict) else named
    )


def test_every_example_fits_its_schema() -> None:
    wrong, seen = [], 0
    for path, node in _nodes(DOCUMENT):
        if path.endswith(("/properties", "/schemas", "/components")):
            continue  # names, not a schema
        schema = node.get("schema", node if "type" in node or "properties" in node else {})
        for example in _examples(node):
            seen += 1
            wrong += [f"{path}: {fault}" for fault in faults(schema, example)]
    assert wrong == []
    assert seen > 50


def test_every_schema_is_json_schema_and_closed() -> None:
    """An object says what it may hold: what is not described is never sent or taken."""
    for path, node in _nodes(DOCUMENT):
        if "schema" in node:
            Draft202012Validator.check_schema(node["schema"])
        if node.get("type") == "object" and "properties" in node:
            assert node.get("additionalProperties") is False, path


def _content(part: Any) -> dict[str, Any]:
    content: dict[str, Any] = resolved(part).get("content", {})
    return content


def _shown(media: dict[str, Any]) -> bool:
    """Whether a reader finds an example: beside the schema, or inside of it."""
    if _examples(media):
        return True
    schema = resolved(media.get("schema", {}))
    if "items" in schema:
        schema = resolved(schema["items"])
    return bool(_examples(schema))


@each_operation
def test_an_operation_says_what_it_does_by_words_and_examples(name: str) -> None:
    _, item, operation = OPERATIONS[name]
    assert len(operation["summary"]) > 3
    assert operation["tags"]
    missing = []
    bodies = {"request": operation.get("requestBody", {})} | operation["responses"]
    for part, body in bodies.items():
        missing += [
            f"{part} {kind}"
            for kind, media in _content(body).items()
            if kind == JSON and part != "default" and not _shown(media)
        ]
    assert missing == [], "these need an example"
    for parameter in (*item.get("parameters", ()), *operation.get("parameters", ())):
        assert "schema" in resolved(parameter)


def _wanted(path: str, item: dict[str, Any], operation: dict[str, Any]) -> set[str]:
    """The statuses of errors that every operation of this kind can answer."""
    wanted = {"default"}
    parameters = [
        resolved(one) for one in (*item.get("parameters", ()), *operation.get("parameters", ()))
    ]
    kinds = _content(operation.get("requestBody", {}))
    security = operation.get("security", DOCUMENT["security"])
    if security and {} not in security:
        wanted |= {"401"}
    of_interviewer = path.startswith("/v1/")
    if any(one["in"] == "path" for one in parameters):
        wanted |= {"404"} if of_interviewer else {"400", "404"}
    if parameters and not of_interviewer:
        wanted |= {"400"}
    if kinds:
        wanted |= {"400", "413", "415"}
    if path.startswith("/api/"):
        wanted |= {"500"}
    return wanted


@each_operation
def test_an_operation_names_its_errors(name: str) -> None:
    path, item, operation = OPERATIONS[name]
    tells_of_nothing = name.startswith("OPTIONS ")
    wanted = _wanted(path, item, operation) - ({"400", "404"} if tells_of_nothing else set())
    assert wanted - set(operation["responses"]) == set(), "these answers are not described"


@each_operation
def test_what_writes_names_a_full_disk(name: str) -> None:
    path, _, operation = OPERATIONS[name]
    if path.startswith("/api/") and name.split(" ", maxsplit=1)[0] in (
        "POST",
        "PUT",
        "PATCH",
        "DELETE",
    ):
        assert "507" in operation["responses"]


@each_operation
def test_errors_have_the_one_shape(name: str) -> None:
    path, _, operation = OPERATIONS[name]
    shape = "RealtimeError" if path.startswith("/v1/") else "Error"
    wanted = {"$ref": f"#/components/schemas/{shape}"}
    for status, response in operation["responses"].items():
        if status >= "4":  # `default` too
            told = _content(response)
            if path == "/health/ready" and status == "503":
                continue  # says what it checked
            assert set(told) == {JSON}, status
            assert told[JSON]["schema"] == wanted, status
