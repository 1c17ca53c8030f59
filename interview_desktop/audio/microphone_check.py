"""Listens to a microphone before the call: its live level, and whether it will do."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interview_desktop.audio.devices import close_stream, open_stream
from interview_desktop.audio.level import SILENCE_DBFS, LevelMeter
from interview_desktop.audio.ring import Ring
from interview_desktop.domain.preflight import Check, Heard, microphone_verdict
from interview_desktop.domain.sound import BLOCK_FRAMES, RATE_HZ

# Permission is missing: zeros from the first moment, and they do not end.
ZERO_LIMIT_S = 3.0
SPEAK_LIMIT_S = 10.0
# The sound of one word or so; a click is shorter.
_VOICED_BLOCKS = 20
_FULL = 32_600
_RING_FRAMES = 4 * RATE_HZ
_LOOK_S = 0.02


class Listener:
    """A microphone that is open to be looked at; nothing it hears is kept.

    Raises:
        SoundError: it is missing or refused.

    Thread: `look`, `begin_take`, `end_take` and `close` on one thread at a time, made there;
        `level_dbfs` is read from anywhere. The callback only copies.
    """

    def __init__(self, microphone: str | None) -> None:
        self._ring = Ring(_RING_FRAMES)
        self._meter = LevelMeter()
        self._block = np.empty(BLOCK_FRAMES, dtype=np.int16)
        self._take: list[NDArray[np.int16]] | None = None
        self.forget()
        self._stream: Any = open_stream(
            "InputStream", self._on_input, rate_hz=RATE_HZ, latency="low", device=microphone
        )

    @property
    def level_dbfs(self) -> float:
        """The level of the last 100 ms that were looked at."""
        return self._meter.level_dbfs

    def forget(self) -> None:
        """Judge only what comes from now on."""
        self._blocks = self._clipped = 0
        self._any = False
        self._loudest = [SILENCE_DBFS] * _VOICED_BLOCKS

    def look(self) -> Heard:
        """Take in what has come, and say what was heard since the last `forget`."""
        while len(self._ring) >= BLOCK_FRAMES:
            self._ring.read_into(self._block)
            self._meter.feed(self._block)
            self._blocks += 1
            self._any = self._any or bool(self._block.any())
            self._clipped += int(np.count_nonzero(np.abs(self._block.astype(np.int32)) > _FULL))
            heapq.heappushpop(self._loudest, self._meter.level_dbfs)
            if self._take is not None:
                self._take.append(self._block.copy())
        return Heard(
            seconds=self._blocks * BLOCK_FRAMES / RATE_HZ,
            any_sound=self._any,
            # What the length of a word reached, not a single click.
            loudest_dbfs=self._loudest[0],
            clipped_share=self._clipped / max(1, self._blocks * BLOCK_FRAMES),
        )

    def begin_take(self) -> None:
        """Keep what is heard from now on. Call `end_take` within 4 s."""
        self.look()
        self._take = []

    def end_take(self) -> NDArray[np.int16]:
        """What was heard since `begin_take`: int16, shape (frames,), 48 kHz."""
        self.look()
        take, self._take = self._take or [], None
        return np.concatenate([np.zeros(0, dtype=np.int16), *take])

    def close(self) -> None:
        """Close the microphone. Once."""
        close_stream(self._stream)

    def _on_input(self, data: NDArray[np.int16], _frames: int, _time: Any, _status: Any) -> None:
        self._ring.write(data[:, 0])


def check_microphone(
    name: str, listener: Listener, stop: threading.Event, report: Callable[[Check], None]
) -> Check:
    """Listen until a voice was heard or the limit is reached.

    Args:
        report: gets the row while it is undecided, when it changes.

    Thread: any that may block, for at most `SPEAK_LIMIT_S`; ends early when `stop` is set.
    """
    listener.forget()
    last: Check | None = None
    began_s = time.monotonic()
    while True:
        heard = listener.look()
        # A device that gives no block at all is as silent as one that gives zeros.
        waited_s = time.monotonic() - began_s
        limit_s = SPEAK_LIMIT_S if heard.any_sound else ZERO_LIMIT_S
        check = microphone_verdict(name, heard, final=waited_s >= limit_s)
        if check.state != "running":
            return check
        if check != last:
            last = check
            report(check)
        if stop.wait(_LOOK_S):
            return check
