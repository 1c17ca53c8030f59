"""How much of the loudspeaker comes back through the microphone: headphones or not."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from interview_desktop.audio.chime import probe
from interview_desktop.audio.microphone_check import Listener
from interview_desktop.audio.sound_play import play_sound
from interview_desktop.domain.preflight import EchoPath
from interview_desktop.domain.sound import RATE_HZ

# Wireless loudspeakers play up to 0.4 s late; what comes later is not waited for.
TAIL_S = 0.7
# The peak of the correlation must stand so far above everything else to be the probe: noise alone
# reaches 4.9 times its own mean among 50,000 lags.
PEAK_RATIO = 7.0


def measure_echo(loudspeaker: str | None, listener: Listener, stop: threading.Event) -> EchoPath:
    """Play the probe, soft and 0.6 s long, and look for it in what the microphone hears.

    Args:
        listener: a microphone that is open already.
        stop: set to cancel; then nothing is known.

    Raises:
        SoundError: the loudspeaker cannot be opened.

    Thread: any that may block, for at most some 5 s.
    """
    sound = probe()
    listener.begin_take()
    played = play_sound(sound, loudspeaker, stop)
    stop.wait(TAIL_S)
    heard = listener.end_take()
    if not played or stop.is_set():
        return EchoPath(None)
    return echo_in(heard, sound)


def echo_in(heard: NDArray[np.int16], sound: NDArray[np.int16]) -> EchoPath:
    """The path from `sound` to `heard`, both int16, shape (frames,), 48 kHz.

    Nothing is known of a microphone that sends nothing, nor where noise would hide an echo that
    can be heard.
    """
    if len(heard) < len(sound) + RATE_HZ // 5 or not heard.any():
        return EchoPath(None)
    a, b = heard.astype(np.float64), sound.astype(np.float64)
    size = 1 << (len(a) + len(b) - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(a, size) * np.conj(np.fft.rfft(b, size)), size)
    # Only whole echoes: the probe ends before the recording does.
    score = np.abs(product[: len(a) - len(b) + 1]) / np.dot(b, b)
    peak = int(np.argmax(score))
    # The room's own reflections follow within 100 ms and are part of the echo.
    others = np.concatenate([score[: max(0, peak - 2400)], score[peak + 4800 :]])
    floor = float(np.sqrt(np.mean(others**2))) if len(others) else 0.0
    found = float(score[peak])
    if found > PEAK_RATIO * floor:
        return EchoPath(_db(found))
    # No echo stands out of the noise; whether one could hide there is another question.
    at_most = EchoPath(_db(PEAK_RATIO * floor))
    return at_most if at_most.headphones else EchoPath(None)


def _db(gain: float) -> float:
    return 20 * float(np.log10(max(gain, 1e-6)))
