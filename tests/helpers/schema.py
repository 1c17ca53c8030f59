"""Whether a value is what the contract of record says."""

from __future__ import annotations

import uuid
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from server.openapi import document

FORMATS = FormatChecker(formats=())


@FORMATS.checks("uuid")
def _lower_case_uuid(value: object) -> bool:
    try:
        return not isinstance(value, str) or str(uuid.UUID(value)) == value
    except ValueError:
        return False


def resolved(part: Any) -> Any:
    """`part` of the document, or what it refers to."""
    while isinstance(part, dict) and set(part) == {"$ref"}:
        target: Any = document()
        for name in part["$ref"].removeprefix("#/").split("/"):
            target = target[name.replace("~1", "/")]
        part = target
    return part


def faults(schema: Any, value: Any) -> list[str]:
    """What is wrong with `value`; empty if it fits."""
    # References begin at the root of the document, so its components stand beside the schema.
    whole = {"allOf": [schema], "components": document()["components"]}
    return [
        f"{error.json_path}: {error.message}"
        for error in Draft202012Validator(whole, format_checker=FORMATS).iter_errors(value)
    ]
