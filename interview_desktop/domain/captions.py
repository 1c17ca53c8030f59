"""Captions out of events: keyed by `item_id`, ordered by `previous_item_id`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from interview_desktop.domain.interview import Speaker
from interview_desktop.domain.journal import storable
from interview_desktop.domain.transcript import Caption

# Detection takes about this long: three chunks of the detector and the way there and back.
DETECTION_MS = 300


class Captions:
    """The transcript of a call.

    Thread: one at a time (the net thread).
    """

    def __init__(self) -> None:
        self._lines: dict[str, Caption] = {}
        self._after: dict[str, str | None] = {}
        self._audio_start_ms: dict[str, int] = {}
        self._response_item: dict[str, str] = {}

    def apply(self, event: dict[str, Any], at_ms: int, question: int) -> Caption | None:
        """Take one event in; returns the caption that changed.

        Args:
            event: a server event under its GA name.
            at_ms: now, on the recording's line.
            question: the question the interview stands at.
        """
        kind, item_id = event["type"], event.get("item_id")
        if not isinstance(item_id, str):
            item_id = None
        match kind:
            case "conversation.item.added" | "input_audio_buffer.committed":
                self._order(event)
                return None
            case "input_audio_buffer.speech_started" if item_id is not None:
                self._audio_start_ms[item_id] = _int(event.get("audio_start_ms"))
                self._make(item_id, "candidate", max(0, at_ms - DETECTION_MS), question)
                return None
            case "input_audio_buffer.speech_stopped" if item_id in self._lines:
                line = self._lines[item_id]
                spoken_ms = _int(event.get("audio_end_ms")) - self._audio_start_ms.get(item_id, 0)
                end_ms = line.start_ms + spoken_ms if spoken_ms > 0 else at_ms
                return self._store(replace(line, end_ms=min(at_ms, end_ms)))
            case "conversation.item.input_audio_transcription.delta" if item_id is not None:
                line = self._make(item_id, "candidate", at_ms, question)
                text = line.text if line.final else line.text + _text(event.get("delta"))
                return self._store(replace(line, text=text))
            case "conversation.item.input_audio_transcription.completed" if item_id is not None:
                line = self._make(item_id, "candidate", at_ms, question)
                text = _text(event.get("transcript")).strip()
                return self._finish(replace(line, text=text), at_ms)
            case "conversation.item.input_audio_transcription.failed" if item_id in self._lines:
                return self._finish(self._lines[item_id], at_ms)
            case "response.output_audio_transcript.delta" if item_id is not None:
                self._response_item[str(event.get("response_id"))] = item_id
                line = self._make(item_id, "interviewer", at_ms, question)
                if line.final:
                    return None
                return self._store(replace(line, text=line.text + _text(event.get("delta"))))
            case "response.output_audio_transcript.done" if item_id is not None:
                self._response_item[str(event.get("response_id"))] = item_id
                line = self._make(item_id, "interviewer", at_ms, question)
                text = _text(event.get("transcript"))
                return self._store(replace(line, text=text, end_ms=max(line.end_ms, at_ms)))
            case "output_audio_buffer.stopped" | "output_audio_buffer.cleared":
                spoken = self._response_item.get(str(event.get("response_id")), "")
                if spoken not in self._lines:
                    return None
                line = self._lines[spoken]
                cut = line.interrupted or kind.endswith("cleared")
                return self._finish(replace(line, end_ms=at_ms, interrupted=cut), at_ms)
            case "conversation.item.truncated" if item_id in self._lines:
                return self._store(replace(self._lines[item_id], interrupted=True))
            case _:
                return None

    def after(self, item_id: str) -> str | None:
        """The item that comes before this one."""
        return self._after.get(item_id)

    def lines(self) -> list[Caption]:
        """Every line with words, in the order of the sound."""
        spoken = [line for line in self._lines.values() if line.text]
        return sorted(spoken, key=lambda line: line.start_ms)

    def typed(self, item_id: str, text: str, at_ms: int, question: int) -> Caption:
        """A line that the candidate typed instead of saying it."""
        line = Caption(item_id, "candidate", storable(text), at_ms, at_ms, question)
        return self._finish(line, at_ms)

    def restore(self, lines: Iterable[Caption]) -> None:
        """Begin with what was said in earlier parts of the interview."""
        self._lines |= {line.item_id: line for line in lines}

    def close_open(self, at_ms: int) -> list[Caption]:
        """Make final what the end of a connection left open; the interviewer was cut off by it."""
        open_lines = [line for line in self._lines.values() if not line.final and line.text]
        return [
            self._finish(replace(line, interrupted=line.speaker == "interviewer"), at_ms)
            for line in open_lines
        ]

    def _order(self, event: dict[str, Any]) -> None:
        item = event.get("item")
        item_id = item.get("id") if isinstance(item, dict) else event.get("item_id")
        previous = event.get("previous_item_id")
        if isinstance(item_id, str):
            self._after[item_id] = previous if isinstance(previous, str) else None

    def _make(self, item_id: str, speaker: Speaker, at_ms: int, question: int) -> Caption:
        known = self._lines.get(item_id)
        if known is None:
            known = Caption(item_id, speaker, "", at_ms, at_ms, question)
            self._lines[item_id] = known
        return known

    def _store(self, line: Caption) -> Caption:
        self._lines[line.item_id] = line
        return line

    def _finish(self, line: Caption, at_ms: int) -> Caption:
        end_ms = line.end_ms if line.end_ms > line.start_ms else max(line.start_ms, at_ms)
        return self._store(replace(line, end_ms=end_ms, final=True))


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _text(value: object) -> str:
    return storable(value) if isinstance(value, str) else ""
