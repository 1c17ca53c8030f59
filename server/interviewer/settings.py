"""The session object: what the client sets is kept and echoed, and little of it is obeyed."""

from __future__ import annotations

import copy
from typing import Any

from server.interviewer.ga_events import new_id

# The server's own: a client's values for these are dropped.
_PROTECTED = frozenset({"id", "object", "client_secret"})


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
        """Take a client's session in, member by member; False if it is no realtime session.

        The case is the server's: empty or other instructions are echoed, never obeyed.
        """
        if not isinstance(wanted, dict) or wanted.get("type", "realtime") != "realtime":
            return False
        _merge(self.value, {key: wanted[key] for key in wanted if key not in _PROTECTED})
        return True

    def detection(self, name: str) -> bool:
        """A flag of turn detection; without turn detection nothing happens by itself."""
        detection = self.value.get("audio", {}).get("input", {}).get("turn_detection")
        return isinstance(detection, dict) and detection.get(name, True) is not False


def _merge(target: dict[str, Any], change: dict[str, Any]) -> None:
    for key, value in change.items():
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            _merge(target[key], value)
        else:
            target[key] = copy.deepcopy(value)
