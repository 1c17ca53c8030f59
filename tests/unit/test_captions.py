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


SPOKEN = "response.output_audio_transcript."
KINDS = [
    "conversation.item.added",
    "conversation.item.truncated",
    "input_audio_buffer.committed",
    "input_audio_buffer.speech_started",
    "input_audio_buffer.speech_stopped",
    "output_audio_buffer.cleared",
    "output_audio_buffer.stopped",
    PREFIX + "completed",
    PREFIX + "delta",
    PREFIX + "failed",
    SPOKEN + "delta",
    SPOKEN + "done",
    "else",
]
ANY = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(["a", "b", "c"]),
    st.lists(st.integers(), max_size=1), st.dictionaries(st.just("id"), st.sampled_from(["a", 1])),
)  # fmt: skip
FIELDS = st.dictionaries(
    st.sampled_from(
        ["item_id", "item", "response_id", "delta", "transcript", "previous_item_id",
         "audio_start_ms", "audio_end_ms"]
    ),
    ANY,
)  # fmt: skip
EVENTS = st.builds(lambda kind, fields: fields | {"type": kind}, st.sampled_from(KINDS), FIELDS)


@given(st.lists(EVENTS, max_size=30))
def test_whatever_arrives_the_lines_stay_in_order_and_in_time(events: list[dict[str, Any]]) -> None:
    captions = Captions()
    for index, event in enumerate(events):
        at_ms = 40 * index
        changed = captions.apply(event, at_ms, 1)
        if changed is not None:
            assert 0 <= changed.start_ms <= changed.end_ms <= max(at_ms, changed.start_ms)
            assert "None" not in changed.text
    starts = [line.start_ms for line in captions.lines()]
    assert starts == sorted(starts)
    for line in captions.close_open(40 * len(events)):
        assert line.final
    assert all(line.final for line in captions.lines())


def test_an_interviewer_that_the_connection_cut_off_was_interrupted() -> None:
    captions = Captions()
    delta = {"type": SPOKEN + "delta", "item_id": "b", "response_id": "r", "delta": "Let us"}
    captions.apply(delta, 10, 1)
    for event in CANDIDATE[:3]:
        captions.apply(event, 2000, 1)
    lines = captions.close_open(3000)
    assert [(line.speaker, line.interrupted) for line in lines] == [
        ("interviewer", True),
        ("candidate", False),
    ]
    assert captions.close_open(4000) == []
