"""Plays one short sound and waits for its end."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interview_desktop.audio.devices import close_stream, open_stream
from interview_desktop.domain.sound import RATE_HZ

# The loudspeaker's own buffer plays on after the last block was handed over.
DRAIN_S = 0.15
# Beyond its own length: a device that takes no sound is not waited for longer.
LIMIT_S = 3.0
_LOOK_S = 0.01


def play_sound(sound: NDArray[np.int16], loudspeaker: str | None, stop: threading.Event) -> bool:
    """Play `sound`, int16, shape (frames,), 48 kHz; False if it was stopped or not taken.

    Raises:
        SoundError: the loudspeaker cannot be opened.

    Thread: any that may block; returns within the sound's length and `LIMIT_S`.
    """
    position, taken = 0, threading.Event()

    def on_output(data: NDArray[np.int16], frames: int, _time: Any, _status: Any) -> None:
        nonlocal position
        piece = sound[position : position + frames]
        data[: len(piece), 0] = piece
        data[len(piece) :] = 0
        position += len(piece)
        if position >= len(sound):
            taken.set()

    stream = open_stream(
        "OutputStream", on_output, rate_hz=RATE_HZ, latency="low", device=loudspeaker
    )
    try:
        looks = int((len(sound) / RATE_HZ + LIMIT_S) / _LOOK_S)
        for _ in range(looks):
            if stop.is_set() or taken.wait(_LOOK_S):
                break
        if taken.is_set():
            stop.wait(DRAIN_S)
    finally:
        close_stream(stream)
    return taken.is_set() and not stop.is_set()
