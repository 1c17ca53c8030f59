"""Captions from events in any order."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from interview_desktop.domain.captions import Captions

PREFIX = "conversation.item.input_audio_transcription."
CANDIDATE: list[dict[str, Any]] = [
    {"type": "input_audio_buffer.speech_started", "item_id": "a", "audio_start_ms": 100},
    {"type": "input_audio_buffer.speech_stopped", "item_id": "a", "audio_end_ms": 1100},
    {"type": PREFIX + "delta", "item_id": "a", "delta": "the med"},
    {"type": PREFIX + "completed", "item_id": "a", "transcript": "the medium sites"},
]


def test_completed_replaces_the_draft() -> None:
    captions = Captions()
    for at_ms, event in enumerate(CANDIDATE):
        captions.apply(event, 2000 + at_ms * 1000, 2)
    (line,) = captions.lines()
    assert (line.text, line.final, line.question) == ("the medium sites", True, 2)
    assert line.end_ms - line.start_ms == 1000


@given(st.permutations(CANDIDATE))
def test_whatever_comes_first_the_words_are_the_same(events: list[dict[str, Any]]) -> None:
    captions = Captions()
    for event in events:
        captions.apply(event, 5000, 1)
    assert [line.text for line in captions.lines()] == ["the medium sites"]


def test_an_interrupted_line_says_so() -> None:
    captions = Captions()
    delta = "response.output_audio_transcript.delta"
    captions.apply({"type": delta, "item_id": "b", "response_id": "r", "delta": "Let us"}, 10, 1)
    captions.apply({"type": "output_audio_buffer.cleared", "response_id": "r"}, 900, 1)
    (line,) = captions.lines()
    assert (line.interrupted, line.final, line.end_ms) == (True, True, 900)


def test_silence_leaves_no_line() -> None:
    captions = Captions()
    for event in CANDIDATE[:2]:
        captions.apply(event, 3000, 1)
    captions.apply({"type": PREFIX + "completed", "item_id": "a", "transcript": ""}, 3100, 1)
    assert captions.lines() == []
