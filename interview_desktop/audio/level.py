"""Levels in dBFS."""

from __future__ import annotations

import math
from collections import deque
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interview_desktop.audio.ogg_opus import read_blocks

SILENCE_DBFS = -100.0
_FULL_SCALE = 32768.0
# Above this the interviewer is heard: rendered speech lies near -25, codec noise below -70.
AUDIBLE_DBFS = -50.0


def dbfs(mean_square: float) -> float:
    """The level of a mean square of int16 samples; -100 for silence."""
    if mean_square <= 0:
        return SILENCE_DBFS
    return max(SILENCE_DBFS, 10 * math.log10(mean_square / _FULL_SCALE**2))


class LevelMeter:
    """RMS over the last 100 ms, fed in blocks of 10 ms.

    Thread: `feed` on the audio worker; `level_dbfs` may be read anywhere.
    """

    def __init__(self) -> None:
        self._squares: deque[float] = deque(maxlen=10)
        self.level_dbfs = SILENCE_DBFS

    def feed(self, block: NDArray[np.int16]) -> None:
        """Take 10 ms in: int16, shape (480,)."""
        samples = block.astype(np.float32)
        self._squares.append(float(np.dot(samples, samples)) / max(1, len(block)))
        self.level_dbfs = dbfs(sum(self._squares) / len(self._squares))


def first_sound_ms(track: Path) -> int:
    """Where a recorded track is first audible, in milliseconds; its length if it never is."""
    frames = 0
    for block in read_blocks(track, 480):
        samples = block.astype(np.float32)
        if dbfs(float(np.mean(samples**2))) > AUDIBLE_DBFS:
            break
        frames += len(block)
    return frames // 48
