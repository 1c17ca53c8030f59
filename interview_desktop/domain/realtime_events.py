"""The GA Realtime protocol as a client speaks it: reading and building events.

Source: OpenAI Realtime API reference (GA). Names of the beta that some servers still use are
translated; unknown events are nobody's error.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

Event = dict[str, Any]

BUTTON_HINT = "Could I have a hint?"
BUTTON_REPEAT = "Could you repeat the question?"
MAX_EVENT_CHARS = 1 << 20

_ALIASES = {
    "response.audio_transcript.delta": "response.output_audio_transcript.delta",
    "response.audio_transcript.done": "response.output_audio_transcript.done",
    "response.text.delta": "response.output_text.delta",
    "response.text.done": "response.output_text.done",
    "conversation.item.created": "conversation.item.added",
}


def parse(message: str | bytes) -> Event | None:
    """A server event under its GA name, or None for what is no event at all."""
    if not isinstance(message, str) or len(message) > MAX_EVENT_CHARS:
        return None
    try:
        event = json.loads(message)
    except (ValueError, RecursionError):
        return None
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        return None
    event["type"] = _ALIASES.get(event["type"], event["type"])
    return event


def _event(kind: str, **fields: Any) -> Event:
    return {"type": kind, "event_id": f"event_{uuid.uuid4().hex[:20]}", **fields}


def session_update(session: dict[str, object]) -> Event:
    """Set the session, or parts of it."""
    return _event("session.update", session={"type": "realtime", **session})


def thinking(active: bool) -> Event:
    """Suspend automatic replies, or allow them again."""
    detection = {
        "type": "semantic_vad",
        "eagerness": "low",
        "create_response": not active,
        "interrupt_response": not active,
    }
    return session_update({"audio": {"input": {"turn_detection": detection}}})


def response_create() -> Event:
    """Let the interviewer speak."""
    return _event("response.create")


def response_cancel() -> Event:
    """Stop the active response."""
    return _event("response.cancel")


def output_clear() -> Event:
    """Drop the interviewer's sound that is still to come."""
    return _event("output_audio_buffer.clear")


def user_text(text: str) -> Event:
    """What a button says for the candidate."""
    return _item("user", "input_text", text)


def assistant_text(text: str) -> Event:
    """What the interviewer said before the connection was lost."""
    return _item("assistant", "output_text", text)


def _item(role: str, kind: str, text: str) -> Event:
    item = {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}
    return _event("conversation.item.create", item=item)


def tool_output(call_id: str, output: dict[str, object]) -> Event:
    """The answer to a tool call."""
    item = {"type": "function_call_output", "call_id": call_id, "output": json.dumps(output)}
    return _event("conversation.item.create", item=item)


def tool_arguments(item: Event) -> Event:
    """The arguments of a `function_call` item; empty if they cannot be read."""
    try:
        arguments = json.loads(item.get("arguments") or "{}")
    except (ValueError, TypeError, RecursionError):
        return {}
    return arguments if isinstance(arguments, dict) else {}
