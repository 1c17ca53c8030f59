"""Keeps the recording's time line in step with time while microphones come, go and stall."""

from __future__ import annotations

from typing import Literal

from interview_desktop.domain.sound import BLOCK_FRAMES, RATE_HZ

BLOCK_S = BLOCK_FRAMES / RATE_HZ
# Microphones deliver in pieces of some 20 ms; within this a new one is in step.
SLACK_S = 0.025

Step = Literal["read", "fill", "drop", "wait"]


class Timeline:
    """Says what the next 10 ms of the line are made of.

    A running microphone is the clock: its blocks are read as they come. After a swap, or when a
    stalled one speaks again, its first block must stand where time has got to: what is older is
    dropped, what is missing is filled with silence.

    Thread: the audio worker.
    """

    def __init__(self, now_s: float, starved_after_s: float) -> None:
        self._covered_s = now_s
        self._starved_after_s = starved_after_s
        self._join = False
        self.starved = False

    def jumped(self) -> None:
        """From now on the blocks come from another microphone."""
        self._join = True

    def owed_s(self, now_s: float, waiting_frames: int) -> float:
        """How much of the time up to now has not come yet."""
        return now_s - self._covered_s - waiting_frames / RATE_HZ

    def next(self, now_s: float, waiting_frames: int) -> Step:
        """What to do, given how much sound waits: read or drop a block of it, fill with silence, or
        wait a moment."""
        waiting_s = waiting_frames / RATE_HZ
        lag_s = now_s - self._covered_s
        if waiting_frames < BLOCK_FRAMES:
            if lag_s <= self._starved_after_s:
                return "wait"
            self._join = self.starved = True
            return self._filled()
        if self._join:
            if waiting_s > lag_s + SLACK_S:
                return "drop"
            if lag_s > waiting_s + SLACK_S:
                return self._filled()
        self._join = self.starved = False
        # The line has reached now, less what still waits.
        self._covered_s = now_s - (waiting_s - BLOCK_S)
        return "read"

    def _filled(self) -> Step:
        self._covered_s += BLOCK_S
        return "fill"
