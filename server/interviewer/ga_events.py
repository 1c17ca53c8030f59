"""Server events of the GA Realtime protocol, each with every required field.

Source: OpenAI Realtime API reference, server events (GA).
"""

from __future__ import annotations

import secrets
from typing import Any

Event = dict[str, Any]


def new_id(prefix: str) -> str:
    """An id such as `item_…`, `resp_…`, `event_…`."""
    return f"{prefix}_{secrets.token_hex(10)}"


def event(kind: str, **fields: Any) -> Event:
    """A server event of `kind`."""
    return {"type": kind, "event_id": new_id("event"), **fields}


def error(message: str, code: str, client_event_id: str | None = None) -> Event:
    """An error the client may go on after; names the client event it answers."""
    return event(
        "error",
        error={
            "type": "invalid_request_error",
            "code": code,
            "message": message,
            "param": None,
            "event_id": client_event_id,
        },
    )


def audio_item(item_id: str, transcript: str, status: str) -> Event:
    """The interviewer's spoken message."""
    return {
        "id": item_id,
        "object": "realtime.item",
        "type": "message",
        "status": status,
        "role": "assistant",
        "content": [{"type": "output_audio", "transcript": transcript}],
    }


def user_audio_item(item_id: str, transcript: str | None) -> Event:
    """What the candidate said."""
    return {
        "id": item_id,
        "object": "realtime.item",
        "type": "message",
        "status": "completed",
        "role": "user",
        "content": [{"type": "input_audio", "transcript": transcript}],
    }


def function_item(item_id: str, call_id: str, name: str, arguments: str, status: str) -> Event:
    """A call of one of the session's tools."""
    return {
        "id": item_id,
        "object": "realtime.item",
        "type": "function_call",
        "status": status,
        "call_id": call_id,
        "name": name,
        "arguments": arguments,
    }


def response(response_id: str, status: str, output: list[Event], reason: str = "") -> Event:
    """A response object. Usage is all zero: nothing here costs anything."""
    details: Event | None = None
    if status == "cancelled":
        details = {"type": "cancelled", "reason": reason or "client_cancelled"}
    return {
        "id": response_id,
        "object": "realtime.response",
        "status": status,
        "status_details": details,
        "output": output,
        "output_modalities": ["audio"],
        "max_output_tokens": "inf",
        "conversation_id": None,
        "metadata": None,
        "usage": {
            "total_tokens": 0,
            "input_tokens": 0,
            "output_tokens": 0,
            "input_token_details": {"text_tokens": 0, "audio_tokens": 0, "cached_tokens": 0},
            "output_token_details": {"text_tokens": 0, "audio_tokens": 0},
        }
        if status != "in_progress"
        else None,
    }
