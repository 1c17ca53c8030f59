"""The session object: what the client sets is kept and echoed, and little of it is obeyed."""

from __future__ import annotations

import copy
import json
from typing import Any

from server.interviewer.ga_events import new_id

# The server's own: a client's values for these are dropped.
_PROTECTED = frozenset({"id", "object", "client_secret"})
# The whole session goes back to the client in one message.
MAX_SESSION_CHARS = 128 * 1024


class Settings:
    """The GA session object of one call.

    Thread: the event loop.
    """

    def __init__(self, session: dict[str, Any]) -> None:
        self.value: dict[str, Any] = {
            "object": "realtime.session",
            "id": new_id("sess"),
            **copy.deepcopy(session),
        }

    def update(self, wanted: object) -> bool:
        """Take a client's session in, member by member; False if it cannot be, and nothing changes.

        The case is the server's: empty or other instructions are echoed, never obeyed.
        """
        if not isinstance(wanted, dict) or wanted.get("type", "realtime") != "realtime":
            return False
        changed = copy.deepcopy(self.value)
        _merge(changed, {key: wanted[key] for key in wanted if key not in _PROTECTED})
        try:
            said = json.dumps(changed, allow_nan=False)
        except ValueError:
            return False
        if not _usable(changed) or len(said) > MAX_SESSION_CHARS:
            return False
        self.value = changed
        return True

    def detection(self, name: str) -> bool:
        """A flag of turn detection; without turn detection nothing happens by itself."""
        detection = self.value["audio"]["input"].get("turn_detection")
        return isinstance(detection, dict) and detection.get(name, True) is not False

    def has_tool(self, name: str) -> bool:
        """Whether the client knows the tool and wants calls of tools at all."""
        if self.value.get("tool_choice") == "none":
            return False
        return any(tool.get("name") == name for tool in self.value.get("tools") or [])


def _usable(session: dict[str, Any]) -> bool:
    """Whether the members that are read here are of the right kind."""
    audio, tools = session.get("audio"), session.get("tools")
    if not isinstance(audio, dict) or not isinstance(audio.get("input"), dict):
        return False
    if not isinstance(audio["input"].get("turn_detection"), dict | None):
        return False
    return tools is None or (
        isinstance(tools, list) and all(isinstance(tool, dict) for tool in tools)
    )


def _merge(target: dict[str, Any], change: dict[str, Any]) -> None:
    for key, value in change.items():
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            _merge(target[key], value)
        else:
            target[key] = copy.deepcopy(value)
