"""Speech for tests, made when they run, and how alike two sounds are."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def say(text: str, target: Path, voice: str = "rms") -> Path:
    """`text` spoken by flite into a 48 kHz mono WAV file."""
    raw = target.with_suffix(".raw.wav")
    subprocess.run(["flite", "-voice", voice, "-o", str(raw), "-t", text], check=True, timeout=60)
    subprocess.run(["sox", str(raw), "-r", "48000", "-c", "1", str(target)], check=True, timeout=60)
    raw.unlink()
    return target


def silence(seconds: float, target: Path) -> Path:
    """A 48 kHz mono WAV file of nothing."""
    command = ["sox", "-n", "-r", "48000", "-c", "1", str(target), "trim", "0", str(seconds)]
    subprocess.run(command, check=True, timeout=60)
    return target


def correlation_peak(long: NDArray[np.int16], part: NDArray[np.int16]) -> tuple[float, int]:
    """(normalised correlation 0 to 1, lag in frames) where `part` fits best into `long`."""
    a, b = long.astype(np.float64), part.astype(np.float64)
    if len(a) < len(b):
        a = np.pad(a, (0, len(b) - len(a)))
    size = 1 << (len(a) + len(b) - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(a, size) * np.conj(np.fft.rfft(b, size)), size)
    valid = product[: len(a) - len(b) + 1]
    energy = np.concatenate(([0.0], np.cumsum(a * a)))
    window = energy[len(b) :] - energy[: len(energy) - len(b)]
    scale = np.sqrt(np.maximum(window * np.dot(b, b), 1e-9))
    score = valid / scale
    lag = int(np.argmax(score))
    return float(score[lag]), lag


def share_heard(heard: NDArray[np.int16], clip: NDArray[np.int16], alike: float = 0.5) -> float:
    """How much of `clip` (0 to 1, in pieces of half a second with sound) is found in `heard`.

    Piece by piece, because a loaded machine shifts what follows a short gap.
    """
    pieces = [clip[start : start + 24_000] for start in range(0, len(clip) - 24_000, 24_000)]
    sounding = [piece for piece in pieces if np.abs(piece).max() > 1000]
    found = [piece for piece in sounding if correlation_peak(heard, piece)[0] > alike]
    return len(found) / len(sounding)
