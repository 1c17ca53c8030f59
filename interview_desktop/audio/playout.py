"""Interviewer sound on its way to the loudspeaker."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interview_desktop.audio.ring import Ring
from interview_desktop.domain.sound import RATE_HZ

CAPACITY_FRAMES = 2 * RATE_HZ
# Sound begins when this much waits, so that an uneven sender does not crackle.
START_FRAMES = RATE_HZ * 40 // 1000


class Playout:
    """Bounded queue with a start threshold.

    Thread: `put` and `flush` on one thread, `take_into` in the audio callback.
    """

    def __init__(self) -> None:
        self._ring = Ring(CAPACITY_FRAMES)
        self._running = False
        # Written by the side that puts, read by the callback; `_seen` is the callback's own.
        self._flushes = 0
        self._seen_flushes = 0
        self.underruns = 0

    @property
    def overruns(self) -> int:
        """Times that sound did not fit."""
        return self._ring.overruns

    def put(self, pcm: bytes) -> None:
        """Queue int16, 48 kHz mono."""
        self._ring.write(np.frombuffer(pcm, dtype=np.int16))

    def flush(self) -> None:
        """Silence from the next callback on."""
        self._ring.flush()
        self._flushes += 1

    def take_into(self, out: NDArray[np.int16]) -> None:
        """Fill `out` with sound or silence. Wait-free, allocates nothing to speak of."""
        if self._seen_flushes != self._flushes:
            # Silence that was asked for is no underrun.
            self._seen_flushes = self._flushes
            self._running = False
        if not self._running:
            if len(self._ring) < START_FRAMES:
                out.fill(0)
                return
            self._running = True
        count = self._ring.read_into(out)
        if count < len(out):
            out[count:] = 0
            self._running = False
            self.underruns += 1
