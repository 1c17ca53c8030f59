"""The conversation on an open call: events of the interviewer, tools, buttons, moving on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import Conflict
from interview_desktop.call.outbox import Outbox
from interview_desktop.domain import realtime_events as realtime
from interview_desktop.domain.call_events import (
    CallEvent,
    CaptionChanged,
    ExhibitShown,
    HintGiven,
    Notice,
    NumberChecked,
    NumberHeard,
    Presence,
    PresenceChanged,
    QuestionChanged,
    ThinkingChanged,
)
from interview_desktop.domain.captions import Captions
from interview_desktop.domain.interview import (
    QUESTION_COUNT,
    Interview,
    Question,
    SessionGrant,
    Status,
)
from interview_desktop.domain.realtime_events import Event
from interview_desktop.domain.sound import SoundPort
from interview_desktop.domain.transcript import Caption
from interview_desktop.errors import AppError

logger = logging.getLogger(__name__)

UPDATE_TIMEOUT_S = 5.0
# The closing words are heard out before the call ends, unless they never come.
CLOSING_LIMIT_S = 15.0
REFILL_LINES = 40


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
        self.captions = Captions()
        self.events: list[dict[str, Any]] = []
        self.question: Question | None = None
        self._api = api
        self._sound = sound
        self._outbox = outbox
        self._listener = listener
        self._send = send
        self._finish = finish
        self._tasks: set[asyncio.Task[None]] = set()
        self._updated = asyncio.Event()
        self._speaking = asyncio.Event()
        self._hearing = False
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._response_active = False
        self._wants_response = False
        self._tool_calls: list[Event] = []
        self._thinking = False
        self._moving = asyncio.Lock()
        self._posted: dict[str, Caption] = {}

    # -- the connection ----------------------------------------------------------------------------

    async def begin(self, grant: SessionGrant, *, refill: bool) -> None:
        """Set the session and let the interviewer speak.

        A new connection after a lost one knows nothing: it is told what was said.
        """
        self._response_active = self._wants_response = False
        self._tool_calls.clear()
        await self._update(grant.session)
        if refill:
            for line in self.captions.lines()[-REFILL_LINES:]:
                make = (
                    realtime.user_text if line.speaker == "candidate" else realtime.assistant_text
                )
                self._send(make(line.text))
            if self._thinking:
                self._send(realtime.thinking(active=True))
                return
        self._respond()

    def pause(self) -> None:
        """The connection is gone: nobody speaks any more."""
        self._quiet.set()
        self._speaking.clear()
        self._updated.set()
        self._response_active = self._hearing = False
        self._listener(PresenceChanged(Presence.CONNECTING))

    def finish(self) -> None:
        """Make final what is open."""
        for line in self.captions.close_open(self._sound.position_ms()):
            self._publish(line)

    async def aclose(self) -> None:
        """Cancel what still runs."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # -- what the interviewer sends ----------------------------------------------------------------

    def on_event(self, event: Event) -> None:
        """One server event under its GA name."""
        at_ms = self._sound.position_ms()
        kind = event["type"]
        number = self.interview.progress.current_question
        caption = self.captions.apply(event, at_ms, number)
        if caption is not None:
            self._publish(caption)
        match kind:
            case "session.updated":
                self._updated.set()
            case "input_audio_buffer.speech_started":
                self._hearing = True
                self._sound.flush_playout()
                self._listener(PresenceChanged(Presence.LISTENING))
                if self._thinking:
                    self.ready()
            case "input_audio_buffer.speech_stopped":
                self._hearing = False
                self._listener(PresenceChanged(Presence.WAITING))
            case "output_audio_buffer.started":
                self._quiet.clear()
                self._speaking.set()
                self._listener(PresenceChanged(Presence.SPEAKING))
            case "output_audio_buffer.stopped" | "output_audio_buffer.cleared":
                if kind.endswith("cleared"):
                    self._sound.flush_playout()
                self._quiet.set()
                self._speaking.clear()
                # A candidate who interrupted is being listened to, not waited for.
                presence = Presence.LISTENING if self._hearing else Presence.WAITING
                self._listener(PresenceChanged(presence))
            case "response.created":
                self._response_active = True
            case "response.output_item.done":
                item = event.get("item")
                if isinstance(item, dict) and item.get("type") == "function_call":
                    self._tool_calls.append(item)
                    self._start_tool(item)
            case "response.done":
                self._response_done()
            case "error":
                logger.info("The interviewer reports %s", _code(event))
            case _:
                pass

    # -- buttons -----------------------------------------------------------------------------------

    def press_hint(self) -> None:
        """Ask for a hint."""
        self._say(realtime.BUTTON_HINT)

    def press_repeat(self) -> None:
        """Ask for the question again."""
        self._note("repeated", {})
        self._say(realtime.BUTTON_REPEAT)

    def show_exhibit(self, exhibit_id: str) -> None:
        """Show an exhibit that may be seen by now."""
        for exhibit in self.question.exhibits if self.question else ():
            if exhibit.id == exhibit_id:
                self._note("exhibit", {"id": exhibit_id})
                self._listener(ExhibitShown(exhibit, self._sound.position_ms()))

    def think(self, seconds: int | None) -> None:
        """Suspend every reply."""
        if self._thinking:
            return
        self._thinking = True
        self._silence_interviewer()
        self._send(realtime.thinking(active=True))
        self._note("thinking", {"active": True, "seconds": seconds})
        self._listener(ThinkingChanged(True, seconds, self._sound.position_ms()))

    def ready(self) -> None:
        """Allow replies again."""
        if not self._thinking:
            return
        self._thinking = False
        self._send(realtime.thinking(active=False))
        self._note("thinking", {"active": False})
        self._listener(ThinkingChanged(False, None, self._sound.position_ms()))

    async def confirm_number(self, text: str, value: float, unit: str) -> None:
        """Check a number."""
        number = self.interview.progress.current_question
        try:
            verdict = await self._api.number(self.interview.id, number, text, value, unit)
        except AppError as error:
            self._listener(Notice("warn", error.sentence))
            return
        self._note("number", {"text": text, "value": value, "unit": unit, "confirmed": True})
        self._listener(NumberChecked(number, verdict, self._sound.position_ms()))

    async def move_on(self) -> None:
        """Close this question and open the next; after the last one the call ends."""
        # A press belongs to the question it was made at: a second one for the same question
        # does nothing, one for the next waits until the move is complete.
        pressed_at = self.interview.progress.current_question
        async with self._moving:
            progress = self.interview.progress
            if progress.current_question != pressed_at or self.interview.status == "completed":
                return
            try:
                await self._move_on()
            except AppError as error:
                self._listener(
                    Notice("warn", f"{error.sentence} We stay at this question: press Done again.")
                )

    async def _move_on(self) -> None:
        self.ready()
        number = self.interview.progress.current_question
        progress = self.interview.progress.completing(number)
        last = number == QUESTION_COUNT
        status: Status | None = "completed" if last else None
        self._note("done", {})
        # Events come before the change that closes the interview.
        await self._outbox.flush(UPDATE_TIMEOUT_S)
        try:
            self.interview = await self._api.update(self.interview, progress, status)
        except Conflict:
            # Another device or an earlier, unanswered try was first: take what is true now.
            self.interview = await self._api.interview(self.interview.id)
            if self.interview.progress != progress:
                self.interview = await self._api.update(self.interview, progress, status)
        if last:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._quiet.wait(), CLOSING_LIMIT_S)
            self._finish()
            return
        following = progress.current_question
        grant = await self._api.question_token(self.interview.id, following)
        self.question = await self._api.question(self.interview.id, following)
        self._silence_interviewer()
        self._listener(
            QuestionChanged(self.question, progress.questions_completed, self._sound.position_ms())
        )
        await self._update(grant.session)
        self._respond()

    # -- inside ------------------------------------------------------------------------------------

    async def _update(self, session: dict[str, object]) -> None:
        self._updated.clear()
        self._send(realtime.session_update(session))
        # A server that does not acknowledge is used all the same: the session was sent.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._updated.wait(), UPDATE_TIMEOUT_S)

    def _say(self, text: str) -> None:
        self.ready()
        self._silence_interviewer()
        self._send(realtime.user_text(text))
        self._respond()

    def _silence_interviewer(self) -> None:
        if self._response_active:
            self._send(realtime.response_cancel())
        if not self._quiet.is_set():
            self._send(realtime.output_clear())
            self._sound.flush_playout()

    def _respond(self) -> None:
        """Ask for a response, after the active one if there is one."""
        if self._response_active:
            self._wants_response = True
        else:
            self._response_active = True
            self._send(realtime.response_create())

    def _response_done(self) -> None:
        self._response_active = False
        calls, self._tool_calls = self._tool_calls, []
        if calls:
            self._spawn(self._answer_tools(calls))
        elif self._wants_response:
            self._wants_response = False
            self._respond()

    def _start_tool(self, item: Event) -> None:
        """What the candidate should see at once, while the interviewer speaks."""
        arguments = realtime.tool_arguments(item)
        if item.get("name") == "show_exhibit":
            self.show_exhibit(str(arguments.get("id")))
        elif item.get("name") == "heard_number":
            self._heard_number(arguments)

    def _heard_number(self, arguments: Event) -> None:
        value = arguments.get("value")
        if not isinstance(value, int | float) or isinstance(value, bool):
            return
        text, unit = str(arguments.get("text", "")), str(arguments.get("unit", ""))
        number = self.interview.progress.current_question
        self._note("number", {"text": text, "value": value, "unit": unit, "confirmed": False})
        self._listener(NumberHeard(number, text, float(value), unit, self._sound.position_ms()))

    async def _answer_tools(self, calls: list[Event]) -> None:
        """Answer every tool call, then let the interviewer go on."""
        done = False
        for item in calls:
            call_id = str(item.get("call_id"))
            if item.get("name") == "gave_hint":
                self._send(realtime.tool_output(call_id, await self._next_hint()))
            else:
                done = done or item.get("name") == "question_done"
                self._send(realtime.tool_output(call_id, {"ok": True}))
        if done:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._quiet.wait(), CLOSING_LIMIT_S)
            await self.move_on()
            return
        self._wants_response = False
        self._respond()

    async def _next_hint(self) -> dict[str, object]:
        number = self.interview.progress.current_question
        try:
            hint = await self._api.hint(self.interview.id, number)
        except AppError as error:
            self._listener(Notice("info", error.sentence))
            return {"level": 5, "text": ""}
        self._note("hint", {"level": hint.level})
        self._listener(HintGiven(number, hint, self._sound.position_ms()))
        return {"level": hint.level, "text": hint.text}

    def _publish(self, caption: Caption) -> None:
        self._listener(CaptionChanged(caption, self.captions.after(caption.item_id)))
        if caption.final and caption.text and self._posted.get(caption.item_id) != caption:
            self._posted[caption.item_id] = caption
            self._outbox.caption(caption)

    def _note(self, kind: str, data: dict[str, Any]) -> None:
        at_ms = self._sound.position_ms()
        number = self.interview.progress.current_question
        self.events.append({"type": kind, "at_ms": at_ms, "question": number, **data})
        self._outbox.event(number, kind, at_ms, data)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="conversation")
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("A part of the conversation failed", exc_info=error)


def _code(event: Event) -> str:
    error = event.get("error")
    return str(error.get("code")) if isinstance(error, dict) else "an error"
