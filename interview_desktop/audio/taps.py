"""One open microphone or loudspeaker of a call, with the ring that its callback fills."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interview_desktop.audio.devices import close_stream, open_stream, sits_on
from interview_desktop.audio.playout import Playout
from interview_desktop.audio.ring import Ring
from interview_desktop.domain.devices import Device
from interview_desktop.domain.sound import RATE_HZ

LATENCY_S = 0.02
# A loaded machine delivers late, but delivers.
RING_FRAMES = 2 * RATE_HZ
# A stream that plays asks for more every 10 ms; one that does not is dead.
HANDOVER_LIMIT_S = 0.2
RELEASE_LIMIT_S = 2.0


class InputTap:
    """A microphone that runs.

    Raises:
        SoundError: it is missing or refused.

    Thread: made and closed on one thread; `ring` is read by the audio worker.
    """

    def __init__(self, device: Device, on_lost: Callable[[], None]) -> None:
        self.device = device
        self.ring = Ring(RING_FRAMES)
        # Set by the audio worker when it reads this microphone no more.
        self.released = threading.Event()
        self._on_lost = on_lost
        self._closed = self._lost = False
        self._first = threading.Event()
        self._stream: Any = open_stream(
            "InputStream",
            self._on_input,
            rate_hz=RATE_HZ,
            latency=LATENCY_S,
            device=device.id,
            on_lost=self._ended,
        )

    @property
    def alive(self) -> bool:
        """Whether the device has not ended by itself."""
        return not self._lost

    @property
    def in_place(self) -> bool:
        """Whether the sound server has not moved it to another device. Blocks for some 2 ms."""
        return sits_on(self._stream) in (None, self.device.id)

    def runs_within(self, seconds: float) -> bool:
        """Wait for the first piece, be it silence; False if there is none in time."""
        return self._first.wait(seconds)

    def take_over(self, old: InputTap | None) -> None:
        """Two microphones may run side by side; the reader takes the one it is given."""

    def retire(self) -> None:
        """Close it when what it heard has been read; once."""
        self.released.wait(RELEASE_LIMIT_S)
        self.close()

    def close(self) -> None:
        """Close the device; once."""
        self._closed = True
        close_stream(self._stream)

    def _ended(self) -> None:
        if not self._closed and not self._lost:
            self._lost = True
            self._on_lost()

    def _on_input(self, data: NDArray[np.int16], _frames: int, _time: Any, _status: Any) -> None:
        self.ring.write(data[:, 0])
        if not self._first.is_set():
            self._first.set()


class OutputTap:
    """A loudspeaker that runs; silent until it is given the playout.

    Raises, Thread: as `InputTap`.
    """

    def __init__(self, device: Device, playout: Playout, on_lost: Callable[[], None]) -> None:
        self.device = device
        self.reference = Ring(RING_FRAMES)
        self._playout = playout
        self._on_lost = on_lost
        self._closed = self._lost = False
        self._playing = False
        self._turns = 0
        self._first = threading.Event()
        self._stream: Any = open_stream(
            "OutputStream",
            self._on_output,
            rate_hz=RATE_HZ,
            latency=LATENCY_S,
            device=device.id,
            on_lost=self._ended,
        )

    @property
    def alive(self) -> bool:
        """Whether the device has not ended by itself."""
        return not self._lost

    @property
    def in_place(self) -> bool:
        """Whether the sound server has not moved it to another device. Blocks for some 2 ms."""
        return sits_on(self._stream) in (None, self.device.id)

    def runs_within(self, seconds: float) -> bool:
        """Wait for the first request; False if there is none in time."""
        return self._first.wait(seconds)

    def take_over(self, old: OutputTap | None) -> None:
        """Play from now on; `old` has stopped before, because the playout has one reader."""
        if old is not None:
            old._fall_silent()
        self._playing = True

    def retire(self) -> None:
        """Close it; once."""
        self.close()

    def close(self) -> None:
        """Close the device; once."""
        self._closed = True
        close_stream(self._stream)

    def _fall_silent(self) -> None:
        self._playing = False
        turns, until_s = self._turns, time.monotonic() + HANDOVER_LIMIT_S
        # A callback that had begun before has ended when the next one is counted.
        while self.alive and self._turns == turns and time.monotonic() < until_s:
            time.sleep(0.001)

    def _ended(self) -> None:
        if not self._closed and not self._lost:
            self._lost = True
            self._on_lost()

    def _on_output(self, data: NDArray[np.int16], _frames: int, _time: Any, _status: Any) -> None:
        out = data[:, 0]
        if self._playing:
            self._playout.take_into(out)
            self.reference.write(out)
        else:
            out.fill(0)
        self._turns += 1
        if not self._first.is_set():
            self._first.set()
