"""Schemas of the contract as HTML, and a value that fits one."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

_CODE = re.compile(r"`([^`]+)`")
_LIMITS = (
    ("minimum", "at least {}"), ("maximum", "at most {}"), ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"), ("minItems", "at least {} items"),
    ("maxItems", "at most {} items"), ("pattern", "matches {}"), ("default", "{} if absent"),
)  # fmt: skip
_DEPTH = 6
_SAMPLES = {
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "email": "somebody@example.org",
    "date-time": "2026-01-31T12:00:00Z",
}


def words(text: str) -> str:
    """Text for a page: escaped, with what stands in backticks as code."""
    return _CODE.sub(r"<code>\1</code>", escape(text.strip()))


def anchor(*parts: str) -> str:
    """An id or fragment made of letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", " ".join(parts).lower()).strip("-") or "x"


def shown(value: Any) -> str:
    """A value as readable JSON, or text as it is, escaped."""
    if isinstance(value, str):
        return escape(value.rstrip("\n"))
    return escape(json.dumps(value, indent=2, ensure_ascii=False))


def resolved(document: dict[str, Any], value: Any) -> dict[str, Any]:
    """`value`, or what it points to."""
    for _ in range(_DEPTH):
        if not (isinstance(value, dict) and "$ref" in value):
            break
        target: Any = document
        for part in str(value["$ref"]).removeprefix("#/").split("/"):
            target = target[part]
        value = target
    return value if isinstance(value, dict) else {}


def kind(schema: dict[str, Any]) -> str:
    """What a value is, in a few words of HTML; a named schema is a link to it."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rsplit("/", 1)[1]
        return f'<a href="#{anchor("schema", name)}">{escape(name)}</a>'
    if "const" in schema:
        return f"<code>{escape(json.dumps(schema['const'], ensure_ascii=False))}</code>"
    if "enum" in schema:
        values = (json.dumps(one, ensure_ascii=False) for one in schema["enum"])
        return "one of " + ", ".join(f"<code>{escape(one)}</code>" for one in values)
    for key in ("oneOf", "anyOf"):
        if key in schema:
            return " or ".join(kind(one) for one in schema[key])
    names = schema.get("type", "any value")
    told = " or ".join(escape(str(one)) for one in ([names] if isinstance(names, str) else names))
    if "array" in told and isinstance(schema.get("items"), dict):
        told += " of " + kind(schema["items"])
    if "format" in schema:
        told += f" ({escape(str(schema['format']))})"
    limits = [
        text.format(f"<code>{escape(json.dumps(schema[key], ensure_ascii=False))}</code>")
        for key, text in _LIMITS
        if key in schema
    ]
    return ", ".join([told, *limits])


def schema_html(schema: dict[str, Any], depth: int = 0) -> str:
    """The members of an object, of an array's items, or of the alternatives, as nested lists."""
    if "$ref" in schema or depth > _DEPTH:
        return ""
    parts = []
    required = set(schema.get("required", ()))
    for name, member in schema.get("properties", {}).items():
        must = ' <span class="must">required</span>' if name in required else ""
        about = member.get("description", "")
        parts.append(
            f'<li><code>{escape(name)}</code> <span class="type">{kind(member)}</span>{must}'
            + (f'<div class="about">{words(about)}</div>' if about else "")
            + schema_html(member, depth + 1)
            + "</li>"
        )
    more = schema.get("additionalProperties")
    if isinstance(more, dict):
        parts.append(
            f'<li>any other name <span class="type">{kind(more)}</span>'
            f"{schema_html(more, depth + 1)}</li>"
        )
    listed = f'<ul class="schema">{"".join(parts)}</ul>' if parts else ""
    below = [schema.get("items"), *schema.get("oneOf", ()), *schema.get("anyOf", ())]
    return listed + "".join(schema_html(one, depth + 1) for one in below if isinstance(one, dict))


def sample(document: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> Any:
    """A value of the schema's shape, where the contract gives no example of its own."""
    schema = resolved(document, schema)
    for key in ("example", "const", "default"):
        if key in schema:
            return schema[key]
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    for key in ("oneOf", "anyOf"):
        if schema.get(key):
            choices = [one for one in schema[key] if resolved(document, one).get("type") != "null"]
            return sample(document, (choices or schema[key])[0], depth + 1)
    name = schema.get("type", "object" if "properties" in schema else "string")
    name = next((one for one in name if one != "null"), "null") if isinstance(name, list) else name
    if name == "object":
        members = schema.get("properties", {}) if depth < _DEPTH else {}
        return {key: sample(document, one, depth + 1) for key, one in members.items()}
    if name == "array":
        items = schema.get("items", {})
        empty = depth >= _DEPTH or schema.get("maxItems") == 0 or not items
        return [] if empty else [sample(document, items, depth + 1)]
    return _scalar(schema, str(name))


def _scalar(schema: dict[str, Any], name: str) -> Any:
    if name == "string":
        if "T[0-9]{2}" in schema.get("pattern", ""):
            return _SAMPLES["date-time"]
        return _SAMPLES.get(schema.get("format", ""), "…")
    if name in ("integer", "number"):
        return max(schema.get("minimum", 1), min(1, schema.get("maximum", 1)))
    return {"boolean": True}.get(name)
