"""What is written down of a conversation: captions and events, here and on the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from interview_desktop.call.outbox import Outbox
from interview_desktop.domain.call_events import CallEvent, CaptionChanged, HintGiven, NotesRestored
from interview_desktop.domain.captions import Captions
from interview_desktop.domain.earlier import Earlier
from interview_desktop.domain.interview import Hint
from interview_desktop.domain.realtime_events import Event
from interview_desktop.domain.sound import SoundPort
from interview_desktop.domain.transcript import Caption


class Record:
    """Tells the listener of every change, and the server of what is final.

    Thread: the net thread's loop.
    """

    def __init__(
        self, sound: SoundPort, outbox: Outbox, listener: Callable[[CallEvent], None]
    ) -> None:
        self.captions = Captions()
        self.events: list[dict[str, Any]] = []
        self._sound = sound
        self._outbox = outbox
        self._listener = listener
        self._posted: dict[str, Caption] = {}

    def restore(self, earlier: Earlier) -> None:
        """Tell what was said, noted and given in earlier parts of the interview, in order."""
        self.captions.restore(earlier.captions)
        self.events[:0] = [
            {"type": one.event["type"], "at_ms": one.event["at_ms"], "question": one.question}
            | one.event["data"]
            for one in earlier.events
        ]
        before = None
        for line in self.captions.lines():
            self._listener(CaptionChanged(line, before))
            before = line.item_id
        if earlier.notes:
            self._listener(NotesRestored(earlier.notes))
        for question, level, at_ms in earlier.hints():
            self._listener(HintGiven(question, Hint(level, ""), at_ms))

    def hear(self, event: Event, question: int) -> None:
        """A server event, in which there may be words."""
        caption = self.captions.apply(event, self._sound.position_ms(), question)
        if caption is not None:
            self._publish(caption)

    def typed(self, item_id: str, text: str, question: int) -> None:
        """What the candidate typed."""
        self._publish(self.captions.typed(item_id, text, self._sound.position_ms(), question))

    def close_open(self) -> None:
        """Make final what will not be completed any more."""
        for line in self.captions.close_open(self._sound.position_ms()):
            self._publish(line)

    def note(self, question: int, kind: str, data: dict[str, Any]) -> None:
        """Something that happened at a question."""
        at_ms = self._sound.position_ms()
        self.events.append({"type": kind, "at_ms": at_ms, "question": question, **data})
        self._outbox.event(question, kind, at_ms, data)

    def has(self, question: int, kind: str, at_ms: int) -> bool:
        """Whether such an event is noted already at this position or behind it."""
        return any(
            one["type"] == kind and one["question"] == question and one["at_ms"] >= at_ms
            for one in self.events
        )

    def _publish(self, caption: Caption) -> None:
        # Written down before it is shown.
        # Words that turn out to be none are taken back.
        known = self._posted.get(caption.item_id)
        if (caption.text or known) and known != caption:
            self._posted[caption.item_id] = caption
            self._outbox.caption(caption)
        self._listener(CaptionChanged(caption, self.captions.after(caption.item_id)))
