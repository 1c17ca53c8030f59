"""What Review marks on a recording, out of its events and captions. Qt-free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from interview_desktop.domain.interview import QUESTION_COUNT
from interview_desktop.domain.journal import Happened
from interview_desktop.domain.transcript import Caption
from interview_desktop.ui.view_models.captions import TranscriptLine, line_at
from interview_desktop.ui.view_models.debrief import NAMES
from interview_desktop.ui.view_models.room import clock
from interview_desktop.ui.view_models.waveform import (
    HintMark,
    Marks,
    QuestionMark,
    ThinkingMark,
    question_at,
    question_spans,
    spoken_time,
)

MomentKind = Literal["question", "thinking", "hint", "number"]
# Questions 1 to 4 of every case are of these kinds.
_BY_NUMBER = dict(enumerate(NAMES.values(), 1))
_SPEAKERS = {"candidate": "You", "interviewer": "Interviewer"}
# From so far into a question on, "previous" leads to its own beginning.
_WELL_INTO_MS = 3_000
# What is repeated where nothing better is known: so much before and after the position.
_AROUND_MS = 5_000


@dataclass(frozen=True, slots=True)
class Moment:
    """Something to go to: a question, or what happened in one."""

    at_ms: int
    kind: MomentKind
    question: int
    words: str

    @property
    def spoken(self) -> str:
        """For a screen reader: "Hint, level 2, at 14 minutes 32"."""
        words = f"Question {self.words}" if self.kind == "question" else self.words
        return f"{words}, at {spoken_time(self.at_ms)}"


@dataclass(frozen=True, slots=True)
class SessionMarks:
    """Everything marked on a recording, and the same as a list of moments by time.

    `heard_at`: where the number of a question is heard.
    """

    marks: Marks = field(default_factory=Marks)
    moments: tuple[Moment, ...] = ()
    heard_at: Mapping[int, int] = field(default_factory=dict)


def session_marks(
    events: Iterable[Happened], captions: Iterable[Caption], duration_ms: int | None = None
) -> SessionMarks:
    """What to mark.

    Args:
        events: what the room wrote down; those that are not whole are left out.
        captions: both sides' lines.
        duration_ms: of the recording; nothing is marked behind its end. None where there is none.
    """
    end_ms = duration_ms or 2**62
    happened = sorted(
        (one for one in events if _is_whole(one) and one.event["at_ms"] <= end_ms),
        key=lambda one: int(one.event["at_ms"]),
    )
    lines = sorted(captions, key=lambda one: one.start_ms)
    questions = _questions(happened, lines, end_ms)
    thinking = _thinking(happened, lines, duration_ms)
    hints = tuple(
        (HintMark(one.event["at_ms"], level), one.question)
        for one in happened
        if one.event["type"] == "hint" and isinstance(level := one.event["data"].get("level"), int)
    )
    numbers = _numbers(happened, lines)
    moments = [
        Moment(one.start_ms, "question", one.number, f"{one.number}, {one.name}")
        for one in questions
    ]
    moments += [
        Moment(one.start_ms, "thinking", at, f"Thinking, {clock(one.end_ms - one.start_ms)}")
        for one, at in thinking
    ]
    moments += [Moment(one.at_ms, "hint", at, f"Hint, level {one.level}") for one, at in hints]
    moments += [
        Moment(at_ms, "number", question, f"Your number, {text}" if text else "Your number")
        for question, (at_ms, text) in numbers.items()
    ]
    return SessionMarks(
        Marks(questions, tuple(one for one, _ in thinking), tuple(one for one, _ in hints)),
        # A question stands before what begins with it.
        tuple(sorted(moments, key=lambda one: (one.at_ms, one.kind != "question"))),
        {question: at_ms for question, (at_ms, _) in numbers.items()},
    )


def transcript_lines(
    captions: Iterable[Caption], hints: Sequence[HintMark] = ()
) -> tuple[TranscriptLine, ...]:
    """The lines by time; the interviewer's line in which a hint was given has its mark."""
    ordered = sorted((one for one in captions if one.text), key=lambda one: one.start_ms)
    marked: set[str] = set()
    for hint in hints:
        theirs = [one for one in ordered if one.speaker == "interviewer"]
        after = [one for one in theirs if one.end_ms >= hint.at_ms]
        if near := (after[:1] or theirs[-1:]):
            marked.add(near[0].item_id)
    return tuple(
        TranscriptLine(
            one.start_ms,
            one.end_ms,
            one.speaker,
            _SPEAKERS[one.speaker],
            one.text,
            ("hint",) if one.item_id in marked else (),
        )
        for one in ordered
    )


