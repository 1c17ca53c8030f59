"""The private PulseAudio as the outside world: somebody who speaks, somebody who listens."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LOUDSPEAKER = "spk.monitor"
MICROPHONE = "micfeed.monitor"
RATE_HZ = 48_000
CHUNK_FRAMES = 480
_FULL_SCALE = 32768.0


@contextlib.contextmanager
def spoken(voice: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Somebody speaks the WAV file `voice` into the virtual microphone."""
    process = subprocess.Popen(["paplay", "--device=micfeed", str(voice)])
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


class Ear:
    """What has been heard at a monitor so far, in chunks of 10 ms with their time of arrival.

    Thread: filled by a thread of its own; read it from anywhere.
    """

    def __init__(self) -> None:
        self._chunks: list[tuple[float, float, NDArray[np.int16]]] = []

    def add(self, arrived_s: float, chunk: NDArray[np.int16]) -> None:
        """Take a chunk: int16, shape (480,), 48 kHz."""
        power = float(np.mean(chunk.astype(np.float64) ** 2)) / _FULL_SCALE**2
        self._chunks.append((arrived_s, 10 * np.log10(power + 1e-12), chunk))

    def sound(self) -> NDArray[np.int16]:
        """Everything: int16, shape (frames,), 48 kHz."""
        return np.concatenate([np.zeros(0, np.int16), *(chunk for *_, chunk in self._chunks)])

    def first_above(self, dbfs: float, since_s: float) -> float | None:
        """When (monotonic seconds) it was first louder than `dbfs` since `since_s`."""
        for arrived_s, level, _ in self._chunks:
            if arrived_s >= since_s and level > dbfs:
                return arrived_s
        return None

    def last_above(self, dbfs: float, since_s: float) -> float | None:
        """When it was last louder than `dbfs` since `since_s`."""
        for arrived_s, level, _ in reversed(self._chunks):
            if arrived_s < since_s:
                return None
            if level > dbfs:
                return arrived_s
        return None


@contextlib.contextmanager
def listening(device: str, clock: Callable[[], float] = time.monotonic) -> Iterator[Ear]:
    """Listen at a monitor until the block ends."""
    command = ["parec", "-d", device, f"--rate={RATE_HZ}", "--channels=1", "--format=s16le"]
    process = subprocess.Popen([*command, "--latency-msec=10"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    source, ear = process.stdout, Ear()

    def read() -> None:
        while len(data := source.read(2 * CHUNK_FRAMES)) == 2 * CHUNK_FRAMES:
            ear.add(clock(), np.frombuffer(data, dtype=np.int16))

    thread = threading.Thread(target=read, name=f"ear at {device}", daemon=True)
    thread.start()
    try:
        yield ear
    finally:
        process.terminate()
        process.wait(10)
        thread.join(10)
        source.close()
