"""A GA Realtime session with the script behind it: events in, events and sound out.

No clock, no task, no network of its own: the peer hands in events, speech and time.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from server.interviewer import ga_events as ga
from server.interviewer.brain import Action, Call, Script, Wait
from server.interviewer.ga_events import Event, event, new_id
from server.interviewer.intents import NUMBER, Intent, button_intent
from server.interviewer.number_words import parse_number
from server.interviewer.responding import Response
from server.interviewer.turns import (
    Floor,
    Turn,
    interviewer_began,
    interviewer_ended,
    reply_due,
    speech_began,
    speech_ended,
)
from server.providers.local import InterviewNow

# Speech that resumes within this time belongs to the same utterance.
REOPEN_S = 0.8
# A client that answers no tool call still gets its hint.
HINT_PATIENCE_S = 3.0
# A recogniser that is stuck must not hold the conversation.
RECOGNITION_PATIENCE_S = 2.0
MAX_ITEMS = 2000


class Ports(Protocol):
    """What the session needs of the peer. Thread: the event loop."""

    def send(self, event: Event) -> None:
        """Send a server event."""

    def play(self, line: str) -> None:
        """Start to speak a line; the peer then calls `line_progress` and `line_ended`."""

    def silence(self) -> int:
        """Stop speaking at once; returns how many milliseconds of the response were played."""

    def listen_for_numbers(self, wanted: bool) -> None:
        """Switch the recogniser's grammar."""

    def hear_utterance(self, item_id: str) -> None:
        """The candidate's words from here on (and a little before) belong to `item_id`."""

    def end_utterance(self, item_id: str) -> None:
        """The utterance is over: `recognised` is due."""


