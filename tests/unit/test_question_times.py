"""Times of the debrief, from what stands on the recording's line."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from server.services.question_times import Marks
from server.storage.room import EventRow
from server.storage.transcripts import SegmentRow


def _event(question: int, kind: str, at_ms: int, **data: Any) -> EventRow:
    return EventRow("e", "i", question, kind, at_ms, json.dumps(data), 0)


def _said(question: int, start_ms: int, end_ms: int) -> SegmentRow:
    return SegmentRow("s", "candidate", "x", start_ms, end_ms, question, interrupted=False)


def test_a_question_without_events_keeps_its_time_from_what_was_said() -> None:
    marks = Marks(
        [_event(1, "done", 90_000), _event(3, "done", 400_000)],
        [_said(2, 92_000, 99_000), _said(2, 120_000, 290_000), _said(3, 291_000, 399_000)],
    )
    assert [marks.elapsed_ms(number) for number in (1, 2, 3, 4)] == [90_000, 200_000, 110_000, 0]


def test_a_question_that_left_nothing_gives_no_time_to_the_next() -> None:
    marks = Marks(
        [_event(1, "done", 90_000), _event(3, "thinking", 300_000, active=True),
         _event(3, "thinking", 310_000, active=False), _event(3, "done", 400_000)],
        [],
    )  # fmt: skip
    assert [marks.elapsed_ms(number) for number in (1, 2, 3)] == [90_000, 0, 100_000]


def test_what_arrives_late_for_a_question_does_not_shorten_the_next() -> None:
    late = _event(1, "number", 130_000)
    marks = Marks([_event(1, "done", 90_000), late, _event(2, "done", 120_000)], [])
    assert [marks.elapsed_ms(number) for number in (1, 2)] == [90_000, 30_000]


def test_a_question_over_two_parts_counts_both_and_nothing_between() -> None:
    # Part one breaks off at 200 s while the candidate thinks; the second goes on there.
    marks = Marks(
        [_event(1, "done", 90_000), _event(2, "thinking", 150_000, active=True),
         _event(2, "thinking", 260_000, active=True), _event(2, "thinking", 270_000, active=False),
         _event(2, "done", 290_000)],
        [_said(2, 202_000, 230_000)],
        part_starts_ms=[0, 200_000],
    )  # fmt: skip
    assert marks.elapsed_ms(2) == 200_000
    assert marks.thinking_ms(2) == 50_000 + 10_000


def test_thinking_that_nobody_ended_lasts_to_the_last_event() -> None:
    events = [_event(1, "thinking", 10_000, active=True), _event(1, "done", 30_000)]
    assert Marks(events, []).thinking_ms(1) == 20_000


POSITIONS = st.integers(0, 3_600_000)
QUESTIONS = st.integers(1, 4)
EVENTS = st.builds(
    lambda question, kind, at_ms, active: _event(question, kind, at_ms, active=active),
    QUESTIONS, st.sampled_from(["thinking", "done", "exhibit"]), POSITIONS, st.booleans(),
)  # fmt: skip
SEGMENTS = st.builds(
    lambda question, start_ms, length_ms: _said(question, start_ms, start_ms + length_ms),
    QUESTIONS, POSITIONS, st.integers(0, 60_000),
)  # fmt: skip


@given(st.lists(EVENTS), st.lists(SEGMENTS), st.lists(POSITIONS, max_size=3))
def test_no_time_is_negative_or_longer_than_the_line(
    events: list[EventRow], segments: list[SegmentRow], starts_ms: list[int]
) -> None:
    events.sort(key=lambda one: one.at_ms)
    marks = Marks(events, segments, starts_ms)
    end_ms = max([one.at_ms for one in events] + [one.end_ms for one in segments], default=0)
    for number in (1, 2, 3, 4):
        assert 0 <= marks.elapsed_ms(number) <= end_ms
        assert 0 <= marks.thinking_ms(number) <= end_ms
