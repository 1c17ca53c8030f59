"""Items that a client may add to the conversation."""

from __future__ import annotations

from server.interviewer.ga_events import Event, new_id

# Kept and sent back on request, so bounded; far beyond anything a person says in one go.
MAX_TEXT_CHARS = 16_000
MAX_ID_CHARS = 64

# Role -> kinds of content, each with the field that holds its words.
_PARTS = {
    "user": {"input_text": "text", "input_audio": "transcript"},
    "system": {"input_text": "text"},
    "assistant": {"output_text": "text", "output_audio": "transcript"},
}
_STATUSES = ("completed", "incomplete", "in_progress")


def client_item(given: object) -> Event | None:
    """The item as the conversation keeps it, with an id; None if it cannot be one.

    Only what the protocol names is taken over: what a client sends is sent back to it. Sound
    in an item is dropped, the words beside it are kept.
    """
    if not isinstance(given, dict):
        return None
    item = _message(given) if given.get("type") == "message" else _function_item(given)
    item_id, status = given.get("id"), given.get("status")
    if item is None or not (item_id is None or _short(item_id)):
        return None
    return {
        "id": item_id or new_id("item"),
        "object": "realtime.item",
        "status": status if status in _STATUSES else "completed",
        **item,
    }


def item_text(item: Event) -> str:
    """The words of a message."""
    return " ".join(str(part.get("text", "")) for part in item["content"]).strip()


def _message(given: Event) -> Event | None:
    role, content = given.get("role"), given.get("content")
    kinds = _PARTS.get(role) if isinstance(role, str) else None
    if kinds is None or not isinstance(content, list):
        return None
    parts = [_part(kinds, part) for part in content]
    if None in parts or sum(len(str(part)) for part in parts) > MAX_TEXT_CHARS:
        return None
    return {"type": "message", "role": role, "content": parts}


def _part(kinds: dict[str, str], given: object) -> Event | None:
    kind = given.get("type") if isinstance(given, dict) else None
    if not isinstance(given, dict) or not isinstance(kind, str) or kind not in kinds:
        return None
    field = kinds[kind]
    words = given.get(field)
    if words is None and field == "transcript":
        return {"type": kind}
    return {"type": kind, field: words} if isinstance(words, str) else None


def _function_item(given: Event) -> Event | None:
    fields = {
        "function_call": ("call_id", "name", "arguments"),
        "function_call_output": ("call_id", "output"),
    }.get(str(given.get("type")))
    if fields is None:
        return None
    values = {field: given.get(field) for field in fields}
    if not all(isinstance(value, str) for value in values.values()):
        return None
    if not _short(values["call_id"]) or len(str(values)) > MAX_TEXT_CHARS:
        return None
    return {"type": given["type"], **values}


def _short(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_ID_CHARS
