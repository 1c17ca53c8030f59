"""Notices a microphone that sends nothing, or nothing but zeros."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from interview_desktop.domain.devices import SoundNotice

# 3 s in blocks of 10 ms.
SILENT_BLOCKS = 300
ONLY_SILENCE = (
    "The microphone sends only silence. Allow it in the system settings, then check again."
)
NO_SOUND = "The microphone went silent. Check that it is connected."


class SilenceWatch:
    """Tells once, and takes it back when sound comes. Thread: the audio worker."""

    def __init__(self, tell: Callable[[SoundNotice], None]) -> None:
        self._tell = tell
        self._zeros = 0
        self._told = ""

    def starves(self, starved: bool) -> None:
        """The microphone gave no block; `starved` once that has lasted."""
        if starved:
            self._say(NO_SOUND)

    def hears(self, block: NDArray[np.int16], *, muted: bool) -> None:
        """It gave a block: int16, shape (480,). While muted, zeros are what is wanted."""
        if block.any():
            self._zeros = 0
            self._say("")
            return
        self._zeros = 0 if muted else self._zeros + 1
        if self._told == NO_SOUND:
            self._say("")
        if self._zeros >= SILENT_BLOCKS:
            self._say(ONLY_SILENCE)

    def _say(self, sentence: str) -> None:
        if sentence != self._told:
            self._told = sentence
            self._tell(SoundNotice("silence", "bad" if sentence else "info", sentence))
