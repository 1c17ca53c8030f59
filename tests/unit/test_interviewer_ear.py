"""The ear: where speech begins and ends, whatever pieces the sound comes in."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from server.interviewer.hearing import (
    BEGIN_CHUNKS,
    CHUNK_FRAMES,
    FRAMES_PER_MS,
    PREFIX_MS,
    RATE_HZ,
    Ear,
)

REOPEN_S = 0.8
REOPEN_CHUNKS = round(REOPEN_S * RATE_HZ / CHUNK_FRAMES)
PREFIX_CHUNKS = PREFIX_MS * FRAMES_PER_MS // CHUNK_FRAMES


class Scripted:
    """Says of each chunk what the test has written."""

    def __init__(self, probabilities: list[float]) -> None:
        self._left = iter(probabilities)

    def probability(self, chunk: NDArray[np.int16]) -> float:
        """The next one."""
        assert chunk.shape == (CHUNK_FRAMES,)
        return next(self._left)


@dataclass
class Heard:
    """What the ear told, in order."""

    events: list[tuple[str, int]] = field(default_factory=list)
    sound: list[bytes] = field(default_factory=list)

    def speech_started(self, at_ms: int) -> None:
        self.events.append(("started", at_ms))
        self.sound.append(b"")

    def speech_stopped(self, at_ms: int) -> None:
        self.events.append(("stopped", at_ms))

    def speech_sound(self, pcm: bytes) -> None:
        self.sound[-1] += pcm


def listen(probabilities: list[float], cuts: list[int]) -> Heard:
    """Counting samples, cut at `cuts`."""
    heard = Heard()
    ear = Ear(Scripted(probabilities), heard, REOPEN_S)
    sound = np.arange(len(probabilities) * CHUNK_FRAMES, dtype=np.uint16).view(np.int16)
    start = 0
    for cut in sorted(cut % (len(sound) + 1) for cut in cuts):
        ear.hear(sound[start:cut])
        start = cut
    ear.hear(sound[start:])
    return heard


# Runs of chunks that are alike: speech has lengths, single chunks do not make it.
RUNS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.34, 0.4, 0.5, 1.0]), st.integers(1, REOPEN_CHUNKS + 3)),
    min_size=1,
    max_size=10,
).map(lambda runs: [value for value, count in runs for _ in range(count)])
CUTS = st.lists(st.integers(0, 1 << 20), max_size=12)


@given(RUNS, CUTS, CUTS)
def test_the_pieces_do_not_matter(
    probabilities: list[float], cuts: list[int], others: list[int]
) -> None:
    assert listen(probabilities, cuts) == listen(probabilities, others)


@given(RUNS)
def test_starts_and_stops_alternate_and_time_goes_forward(probabilities: list[float]) -> None:
    events = listen(probabilities, []).events
    assert [kind for kind, _ in events] == ["started", "stopped"] * (len(events) // 2) + [
        "started"
    ] * (len(events) % 2)
    places = [at_ms for _, at_ms in events]
    assert places == sorted(places)


@given(RUNS, CUTS)
def test_an_utterance_is_one_piece_of_the_sound(
    probabilities: list[float], cuts: list[int]
) -> None:
    heard = listen(probabilities, cuts)
    starts = [at_ms for kind, at_ms in heard.events if kind == "started"]
    stops = [at_ms for kind, at_ms in heard.events if kind == "stopped"]
    for index, sound in enumerate(heard.sound):
        first = starts[index] * FRAMES_PER_MS
        samples = np.frombuffer(sound, dtype=np.uint16)
        assert (samples == np.arange(first, first + len(samples)).astype(np.uint16)).all()
        if index < len(stops):
            # It goes on to the end of the silence that ended it.
            end = stops[index] * FRAMES_PER_MS + REOPEN_CHUNKS * CHUNK_FRAMES
            assert first + len(samples) == end
        else:
            assert first + len(samples) == len(probabilities) * CHUNK_FRAMES


@given(st.integers(0, 40), st.integers(BEGIN_CHUNKS, 40))
def test_speech_is_heard_from_before_it_began(quiet: int, loud: int) -> None:
    heard = listen([0.0] * quiet + [1.0] * loud, [])
    ((kind, at_ms),) = heard.events
    began = quiet * CHUNK_FRAMES // FRAMES_PER_MS
    assert kind == "started"
    assert at_ms == max(0, quiet + BEGIN_CHUNKS - PREFIX_CHUNKS) * CHUNK_FRAMES // FRAMES_PER_MS
    assert at_ms <= began


@given(st.integers(1, REOPEN_CHUNKS - 1))
def test_a_pause_within_the_window_is_part_of_the_utterance(pause: int) -> None:
    probabilities = [1.0] * 10 + [0.0] * pause + [1.0] * 10 + [0.0] * REOPEN_CHUNKS
    events = listen(probabilities, []).events
    end_ms = (20 + pause) * CHUNK_FRAMES // FRAMES_PER_MS
    assert events == [("started", 0), ("stopped", end_ms)]


@given(st.lists(st.integers(1, BEGIN_CHUNKS - 1), max_size=20))
def test_a_click_is_no_speech(clicks: list[int]) -> None:
    probabilities = [value for count in clicks for value in [1.0] * count + [0.0]]
    assert listen(probabilities, []).events == []
