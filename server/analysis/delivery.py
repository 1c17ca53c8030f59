"""Plain figures of delivery, from the lines of the transcript and the events of the room.

Only what can be counted: no band, no judgement. Lines are what captions gave; where they are a
rough draft, so are the figures that count words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CANDIDATE = "candidate"
MIN_RATE_MS = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the transcript; milliseconds on the recording's line."""

    speaker: str
    text: str
    start_ms: int
    end_ms: int
    interrupted: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """The figures; None where the data do not allow one: all but the thinking without any line.

    Args:
        candidate_ms, interviewer_ms: time in which the side speaks, overlapping lines once.
        talk_share: the candidate's part of both sides' speaking time, 0 to 1.
        words_per_minute: the candidate's words by the candidate's speaking time; None below ten
            seconds of speech, where the figure would say nothing.
        candidate_turns: runs of the candidate's lines with no line of the interviewer between.
        longest_turn_ms: from the start of the longest such run to its end, pauses included.
        interrupted_lines: the interviewer's lines that the candidate cut short.
        thinking_ms: time in which Thinking was on; None where nothing at all was noted.
    """

    candidate_ms: int | None
    interviewer_ms: int | None
    talk_share: float | None
    words_per_minute: float | None
    candidate_turns: int | None
    longest_turn_ms: int | None
    interrupted_lines: int | None
    thinking_ms: int | None


def delivery(lines: Iterable[Line], thinking_ms: int | None) -> Delivery:
    """The figures of an interview. Lines in any order."""
    # Of two lines of one time the candidate's comes first: the figures hang on no other order.
    ordered = sorted(lines, key=lambda line: (line.start_ms, line.end_ms, line.speaker))
    if not ordered:
        return Delivery(None, None, None, None, None, None, None, thinking_ms)
    own = [line for line in ordered if line.speaker == CANDIDATE]
    others = [line for line in ordered if line.speaker != CANDIDATE]
    candidate_ms, interviewer_ms = _covered_ms(own), _covered_ms(others)
    both_ms = candidate_ms + interviewer_ms
    words = sum(len(line.text.split()) for line in own)
    turns = _turns(ordered)
    return Delivery(
        candidate_ms=candidate_ms,
        interviewer_ms=interviewer_ms,
        talk_share=candidate_ms / both_ms if both_ms else None,
        words_per_minute=words * 60_000 / candidate_ms if candidate_ms >= MIN_RATE_MS else None,
        candidate_turns=len(turns),
        longest_turn_ms=max(turns, default=None),
        interrupted_lines=sum(line.interrupted for line in others),
        thinking_ms=thinking_ms,
    )


def _covered_ms(lines: Sequence[Line]) -> int:
    """How much of the time line `lines`, in order, cover."""
    covered = reached = 0
    for line in lines:
        start, end = max(line.start_ms, reached), max(line.end_ms, line.start_ms)
        if end > start:
            covered += end - start
            reached = end
    return covered


def _turns(ordered: Sequence[Line]) -> list[int]:
    """The length of each of the candidate's turns."""
    turns: list[int] = []
    start: int | None = None
    end = 0
    for line in ordered:
        if line.speaker != CANDIDATE:
            if start is not None:
                turns.append(end - start)
            start = None
            continue
        if start is None:
            start, end = line.start_ms, line.end_ms
        end = max(end, line.end_ms, line.start_ms)
    if start is not None:
        turns.append(end - start)
    return turns
