"""The seam between the call and the sound: what each side must offer the other.

Everything is 48 kHz mono int16. `audio/` implements `SoundPort` with real devices,
rehearsals with WAV files; `call/` uses it and knows nothing of devices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

RATE_HZ = 48_000
BLOCK_FRAMES = 480  # 10 ms, the processing seam
PACKET_FRAMES = 960  # 20 ms, one Opus packet

# Echo cancellation, noise suppression and gain: "auto" asks what the preflight measured.
Processing = Literal["auto", "on", "off"]


@dataclass(frozen=True, slots=True)
class SoundCounters:
    """Counts since the start: frames of 48 kHz, and what went wrong."""

    captured_frames: int = 0
    played_frames: int = 0
    underruns: int = 0
    overruns: int = 0


class SoundPort(Protocol):
    """Microphone in, loudspeaker out, as the call sees them.

    Thread: `start` and `close` may block (never call them on the window's thread or the event
    loop); everything else is wait-free and may be called from any one thread.
    """

    def start(self, on_packet: Callable[[bytes], None]) -> None:
        """Open the devices. `on_packet` gets 20 ms of microphone (1920 bytes of int16, after echo
        cancellation; zeros while muted), on the audio worker's thread, every 20 ms.

        Raises:
            AppError: a device is missing or refused, in a sentence for the person.
        """

    def play(self, pcm: bytes) -> None:
        """Queue interviewer sound (int16, 48 kHz mono) for the loudspeaker; bounded."""

    def flush_playout(self) -> None:
        """Drop everything queued: silence at the loudspeaker at once (barge-in)."""

    def set_muted(self, muted: bool) -> None:
        """Send and record zeros instead of the microphone."""

    def position_ms(self) -> int:
        """Milliseconds on the recording's line now: 0 when `start` returned."""

    def levels_dbfs(self) -> tuple[float, float]:
        """(microphone, loudspeaker) level in dBFS over the last 100 ms; -100.0 for silence."""

    def counters(self) -> SoundCounters:
        """Counts since the start."""

    def close(self) -> None:
        """Stop the streams; a `start` that is under way, or comes later, opens nothing that stays.
        Idempotent."""
