"""What the waveform draws: resampled peaks, markers, the steps of its axis. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from interview_desktop.ui.view_models.room import clock

Lane = NDArray[np.float32]
# Candidate, interviewer: float32, shape (n,), 0 to 1, any n; both span the whole recording.
Peaks = tuple[Lane, Lane]
_STEPS_S = (5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600)
# A quiet recording still fills its lanes, but noise alone is not drawn as if it were speech.
_LEAST_FULL = 0.1


@dataclass(frozen=True, slots=True)
class QuestionMark:
    """A question begins; number 0 is the prompt before the first."""

    number: int
    name: str
    start_ms: int


@dataclass(frozen=True, slots=True)
class ThinkingMark:
    """A time of thinking."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class HintMark:
    """A hint was given."""

    at_ms: int
    level: int


@dataclass(frozen=True, slots=True)
class CommentMark:
    """A comment stands here."""

    at_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Marks:
    """Everything marked on a recording."""

    questions: tuple[QuestionMark, ...] = ()
    thinking: tuple[ThinkingMark, ...] = ()
    hints: tuple[HintMark, ...] = ()
    comments: tuple[CommentMark, ...] = ()


@dataclass(frozen=True, slots=True)
class Marker:
    """One mark in words, for the list beside the waveform."""

    at_ms: int
    words: str


def resampled(peaks: Lane, columns: int) -> Lane:
    """The largest peak of each of `columns` equal parts; no peak is lost.

    Args:
        peaks: float32, shape (n,), any n.
        columns: how many values are wanted.

    Returns:
        float32, shape (columns,), 0 to 1; zeros where there is no sound.
    """
    if columns <= 0 or not len(peaks):
        return np.zeros(max(0, columns), np.float32)
    clean = np.clip(np.nan_to_num(np.abs(peaks.astype(np.float32)), posinf=1.0), 0.0, 1.0)
    if len(clean) <= columns:
        picked = np.arange(columns) * len(clean) // columns
        return np.asarray(clean[picked], np.float32)
    starts = np.arange(columns) * len(clean) // columns
    return np.maximum.reduceat(clean, starts).astype(np.float32)


def full_scale(peaks: Peaks) -> float:
    """The peak that fills a lane: the loudest but for rare clicks, for both lanes alike."""
    loudest = [float(np.quantile(lane, 0.995)) for lane in peaks if len(lane)]
    return min(1.0, max([_LEAST_FULL, *loudest]))


def axis_step_s(duration_s: float, width: float, least: float) -> int:
    """Seconds between two labels, so that they stand at least `least` pixels apart."""
    if duration_s <= 0 or width <= 0:
        return _STEPS_S[-1]
    for step in _STEPS_S:
        if step / duration_s * width >= least:
            return step
    return _STEPS_S[-1]


def question_at(marks: Marks, ms: int) -> QuestionMark | None:
    """The question that runs at a position."""
    begun = [one for one in marks.questions if one.start_ms <= ms]
    return max(begun, key=lambda one: one.start_ms) if begun else None


def question_spans(marks: Marks, duration_ms: int) -> list[tuple[QuestionMark, int, int]]:
    """Each question with its start and end, in order."""
    ordered = sorted(marks.questions, key=lambda one: one.start_ms)
    ends = [after.start_ms for _, after in pairwise(ordered)] + [duration_ms]
    return [(one, one.start_ms, end) for one, end in zip(ordered, ends, strict=False)]


def markers(marks: Marks) -> list[Marker]:
    """All marks in words, by time."""
    listed = [
        Marker(one.start_ms, f"Question {one.number}, {one.name}" if one.number else one.name)
        for one in marks.questions
    ]
    listed += [
        Marker(one.start_ms, f"Thinking, {max(0, one.end_ms - one.start_ms) // 1000} seconds")
        for one in marks.thinking
    ]
    listed += [Marker(one.at_ms, f"Hint, level {one.level}") for one in marks.hints]
    listed += [Marker(one.at_ms, f"Comment: {one.text}") for one in marks.comments]
    return sorted(listed, key=lambda one: one.at_ms)


def spoken_time(ms: int) -> str:
    """A position in words: "14 minutes 32"."""
    seconds = max(0, ms) // 1000
    if seconds < 60:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    minutes = seconds // 60
    return f"{minutes} minute{'' if minutes == 1 else 's'} {seconds % 60}"


def marker_line(marker: Marker) -> str:
    """A marker as the list shows it."""
    return f"{clock(marker.at_ms)}  {marker.words}"
