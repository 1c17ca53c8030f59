"""What is played after what: loops and silence left out."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from interview_desktop.audio.peaks import STEP_FRAMES, SessionPeaks, level_at
from interview_desktop.audio.route import QUIET_DBFS, SHORTEST_LOOP_FRAMES, Route, quiet_spans

FRAMES = 480_000
LOUD, QUIET = 230, level_at(QUIET_DBFS) - 1


@st.composite
def routes(draw: st.DrawFn) -> Route:
    edges = sorted(draw(st.lists(st.integers(0, FRAMES), max_size=12, unique=True)))
    cuts = list(zip(edges[::2], edges[1::2], strict=False))
    loop = None
    if draw(st.booleans()):
        start = draw(st.integers(0, FRAMES - SHORTEST_LOOP_FRAMES))
        loop = (start, draw(st.integers(start + SHORTEST_LOOP_FRAMES, FRAMES)))
    return Route(FRAMES, loop, cuts)


@given(routes(), st.integers(0, FRAMES))
def test_a_route_goes_on_and_leaves_out_what_it_may(route: Route, frame: int) -> None:
    played, at = 0, frame
    for _ in range(60):
        span = route.span(at)
        if span is None:
            break
        start, end = span
        assert 0 <= start < end <= FRAMES
        for cut_start, cut_end in route.cuts:
            assert route.loop is not None or end <= cut_start or start >= cut_end
        if route.loop is not None and start < route.loop[1]:
            assert end <= route.loop[1]
        played += end - start
        at = end
    else:
        # Only a loop lasts, and never without sound.
        assert route.loop is not None
        assert played >= 5 * SHORTEST_LOOP_FRAMES
    if route.loop is None:
        assert route.span(FRAMES) is None


def test_a_loop_goes_back_and_is_left_by_going_behind_it() -> None:
    route = Route(FRAMES, (48_000, 96_000))
    assert route.span(0) == (0, 96_000)
    assert route.span(96_000) == (48_000, 96_000)
    assert route.span(96_001) == (96_001, FRAMES)


def _peaks(levels: list[int], other: list[int]) -> SessionPeaks:
    sides = (np.array(levels, dtype=np.uint8), np.array(other, dtype=np.uint8))
    return SessionPeaks(*sides, 20 * len(levels), complete=True)


def test_only_long_silence_of_both_sides_is_left_out() -> None:
    talk, pause, short = [LOUD] * 10, [QUIET] * 100, [QUIET] * 50
    line = talk + pause + talk + short + talk
    (cut,) = quiet_spans(_peaks(line, [QUIET] * len(line)))
    kept = 100 * STEP_FRAMES - (cut[1] - cut[0])
    assert kept == 15 * STEP_FRAMES
    assert 10 * STEP_FRAMES < cut[0] < cut[1] < 110 * STEP_FRAMES
    assert quiet_spans(_peaks(line, [LOUD] * len(line))) == []
    # What is not known is taken for sound.
    assert quiet_spans(_peaks(line, [0] * len(line))) == []


@given(arrays.arrays(np.uint8, st.integers(0, 400), elements=st.sampled_from([0, QUIET, LOUD])))
def test_nothing_that_sounds_is_left_out(
    levels: np.ndarray[tuple[int], np.dtype[np.uint8]],
) -> None:
    peaks = SessionPeaks(levels, levels, 20 * len(levels), complete=True)
    before = 0
    for start, end in quiet_spans(peaks):
        assert before <= start < end <= len(levels) * STEP_FRAMES
        assert (levels[start // STEP_FRAMES : end // STEP_FRAMES] == QUIET).all()
        before = end
