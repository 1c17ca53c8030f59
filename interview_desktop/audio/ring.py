"""A ring of samples between two threads, without locks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]


class Ring:
    """Single producer, single consumer; positions only grow.

    Thread: `write`, `flush` on the producer's thread; `read_into` on the consumer's. Each position
    has one writer, and storing an int is atomic, so neither side ever waits.
    """

    def __init__(self, capacity_frames: int) -> None:
        size = 1 << (capacity_frames - 1).bit_length()
        self._data: Samples = np.zeros(size, dtype=np.int16)
        self._mask = size - 1
        self._written = 0
        self._read = 0
        self._flushed_to = 0
        self.overruns = 0

    @property
    def capacity(self) -> int:
        """Frames that fit."""
        return self._mask + 1

    def __len__(self) -> int:
        return self._written - max(self._read, self._flushed_to)

    @property
    def taken(self) -> int:
        """Frames that went by at the reading end since the beginning."""
        return max(self._read, self._flushed_to)

    def write(self, samples: Samples) -> int:
        """Append what fits and count what does not; returns the frames taken."""
        room = self.capacity - (self._written - self._read)
        count = min(len(samples), room)
        if count < len(samples):
            self.overruns += 1
        start = self._written & self._mask
        first = min(count, self.capacity - start)
        self._data[start : start + first] = samples[:first]
        self._data[: count - first] = samples[first:count]
        self._written += count
        return count

    def read_into(self, out: Samples) -> int:
        """Fill the front of `out` with the oldest frames; returns how many there were."""
        position = max(self._read, self._flushed_to)
        count = min(len(out), self._written - position)
        start = position & self._mask
        first = min(count, self.capacity - start)
        out[:first] = self._data[start : start + first]
        out[first:count] = self._data[: count - first]
        self._read = position + count
        return count

    def flush(self) -> None:
        """Drop everything written so far; the consumer sees it at its next read."""
        self._flushed_to = self._written
