"""A session's peaks on their way to the picture: what is stored at once, the rest in time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from interview_desktop.audio.peaks import Part, SessionPeaks, session_peaks, stored_peaks


class PeaksLoad:
    """Loads in a thread of its own.

    `on_peaks(peaks)` is called with what is stored, after a few milliseconds, and where that is
    not complete once more when all of it has been computed; `on_progress(share)` counts from 0
    to 1 meanwhile.

    Thread: everything returns at once; both callbacks come from the thread of the load, and none
    comes after `cancel` but the one that is under way.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        on_peaks: Callable[[SessionPeaks], None],
        on_progress: Callable[[float], None] = lambda share: None,
    ) -> None:
        self._parts = tuple(parts)
        self._on_peaks = on_peaks
        self._on_progress = on_progress
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, name="peaks", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Stop soon. Idempotent."""
        self._cancelled.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the end; False if that takes longer. Blocks."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        peaks = stored_peaks(self._parts)
        self._tell(peaks)
        if not peaks.complete:
            self._tell(session_peaks(self._parts, self._progress, self._cancelled.is_set))

    def _tell(self, peaks: SessionPeaks) -> None:
        if not self._cancelled.is_set():
            self._on_peaks(peaks)

    def _progress(self, share: float) -> None:
        if not self._cancelled.is_set():
            self._on_progress(share)
