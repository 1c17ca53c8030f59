"""Meters, peaks, markers and captions, without a window."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from interview_desktop.ui.view_models.captions import CaptionLine, hits, line_at
from interview_desktop.ui.view_models.meters import (
    LevelClass,
    Meter,
    advanced,
    approached,
    level_class,
)
from interview_desktop.ui.view_models.waveform import (
    CommentMark,
    HintMark,
    Marks,
    QuestionMark,
    ThinkingMark,
    axis_step_s,
    markers,
    question_at,
    question_spans,
    resampled,
)

_ANY = st.floats(width=32, allow_nan=True, allow_infinity=True)


@given(arrays.arrays(np.float32, st.integers(0, 500), elements=_ANY), st.integers(0, 300))
def test_resampling_loses_no_peak_and_keeps_the_scale(lane: np.ndarray, columns: int) -> None:
    made = resampled(lane, columns)
    assert made.shape == (columns,)
    assert np.all((made >= 0) & (made <= 1))
    if columns and len(lane):
        loudest = np.clip(np.nan_to_num(np.abs(lane), posinf=1.0), 0, 1).max()
        if len(lane) >= columns:
            assert made.max() == loudest


def test_the_meter_rises_at_once_falls_slowly_and_holds_its_peak() -> None:
    meter = advanced(Meter(), -12.0, 33)
    assert meter.level > 0.75
    later = advanced(meter, -60.0, 33)
    assert 0.6 < later.level < meter.level
    assert later.peak == meter.peak
    for _ in range(120):
        later = advanced(later, -60.0, 33)
    assert later.peak < 0.02


def test_the_word_of_a_level() -> None:
    assert level_class(Meter()) is LevelClass.SILENT
    assert level_class(Meter(0.1, 0.2)) is LevelClass.QUIET
    assert level_class(Meter(0.1, 0.7)) is LevelClass.GOOD
    assert level_class(Meter(0.1, 0.95)) is LevelClass.TOO_LOUD
    assert level_class(advanced(Meter(), float("nan"), 33)) is LevelClass.SILENT


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 10_000))
def test_smoothing_never_passes_its_target(value: float, target: float, dt_ms: float) -> None:
    after = approached(value, target, dt_ms, 80)
    assert min(value, target) - 1e-9 <= after <= max(value, target) + 1e-9


def test_markers_are_listed_by_time_in_words() -> None:
    marks = Marks(
        (QuestionMark(0, "Prompt", 0), QuestionMark(1, "Structure", 5_000)),
        (ThinkingMark(6_000, 36_000),),
        (HintMark(50_000, 2),),
        (CommentMark(40_000, "Good"),),
    )
    assert [one.words for one in markers(marks)] == [
        "Prompt", "Question 1, Structure", "Thinking, 30 seconds", "Comment: Good",
        "Hint, level 2",
    ]  # fmt: skip
    now = question_at(marks, 5_000)
    assert now is not None
    assert now.name == "Structure"
    assert question_at(Marks(), 5) is None
    assert [(start, end) for _, start, end in question_spans(marks, 90_000)] == [
        (0, 5_000), (5_000, 90_000),
    ]  # fmt: skip


@given(st.floats(0, 20_000), st.floats(0, 4_000), st.floats(40, 200))
def test_labels_of_the_axis_never_touch(duration: float, width: float, least: float) -> None:
    step = axis_step_s(duration, width, least)
    assert step > 0
    if step < 3600:
        assert step / duration * width >= least


def test_search_finds_whatever_the_case() -> None:
    assert hits("The other, THE end", "the") == [(0, 3), (5, 3), (11, 3)]
    assert hits("Straße", "STRASSE") == []
    assert hits("anything", "") == []


@given(st.text(max_size=80), st.text(min_size=1, max_size=4))
def test_hits_lie_inside_the_text(text: str, wanted: str) -> None:
    assert all(at >= 0 and at + size <= len(text) for at, size in hits(text, wanted))


def test_the_line_that_sounds() -> None:
    assert line_at([], 5) == -1
    assert line_at([10, 20, 30], 5) == -1
    assert line_at([10, 20, 30], 20) == 1
    assert line_at([10, 20, 30], 99) == 2


def test_a_turn_is_finished_when_it_has_been_heard() -> None:
    assert CaptionLine("a", "candidate", "Hello").finished
    assert not CaptionLine("a", "interviewer", "Hello", said_chars=2).finished
    assert CaptionLine("a", "interviewer", "Hello", 2, interrupted=True).finished
    assert not CaptionLine("a", "interviewer", "Hello", final=False).finished
