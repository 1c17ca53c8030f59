"""Which stretches of a session are played after each other: loops, and silence left out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from interview_desktop.audio.peaks import STEP_FRAMES, SessionPeaks, level_at

# Below this both sides are silent: speech has its loudest sample far above, breath below.
QUIET_DBFS = -40.0
LONG_STEPS = 50  # a second
KEPT_STEPS = 15  # 0.3 s, a pause that still sounds like one
SHORTEST_LOOP_FRAMES = 9600

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Route:
    """Frames of a session's line.

    Args:
        frames: the session's length.
        loop: the passage that is repeated, if any.
        cuts: what is left out: sorted, apart from each other.
    """

    frames: int
    loop: Span | None = None
    cuts: Sequence[Span] = ()

    def span(self, frame: int) -> Span | None:
        """The next stretch to play from `frame` on; None at the end."""
        start = frame
        if self.loop is not None and start == self.loop[1]:
            start = self.loop[0]
        until = self.frames
        if self.loop is not None and start < self.loop[1]:
            until = self.loop[1]
        for cut_start, cut_end in self.cuts:
            if cut_end <= start:
                continue
            if self.loop is not None and not self._within(cut_start, cut_end):
                continue
            if cut_start <= start:
                start = cut_end
                continue
            until = min(until, cut_start)
            break
        return (start, until) if start < until else None

    def _within(self, start: int, end: int) -> bool:
        """A loop is never cut at its ends: something of it must be left."""
        assert self.loop is not None
        if end <= self.loop[0] or start >= self.loop[1]:
            return True
        inside = start > self.loop[0] and end < self.loop[1]
        left = self.loop[1] - self.loop[0] - (end - start)
        return inside and left >= SHORTEST_LOOP_FRAMES


def quiet_spans(peaks: SessionPeaks) -> list[Span]:
    """What can be left out: both sides silent for more than a second, down to 0.3 s.

    What is not known yet counts as sound.
    """
    limit = level_at(QUIET_DBFS)
    sides = (peaks.candidate, peaks.interviewer)
    quiet = np.logical_and.reduce([(side > 0) & (side < limit) for side in sides])
    edges = np.flatnonzero(np.diff(np.concatenate(([False], quiet, [False])).astype(np.int8)))
    spans = edges.reshape(-1, 2)
    long = spans[spans[:, 1] - spans[:, 0] > LONG_STEPS]
    before = KEPT_STEPS // 2
    after = KEPT_STEPS - before
    return [
        ((int(start) + before) * STEP_FRAMES, (int(end) - after) * STEP_FRAMES)
        for start, end in long
    ]
