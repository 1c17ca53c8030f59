"""Figures of delivery: what they count, and that nothing a transcript may hold breaks them."""

from __future__ import annotations

import math
import random

from hypothesis import example, given
from hypothesis import strategies as st

from server.analysis.delivery import Delivery, Line, delivery


def line(speaker: str, start_ms: int, end_ms: int, words: int = 1, cut: bool = False) -> Line:
    """A line of so many words."""
    return Line(speaker, " ".join(["word"] * words), start_ms, end_ms, cut)


def test_each_figure_counts_what_it_says() -> None:
    lines = [
        line("interviewer", 0, 5_000, cut=True),
        line("candidate", 4_000, 10_000, words=20),  # speaks while the other still does
        line("candidate", 12_000, 16_000, words=10),  # a pause, the same turn
        line("interviewer", 16_000, 20_000),
        line("candidate", 20_000, 22_000, words=4, cut=True),
    ]
    assert delivery(lines, 7_000) == Delivery(
        candidate_ms=12_000,
        interviewer_ms=9_000,
        talk_share=12 / 21,
        words_per_minute=34 * 5,
        candidate_turns=2,
        longest_turn_ms=12_000,
        interrupted_lines=1,
        thinking_ms=7_000,
    )


def test_a_moment_that_two_lines_cover_counts_once() -> None:
    lines = [line("candidate", 0, 20_000), line("candidate", 5_000, 6_000),
             line("candidate", 10_000, 25_000)]  # fmt: skip
    assert delivery(lines, 0).candidate_ms == 25_000


def test_without_a_line_there_is_no_figure() -> None:
    assert delivery([], None) == Delivery(None, None, None, None, None, None, None, None)
    assert delivery([], 5).thinking_ms == 5


def test_lines_without_length_have_neither_share_nor_rate() -> None:
    figures = delivery([line("candidate", 5, 5, words=9), line("interviewer", 5, 5)], 0)
    assert (figures.talk_share, figures.words_per_minute) == (None, None)
    assert (figures.candidate_ms, figures.longest_turn_ms, figures.candidate_turns) == (0, 0, 1)


def test_a_rate_wants_ten_seconds_of_speech() -> None:
    assert delivery([line("candidate", 0, 9_999, words=20)], 0).words_per_minute is None
    assert delivery([line("candidate", 0, 10_000, words=20)], 0).words_per_minute == 120


TIMES = st.integers(0, 60_000) | st.integers(0, 2**53)
LINES = st.lists(
    st.builds(
        Line,
        st.sampled_from(("candidate", "interviewer")),
        st.text(max_size=40) | st.sampled_from(("שלום עולם", "مرحبا بكم", "", " \n ", "市场")),
        TIMES,
        TIMES,
        st.booleans(),
    ),
    max_size=25,
)


@given(LINES, st.randoms(use_true_random=False))
@example([Line("candidate", "x", 9, 3, False)], random.Random(1))  # ends before it begins
def test_any_transcript_has_finite_figures_within_bounds(
    lines: list[Line], order: random.Random
) -> None:
    figures = delivery(lines, 0)
    mixed = list(lines)
    order.shuffle(mixed)
    assert delivery(mixed, 0) == figures
    if not lines:
        return
    assert figures.candidate_ms is not None
    assert figures.interviewer_ms is not None
    span = max(max(one.start_ms, one.end_ms) for one in lines) - min(one.start_ms for one in lines)
    own = [one for one in lines if one.speaker == "candidate"]
    assert 0 <= figures.candidate_ms <= span
    assert 0 <= figures.interviewer_ms <= span
    assert figures.talk_share is None or 0 <= figures.talk_share <= 1
    assert 0 <= (figures.candidate_turns or 0) <= len(own)
    assert (figures.longest_turn_ms is None) == (not own)
    assert 0 <= (figures.longest_turn_ms or 0) <= span
    rate = figures.words_per_minute
    words = sum(len(one.text.split()) for one in own)
    assert rate is None or (math.isfinite(rate) and 0 <= rate <= words * 6)
    assert 0 <= (figures.interrupted_lines or 0) <= len(lines) - len(own)
