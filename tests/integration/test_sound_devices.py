"""Real streams over the private PulseAudio."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from interview_desktop.audio import devices
from interview_desktop.audio.device_sound import DeviceSound
from interview_desktop.audio.echo import NoProcessing
from interview_desktop.audio.file_sound import read_wav
from interview_desktop.audio.recorder import Recorder
from tests.helpers.speech import correlation_peak, say

pytestmark = pytest.mark.pulse


def test_a_voice_arrives_and_is_recorded(tmp_path: Path) -> None:
    spoken = say("the medium sites are the best place to begin", tmp_path / "a.wav")
    recorder = Recorder(tmp_path, "part", "interview")
    sound = DeviceSound(recorder, NoProcessing)
    packets: list[bytes] = []
    enough = threading.Event()
    wanted = len(read_wav(spoken)) // 960 + 60

    def take(packet: bytes) -> None:
        packets.append(packet)
        if len(packets) >= wanted:
            enough.set()

    sound.start(take)
    try:
        subprocess.run(["paplay", "--device=micfeed", str(spoken)], check=True, timeout=30)
        assert enough.wait(20)
    finally:
        sound.close()
        part = recorder.close()
    heard = np.frombuffer(b"".join(packets), dtype=np.int16)
    assert correlation_peak(heard, read_wav(spoken))[0] > 0.9
    # Opus at 32 kbit/s keeps the voice, not every wave.
    assert correlation_peak(read_wav(part.candidate), read_wav(spoken))[0] > 0.8


class Nowhere:
    """A sink that keeps nothing."""

    def write(self, candidate: bytes, interviewer: bytes) -> None: ...


def _workers() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name == "audio worker"]


def test_devices_that_are_closed_while_they_open_do_not_stay_open() -> None:
    for wait_s in (0.0, 0.02, 0.1, 0.3):
        sound = DeviceSound(Nowhere(), NoProcessing)
        opening = threading.Thread(target=sound.start, args=(lambda packet: None,))
        opening.start()
        opening.join(wait_s)
        sound.close()
        opening.join(20)
        assert devices.open_streams() == 0
        assert _workers() == []
    # Closed before it began.
    sound = DeviceSound(Nowhere(), NoProcessing)
    sound.close()
    sound.start(lambda packet: None)
    assert devices.open_streams() == 0


def test_a_worker_that_fails_says_so(expected_logs: list[str]) -> None:
    expected_logs.append("The audio worker failed")
    told: list[str] = []
    done = threading.Event()

    class Broken:
        def process(self, near: object, far: object) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
            raise RuntimeError("no more")

    def trouble(sentence: str) -> None:
        told.append(sentence)
        done.set()

    sound = DeviceSound(Nowhere(), Broken, trouble)
    sound.start(lambda packet: None)
    assert done.wait(20)
    sound.close()
    assert told[0].startswith("The sound stopped on an error of the app")


LATE_DEVICE = """
import os, sys
from pathlib import Path
from interview_desktop.audio.device_sound import DeviceSound
from interview_desktop.audio.echo import NoProcessing
from interview_desktop.audio.errors import SoundError

class Nowhere:
    def write(self, candidate, interviewer): ...

server = os.environ["PULSE_SERVER"]
os.environ["PULSE_SERVER"] = "unix:/nonexistent"
sound = DeviceSound(Nowhere(), NoProcessing)
try:
    sound.start(lambda packet: None)
except SoundError as error:
    print(error.sentence)
# The microphone is plugged in, and the person tries again.
os.environ["PULSE_SERVER"] = server
sound = DeviceSound(Nowhere(), NoProcessing)
sound.start(lambda packet: None)
print("works")
sound.close()
"""


def test_no_microphone_is_a_plain_sentence_and_trying_again_helps() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LATE_DEVICE], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines() == [
        "No microphone could be opened. "
        "Connect one or allow it in the system settings, then try again.",
        "works",
    ]


GONE_IN_BETWEEN = """
import sys
import threading
import sounddevice
from interview_desktop.audio.devices import close_stream, open_stream, open_streams
from interview_desktop.audio.errors import SoundError
from tests.helpers.sound_system import pactl, wait_until

