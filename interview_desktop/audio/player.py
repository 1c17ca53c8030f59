"""Plays a recorded session: both tracks mixed, with seeking."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from interview_desktop.audio.devices import close_stream, open_stream
from interview_desktop.audio.errors import SoundError
from interview_desktop.audio.ogg_opus import read_blocks

# Half the rate keeps an hour of two mixed tracks below 180 MB and speech as clear as it was.
RATE_HZ = 24_000
BLOCK_FRAMES = 480
PEAK_BUCKETS = 600


class Player:
    """One session's sound.

    `on_ready(error)` is called from a worker thread when the sound is loaded, or with the error.

    Thread: everything returns at once and may be called on the window's thread; the loading and
    the stream have threads of their own.
    """

    def __init__(
        self, parts: Sequence[tuple[Path, Path]], on_ready: Callable[[SoundError | None], None]
    ) -> None:
        self._parts = parts
        self._on_ready = on_ready
        self._sound: NDArray[np.int16] = np.zeros(0, dtype=np.int16)
        self._position = 0
        self._playing = False
        self._stream: Any = None
        self._lock = threading.Lock()
        self._closed = False
        self.peaks: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None
        self._loader = threading.Thread(target=self._load, name="player", daemon=True)
        self._loader.start()

    @property
    def duration_ms(self) -> int:
        """Length of what is loaded."""
        return len(self._sound) * 1000 // RATE_HZ

    @property
    def playing(self) -> bool:
        """Whether sound runs."""
        return self._playing and self._position < len(self._sound)

    def position_ms(self) -> int:
        """Where the sound is, never past its end."""
        return min(self._position, len(self._sound)) * 1000 // RATE_HZ

    def play(self) -> None:
        """Play from the position; from the beginning at the end."""
        if self._position >= len(self._sound):
            self._position = 0
        self._playing = True

    def pause(self) -> None:
        """Stop and keep the position."""
        self._playing = False

    def seek(self, ms: int) -> None:
        """Go to a position."""
        self._position = max(0, min(ms * RATE_HZ // 1000, len(self._sound)))

    def close(self) -> None:
        """Release the loudspeaker. Idempotent; the loader ends by itself."""
        self._playing = False
        with self._lock:
            self._closed = True
            stream, self._stream = self._stream, None
        if stream is not None:
            threading.Thread(
                target=close_stream, args=(stream,), name="player close", daemon=True
            ).start()

    def _load(self) -> None:
        try:
            tracks = [_mixed(*part) for part in self._parts]
            self._sound = np.concatenate([mix for mix, _, _ in tracks])
            self.peaks = (
                track_peaks(np.concatenate([one for _, one, _ in tracks]), PEAK_BUCKETS),
                track_peaks(np.concatenate([one for _, _, one in tracks]), PEAK_BUCKETS),
            )
            self._start_stream()
        except SoundError as error:
            self._on_ready(error)
        except (OSError, ValueError, IndexError, EOFError, av.FFmpegError) as error:
            problem = SoundError("The sound of this session could not be read.")
            problem.__cause__ = error
            self._on_ready(problem)
        else:
            self._on_ready(None)

    def _start_stream(self) -> None:
        stream = open_stream("OutputStream", self._on_output, rate_hz=RATE_HZ, latency="high")
        with self._lock:
            if not self._closed:
                self._stream = stream
                return
        close_stream(stream)

    def _on_output(self, data: NDArray[np.int16], frames: int, _time: Any, _status: Any) -> None:
        out = data[:, 0]
        start = self._position
        if not self._playing or start >= len(self._sound):
            out.fill(0)
            return
        piece = self._sound[start : start + frames]
        out[: len(piece)] = piece
        out[len(piece) :] = 0
        # A seek on another thread meanwhile wins over this step.
        if self._position == start:
            self._position = start + len(piece)


def _mixed(
    candidate: Path, interviewer: Path
) -> tuple[NDArray[np.int16], NDArray[np.int16], NDArray[np.int16]]:
    tracks = [
        np.concatenate([np.zeros(0, dtype=np.int16), *read_blocks(path, RATE_HZ, RATE_HZ)])
        for path in (candidate, interviewer)
    ]
    length = max(len(track) for track in tracks)
    one, two = (np.pad(track, (0, length - len(track))) for track in tracks)
    loud = one.astype(np.int32) + two
    return np.clip(loud, -32768, 32767).astype(np.int16), one, two


def track_peaks(track: NDArray[np.int16], buckets: int) -> NDArray[np.float32]:
    """The loudest sample of each bucket, 0 to 1: float32, shape (buckets,)."""
    if not len(track):
        return np.zeros(buckets, dtype=np.float32)
    edges = np.linspace(0, len(track), buckets, endpoint=False, dtype=np.int64)
    loudest = np.maximum.reduceat(np.abs(track.astype(np.int32)), edges)
    return (loudest / 32768).astype(np.float32)
