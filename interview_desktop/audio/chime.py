"""The test sound of the loudspeaker and the probe of the echo, made when they are needed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interview_desktop.domain.sound import RATE_HZ

# A major chord, upwards: C5, E5, G5.
NOTES_HZ = (523.25, 659.26, 783.99)
NOTE_S = 0.22
RING_S = 0.9
LOUDEST = 9000  # -11 dBFS
PROBE_S = 0.6
PROBE_LOW_HZ, PROBE_HIGH_HZ = 300.0, 3400.0
PROBE_LOUDEST = 5000


def chime() -> NDArray[np.int16]:
    """Three soft notes that ring out, as of a marimba: int16, shape (frames,), 48 kHz."""
    ring = np.arange(int(RING_S * RATE_HZ)) / RATE_HZ
    attack = np.minimum(1.0, ring / 0.008)
    step = int(NOTE_S * RATE_HZ)
    mix = np.zeros(step * (len(NOTES_HZ) - 1) + len(ring))
    for index, hz in enumerate(NOTES_HZ):
        body = np.sin(2 * np.pi * hz * ring) * np.exp(-5 * ring)
        # A marimba's bar is tuned to its fourth partial, which dies away fast.
        body += 0.15 * np.sin(2 * np.pi * 4 * hz * ring) * np.exp(-22 * ring)
        mix[index * step : index * step + len(ring)] += body * attack
    fade = int(0.05 * RATE_HZ)
    mix[-fade:] *= np.linspace(1, 0, fade)
    sound: NDArray[np.int16] = (mix * (LOUDEST / np.abs(mix).max())).astype(np.int16)
    return sound


def probe() -> NDArray[np.int16]:
    """A short soft sweep through the range of speech: int16, shape (frames,), 48 kHz.

    Source: a logarithmic sweep has one sharp peak when it is correlated with itself.
    """
    count = int(PROBE_S * RATE_HZ)
    time_s = np.arange(count) / RATE_HZ
    growth = np.log(PROBE_HIGH_HZ / PROBE_LOW_HZ)
    phase = 2 * np.pi * PROBE_LOW_HZ * PROBE_S / growth * np.expm1(time_s / PROBE_S * growth)
    edge = int(0.03 * RATE_HZ)
    window = np.ones(count)
    window[:edge] = np.sin(np.linspace(0, np.pi / 2, edge)) ** 2
    window[-edge:] = window[:edge][::-1]
    sound: NDArray[np.int16] = (PROBE_LOUDEST * window * np.sin(phase)).astype(np.int16)
    return sound
