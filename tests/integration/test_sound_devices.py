"""Real streams over the private PulseAudio."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import numpy as np
import pytest

from interview_desktop.audio.device_sound import DeviceSound
from interview_desktop.audio.echo import NoProcessing
from interview_desktop.audio.errors import NoMicrophoneError
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


def test_no_microphone_is_a_plain_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sounddevice

    def refuse(*_: object, **__: object) -> None:
        raise sounddevice.PortAudioError("Error querying device -1")

    monkeypatch.setattr(sounddevice, "InputStream", refuse)
    recorder = Recorder(tmp_path, "part", "interview")
    with pytest.raises(NoMicrophoneError, match="No microphone could be opened"):
        DeviceSound(recorder, NoProcessing).start(lambda packet: None)
    recorder.close()
