"""What is put on the table at a question: exhibits, hints, numbers."""

from __future__ import annotations

from collections.abc import Callable

from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import Conflict
from interview_desktop.call.record import Record
from interview_desktop.domain.call_events import (
    CallEvent,
    ExhibitShown,
    HintGiven,
    Notice,
    NumberChecked,
    NumberHeard,
)
from interview_desktop.domain.interview import Question
from interview_desktop.domain.realtime_events import Event
from interview_desktop.domain.sound import SoundPort
from interview_desktop.errors import AppError

# Beyond every case, and far below where a float or a request breaks.
MAX_NUMBER = 1e30


class Room:
    """The server's room of one interview; whatever happens in it is noted.

    Thread: the net thread's loop.
    """

    def __init__(
        self,
        api: InterviewApi,
        interview_id: str,
        sound: SoundPort,
        record: Record,
        listener: Callable[[CallEvent], None],
    ) -> None:
        self._api = api
        self._interview_id = interview_id
        self._sound = sound
        self._record = record
        self._listener = listener

    def show_exhibit(self, question: Question | None, exhibit_id: str) -> None:
        """Show an exhibit that may be seen by now."""
        for exhibit in question.exhibits if question else ():
            if question is not None and exhibit.id == exhibit_id:
                self._record.note(question.number, "exhibit", {"id": exhibit_id})
                self._listener(ExhibitShown(exhibit, self._sound.position_ms()))

    def number_heard(self, number: int, arguments: Event) -> None:
        """Show the number that the interviewer heard; anything else is left out."""
        value = arguments.get("value")
        if not isinstance(value, int | float) or isinstance(value, bool):
            return
        if not -MAX_NUMBER <= value <= MAX_NUMBER:  # infinity and "not a number" among them
            return
        text, unit = str(arguments.get("text", "")), str(arguments.get("unit", ""))
        heard = {"text": text, "value": value, "unit": unit, "confirmed": False}
        self._record.note(number, "number", heard)
        self._listener(NumberHeard(number, text, float(value), unit, self._sound.position_ms()))

    async def confirm_number(self, number: int, text: str, value: float, unit: str) -> None:
        """Check a number."""
        try:
            verdict = await self._api.number(self._interview_id, number, text, value, unit)
        except AppError as error:
            self._listener(Notice("warn", error.sentence))
            return
        given = {"text": text, "value": value, "unit": unit, "confirmed": True}
        self._record.note(number, "number", given)
        self._listener(NumberChecked(number, verdict, self._sound.position_ms()))

    async def next_hint(self, number: int) -> dict[str, object]:
        """The answer to the interviewer's wish for a hint."""
        try:
            hint = await self._api.hint(self._interview_id, number)
        except AppError as error:
            self._listener(Notice("info", error.sentence))
            # Only a ladder that is used up is told as one.
            used_up = isinstance(error, Conflict)
            return {"level": 5, "text": ""} if used_up else {"error": error.what}
        self._record.note(number, "hint", {"level": hint.level})
        self._listener(HintGiven(number, hint, self._sound.position_ms()))
        return {"level": hint.level, "text": hint.text}
