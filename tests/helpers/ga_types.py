"""Judges server events by the types of OpenAI's own SDK: a second reading of the protocol."""

from __future__ import annotations

import json
from typing import Any, get_args

from openai.types.realtime import RealtimeServerEvent
from pydantic import BaseModel, ValidationError


def _by_type() -> dict[str, type[BaseModel]]:
    union = get_args(RealtimeServerEvent)[0]
    models: dict[str, type[BaseModel]] = {}
    for model in get_args(union):
        (name,) = get_args(model.model_fields["type"].annotation)
        models[name] = model
    return models


MODELS = _by_type()
# The SDK types the session of an event as the request's; upstream adds these two to it.
SESSION_EXTRAS = {".session.id", ".session.object"}


def faults(event: dict[str, Any]) -> list[str]:
    """What is wrong with a server event; empty if the SDK would take it as it stands.

    Strict: no conversion of values, no event type and no field that the SDK does not know.
    """
    model = MODELS.get(str(event.get("type")))
    if model is None:
        return [f"unknown type {event.get('type')!r}"]
    try:
        parsed = model.model_validate_json(json.dumps(event), strict=True)
    except ValidationError as error:
        return [f"{event['type']}: {one['loc']}: {one['msg']}" for one in error.errors()]
    extras = [path for path in _extras(parsed, "") if path not in SESSION_EXTRAS]
    return [f"{event['type']}: unknown field {path}" for path in extras]


def _extras(value: object, path: str) -> list[str]:
    if isinstance(value, list):
        return [one for item in value for one in _extras(item, f"{path}[]")]
    if not isinstance(value, BaseModel):
        return []
    found = [f"{path}.{name}" for name in value.model_extra or {}]
    for name in type(value).model_fields:
        found += _extras(getattr(value, name), f"{path}.{name}")
    return found
