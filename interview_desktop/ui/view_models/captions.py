"""What the captions and the transcript show of a conversation. Qt-free."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from interview_desktop.domain.interview import Speaker
from interview_desktop.domain.transcript import Caption

MarkName = Literal["hint", "comment"]


@dataclass(frozen=True, slots=True)
class CaptionLine:
    """One turn in the room. `said_chars` counts what has been heard of it; None is all."""

    item_id: str
    speaker: Speaker
    text: str
    said_chars: int | None = None
    final: bool = True
    interrupted: bool = False

    @property
    def finished(self) -> bool:
        """Nothing of it will change, and all of it has been heard."""
        heard = self.said_chars is None or self.said_chars >= len(self.text)
        return self.final and bool(self.text) and (heard or self.interrupted)


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One turn in Review; `marks` stand at its right."""

    start_ms: int
    end_ms: int
    speaker: Speaker
    name: str
    text: str
    marks: tuple[MarkName, ...] = ()


def caption_lines(
    captions: Iterable[Caption], said: Mapping[str, int] | None = None
) -> list[CaptionLine]:
    """The call's captions as lines; `said` gives the heard characters by item."""
    heard = said or {}
    return [
        CaptionLine(
            one.item_id, one.speaker, one.text, heard.get(one.item_id), one.final, one.interrupted
        )
        for one in captions
    ]


def line_at(starts: Sequence[int], ms: int) -> int:
    """The row whose turn began last at a position, -1 before the first; `starts` ascend."""
    return bisect_right(starts, ms) - 1


def hits(text: str, wanted: str) -> list[tuple[int, int]]:
    """Where `wanted` stands in `text`, whatever its case: (start, length) without overlap."""
    needle, hay = wanted.casefold(), text.casefold()
    # Case folding that changes the length ("ß") would move the places: then lower case only.
    if len(hay) != len(text):
        needle, hay = wanted.lower(), text.lower()
    if not needle or len(hay) != len(text):
        return []
    found = []
    at = hay.find(needle)
    while at >= 0:
        found.append((at, len(needle)))
        at = hay.find(needle, at + len(needle))
    return found
