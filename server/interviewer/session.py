"""A GA Realtime session with the script behind it: events in, events and sound out.

No clock, no task, no network of its own: the peer hands in events, speech and time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

from server.interviewer import ga_events as ga
from server.interviewer.brain import Action, Call, Script, Wait
from server.interviewer.client_events import ClientEvents
from server.interviewer.ga_events import Event, event, new_id
from server.interviewer.intents import NUMBER, Intent
from server.interviewer.items import Items
from server.interviewer.number_words import parse_number, states_result
from server.interviewer.responding import Response
from server.interviewer.settings import Settings
from server.interviewer.transcripts import Transcripts
from server.interviewer.turns import (
    Floor,
    Turn,
    interviewer_began,
    interviewer_ended,
    reply_due,
    request_due,
    speech_began,
    speech_ended,
    suspend,
)
from server.providers.local import InterviewNow

# Speech that resumes within this time belongs to the same utterance.
REOPEN_S = 0.8
# A client that answers no tool call still gets its hint.
HINT_PATIENCE_S = 3.0
# Tool calls that a client never answers are forgotten, the oldest first.
MAX_OPEN_CALLS = 50


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
        self.script = script
        self.settings = Settings(session)
        self.items = Items(ports.send)
        # Whether the candidate has said anything since the interviewer spoke.
        self.answered = False
        self._ports = ports
        self._client_events = ClientEvents(self)
        self._turn = Turn(silence_s=script.silence_s)
        self._now_s = 0.0
        self._response: Response | None = None
        self._wait_after = False
        self._calls: dict[str, Call] = {}
        self._hint_due_s: float | None = None
        self._heard: Intent | None = None
        self._utterance: str | None = None
        self._transcripts = Transcripts(ports.send)
        self._response_due = False

    def open(self) -> None:
        """The channel is open."""
        self._ports.send(event("session.created", session=self.settings.value))
        self._ports.listen_for_numbers(self.script.wants_number)

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
        if self.responding and self.settings.detection("interrupt_response"):
            self.interrupt("turn_detected")
        self._heard = None
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
        if item_id == self._utterance or self._transcripts.holds(item_id):
            self._transcripts.partial(item_id, delta)

    def recognised(self, item_id: str, text: str, *, accepted: bool) -> None:
        """The recogniser's result: a line of the grammar, or a rough draft."""
        if not self._transcripts.holds(item_id):
            return
        self.items.replace(ga.user_audio_item(item_id, text))
        # Words that come late have been taken for an answer already.
        in_time = self._transcripts.completed(item_id, text)
        self.answered = self.answered or (bool(text) and in_time)
        # A request is answered when the candidate has left room for it.
        self._heard = self._intent(text) if accepted else None
        self._respond_if_due()

    def not_recognised(self, item_id: str) -> None:
        """The recogniser is gone: the buttons still work."""
        if self._transcripts.holds(item_id):
            self.answered = self._transcripts.failed(item_id) or self.answered
            self._respond_if_due()

    def recogniser_gone(self) -> None:
        """No words will come any more."""
        for item_id in self._transcripts.expected():
            self.not_recognised(item_id)

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
        if self._transcripts.lose_patience(now_s):
            # Something was said: that counts, though nobody knows what.
            self.answered = True
            self._respond_if_due()
        if self.responding:
            return
        if self._hint_due(now_s):
            self._hint_due_s = None
            self.respond(self.script.own_hint())
            return
        if self._heard is not None:
            # A number on the way to the result has the silence of a calculation.
            step = self._heard.name == NUMBER and not states_result(self._heard.text)
            due = reply_due if step else request_due
            if due(self._turn, now_s):
                self.respond(self.script.reply(self._heard, answered=True))
            return
        if reply_due(self._turn, now_s) and not self._transcripts.awaited:
            actions = self.script.reply(None, answered=self.answered)
            if actions:
                self.respond(actions)
            else:
                self._turn = interviewer_ended(self._turn)

    # -- what the client wants ------------------------------------------------------------------

    def client_event(self, message: object, place: InterviewNow | None = None) -> None:
        """One event of the client; `place` is where the interview stands, for `session.update`."""
        self._client_events.handle(message, place)

    @property
    def responding(self) -> bool:
        """Whether a response is active, or waits for the words that it answers."""
        return self._response is not None or self._response_due

    def send(self, event: Event) -> None:
        """Send a server event."""
        self._ports.send(event)

    def move_to(self, place: InterviewNow) -> None:
        """The interview has gone on to another question: it is asked at the next response."""
        if self.responding:
            self.interrupt("client_cancelled")
        self.answered = False
        self._heard = None
        self._hint_due_s = None
        self.script.move_to(place.question, place.hints_used)
        self._turn = replace(self._turn, silence_s=self.script.silence_s, thinking=False)
        if self._turn.floor is Floor.PAUSE:
            self._turn = replace(self._turn, floor=Floor.IDLE)
        self._ports.listen_for_numbers(self.script.wants_number)

    def suspend(self, suspended: bool) -> None:
        """Whether the client's Thinking holds every reply back."""
        self._turn = suspend(self._turn, suspended, self._now_s)

    def respond_to_words(self) -> None:
        """Begin the response to what was said, once that has been recognised."""
        self._response_due = True
        self._respond_if_due()

    def respond(self, actions: list[Action]) -> None:
        """Begin a response; one without anything to say is over at once."""
        actions = self._permitted(actions)
        response = Response(actions, self._ports.send, self.items.last)
        self._response = response
        self._heard = None
        self.answered = False
        self._wait_after = any(isinstance(action, Wait) for action in actions)
        response.begin()
        self._calls |= response.calls
        while len(self._calls) > MAX_OPEN_CALLS:
            self._calls.pop(next(iter(self._calls)))
        if any(call.name == "gave_hint" for call in response.calls.values()):
            self._hint_due_s = self._now_s + HINT_PATIENCE_S
        if response.current_line is None:
            self._end_response("completed", "", "stopped")
            return
        self._turn = interviewer_began(self._turn)
        self._ports.play(response.current_line)

    def interrupt(self, reason: str) -> None:
        """Cut the active response and its sound."""
        response = self._response
        if response is None:
            self._response_due = False
            response = Response([], self._ports.send, self.items.last)
            response.begin()
            response.finish("cancelled", reason)
            return
        played_ms = self._ports.silence()
        sounding = response.sounding
        self._end_response("cancelled", reason, "cleared")
        if sounding:
            self.items.truncate(response.item_id, played_ms)

    def clear_output(self) -> None:
        """Cut the sound; never an error, even with nothing playing."""
        response = self._response
        if response is not None and response.sounding:
            self.interrupt("client_cancelled")
        else:
            self._ports.send(
                event("output_audio_buffer.cleared", response_id=response.id if response else "")
            )

    def tool_answered(self, call_id: str) -> Call | None:
        """The call that the client has answered; None if it is unknown."""
        call = self._calls.pop(call_id, None)
        if call is not None and call.name == "gave_hint":
            self._hint_due_s = None
        return call

    def commit_input(self) -> bool:
        """The client ends the utterance; False if there is none."""
        utterance, self._utterance = self._utterance, None
        if utterance is None:
            return False
        self._commit(utterance, self._now_s)
        return True

    def clear_input(self) -> None:
        """The client drops the utterance."""
        if self._utterance is not None:
            self._ports.end_utterance(self._utterance)
            self._utterance = None
        self._ports.send(event("input_audio_buffer.cleared"))

    # -- inside ---------------------------------------------------------------------------------

    def _commit(self, utterance: str, silent_since_s: float) -> None:
        self._ports.end_utterance(utterance)
        self._ports.send(
            event(
                "input_audio_buffer.committed",
                item_id=utterance,
                previous_item_id=self.items.last,
            )
        )
        self.items.add(ga.user_audio_item(utterance, None))
        self._transcripts.expect(utterance, self._now_s)
        self._turn = speech_ended(self._turn, silent_since_s)

    def _end_response(self, status: str, reason: str, sound: str) -> None:
        response, self._response = self._response, None
        assert response is not None
        if sound == "cleared":
            response.sound_ended(sound)
        response.finish(status, reason)
        if sound == "stopped":
            response.sound_ended(sound)
        self.items.keep(response.items)
        turn = replace(
            interviewer_ended(self._turn),
            thinking=self._wait_after,
            silence_s=self.script.silence_s,
        )
        # A client may let the interviewer speak while the candidate does, who then goes on.
        self._turn = speech_began(turn) if self._utterance is not None else turn

    def _permitted(self, actions: list[Action]) -> list[Action]:
        """Without calls of tools that the client does not have; its hint is spoken at once."""
        permitted: list[Action] = []
        for action in actions:
            if not isinstance(action, Call) or self.settings.has_tool(action.name):
                permitted.append(action)
            elif action.name == "gave_hint":
                permitted += self.script.own_hint()
        return permitted

    def _respond_if_due(self) -> None:
        if not self._response_due or self._transcripts.awaited:
            return
        self._response_due = False
        self.respond(self.script.reply(self._heard, answered=self.answered))

    def _hint_due(self, now_s: float) -> bool:
        """Whether the client has had its time to answer, and nobody is spoken over."""
        if self._hint_due_s is None or now_s < self._hint_due_s:
            return False
        return self._utterance is None and not self._turn.suspended

    def _intent(self, text: str) -> Intent | None:
        known = self.script.phrases.get(text)
        if known is not None:
            return known
        return Intent(NUMBER, text=text) if parse_number(text) else None
