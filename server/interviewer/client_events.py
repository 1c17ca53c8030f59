"""What the client sends: each GA client event and what it does to the session."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from server.interviewer import ga_events as ga
from server.interviewer.brain import Action
from server.interviewer.client_items import client_item, item_text
from server.interviewer.ga_events import Event, event
from server.interviewer.intents import NUMBER, Intent, button_intent, plain
from server.interviewer.number_words import parse_typed_number
from server.providers.local import InterviewNow

if TYPE_CHECKING:
    from server.interviewer.session import RealtimeSession

# It is spoken: some two minutes of words.
MAX_HINT_CHARS = 2_000


class ClientEvents:
    """Handles client events, one after the other.

    Thread: the event loop; every method returns at once.
    """

    def __init__(self, session: RealtimeSession) -> None:
        self._session = session
        # What the next `response.create` is to be about: a button's sentence, a hint that came.
        self._pending: Callable[[], list[Action]] | None = None
        self._tool_answered = False
        self._handlers: dict[str, Callable[[Event], None]] = {
            "response.create": self._response_create,
            "response.cancel": self._response_cancel,
            "conversation.item.create": self._item_create,
            "conversation.item.retrieve": self._item_retrieve,
            "conversation.item.delete": self._item_delete,
            "conversation.item.truncate": self._item_truncate,
            "output_audio_buffer.clear": self._output_clear,
            "input_audio_buffer.commit": self._input_commit,
            "input_audio_buffer.clear": self._input_clear,
        }

    def handle(self, message: object, place: InterviewNow | None) -> None:
        """One event; `place` is where the interview stands, for `session.update`."""
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            self._error("An event is an object with a type.", "invalid_event", message)
            return
        kind = message["type"]
        if kind == "session.update":
            self._session_update(message, place)
        elif kind == "input_audio_buffer.append":
            self._error("Over WebRTC the sound comes as a track.", "invalid_event", message)
        elif kind in self._handlers:
            self._handlers[kind](message)
        else:
            self._error(f"Unknown event {kind[:80]!r}.", "unknown_event", message)

    # -- the session -----------------------------------------------------------------------------

    def _session_update(self, message: Event, place: InterviewNow | None) -> None:
        session = self._session
        if not session.settings.update(message.get("session")):
            self._error("session.update needs a realtime session.", "invalid_value", message)
            return
        if place is not None and place.question != session.script.question:
            self._pending = None
            session.move_to(place)
        session.suspend(not session.settings.detection("create_response"))
        session.send(event("session.updated", session=session.settings.value))

    # -- responses -------------------------------------------------------------------------------

    def _response_create(self, message: Event) -> None:
        session = self._session
        if session.responding:
            self._error(
                "Conversation already has an active response.",
                "conversation_already_has_active_response",
                message,
            )
            return
        pending, self._pending = self._pending, None
        tool_answered, self._tool_answered = self._tool_answered, False
        if pending is not None:
            session.respond(pending())
        elif tool_answered and session.script.asked:
            session.respond([])
        else:
            session.respond_to_words()

    def _response_cancel(self, message: Event) -> None:
        if not self._session.responding:
            self._error(
                "There is no active response to cancel.", "response_cancel_not_active", message
            )
            return
        self._session.interrupt("client_cancelled")

    def _output_clear(self, _message: Event) -> None:
        self._session.clear_output()

    # -- items -----------------------------------------------------------------------------------

    def _item_create(self, message: Event) -> None:
        item = client_item(message.get("item"))
        if item is None or self._session.items.holds(item["id"]):
            self._error("That is no item that can be added.", "invalid_value", message)
            return
        self._session.items.add(item)
        if item["type"] == "function_call_output":
            self._tool_output(item)
        elif item["type"] == "message" and item["role"] == "user":
            self._user_text(item_text(item))
        elif item["type"] == "message" and item["role"] == "assistant":
            # A client that lost its connection tells the new one what was said.
            self._session.script.resume()

    def _user_text(self, text: str) -> None:
        session = self._session
        heard = button_intent(text) or session.script.phrases.get(plain(text))
        if heard is None and session.script.wants_number and parse_typed_number(text):
            heard = Intent(NUMBER, text=text)
        if heard is not None:
            self._pending = lambda: session.script.reply(heard, answered=session.answered)
        elif text:
            session.answered = True

    def _tool_output(self, item: Event) -> None:
        script = self._session.script
        call = self._session.tool_answered(item["call_id"])
        self._tool_answered = True
        if call is None or call.name != "gave_hint":
            return
        try:
            output = json.loads(item["output"])
        except (ValueError, RecursionError):
            output = None
        if isinstance(output, dict) and "error" in output:
            # The client could not fetch it and has told the candidate: no level is used up.
            self._pending = list
            return
        hint = _hint(output)
        self._pending = script.own_hint if hint is None else lambda: script.give_hint(*hint)

    def _item_retrieve(self, message: Event) -> None:
        if not self._session.items.retrieve(str(message.get("item_id"))):
            self._no_item(message)

    def _item_delete(self, message: Event) -> None:
        if not self._session.items.delete(str(message.get("item_id"))):
            self._no_item(message)

    def _item_truncate(self, message: Event) -> None:
        item_id, end_ms = str(message.get("item_id")), message.get("audio_end_ms")
        if not self._session.items.truncate(item_id, end_ms):
            self._no_item(message)

    # -- the input buffer ------------------------------------------------------------------------

    def _input_commit(self, message: Event) -> None:
        if not self._session.commit_input():
            self._error("The buffer holds no speech.", "input_audio_buffer_commit_empty", message)

    def _input_clear(self, _message: Event) -> None:
        self._session.clear_input()

    # -- errors ----------------------------------------------------------------------------------

    def _no_item(self, message: Event) -> None:
        self._error("There is no such item.", "item_not_found", message)

    def _error(self, message: str, code: str, cause: object) -> None:
        client_id = cause.get("event_id") if isinstance(cause, dict) else None
        self._session.send(
            ga.error(message, code, client_id if isinstance(client_id, str) else None)
        )


def _hint(hint: object) -> tuple[int, str] | None:
    """(level, text) of a hint that the client fetched; None if it makes no sense."""
    level = hint.get("level") if isinstance(hint, dict) else None
    text = hint.get("text") if isinstance(hint, dict) else None
    if type(level) is not int or not isinstance(text, str) or len(text) > MAX_HINT_CHARS:
        return None
    return level, text
