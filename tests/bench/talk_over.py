"""The candidate talks over the interviewer: how long until the loudspeaker is silent.

Measured from the first sound of the voice at the microphone to the last sound at the
loudspeaker, on one clock, once as with headphones and once with the loudspeaker's sound coming
back into the microphone as on a laptop.
"""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from interview_desktop.domain.call_events import Presence
from interview_desktop.ui.views.room import RoomView
from tests.bench.row import Row
from tests.bench.spread import median, spread
from tests.helpers.live_window import LiveWindow, live_window
from tests.helpers.sound_system import LOUDSPEAKER, MICROPHONE, Ear, listening, spoken
from tests.helpers.speech import say

DEFAULT = True
BENCH = "talk_over"
TIMES = 7
AUDIBLE_DBFS = -50.0
# The echo lies some 20 dB below the voice; what is louder is the voice.
VOICE_DBFS = -30.0
ECHO_DB = -20
TARGET_MS = 200.0
INTO_THE_QUESTION_S = 1.5
SILENT_FOR_S = 0.4


def rows(work: Path) -> Iterator[Row]:
    """Seven interruptions each."""
    voice = say("sorry one moment please", work / "voice.wav", voice="slt")
    where = "voice at -16 dBFS, local interviewer over WebRTC on loopback, echo cancellation on"
    with live_window(work) as window:
        headphones = _interruptions(window, voice)
        yield _row("as with headphones", headphones, where)
        with _echo():
            loudspeaker = _interruptions(window, voice)
        yield _row("as on a laptop's loudspeaker", loudspeaker, f"echo {ECHO_DB} dB; {where}")


def _row(name: str, waits: list[float], where: str) -> Row:
    value = median(waits)
    return Row(BENCH, f"voice to silence, {name}", value, "ms", TARGET_MS, value <= TARGET_MS,
               f"{spread(waits, 'ms')}; {where}")  # fmt: skip


@contextlib.contextmanager
def _echo() -> Iterator[None]:
    """The loudspeaker is heard at the microphone."""
    source, volume = f"source={LOUDSPEAKER}", str(round(65536 * 10 ** (ECHO_DB / 60)))
    load = ["pactl", "load-module", "module-loopback", source, "sink=micfeed", "latency_msec=40"]
    module = subprocess.run(load, check=True, capture_output=True, text=True).stdout.strip()
    try:
        inputs = ["pactl", "list", "short", "sink-inputs"]
        lines = subprocess.run(inputs, check=True, capture_output=True, text=True).stdout
        number = max(int(line.split()[0]) for line in lines.splitlines())
        subprocess.run(["pactl", "set-sink-input-volume", str(number), volume], check=True)
        yield
    finally:
        subprocess.run(["pactl", "unload-module", module], check=True)


def _interruptions(window: LiveWindow, voice: Path) -> list[float]:
    """Milliseconds of each interruption in one interview."""
    room, _ = window.start()
    with listening(LOUDSPEAKER) as loudspeaker, listening(MICROPHONE) as microphone:
        waits = [_interruption(window, room, voice, loudspeaker, microphone) for _ in range(TIMES)]
    window.leave(room)
    return waits


def _interruption(
    window: LiveWindow, room: RoomView, voice: Path, loudspeaker: Ear, microphone: Ear
) -> float:
    clock = window.now_s
    window.until(lambda: room.state.presence is Presence.SPEAKING)
    since_s = clock()
    window.until(lambda: clock() - since_s > INTO_THE_QUESTION_S)
    spoke_s = clock()
    with spoken(voice) as speaking:
        window.until(lambda: microphone.first_above(VOICE_DBFS, spoke_s) is not None)
        window.until(lambda: speaking.poll() is not None)
    window.until(lambda: room.state.presence is not Presence.SPEAKING)
    silent_s = clock()
    window.until(lambda: clock() - silent_s > SILENT_FOR_S)
    began_s = microphone.first_above(VOICE_DBFS, spoke_s)
    ended_s = loudspeaker.last_above(AUDIBLE_DBFS, spoke_s)
    assert began_s is not None
    assert ended_s is not None
    window.press(room, "Repeat")
    return (ended_s - began_s) * 1000
