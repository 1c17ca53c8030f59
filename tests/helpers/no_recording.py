"""A recorder for tests that are not about the recording."""

from __future__ import annotations


class NoRecording:
    """A sink that keeps nothing."""

    def write(self, candidate: bytes, interviewer: bytes) -> None:
        """Take 10 ms of each side."""
