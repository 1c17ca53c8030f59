"""When the interviewer is asked to speak: one response at a time."""

from __future__ import annotations

from collections.abc import Callable

from interview_desktop.domain import realtime_events as realtime
from interview_desktop.domain.realtime_events import Event


class Replies:
    """Asks for responses; a wish during an active one, or while the candidate thinks, waits.

    Thread: the net thread's loop.
    """

    def __init__(self, send: Callable[[Event], None]) -> None:
        self._send = send
        self._wanted = False
        self._suspended = False
        self._asked_id = ""
        self.active = False

    def forget(self) -> None:
        """The connection is gone, and with it every response and wish."""
        self.active = self._wanted = False

    def ask(self) -> None:
        """Let the interviewer speak: now, or as soon as it may."""
        if self.active or self._suspended:
            self._wanted = True
            return
        self.active, self._wanted = True, False
        event = realtime.response_create()
        self._asked_id = event["event_id"]
        self._send(event)

    def go_on(self) -> None:
        """Ask for what has been waiting, if anything has."""
        if self._wanted:
            self.ask()

    def suspend(self) -> None:
        """The candidate thinks: nothing is asked for until `resume`."""
        self._suspended = True

    def resume(self) -> None:
        """Wishes are sent again; one that waited is still to be asked for or dropped."""
        self._suspended = False

    def drop(self) -> None:
        """Forget a wish that waited: something newer takes its place."""
        self._wanted = False

    def refused(self, event: Event) -> None:
        """Take an `error` in: a request that failed is repeated or given up, never waited for."""
        error = event.get("error")
        if not isinstance(error, dict):
            return
        if error.get("code") == "conversation_already_has_active_response":
            # The server's own turn taking was faster; its `response.done` is still to come.
            self.active = self._wanted = True
        elif self._asked_id and error.get("event_id") == self._asked_id:
            self.active = False
