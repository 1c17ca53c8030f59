"""The conversation on an open call: events of the interviewer, tools, buttons, moving on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Callable, Coroutine
from typing import Any

from interview_desktop.api.client import InterviewApi
from interview_desktop.call.moving_on import store_done
from interview_desktop.call.outbox import Outbox
from interview_desktop.call.record import Record
from interview_desktop.call.replies import Replies
from interview_desktop.call.room import Room
from interview_desktop.domain import realtime_events as realtime
from interview_desktop.domain.call_events import (
    CallEvent,
    Notice,
    Presence,
    PresenceChanged,
    QuestionChanged,
    ThinkingChanged,
)
from interview_desktop.domain.captions import Captions
from interview_desktop.domain.earlier import Earlier
from interview_desktop.domain.interview import Interview, Question, SessionGrant
from interview_desktop.domain.realtime_events import Event
from interview_desktop.domain.sound import SoundPort
from interview_desktop.errors import AppError

logger = logging.getLogger(__name__)

UPDATE_TIMEOUT_S = 5.0
# The closing words are heard out before the call ends, unless they never come.
CLOSING_LIMIT_S = 15.0
REFILL_LINES = 40
# What the person can do something about; everything else is the interviewer's own affair.
PROVIDER_TROUBLE = {
    "insufficient_quota": "The provider's account has no credit left. Top it up, then try again.",
    "invalid_api_key": "The provider no longer takes the key. Check it, then try again.",
}
NO_ANSWER = "The interviewer could not answer. Press Repeat to ask again."


class Conversation:
    """What is said and pressed in one interview, over one or more connections.

    Thread: the net thread's loop.
    """

    def __init__(
        self,
        api: InterviewApi,
        interview: Interview,
        sound: SoundPort,
        outbox: Outbox,
        listener: Callable[[CallEvent], None],
        send: Callable[[Event], None],
        finish: Callable[[], None],
    ) -> None:
        self.interview = interview
        self.question: Question | None = None
        self._api = api
        self._sound = sound
        self._outbox = outbox
        self._record = Record(sound, outbox, listener)
        self._room = Room(api, interview.id, sound, self._record, listener)
        self._listener = listener
        self._send = send
        self._finish = finish
        self._tasks: set[asyncio.Task[None]] = set()
        self._updated = asyncio.Event()
        self._hearing = False
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._replies = Replies(send)
        # Each with the question it was called at.
        self._tool_calls: list[tuple[int, Event]] = []
        self._hint_asked = False
        self._thinking = False
        self._detection = realtime.turn_detection({})
        # Held while the question changes, and while a new connection is told where it stands.
        self._moving = asyncio.Lock()
        self._connected = False
        self._connection = 0

    @property
    def captions(self) -> Captions:
        """The words of both sides."""
        return self._record.captions

    @property
    def events(self) -> list[dict[str, Any]]:
        """What happened, as the report shows it."""
        return self._record.events

    @property
    def number(self) -> int:
        """The question that is practised: the server may be one ahead while the call moves on."""
        if self.question is None:
            return self.interview.progress.current_question
        return self.question.number

    def restore(self, earlier: Earlier) -> None:
        """Begin with what earlier parts of the interview left."""
        self._record.restore(earlier)

    # -- the connection ----------------------------------------------------------------------------

    async def begin(self, grant: SessionGrant, *, refill: bool) -> None:
        """Set the session and let the interviewer speak.

        A new connection after a lost one knows nothing: it is told what was said.

        Raises:
            AppError: the interview moved on meanwhile, and its question could not be fetched.
        """
        async with self._moving:
            current = self.interview.progress.current_question
            if grant.question != current:
                grant = await self._open(current)
            self._connected = True
            self._replies.forget()
            self._tool_calls.clear()
            await self._update(grant.session)
            if refill:
                for line in self.captions.lines()[-REFILL_LINES:]:
                    mine = line.speaker == "candidate"
                    make = realtime.user_text if mine else realtime.assistant_text
                    self._send(make(line.text))
            if self._thinking:
                self._send(realtime.thinking(self._detection, active=True))
                self._listener(PresenceChanged(Presence.WAITING))
                if refill:
                    return
            self._replies.ask()

    def pause(self) -> None:
        """The connection is gone: nobody speaks any more, and what was open is all there is."""
        self._connected = False
        self._connection += 1
        self._quiet.set()
        self._updated.set()
        self._replies.forget()
        self._tool_calls.clear()
        self._hearing = self._hint_asked = False
        self._listener(PresenceChanged(Presence.CONNECTING))
        self.finish()

    def show(self, question: Question) -> None:
        """Stand at `question`, unless the interview has moved on while it was fetched."""
        if question.number != self.interview.progress.current_question:
            return
        self.question = question
        completed = self.interview.progress.questions_completed
        self._listener(QuestionChanged(question, completed, self._sound.position_ms()))

    def finish(self) -> None:
        """Make final what is open."""
        self._record.close_open()

    async def aclose(self) -> None:
        """Cancel what still runs."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # -- what the interviewer sends ----------------------------------------------------------------

    def on_event(self, event: Event) -> None:
        """One server event under its GA name."""
        kind = event["type"]
        self._record.hear(event, self.number)
        match kind:
            case "session.updated":
                self._updated.set()
            case "input_audio_buffer.speech_started":
                self._hearing = True
                self._sound.flush_playout()
                self._listener(PresenceChanged(Presence.LISTENING))
                if self._thinking:
                    # The candidate's turn begins: what waited is answered with it.
                    self._replies.drop()
                    self.ready()
            case "input_audio_buffer.speech_stopped":
                self._hearing = False
                self._listener(PresenceChanged(Presence.WAITING))
            case "output_audio_buffer.started":
                self._quiet.clear()
                self._listener(PresenceChanged(Presence.SPEAKING))
            case "output_audio_buffer.stopped" | "output_audio_buffer.cleared":
                if kind.endswith("cleared"):
                    self._sound.flush_playout()
                self._quiet.set()
                # A candidate who interrupted is being listened to, not waited for.
                presence = Presence.LISTENING if self._hearing else Presence.WAITING
                self._listener(PresenceChanged(presence))
            case "response.created":
                self._replies.active = True
            case "response.output_item.done":
                item = event.get("item")
                if isinstance(item, dict) and item.get("type") == "function_call":
                    self._tool_called(item)
            case "response.done":
                self._response_done(event)
            case "error":
                self._replies.refused(event)
                code = realtime.error_code(event)
                logger.info("The interviewer reports %s", code)
                if code in PROVIDER_TROUBLE:
                    self._listener(Notice("bad", PROVIDER_TROUBLE[code]))
            case _:
                pass

    # -- buttons -----------------------------------------------------------------------------------

    def press_hint(self) -> None:
        """Ask for a hint; once, until it is given: a level costs something."""
        if not self._hint_asked:
            self._hint_asked = True
            self._say(realtime.BUTTON_HINT)

    def press_repeat(self) -> None:
        """Ask for the question again."""
        self._note("repeated", {})
        self._say(realtime.BUTTON_REPEAT)

    def say(self, text: str) -> None:
        """Say something in writing: a question, a result, an answer."""
        # An id of our own, so that the caption is there before the interviewer has it.
        item_id = f"typed_{uuid.uuid4().hex[:20]}"
        self._record.typed(item_id, text, self.number)
        self._say(text, item_id)

    def show_exhibit(self, exhibit_id: str) -> None:
        """Show an exhibit that may be seen by now."""
        self._room.show_exhibit(self.question, exhibit_id)

    def think(self, seconds: int | None) -> None:
        """Suspend every reply."""
        if self._thinking:
            return
        self._thinking = True
        self._replies.suspend()
        self._silence_interviewer()
        self._send(realtime.thinking(self._detection, active=True))
        self._note("thinking", {"active": True, "seconds": seconds})
        self._listener(ThinkingChanged(True, seconds, self._sound.position_ms()))

    def ready(self) -> None:
        """Allow replies again."""
        if not self._thinking:
            return
        self._thinking = False
        self._send(realtime.thinking(self._detection, active=False))
        self._note("thinking", {"active": False})
        self._listener(ThinkingChanged(False, None, self._sound.position_ms()))
        self._replies.resume()
        self._replies.go_on()

    async def confirm_number(self, text: str, value: float, unit: str) -> None:
        """Check a number."""
        await self._room.confirm_number(self.number, text, value, unit)

    async def move_on(self, question: int | None = None) -> None:
        """Close `question` (the present one) and open the next; after the last the call ends."""
        # A press belongs to the question it was made at: a second one for the same question
        # does nothing, one for the next waits until the move is complete.
        done = self.number if question is None else question
        async with self._moving:
            if self.number != done or self.interview.status == "completed":
                return
            try:
                await self._move_on(done)
            except AppError as error:
                self._listener(
                    Notice("warn", f"{error.sentence} We stay at this question: press Done again.")
                )

    async def _move_on(self, number: int) -> None:
        self._replies.drop()
        self.ready()
        # One that could not be stored went on: the last Done is where the question ends.
        if not self._record.has(number, "done", self._sound.position_ms()):
            self._note("done", {})
        # Events come before the change that closes the interview.
        await self._outbox.flush(UPDATE_TIMEOUT_S)
        self.interview = await store_done(self._api, self.interview, number)
        if self.interview.status == "completed":
            await self._heard_out()
            self._finish()
            return
        self._silence_interviewer()
        grant = await self._open(self.interview.progress.current_question)
        # A connection that was lost meanwhile is told where it stands when there is a new one.
        if self._connected:
            await self._update(grant.session)
        if self._connected:
            self._replies.ask()

    async def _open(self, number: int) -> SessionGrant:
        grant = await self._api.question_token(self.interview.id, number)
        question = await self._api.question(self.interview.id, number)
        # Thinking that began meanwhile belongs to the question that is over.
        self._replies.drop()
        self.ready()
        self.show(question)
        return grant

    # -- inside ------------------------------------------------------------------------------------

    async def _update(self, session: dict[str, object]) -> None:
        self._updated.clear()
        self._detection = realtime.turn_detection(session)
        self._send(realtime.session_update(session))
        # A server that does not acknowledge is used all the same: the session was sent.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._updated.wait(), UPDATE_TIMEOUT_S)

    def _say(self, text: str, item_id: str | None = None) -> None:
        self._replies.drop()
        self.ready()
        self._silence_interviewer()
        self._send(realtime.user_text(text, item_id))
        self._replies.ask()

    def _silence_interviewer(self) -> None:
        if self._replies.active:
            self._send(realtime.response_cancel())
        if not self._quiet.is_set():
            self._send(realtime.output_clear())
            self._sound.flush_playout()

    async def _heard_out(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._quiet.wait(), CLOSING_LIMIT_S)

    def _response_done(self, event: Event) -> None:
        self._replies.active = False
        response = event.get("response")
        response = response if isinstance(response, dict) else {}
        status = response.get("status")
        calls, self._tool_calls = self._tool_calls, []
        if calls:
            self._spawn(self._answer_tools(calls))
            return
        if status != "cancelled":
            self._hint_asked = False
        if status == "failed":
            why = realtime.error_code(response.get("status_details"))
            self._listener(Notice("warn", PROVIDER_TROUBLE.get(why, NO_ANSWER)))
        self._replies.go_on()

    def _tool_called(self, item: Event) -> None:
        """Show what the candidate should see at once; the answer comes after the response."""
        if item.get("status") == "incomplete":  # cut off with its response: nothing to go by
            return
        self._tool_calls.append((self.number, item))
        arguments = realtime.tool_arguments(item)
        if item.get("name") == "show_exhibit":
            self.show_exhibit(str(arguments.get("id")))
        elif item.get("name") == "heard_number":
            self._room.number_heard(self.number, arguments)

    async def _answer_tools(self, calls: list[tuple[int, Event]]) -> None:
        """Answer every tool call, then let the interviewer go on."""
        connection, done = self._connection, None
        for number, item in calls:
            output: dict[str, object] = {"ok": True}
            if item.get("name") == "gave_hint":
                output = await self._room.next_hint(number)
            elif item.get("name") == "question_done":
                done = number
            if connection == self._connection:
                self._send(realtime.tool_output(str(item.get("call_id")), output))
        self._hint_asked = False
        if done is not None and done == self.number:
            await self._heard_out()
            await self.move_on(done)
        elif done is None and connection == self._connection:
            self._replies.ask()
        self._replies.go_on()

    def _note(self, kind: str, data: dict[str, Any]) -> None:
        self._record.note(self.number, kind, data)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="conversation")
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("A part of the conversation failed", exc_info=error)
