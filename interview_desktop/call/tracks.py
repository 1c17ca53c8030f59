"""Sound between the call and the `SoundPort`."""

from __future__ import annotations

import asyncio
import contextlib
import fractions
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import av
import av.audio.resampler
import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av.audio.codeccontext import AudioCodecContext

from interview_desktop.domain.sound import PACKET_FRAMES, RATE_HZ

logger = logging.getLogger(__name__)

if TYPE_CHECKING:
    Packet = av.Packet[Any]

BIT_RATE = 32_000
EXPECTED_LOSS_PERCENT = "10"
# Older sound than this is dropped: the microphone is live.
MAX_WAITING_PACKETS = 10
_TIME_BASE = fractions.Fraction(1, RATE_HZ)


class MicrophoneTrack(MediaStreamTrack):
    """Sends the microphone as Opus packets of our own encoding.

    aiortc sends an `av.Packet` as it is; its own encoder would be stereo at 96 kbit/s without
    error correction.

    Thread: the event loop; `push` from any thread.
    """

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._home_loop = asyncio.get_running_loop()
        self._packets: asyncio.Queue[bytes | None] = asyncio.Queue(MAX_WAITING_PACKETS)
        self._pts = 0
        self.dropped = 0
        self._encoder = AudioCodecContext.create("libopus", "w")
        self._encoder.sample_rate = RATE_HZ
        self._encoder.layout = "mono"
        self._encoder.format = "s16"
        self._encoder.bit_rate = BIT_RATE
        self._encoder.time_base = _TIME_BASE
        self._encoder.options = {
            "application": "voip",
            "frame_duration": "20",
            "fec": "1",
            "packet_loss": EXPECTED_LOSS_PERCENT,
        }

    def push(self, pcm: bytes) -> None:
        """Hand 20 ms over: int16, 48 kHz mono, 1920 bytes. Called on the audio worker."""
        with contextlib.suppress(RuntimeError):
            self._home_loop.call_soon_threadsafe(self._take, pcm)

    def stop(self) -> None:
        """End the track; a waiting `recv` ends too."""
        super().stop()
        if self._packets.full():
            self._packets.get_nowait()
        self._packets.put_nowait(None)

    async def recv(self) -> Packet:
        """The next packet."""
        pcm = await self._packets.get() if self.readyState == "live" else None
        if pcm is None:
            raise MediaStreamError
        samples = np.frombuffer(pcm, dtype=np.int16)[np.newaxis, :]
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate = RATE_HZ
        frame.pts = self._pts
        frame.time_base = _TIME_BASE
        self._pts += PACKET_FRAMES
        (packet,) = self._encoder.encode(frame)
        packet.pts = frame.pts
        packet.time_base = _TIME_BASE
        return packet

    def _take(self, pcm: bytes) -> None:
        if self.readyState != "live":
            return
        if self._packets.full():
            self._packets.get_nowait()
            # The gap stays a gap in time, so that the far side does not hear sped-up speech.
            self._pts += PACKET_FRAMES
            self.dropped += 1
        self._packets.put_nowait(pcm)


async def play_remote(track: MediaStreamTrack, play: Callable[[bytes], None]) -> None:
    """Read the interviewer's track until it ends; `play` gets int16, 48 kHz mono.

    Reading never pauses: aiortc's queue behind the track has no bound.
    """
    resampler = av.audio.resampler.AudioResampler("s16", "mono", RATE_HZ)
    troubled = False
    with contextlib.suppress(MediaStreamError):
        while True:
            frame = await track.recv()
            assert isinstance(frame, av.AudioFrame)
            frame.pts = None
            try:
                pieces = resampler.resample(frame)
            except (ValueError, av.FFmpegError):
                # A sender that changes its format in mid-call; the next frame is heard again.
                resampler = av.audio.resampler.AudioResampler("s16", "mono", RATE_HZ)
                if not troubled:
                    logger.warning("The interviewer's sound changed its format")
                troubled = True
                continue
            for piece in pieces:
                play(piece.to_ndarray()[0].astype(np.int16, copy=False).tobytes())
