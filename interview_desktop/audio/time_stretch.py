"""Speech slower and faster at the same pitch, as it streams."""

from __future__ import annotations

import fractions

import av
import av.filter
import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
_TIME_BASE = fractions.Fraction(1, RATE_HZ)
# FFmpeg's atempo overlaps windows of 2048 frames, and its first window begins in the middle.
# Source: measured with tone bursts at 0.75 to 2 times: what is heard lies 7 to 13 ms behind the
# place that a count of frames gives.
AHEAD_FRAMES = 480


class TimeStretch:
    """FFmpeg's `atempo` (overlap and add with the best fit), fed block by block.

    The frame `n` of what comes out is the frame `n * speed + AHEAD_FRAMES` of what went in.

    Thread: one at a time.
    """

    def __init__(self, speed: float) -> None:
        self._graph = av.filter.Graph()
        source = self._graph.add_abuffer(
            sample_rate=RATE_HZ, format="s16", layout="mono", time_base=_TIME_BASE
        )
        tempo = self._graph.add("atempo", f"{speed:.4f}")
        sink = self._graph.add("abuffersink")
        source.link_to(tempo)
        tempo.link_to(sink)
        self._graph.configure()
        self._given = 0

    def process(self, samples: NDArray[np.int16]) -> NDArray[np.int16]:
        """Put sound in, get what is ready; nothing at all for the first 80 ms."""
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate = RATE_HZ
        frame.pts = self._given
        frame.time_base = _TIME_BASE
        self._given += len(samples)
        self._graph.push(frame)
        return self._ready()

    def finish(self) -> NDArray[np.int16]:
        """The rest; nothing can be put in afterwards."""
        self._graph.push(None)
        return self._ready()

    def _ready(self) -> NDArray[np.int16]:
        pieces = [np.zeros(0, dtype=np.int16)]
        while True:
            try:
                frame = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return np.concatenate(pieces)
            assert isinstance(frame, av.AudioFrame)
            pieces.append(frame.to_ndarray()[0])