class RealtimeSession:
    """One call's conversation.

    Thread: the event loop; every method returns at once.
    """

    def __init__(self, script: Script, session: dict[str, Any], ports: Ports) -> None:
        self._script = script
        self._ports = ports
        self._session = {
            "object": "realtime.session",
            "id": new_id("sess"),
            **copy.deepcopy(session),
        }
        self._turn = Turn(silence_s=script.silence_s)
        self._now_s = 0.0
        self._items: dict[str, Event] = {}
        self._last_item: str | None = None
        self._response: Response | None = None
        self._wait_after = False
        self._calls: dict[str, Call] = {}
        self._answered = False
        self._pending: list[Callable[[], list[Action]]] = []
        self._tool_answered = False
        self._hint_due_s: float | None = None
        self._utterance: str | None = None
        self._recognising: dict[str, float] = {}

    def open(self) -> None:
        """The channel is open."""
        self._ports.send(event("session.created", session=self._session))
        self._ports.listen_for_numbers(self._script.wants_number)

    # -- what the candidate does ---------------------------------------------------------------

    def speech_started(self, at_ms: int) -> None:
        """The candidate speaks; a reply that may be interrupted is cut."""
        self._utterance = new_id("item")
        self._ports.hear_utterance(self._utterance)
        self._ports.send(
            event(
                "input_audio_buffer.speech_started",
                audio_start_ms=at_ms,
                item_id=self._utterance,
            )
        )
        if self._response is not None and self._detection("interrupt_response"):
            self._interrupt("turn_detected")
        self._turn = speech_began(self._turn)

    def speech_stopped(self, at_ms: int) -> None:
        """The candidate has been silent for the reopen window; the words are being recognised."""
        utterance, self._utterance = self._utterance, None
        if utterance is None:
            return
        self._ports.send(
            event("input_audio_buffer.speech_stopped", audio_end_ms=at_ms, item_id=utterance)
        )
        self._commit(utterance, self._now_s - REOPEN_S)

    def partial(self, item_id: str, delta: str) -> None:
        """More words of the rough draft."""
        self._ports.send(
            event(
                "conversation.item.input_audio_transcription.delta",
                item_id=item_id,
                content_index=0,
                delta=delta,
            )
        )

    def recognised(self, item_id: str, text: str, *, accepted: bool) -> None:
        """The recogniser's result: a line of the grammar, or a rough draft."""
        self._recognising.pop(item_id, None)
        if item_id in self._items:
            self._items[item_id] = ga.user_audio_item(item_id, text)
        self._ports.send(
            event(
                "conversation.item.input_audio_transcription.completed",
                item_id=item_id,
                content_index=0,
                transcript=text,
                usage={"type": "duration", "seconds": 0},
            )
        )
        heard = self._intent(text) if accepted else None
        if heard is None:
            self._answered = self._answered or bool(text)
            return
        if self._turn.floor is not Floor.PAUSE or self._turn.suspended or self._response:
            self._answered = True
            return
        self._respond(self._script.reply(heard, answered=True))

    def not_recognised(self, item_id: str) -> None:
        """The recogniser is gone: the buttons still work."""
        self._recognising.pop(item_id, None)
        self._answered = True
        self._ports.send(
            event(
                "conversation.item.input_audio_transcription.failed",
                item_id=item_id,
                content_index=0,
                error={
                    "type": "server_error",
                    "code": "recogniser_unavailable",
                    "message": "The words could not be recognised.",
                    "param": None,
                },
            )
        )

    # -- the sound -----------------------------------------------------------------------------

    def line_progress(self, part: float) -> None:
        """`part` (0 to 1) of the line has been played."""
        if self._response is not None:
            self._response.sound_began()
            self._response.played(part)

    def line_ended(self) -> None:
        """The line is over; the next one follows or the response ends."""
        response = self._response
        if response is None:
            return
        following = response.line_ended()
        if following is not None:
            self._ports.play(following)
            return
        self._end_response("completed", "", "stopped")

    # -- time ----------------------------------------------------------------------------------

    def tick(self, now_s: float) -> None:
        """Time passes: a silence may have become the end of a turn."""
        self._now_s = now_s
        for item_id, since_s in list(self._recognising.items()):
            if now_s - since_s > RECOGNITION_PATIENCE_S:
                self.not_recognised(item_id)
        if self._response is not None:
            return
        if self._hint_due_s is not None and now_s >= self._hint_due_s:
            self._hint_due_s = None
            self._respond(self._script.own_hint())
            return
        if reply_due(self._turn, now_s) and not self._recognising:
            actions = self._script.reply(None, answered=self._answered)
            if actions:
                self._respond(actions)
            else:
                self._turn = interviewer_ended(self._turn)

    # -- what the client sends -----------------------------------------------------------------

    def client_event(self, message: object, place: InterviewNow | None = None) -> None:
        """One event of the client; `place` is where the interview stands, for `session.update`."""
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            self._error("An event is an object with a type.", "invalid_event", message)
            return
        handlers: dict[str, Callable[[Event], None]] = {
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
        kind = message["type"]
        if kind == "session.update":
            self._session_update(message, place)
        elif kind == "input_audio_buffer.append":
            self._error("Over WebRTC the sound comes as a track.", "invalid_event", message)
        elif kind in handlers:
            handlers[kind](message)
        else:
            self._error(f"Unknown event {kind[:80]!r}.", "unknown_event", message)

    def _session_update(self, message: Event, place: InterviewNow | None) -> None:
        wanted = message.get("session")
        if not isinstance(wanted, dict) or wanted.get("type", "realtime") != "realtime":
            self._error("session.update needs a realtime session.", "invalid_value", message)
            return
        # The case is the server's: empty or other instructions are echoed, never obeyed.
        protected = {"id", "object", "client_secret"}
        _merge(self._session, {key: wanted[key] for key in wanted if key not in protected})
        if place is not None and place.question != self._script.question:
            self._move_to(place)
        self._turn = replace(self._turn, suspended=not self._detection("create_response"))
        self._ports.send(event("session.updated", session=self._session))

    def _move_to(self, place: InterviewNow) -> None:
        if self._response is not None:
            self._interrupt("client_cancelled")
        self._pending.clear()
        self._answered = False
        self._hint_due_s = None
        self._script.move_to(place.question, place.hints_used)
        self._turn = replace(self._turn, silence_s=self._script.silence_s, thinking=False)
        if self._turn.floor is Floor.PAUSE:
            self._turn = replace(self._turn, floor=Floor.IDLE)
        self._ports.listen_for_numbers(self._script.wants_number)

    def _response_create(self, message: Event) -> None:
        if self._response is not None:
            self._error(
                "Conversation already has an active response.",
                "conversation_already_has_active_response",
                message,
            )
            return
        pending, self._pending = self._pending, []
        tool_answered, self._tool_answered = self._tool_answered, False
        if pending:
            actions = pending[-1]()
        elif tool_answered and self._script.asked:
            actions = []
        else:
            actions = self._script.reply(None, answered=self._answered)
        self._respond(actions)

    def _response_cancel(self, message: Event) -> None:
        if self._response is None:
            self._error(
                "There is no active response to cancel.", "response_cancel_not_active", message
            )
            return
        self._interrupt("client_cancelled")

    def _item_create(self, message: Event) -> None:
        item = message.get("item")
        if not isinstance(item, dict) or not isinstance(item.get("type"), str):
            self._error("conversation.item.create needs an item.", "invalid_value", message)
            return
        item = {"object": "realtime.item", "status": "completed", **item}
        if not isinstance(item.get("id"), str) or not item["id"]:
            item["id"] = new_id("item")
        self._add_item(item)
        if item["type"] == "function_call_output":
            self._tool_output(item)
        elif item["type"] == "message" and item.get("role") == "user":
            text = _input_text(item)
            heard = button_intent(text)
            if heard is not None:
                self._pending.append(lambda: self._script.reply(heard, answered=self._answered))
            elif text:
                self._answered = True

    def _tool_output(self, item: Event) -> None:
        call = self._calls.pop(str(item.get("call_id")), None)
        self._tool_answered = True
        if call is None or call.name != "gave_hint":
            return
        self._hint_due_s = None
        try:
            output = json.loads(str(item.get("output")))
            level, text = int(output["level"]), str(output["text"])
        except (ValueError, KeyError, TypeError):
            self._pending.append(self._script.own_hint)
            return
        self._pending.append(lambda: self._script.give_hint(level, text))

    def _item_retrieve(self, message: Event) -> None:
        item = self._items.get(str(message.get("item_id")))
        if item is None:
            self._error("There is no such item.", "item_not_found", message)
            return
        self._ports.send(event("conversation.item.retrieved", item=item))

    def _item_delete(self, message: Event) -> None:
        item_id = str(message.get("item_id"))
        if self._items.pop(item_id, None) is None:
            self._error("There is no such item.", "item_not_found", message)
            return
        self._ports.send(event("conversation.item.deleted", item_id=item_id))

    def _item_truncate(self, message: Event) -> None:
        item_id, end_ms = str(message.get("item_id")), message.get("audio_end_ms")
        if item_id not in self._items or not isinstance(end_ms, int):
            self._error("There is no such item.", "item_not_found", message)
            return
        self._truncated(item_id, end_ms)

    def _output_clear(self, _message: Event) -> None:
        # Never an error, even with nothing playing.
        response = self._response
        if response is not None and response.sounding:
            self._interrupt("client_cancelled")
        else:
            self._ports.send(
                event("output_audio_buffer.cleared", response_id=response.id if response else "")
            )

    def _input_commit(self, message: Event) -> None:
        utterance, self._utterance = self._utterance, None
        if utterance is None:
            self._error("The buffer holds no speech.", "input_audio_buffer_commit_empty", message)
            return
        self._commit(utterance, self._now_s)

    def _input_clear(self, _message: Event) -> None:
        if self._utterance is not None:
            self._ports.end_utterance(self._utterance)
            self._utterance = None
        self._ports.send(event("input_audio_buffer.cleared"))

    # -- parts of the above --------------------------------------------------------------------

    def _commit(self, utterance: str, silent_since_s: float) -> None:
        self._ports.end_utterance(utterance)
        self._ports.send(
            event(
                "input_audio_buffer.committed",
                item_id=utterance,
                previous_item_id=self._last_item,
            )
        )
        self._add_item(ga.user_audio_item(utterance, None))
        self._recognising[utterance] = self._now_s
        self._turn = speech_ended(self._turn, silent_since_s)

    def _respond(self, actions: list[Action]) -> None:
        response = Response(actions, self._ports.send, self._last_item)
        self._response = response
        self._answered = False
        self._wait_after = any(isinstance(action, Wait) for action in actions)
        response.begin()
        self._calls |= response.calls
        if any(call.name == "gave_hint" for call in response.calls.values()):
            self._hint_due_s = self._now_s + HINT_PATIENCE_S
        if response.current_line is None:
            self._end_response("completed", "", "stopped")
            return
        self._turn = interviewer_began(self._turn)
        self._ports.play(response.current_line)

    def _interrupt(self, reason: str) -> None:
        response = self._response
        assert response is not None
        played_ms = self._ports.silence()
        sounding = response.sounding
        self._end_response("cancelled", reason, "cleared")
        if sounding:
            self._truncated(response.item_id, played_ms)

    def _end_response(self, status: str, reason: str, sound: str) -> None:
        response, self._response = self._response, None
        assert response is not None
        if sound == "cleared":
            response.sound_ended(sound)
        response.finish(status, reason)
        if sound == "stopped":
            response.sound_ended(sound)
        for item in response.items:
            self._items[item["id"]] = item
            self._last_item = item["id"]
        self._turn = replace(interviewer_ended(self._turn), thinking=self._wait_after)

    def _truncated(self, item_id: str, end_ms: int) -> None:
        self._ports.send(
            event(
                "conversation.item.truncated",
                item_id=item_id,
                content_index=0,
                audio_end_ms=end_ms,
            )
        )

    def _add_item(self, item: Event) -> None:
        for kind in ("added", "done"):
            self._ports.send(
                event(f"conversation.item.{kind}", previous_item_id=self._last_item, item=item)
            )
        self._items[item["id"]] = item
        self._last_item = item["id"]
        while len(self._items) > MAX_ITEMS:
            self._items.pop(next(iter(self._items)))

    def _intent(self, text: str) -> Intent | None:
        known = self._script.phrases.get(text)
        if known is not None:
            return known
        return Intent(NUMBER, text=text) if parse_number(text) else None

    def _detection(self, name: str) -> bool:
        """A flag of turn detection; without turn detection nothing happens by itself."""
        detection = self._session.get("audio", {}).get("input", {}).get("turn_detection")
        return isinstance(detection, dict) and detection.get(name, True) is not False

    def _error(self, message: str, code: str, cause: object) -> None:
        client_id = cause.get("event_id") if isinstance(cause, dict) else None
        self._ports.send(ga.error(message, code, client_id if isinstance(client_id, str) else None))


def _input_text(item: Event) -> str:
    content = item.get("content")
    parts = content if isinstance(content, list) else []
    return " ".join(str(part.get("text", "")) for part in parts if isinstance(part, dict)).strip()


def _merge(target: dict[str, Any], change: dict[str, Any]) -> None:
    for key, value in change.items():
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            _merge(target[key], value)
        else:
            target[key] = copy.deepcopy(value)
