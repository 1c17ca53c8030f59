"""The part of JSON Schema that the contract of record uses, checked without another package."""

from __future__ import annotations

import re
import uuid
from typing import Any

from server.routes.system import openapi

KNOWN = {"$ref", "type", "enum", "const", "oneOf", "required", "additionalProperties", "properties",
         "items", "minimum", "maximum", "minLength", "maxLength", "maxItems", "uniqueItems",
         "pattern", "format", "default", "description"}  # fmt: skip
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def resolved(value: Any) -> Any:
    """`value`, or what it points to."""
    while isinstance(value, dict) and "$ref" in value:
        target: Any = openapi()
        for part in value["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        value = target
    return value


def faults(schema: Any, value: Any, where: str = "$") -> list[str]:
    """What is wrong with `value`; empty if it fits."""
    schema = resolved(schema)
    assert set(schema) <= KNOWN, f"{where}: this helper does not know {set(schema) - KNOWN}"
    if "oneOf" in schema:
        fitting = [one for one in schema["oneOf"] if not faults(one, value, where)]
        return [] if len(fitting) == 1 else [f"{where}: {len(fitting)} of oneOf fit {value!r}"]
    if "const" in schema and value != schema["const"]:
        return [f"{where}: {value!r} is not {schema['const']!r}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is none of {schema['enum']}"]
    names = schema.get("type", [])
    names = [names] if isinstance(names, str) else names
    if names and not any(_is(value, name) for name in names):
        return [f"{where}: {value!r} is not of type {names}"]
    if isinstance(value, dict):
        return _object_faults(schema, value, where)
    if isinstance(value, list):
        limit = schema.get("maxItems", len(value))
        found = [f"{where}: too many items"] if len(value) > limit else []
        for place, item in enumerate(value):
            found += faults(schema.get("items", {}), item, f"{where}[{place}]")
        return found
    return _scalar_faults(schema, value, where)


def _is(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, TYPES[name])


def _object_faults(schema: Any, value: dict[str, Any], where: str) -> list[str]:
    found = [
        f"{where}: {name} is missing" for name in schema.get("required", []) if name not in value
    ]
    known = schema.get("properties", {})
    for name, one in value.items():
        if name in known:
            found += faults(known[name], one, f"{where}.{name}")
        elif schema.get("additionalProperties") is False:
            found.append(f"{where}: {name} is not described")
    return found


def _scalar_faults(schema: Any, value: Any, where: str) -> list[str]:
    if isinstance(value, str):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            return [f"{where}: {value!r} does not match"]
        if schema.get("format") == "uuid" and str(uuid.UUID(value)) != value:
            return [f"{where}: {value!r} is not a lower-case UUID"]
    elif isinstance(value, (int, float)) and not (
        schema.get("minimum", value) <= value <= schema.get("maximum", value)
    ):
        return [f"{where}: {value} is out of bounds"]
    return []
