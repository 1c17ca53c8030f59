"""The sound of one part on the line of the whole interview."""

from __future__ import annotations

from collections.abc import Callable

from interview_desktop.domain.sound import SoundCounters, SoundPort


class OnTheLine:
    """A `SoundPort` whose positions begin where the earlier parts of the interview end.

    Thread: as the port within.
    """

    def __init__(self, sound: SoundPort, offset_ms: int) -> None:
        self._sound = sound
        self._offset_ms = offset_ms

    def start(self, on_packet: Callable[[bytes], None]) -> None:
        """Open the devices."""
        self._sound.start(on_packet)

    def play(self, pcm: bytes) -> None:
        """Queue interviewer sound."""
        self._sound.play(pcm)

    def flush_playout(self) -> None:
        """Silence at once."""
        self._sound.flush_playout()

    def set_muted(self, muted: bool) -> None:
        """Send and record zeros."""
        self._sound.set_muted(muted)

    def position_ms(self) -> int:
        """Milliseconds on the interview's line."""
        return self._offset_ms + self._sound.position_ms()

    def levels_dbfs(self) -> tuple[float, float]:
        """(microphone, loudspeaker)."""
        return self._sound.levels_dbfs()

    def counters(self) -> SoundCounters:
        """Counts since the start."""
        return self._sound.counters()

    def close(self) -> None:
        """Stop. Idempotent."""
        self._sound.close()
