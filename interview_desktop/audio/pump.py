"""What is done with every 10 ms, wherever they come from: process, measure, record, send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from interview_desktop.audio.echo import Processor
from interview_desktop.audio.level import LevelMeter
from interview_desktop.domain.sound import BLOCK_FRAMES, RATE_HZ

Block = NDArray[np.int16]
SILENCE: Block = np.zeros(BLOCK_FRAMES, dtype=np.int16)


class BlockSink(Protocol):
    """Takes both sides of the call on one time line."""

    def write(self, candidate: bytes, interviewer: bytes) -> None:
        """Append 10 ms of each side."""


class Pump:
    """The processing seam: one microphone block and one played block a turn.

    Thread: `turn` on the audio worker; the rest may be read or set from anywhere, `processor` too:
    a block is processed by the one or by the other.
    """

    def __init__(self, processor: Processor, sink: BlockSink) -> None:
        self.processor = processor
        self._sink = sink
        self._half: bytes | None = None
        self._frames = 0
        self.muted = False
        self.microphone = LevelMeter()
        self.loudspeaker = LevelMeter()
        self.on_packet: Callable[[bytes], None] = lambda packet: None

    @property
    def position_ms(self) -> int:
        """Milliseconds on the recording's line."""
        return self._frames * 1000 // RATE_HZ

    @property
    def frames(self) -> int:
        """Frames on the recording's line."""
        return self._frames

    def turn(self, microphone: Block, played: Block) -> None:
        """Handle 10 ms of both sides: int16, shape (480,), 48 kHz."""
        clean = self.processor.process(microphone, played)
        # The processor hears the microphone while it is muted, so that it stays adapted.
        data = SILENCE.tobytes() if self.muted else clean.tobytes()
        self.microphone.feed(SILENCE if self.muted else clean)
        self.loudspeaker.feed(played)
        self._sink.write(data, played.tobytes())
        self._frames += BLOCK_FRAMES
        if self._half is None:
            self._half = data
        else:
            packet, self._half = self._half + data, None
            self.on_packet(packet)
