"""Echo cancellation, noise suppression and gain by libwebrtc's audio processing."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from interview_desktop.domain.sound import BLOCK_FRAMES, RATE_HZ

Block = NDArray[np.int16]
# Loudspeaker to microphone through both devices; measured, the exact value hardly matters.
DELAY_MS = 60


class Processor(Protocol):
    """What happens to the microphone's sound before anybody hears it.

    Thread: the audio worker.
    """

    def process(self, near: Block, far: Block) -> Block:
        """10 ms of microphone, given the 10 ms that the loudspeaker played meanwhile."""


class EchoProcessor:
    """libwebrtc's audio processing module, as livekit ships it."""

    def __init__(self) -> None:
        from livekit import rtc  # noqa: PLC0415  (0.3 s and 40 MB: only when a call begins)

        self._frame = rtc.AudioFrame
        self._module = rtc.AudioProcessingModule(
            echo_cancellation=True,
            noise_suppression=True,
            high_pass_filter=True,
            auto_gain_control=True,
        )
        self._module.set_stream_delay_ms(DELAY_MS)

    def process(self, near: Block, far: Block) -> Block:
        """10 ms of microphone without the echo of `far`; both int16, shape (480,), 48 kHz."""
        reverse = self._frame(bytearray(far.tobytes()), RATE_HZ, 1, BLOCK_FRAMES)
        self._module.process_reverse_stream(reverse)
        frame = self._frame(bytearray(near.tobytes()), RATE_HZ, 1, BLOCK_FRAMES)
        self._module.process_stream(frame)
        return np.frombuffer(frame.data, dtype=np.int16)


class NoProcessing:
    """The microphone as it is: headphones, rehearsals from files."""

    def process(self, near: Block, far: Block) -> Block:
        """`near`, unchanged."""
        del far
        return near