def question_from(marks: Marks, ms: int, step: int) -> int | None:
    """Where the previous (-1) or next (1) question begins; None where there is none.

    Well into a question, its own beginning comes first on the way back.
    """
    starts = sorted(one.start_ms for one in marks.questions)
    if step > 0:
        return next((start for start in starts if start > ms), None)
    before = [start for start in starts if start <= ms - _WELL_INTO_MS]
    return before[-1] if before else (starts[0] if starts and ms > starts[0] else None)


def passage_at(
    lines: Sequence[TranscriptLine], marks: Marks, ms: int, duration_ms: int
) -> tuple[int, int]:
    """What Loop repeats: the line that sounds, else the question, else what is around."""
    row = line_at([one.start_ms for one in lines], ms)
    if row >= 0 and ms < lines[row].end_ms:
        return lines[row].start_ms, lines[row].end_ms
    question = question_at(marks, ms)
    for one, start, end in question_spans(marks, duration_ms):
        if one is question and end > start:
            return start, end
    return max(0, ms - _AROUND_MS), min(max(duration_ms, 1), ms + _AROUND_MS)


# -- out of the events ---------------------------------------------------------------------------


def _is_whole(one: Happened) -> bool:
    wanted = {"type": str, "at_ms": int, "data": dict}
    return 1 <= one.question <= QUESTION_COUNT and all(
        isinstance(one.event.get(key), kind) for key, kind in wanted.items()
    )


def _questions(
    events: Sequence[Happened], lines: Sequence[Caption], end_ms: int
) -> tuple[QuestionMark, ...]:
    """A question begins where the one before was done, else with its own first mark."""
    first: dict[int, int] = {}
    done: dict[int, int] = {}
    for one in events:
        at_ms = int(one.event["at_ms"])
        first[one.question] = min(at_ms, first.get(one.question, at_ms))
        if one.event["type"] == "done":
            done[one.question] = at_ms
    for line in lines:
        if line.start_ms <= end_ms:
            first[line.question] = min(line.start_ms, first.get(line.question, line.start_ms))
    return tuple(
        QuestionMark(number, name, done.get(number - 1, first[number]) if number > 1 else 0)
        for number, name in _BY_NUMBER.items()
        if number in first
    )


def _thinking(
    events: Sequence[Happened], lines: Sequence[Caption], duration_ms: int | None
) -> list[tuple[ThinkingMark, int]]:
    """(span, question); one that nobody ended lasts to the next event or the last word."""
    found: list[tuple[ThinkingMark, int]] = []
    last_ms = max([line.end_ms for line in lines] + [one.event["at_ms"] for one in events] + [0])
    ends = [int(one.event["at_ms"]) for one in events] + [duration_ms or last_ms]
    since: tuple[int, int] | None = None
    for one, (at_ms, next_ms) in zip(events, pairwise(ends), strict=True):
        if one.event["type"] != "thinking":
            continue
        active = one.event["data"].get("active") is True
        if since is not None and (not active or one.question != since[1]):
            found.append((ThinkingMark(since[0], at_ms), since[1]))
            since = None
        if active and since is None:
            since = (at_ms, one.question)
            begun_until = next_ms
    if since is not None and begun_until > since[0]:
        found.append((ThinkingMark(since[0], begun_until), since[1]))
    return found


def _numbers(events: Sequence[Happened], lines: Sequence[Caption]) -> dict[int, tuple[int, str]]:
    """Question -> (where its last number is heard, how it was written down).

    A number is confirmed after it was said: the candidate's line before that is where it sounds.
    """
    found: dict[int, tuple[int, str]] = {}
    for one in events:
        if one.event["type"] == "number":
            at_ms, text = int(one.event["at_ms"]), one.event["data"].get("text")
            said = [
                line.start_ms
                for line in lines
                if line.speaker == "candidate"
                and line.question == one.question
                and line.start_ms <= at_ms
            ]
            found[one.question] = (
                said[-1] if said else at_ms,
                text if isinstance(text, str) else "",
            )
    return found
