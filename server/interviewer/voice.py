"""The interviewer's outgoing track: clips in real time, silence between them."""

from __future__ import annotations

import asyncio
import fractions
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import av
import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av.audio.codeccontext import AudioCodecContext
from numpy.typing import NDArray

if TYPE_CHECKING:
    Packet = av.Packet[Any]

RATE_HZ = 48_000
PACKET_FRAMES = 960
PACKET_S = PACKET_FRAMES / RATE_HZ
BIT_RATE = 32_000
# A loop that was held up goes on from now: what is late is never sent in a burst.
MAX_LATE_S = 0.1
_TIME_BASE = fractions.Fraction(1, RATE_HZ)


class VoiceTrack(MediaStreamTrack):
    """Sends 20 ms Opus packets, paced by the clock.

    `on_packet(now_s)` runs once a packet: it is the session's clock.

    Thread: the event loop.
    """

    kind = "audio"

    def __init__(self, on_packet: Callable[[float], None]) -> None:
        super().__init__()
        self._on_packet = on_packet
        self._clip: NDArray[np.int16] | None = None
        self._position = 0
        self._played_frames = 0
        self._on_progress: Callable[[float], None] = lambda part: None
        self._on_end: Callable[[], None] = lambda: None
        self._pts = 0
        self._next_s: float | None = None
        self._encoder = AudioCodecContext.create("libopus", "w")
        self._encoder.sample_rate = RATE_HZ
        self._encoder.layout = "mono"
        self._encoder.format = "s16"
        self._encoder.bit_rate = BIT_RATE
        self._encoder.time_base = _TIME_BASE
        self._encoder.options = {"application": "voip", "frame_duration": "20"}

    def play(
        self,
        clip: NDArray[np.int16],
        on_progress: Callable[[float], None],
        on_end: Callable[[], None],
    ) -> None:
        """Play `clip` (int16, 48 kHz mono) from its beginning."""
        self._clip, self._position = clip, 0
        self._on_progress, self._on_end = on_progress, on_end

    def stop_clip(self) -> int:
        """Silence from the next packet on; returns the milliseconds played since `reset_played`."""
        self._clip = None
        return self._played_frames * 1000 // RATE_HZ

    def reset_played(self) -> None:
        """A new response begins."""
        self._played_frames = 0

    async def recv(self) -> Packet:
        """The next packet, when its time has come."""
        if self.readyState != "live":
            raise MediaStreamError
        now_s = time.monotonic()
        if self._next_s is None or now_s - self._next_s > MAX_LATE_S:
            self._next_s = now_s
        elif self._next_s > now_s:
            await asyncio.sleep(self._next_s - now_s)
        self._next_s += PACKET_S
        self._on_packet(time.monotonic())
        return self._encoded(self._next_frames())

    def _next_frames(self) -> NDArray[np.int16]:
        frames = np.zeros(PACKET_FRAMES, dtype=np.int16)
        clip = self._clip
        if clip is None:
            return frames
        piece = clip[self._position : self._position + PACKET_FRAMES]
        frames[: len(piece)] = piece
        self._position += PACKET_FRAMES
        self._played_frames += PACKET_FRAMES
        if self._position >= len(clip):
            self._clip = None
            self._on_end()
        else:
            self._on_progress(self._position / len(clip))
        return frames

    def _encoded(self, pcm: NDArray[np.int16]) -> Packet:
        frame = av.AudioFrame.from_ndarray(pcm[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate = RATE_HZ
        frame.pts = self._pts
        frame.time_base = _TIME_BASE
        self._pts += PACKET_FRAMES
        # libopus holds nothing back at 20 ms: one frame in, one packet out.
        (packet,) = self._encoder.encode(frame)
        packet.pts = frame.pts
        packet.time_base = _TIME_BASE
        return packet
