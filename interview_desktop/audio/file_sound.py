"""A `SoundPort` without a sound card: WAV clips speak, a loudspeaker that nobody hears."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from interview_desktop.audio.echo import NoProcessing
from interview_desktop.audio.errors import SoundError
from interview_desktop.audio.ogg_opus import read_blocks
from interview_desktop.audio.playout import Playout
from interview_desktop.audio.pump import SILENCE, BlockSink, Pump
from interview_desktop.domain.sound import BLOCK_FRAMES, RATE_HZ, SoundCounters

BLOCK_S = BLOCK_FRAMES / RATE_HZ
MAX_LATE_S = 0.5
JOIN_TIMEOUT_S = 5.0


def read_wav(path: Path) -> NDArray[np.int16]:
    """A sound file as int16, shape (frames,), 48 kHz mono.

    Raises:
        SoundError: it cannot be read as sound.
    """
    try:
        blocks = list(read_blocks(path, RATE_HZ))
    except (OSError, ValueError, IndexError, EOFError, av.FFmpegError) as error:
        raise SoundError(
            f"{path.name} cannot be read as sound.", "Give a WAV file that a player opens."
        ) from error
    return np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.int16)


class FileSound:
    """Paces 10 ms blocks by the clock; queued clips are the microphone.

    Thread: as `SoundPort`; `queue_clip` and `clip_active` from anywhere.
    """

    def __init__(
        self,
        sink: BlockSink,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._pump = Pump(NoProcessing(), sink)
        self._playout = Playout()
        self._clock = clock
        self._sleep = sleep
        self._clips: deque[NDArray[np.int16]] = deque()
        self._position = 0
        self._stop = threading.Event()
        self._opening = threading.Lock()
        self._thread: threading.Thread | None = None

    def queue_clip(self, pcm: NDArray[np.int16]) -> None:
        """Speak `pcm` (int16, 48 kHz mono) after what is queued."""
        if len(pcm):
            self._clips.append(pcm)

    def clip_active(self) -> bool:
        """Whether a clip is being spoken or waits."""
        return bool(self._clips)

    def start(self, on_packet: Callable[[bytes], None]) -> None:
        """Begin to pace."""
        with self._opening:
            if self._stop.is_set():
                return
            self._pump.on_packet = on_packet
            self._thread = threading.Thread(target=self._run, name="file sound", daemon=True)
            self._thread.start()

    def play(self, pcm: bytes) -> None:
        """Queue interviewer sound."""
        self._playout.put(pcm)

    def flush_playout(self) -> None:
        """Drop what is queued."""
        self._playout.flush()

    def set_muted(self, muted: bool) -> None:
        """Send zeros."""
        self._pump.muted = muted

    def position_ms(self) -> int:
        """Milliseconds on the recording's line."""
        return self._pump.position_ms

    def levels_dbfs(self) -> tuple[float, float]:
        """(microphone, loudspeaker)."""
        return self._pump.microphone.level_dbfs, self._pump.loudspeaker.level_dbfs

    def counters(self) -> SoundCounters:
        """Counts since the start."""
        frames = self._pump.frames
        return SoundCounters(frames, frames, self._playout.underruns, self._playout.overruns)

    def close(self) -> None:
        """Stop. Idempotent."""
        self._stop.set()
        with self._opening:
            if self._thread is not None:
                self._thread.join(JOIN_TIMEOUT_S)
                self._thread = None

    def _run(self) -> None:
        due_s = self._clock()
        while not self._stop.is_set():
            now_s = self._clock()
            if now_s - due_s > MAX_LATE_S:
                due_s = now_s
            if due_s > now_s:
                self._sleep(due_s - now_s)
            due_s += BLOCK_S
            played = np.empty(BLOCK_FRAMES, dtype=np.int16)
            self._playout.take_into(played)
            self._pump.turn(self._next_block(), played)

    def _next_block(self) -> NDArray[np.int16]:
        if not self._clips:
            return SILENCE
        clip = self._clips[0]
        piece = clip[self._position : self._position + BLOCK_FRAMES]
        self._position += BLOCK_FRAMES
        if self._position >= len(clip):
            self._position = 0
            self._clips.popleft()
        if len(piece) == BLOCK_FRAMES:
            return piece
        padded = np.zeros(BLOCK_FRAMES, dtype=np.int16)
        padded[: len(piece)] = piece
        return padded
