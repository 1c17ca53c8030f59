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
# How an escaped surrogate begins in JSON text.
_HALF = "\\ud"
# What a session that does not tell its own turn detection gets back after Thinking.
_DETECTION: dict[str, object] = {"type": "semantic_vad", "eagerness": "low"}

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
        if _HALF in message.lower():
            event = _whole_characters(event)
    except (ValueError, RecursionError):
        return None
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        return None
    event["type"] = _ALIASES.get(event["type"], event["type"])
    return event


def _whole_characters(value: Any) -> Any:
    """`value` without halves of surrogate pairs, which no file and no request can hold."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_whole_characters(one) for one in value]
    if isinstance(value, dict):
        return {_whole_characters(key): _whole_characters(one) for key, one in value.items()}
    return value


def _event(kind: str, **fields: Any) -> Event:
    return {"type": kind, "event_id": f"event_{uuid.uuid4().hex[:20]}", **fields}


def session_update(session: dict[str, object]) -> Event:
    """Set the session, or parts of it."""
    return _event("session.update", session={"type": "realtime", **session})


def turn_detection(session: dict[str, Any]) -> dict[str, object] | None:
    """How a session finds the end of a turn; None where the client commits turns itself."""
    audio = session.get("audio")
    given = audio.get("input") if isinstance(audio, dict) else None
    if not isinstance(given, dict) or "turn_detection" not in given:
        return _DETECTION
    own = given["turn_detection"]
    return own if isinstance(own, dict) else None


def thinking(detection: dict[str, object] | None, *, active: bool) -> Event:
    """Suspend automatic replies, or bring back the session's own turn `detection`."""
    replies: dict[str, object] = {"create_response": not active, "interrupt_response": not active}
    changed = None
    if detection is not None:
        changed = detection | replies if active else replies | detection
    return session_update({"audio": {"input": {"turn_detection": changed}}})


def response_create() -> Event:
    """Let the interviewer speak."""
    return _event("response.create")


def response_cancel() -> Event:
    """Stop the active response."""
    return _event("response.cancel")


def output_clear() -> Event:
    """Drop the interviewer's sound that is still to come."""
    return _event("output_audio_buffer.clear")


def user_text(text: str, item_id: str | None = None) -> Event:
    """What a button says for the candidate, or what was typed."""
    return _item("user", "input_text", text, item_id)


def assistant_text(text: str) -> Event:
    """What the interviewer said before the connection was lost."""
    return _item("assistant", "output_text", text)


def _item(role: str, kind: str, text: str, item_id: str | None = None) -> Event:
    item: Event = {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}
    if item_id is not None:
        item["id"] = item_id
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


def error_code(holder: object) -> str:
    """The code of the error in an `error` event or in a response's details; empty if none."""
    error = holder.get("error") if isinstance(holder, dict) else None
    return str(error.get("code")) if isinstance(error, dict) else ""
