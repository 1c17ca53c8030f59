"""What Review marks on a recording."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desktop.domain.interview import Speaker
from interview_desktop.domain.journal import Happened
from interview_desktop.domain.transcript import Caption
from interview_desktop.ui.view_models.review import (
    passage_at,
    question_from,
    session_marks,
    transcript_lines,
)
from interview_desktop.ui.view_models.waveform import HintMark, Marks, QuestionMark, ThinkingMark


def event(question: int, kind: str, at_ms: Any, **data: Any) -> Happened:
    return Happened(question, {"id": f"{at_ms}", "type": kind, "at_ms": at_ms, "data": data})


def line(
    start_ms: int, end_ms: int, speaker: Speaker = "candidate", question: int = 1, text: str = "Yes"
) -> Caption:
    return Caption(f"{start_ms}", speaker, text, start_ms, end_ms, question, final=True)


THINKS = (
    event(1, "thinking", 10_000, active=True, seconds=60),
    event(1, "thinking", 40_000, active=False),
)


def test_a_question_begins_where_the_one_before_was_done() -> None:
    events = [event(1, "done", 90_000), event(2, "hint", 120_000, level=1)]
    lines = [line(5_000, 9_000), line(95_000, 99_000, question=2)]
    marks = session_marks(events, lines, 200_000).marks
    assert [(one.number, one.name, one.start_ms) for one in marks.questions] == [
        (1, "Structure", 0),
        (2, "Exhibit and ideas", 90_000),
    ]


def test_without_a_done_a_question_begins_with_its_own_first_mark() -> None:
    marks = session_marks([], [line(50_000, 60_000, question=3)], 200_000).marks
    assert [(one.number, one.start_ms) for one in marks.questions] == [(3, 50_000)]


def test_everything_that_happened_is_a_moment_by_time() -> None:
    events = [
        *THINKS,
        event(1, "hint", 50_000, level=2),
        event(1, "done", 60_000),
        event(3, "number", 82_000, text="0.57 years"),
    ]
    lines = [line(70_000, 75_000, "interviewer", 3), line(78_000, 81_000, question=3)]
    marked = session_marks(events, lines, 100_000)
    assert [(one.at_ms, one.words) for one in marked.moments] == [
        (0, "1, Structure"),
        (10_000, "Thinking, 0:30"),
        (50_000, "Hint, level 2"),
        (70_000, "3, Numbers"),
        (78_000, "Your number, 0.57 years"),
    ]
    assert marked.moments[0].spoken == "Question 1, Structure, at 0 seconds"
    # The number is heard where it was said, before it was confirmed.
    assert marked.heard_at == {3: 78_000}


@pytest.mark.parametrize(
    ("more", "end"),
    [
        # Ended by what came next, by the other question, by the end of the recording.
        ([event(1, "hint", 30_000, level=1)], 30_000),
        ([event(2, "thinking", 25_000, active=True), event(2, "thinking", 26_000)], 25_000),
        ([], 100_000),
    ],
)
def test_thinking_that_nobody_ended_does_not_swallow_the_rest(
    more: list[Happened], end: int
) -> None:
    marks = session_marks([THINKS[0], *more], [], 100_000).marks
    assert marks.thinking[0] == ThinkingMark(10_000, end)


@pytest.mark.parametrize(
    "broken",
    [
        event(1, "hint", None, level=1), event(1, "hint", 5, level="two"),
        event(0, "done", 5), event(9, "done", 5), Happened(1, {}),
        Happened(1, {"type": "hint", "at_ms": 5, "data": 3}), event(1, "hint", 900_000, level=1),
    ],
)  # fmt: skip
def test_what_is_not_whole_or_behind_the_end_is_not_marked(broken: Happened) -> None:
    assert session_marks([broken], [], 100_000).marks.hints == ()


@given(
    st.lists(
        st.tuples(
            st.integers(1, 4),
            st.sampled_from(["thinking", "hint", "number", "done", "note", "unheard of"]),
            st.integers(0, 120_000),
            st.booleans(),
        ),
        max_size=30,
    ),
    st.lists(st.tuples(st.integers(0, 100_000), st.integers(0, 9_000), st.integers(1, 4))),
)
def test_whatever_happened_the_marks_are_in_order_and_inside(
    happened: list[tuple[int, str, int, bool]], said: list[tuple[int, int, int]]
) -> None:
    events = [
        event(question, kind, at_ms, active=active, level=2, text="5")
        for question, kind, at_ms, active in happened
    ]
    lines = [line(start, start + length, question=question) for start, length, question in said]
    marked = session_marks(events, lines, 100_000)
    times = [one.at_ms for one in marked.moments]
    assert times == sorted(times)
    assert all(0 <= at_ms <= 100_000 for at_ms in times)
    assert all(one.start_ms <= one.end_ms <= 100_000 for one in marked.marks.thinking)
    assert all(before.end_ms <= after.start_ms for before, after in pairwise(marked.marks.thinking))


def test_the_line_in_which_a_hint_was_given_is_marked() -> None:
    captions = [
        line(0, 10_000, "interviewer", text="Question."),
        line(20_000, 30_000, text="A hint, please."),
        line(33_000, 40_000, "interviewer", text="Think of the filter."),
        line(50_000, 55_000, text=""),
    ]
    lines = transcript_lines(captions, (HintMark(31_000, 2),))
    assert [(one.name, one.marks) for one in lines] == [
        ("Interviewer", ()),
        ("You", ()),
        ("Interviewer", ("hint",)),
    ]


MARKS = Marks(tuple(QuestionMark(at + 1, "Name", at * 60_000) for at in range(3)))


@pytest.mark.parametrize(
    ("ms", "step", "to"),
    [
        (0, 1, 60_000), (60_000, 1, 120_000), (130_000, 1, None),
        # Well into a question its beginning comes first, then the one before.
        (90_000, -1, 60_000), (61_000, -1, 0), (1_000, -1, 0), (0, -1, None),
    ],
)  # fmt: skip
def test_previous_and_next_question(ms: int, step: int, to: int | None) -> None:
    assert question_from(MARKS, ms, step) == to


def test_a_loop_repeats_the_line_else_the_question_else_what_is_around() -> None:
    lines = transcript_lines([line(61_000, 64_000)])
    assert passage_at(lines, MARKS, 62_000, 180_000) == (61_000, 64_000)
    assert passage_at(lines, MARKS, 70_000, 180_000) == (60_000, 120_000)
    assert passage_at((), Marks(), 2_000, 180_000) == (0, 7_000)