kind, device = sys.argv[1:]
calls = 0

def count(data, frames, time, status):
    global calls
    calls += 1
    if kind == "OutputStream":
        data.fill(0)

def opened(device=None, callback=count):
    return open_stream(kind, callback, rate_hz=48000, latency=0.02, device=device)

modules = [pactl("load-module", *one.split()) for one in device.split(";")]
other = opened()
stream_class = getattr(sounddevice, kind)
start = stream_class.start

def pulled_out_then_start(self):
    while modules:
        pactl("unload-module", modules.pop())
    start(self)

stream_class.start = pulled_out_then_start
try:
    opened("gone")
except SoundError as error:
    print(error.sentence)
stream_class.start = start
try:
    opened("gone")
except SoundError as error:
    print(error.sentence)
seen = calls
wait_until(lambda: calls > seen + 50)
again, first = None, threading.Event()
again = opened(callback=lambda data, *_: first.set())
print(first.wait(10), open_streams())
close_stream(again)
close_stream(other)
print(open_streams())
"""


@pytest.mark.parametrize(
    ("kind", "modules", "sentence"),
    [
        (
            "OutputStream",
            "module-null-sink sink_name=gone",
            "No loudspeaker or headphones could be opened. Connect them, then try again.",
        ),
        (
            "InputStream",
            "module-null-sink sink_name=gonefeed;"
            "module-remap-source source_name=gone master=gonefeed.monitor",
            "No microphone could be opened. "
            "Connect one or allow it in the system settings, then try again.",
        ),
    ],
)
def test_a_device_that_goes_while_it_is_opened(kind: str, modules: str, sentence: str) -> None:
    # PortAudio's start never returns then. Others go on, new ones open, and the process ends well.
    done = subprocess.run(
        [sys.executable, "-c", GONE_IN_BETWEEN, kind, modules],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines() == [sentence, sentence, "True 2", "0"], done.stderr
    assert done.returncode == 0, done.stderr


SERVER_HANGS = """
import os
import socket
import sys
import threading
import sounddevice
from interview_desktop.audio import portaudio
from interview_desktop.audio.devices import close_stream, open_stream, open_streams
from interview_desktop.audio.errors import SoundError
from tests.helpers.sound_system import wait_until

server = os.environ["PULSE_SERVER"]
# It takes connections and never answers.
silent = socket.socket(socket.AF_UNIX)
silent.bind(sys.argv[1])
silent.listen()
before, again = threading.Event(), threading.Event()

def opened(heard):
    return open_stream(
        "InputStream", lambda *_: heard.set(), rate_hz=48000, latency=0.02, device="vmic"
    )

def refused():
    try:
        opened(threading.Event())
    except SoundError as error:
        print(error.sentence)

streams = [opened(before)]
os.environ["PULSE_SERVER"] = "unix:" + sys.argv[1]
refused()
os.environ["PULSE_SERVER"] = server
make = sounddevice.InputStream.__init__

def hangs(self, *arguments, **named):
    os.environ["PULSE_SERVER"] = "unix:" + sys.argv[1]
    make(self, *arguments, **named)

sounddevice.InputStream.__init__ = hangs
refused()
sounddevice.InputStream.__init__ = make
os.environ["PULSE_SERVER"] = server
streams.append(opened(again))
before.clear()
print(before.wait(10), again.wait(10), open_streams())
if sys.argv[2] == "answers":
    silent.close()
    wait_until(lambda: not portaudio._PortAudio.hung)
for stream in streams:
    close_stream(stream)
"""


@pytest.mark.parametrize("later", ["hangs", "answers"])
def test_a_sound_server_that_hangs_is_a_refusal_and_trying_again_helps(
    later: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SERVER_HANGS, str(tmp_path / "socket"), later],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    sentence = (
        "No microphone could be opened. "
        "Connect one or allow it in the system settings, then try again."
    )
    assert done.stdout.splitlines() == [sentence, sentence, "True True 2"], done.stderr
    assert done.returncode == 0, done.stderr
