"""The interviewer's rendered lines as sound."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from pathlib import Path

import av
import av.audio.resampler
import numpy as np
from numpy.typing import NDArray

from server.cases.speech import clip_path

logger = logging.getLogger(__name__)

RATE_HZ = 48_000
CACHED_CLIPS = 24
# What a line without a clip is given: people speak about 150 words a minute.
WORDS_PER_S = 2.5


class Clips:
    """Decodes clips and keeps the last ones.

    Thread: any; `load` blocks for some 10 ms, so run it off the event loop.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._cache: OrderedDict[str, NDArray[np.int16]] = OrderedDict()

    def load(self, line: str) -> NDArray[np.int16]:
        """The line as int16, shape (frames,), 48 kHz mono; silence of its length without a clip."""
        with self._lock:
            known = self._cache.get(line)
            if known is None:
                known = self._cache[line] = self._decoded(line)
            self._cache.move_to_end(line)
            while len(self._cache) > CACHED_CLIPS:
                self._cache.popitem(last=False)
            return known

    def _decoded(self, line: str) -> NDArray[np.int16]:
        path = clip_path(self._folder, line)
        if path.exists():
            try:
                return decode(path)
            except (OSError, av.error.FFmpegError):
                logger.warning("A clip cannot be read: %s", path.name)
        return np.zeros(int(len(line.split()) / WORDS_PER_S * RATE_HZ), dtype=np.int16)


def decode(path: Path) -> NDArray[np.int16]:
    """A sound file as int16, shape (frames,), 48 kHz mono."""
    pieces: list[NDArray[np.int16]] = []
    resampler = av.audio.resampler.AudioResampler("s16", "mono", RATE_HZ)
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            pieces += [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
        pieces += [piece.to_ndarray()[0] for piece in resampler.resample(None)]
    return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int16)
