"""Devices that are chosen, plugged, pulled and refused in mid-call, over the private PulseAudio."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from pulsectl import Pulse

from interview_desktop.audio.device_list import Devices, DeviceWatch, list_devices
from interview_desktop.audio.device_sound import DeviceSound
from interview_desktop.audio.devices import open_streams
from interview_desktop.audio.echo import NoProcessing
from interview_desktop.domain.devices import DeviceKind, SoundNotice
from interview_desktop.domain.sound import Processing
from tests.helpers.sound_system import (
    LOUDSPEAKER,
    RATE_HZ,
    Ear,
    Plug,
    listening,
    pactl,
    second_loudspeaker,
    second_microphone,
    tone,
    tone_level,
    wait_until,
)

pytestmark = pytest.mark.pulse

LOW_HZ, HIGH_HZ = 440.0, 1760.0


class Call:
    """A call without a network: what it recorded, and what it told."""

    def __init__(
        self,
        microphone: str | None = None,
        loudspeaker: str | None = None,
        processing: Processing = "off",
    ) -> None:
        self.notices: list[SoundNotice] = []
        self._candidate: list[bytes] = []
        self._interviewer: list[bytes] = []
        self.sound = DeviceSound(
            self,
            microphone=microphone,
            loudspeaker=loudspeaker,
            on_notice=self.notices.append,
            processing=processing,
        )

    def write(self, candidate: bytes, interviewer: bytes) -> None:
        self._candidate.append(candidate)
        self._interviewer.append(interviewer)

    def candidate(self) -> NDArray[np.int16]:
        return np.frombuffer(b"".join(self._candidate), dtype=np.int16)

    def interviewer(self) -> NDArray[np.int16]:
        return np.frombuffer(b"".join(self._interviewer), dtype=np.int16)

    def hears(self, hz: float) -> bool:
        """Whether the last 200 ms of the recording are that tone."""
        return tone_level(self.candidate()[-RATE_HZ // 5 :], hz) > 0.9

    def told(self, topic: str) -> list[str]:
        return [notice.sentence for notice in self.notices if notice.topic == topic]


@contextlib.contextmanager
def running(call: Call) -> Iterator[Call]:
    call.sound.start(lambda packet: None)
    try:
        yield call
    finally:
        call.sound.close()
        assert open_streams() == 0


@contextlib.contextmanager
def interviewer_tone(call: Call, hz: float) -> Iterator[None]:
    """The interviewer's side is a tone, 20 ms by 20 ms, until the block ends."""
    stop, position = threading.Event(), 0

    def speak() -> None:
        nonlocal position
        began_s = time.monotonic()
        while not stop.wait(0.01):
            while position < (time.monotonic() - began_s + 0.1) * RATE_HZ:
                wave = 8000 * np.sin(2 * np.pi * hz * (position + np.arange(960)) / RATE_HZ)
                call.sound.play(wave.astype(np.int16).tobytes())
                position += 960

    thread = threading.Thread(target=speak)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)


def silent_ms(sound: NDArray[np.int16]) -> int:
    """The longest stretch of exact silence inside."""
    loud = np.flatnonzero(np.abs(sound.astype(np.int32)) > 8)
    return int(np.diff(loud).max()) * 1000 // RATE_HZ if len(loud) > 1 else 0


def sounds_now(ear: Ear) -> bool:
    """Whether the interviewer's tone is what the last 200 ms were."""
    return tone_level(ear.sound()[-RATE_HZ // 5 :], LOW_HZ) > 0.9


def sits(kind: DeviceKind) -> dict[int, str]:
    """This process's streams and their devices, by the sound server's own word."""
    with Pulse("look") as pulse:
        if kind == "microphone":
            streams = [(one.index, one.source, one.proplist) for one in pulse.source_output_list()]
            names = {one.index: one.name for one in pulse.source_list()}
        else:
            streams = [(one.index, one.sink, one.proplist) for one in pulse.sink_input_list()]
            names = {one.index: one.name for one in pulse.sink_list()}
    own = str(os.getpid())
    return {
        index: names[device]
        for index, device, properties in streams
        if properties.get("application.process.id") == own
    }


def moved_back(kind: DeviceKind, device_id: str, before: dict[int, str]) -> bool:
    """Whether another stream than before is the only one, and on that device."""
    now = sits(kind)
    return list(now.values()) == [device_id] and now.keys() != before.keys()


class Line:
    """The recording's line against the clock.

    A loaded machine lets it lag now and then, and it catches up. A jump would stay.
    """

    def __init__(self, call: Call) -> None:
        self._call = call
        self._ahead_ms = max(self._now_ms() for _ in looks(50))

    def _now_ms(self) -> float:
        return self._call.sound.position_ms() - time.monotonic() * 1000

    def is_in_step(self) -> None:
        """Neither behind nor ahead by more than 50 ms."""
        ahead_ms = -np.inf
        for _ in looks(500):
            ahead_ms = max(ahead_ms, self._now_ms())
            assert ahead_ms - self._ahead_ms <= 50
            if ahead_ms - self._ahead_ms >= -50:
                return
        pytest.fail(f"the line is {self._ahead_ms - ahead_ms:.0f} ms behind")


def looks(count: int) -> Iterator[int]:
    """So many looks, 10 ms apart."""
    pause = threading.Event()
    for number in range(count):
        yield number
        pause.wait(0.01)


@pytest.fixture
def headset() -> Iterator[Plug]:
    with second_microphone() as plug:
        yield plug


@pytest.fixture
def headphones() -> Iterator[Plug]:
    with second_loudspeaker() as plug:
        yield plug


def test_real_devices_are_listed_with_their_names(headset: Plug, headphones: Plug) -> None:
    listed = {device.id: device for device in list_devices()}
    assert listed["vmic2"].name == listed["spk2"].name == "USB headset"
    assert (listed["vmic2"].kind, listed["spk2"].kind) == ("microphone", "loudspeaker")
    assert listed["vmic"].is_default and listed["spk"].is_default
    assert not listed["vmic2"].is_default
    # What a loudspeaker plays is no microphone.
    assert not any(name.endswith(".monitor") for name in listed)


def test_the_watch_tells_of_plugging_and_of_the_default() -> None:
    told: list[Devices] = []
    watch = DeviceWatch(told.append)
    try:
        with second_microphone() as plug:
            wait_until(lambda: any(one.id == plug.id for one in (told or [()])[-1]))
            pactl("set-default-source", plug.id)
            wait_until(lambda: any(one.id == plug.id and one.is_default for one in told[-1]))
        wait_until(lambda: not any(one.id == "vmic2" for one in told[-1]))
    finally:
        watch.close()
    assert "device watch" not in [one.name for one in threading.enumerate()]


def test_another_microphone_in_mid_call(headset: Plug) -> None:
    call, gaps_ms = Call(), []
    with tone(LOW_HZ), tone(HIGH_HZ, headset.sink), running(call):
        wait_until(lambda: call.hears(LOW_HZ))
        line = Line(call)
        for device_id, hz in 2 * [(headset.id, HIGH_HZ), (None, LOW_HZ)]:
            begin = len(call.candidate())
            call.sound.choose_microphone(device_id)
            wait_until(lambda hz=hz: call.hears(hz))  # type: ignore[misc]
            device = call.sound.in_use("microphone")
            assert device is not None and (device.name == "USB headset") == (hz == HIGH_HZ)
            gaps_ms.append(silent_ms(call.candidate()[begin:]))
            line.is_in_step()
    # One tone follows the other. A loaded machine may add a gap of its own to some, not to all.
    assert min(gaps_ms) <= 50
    assert not any(call.told("microphone"))


def test_another_loudspeaker_in_mid_call(headphones: Plug) -> None:
    call, gaps_ms = Call(), []
    with (
        listening(LOUDSPEAKER) as built_in,
        listening(headphones.monitor) as usb,
        running(call),
        interviewer_tone(call, LOW_HZ),
    ):
        wait_until(lambda: sounds_now(built_in))
        assert tone_level(usb.sound(), LOW_HZ) < 0.1
        line = Line(call)
        for device_id, new, old in 2 * [(headphones.id, usb, built_in), (None, built_in, usb)]:
            begin = len(call.interviewer())
            call.sound.choose_loudspeaker(device_id)
            wait_until(lambda new=new: sounds_now(new))  # type: ignore[misc]
            wait_until(lambda old=old: not old.sound()[-RATE_HZ // 5 :].any())  # type: ignore[misc]
            gaps_ms.append(silent_ms(call.interviewer()[begin:]))
            line.is_in_step()
    assert min(gaps_ms) <= 50


def test_a_microphone_that_is_pulled_out_and_comes_back(headset: Plug) -> None:
    call = Call(microphone=headset.id)
    with tone(LOW_HZ), running(call):
        with tone(HIGH_HZ, headset.sink):
            wait_until(lambda: call.hears(HIGH_HZ))
            line = Line(call)
            headset.unplug()
        wait_until(lambda: call.hears(LOW_HZ))
        # The sound server moves the stream at once; the app follows and says so.
        wait_until(lambda: bool(call.told("microphone")))
        line.is_in_step()
        name = next(one.name for one in list_devices() if one.id == "vmic")
        assert call.told("microphone") == [f"USB headset is gone. We go on with {name}."]
        headset.plug()
        with tone(HIGH_HZ, headset.sink):
            wait_until(lambda: call.hears(HIGH_HZ))
        assert call.told("microphone")[1:] == ["USB headset is back. We use it again."]


def test_a_loudspeaker_that_is_pulled_out_and_comes_back(headphones: Plug) -> None:
    call = Call(loudspeaker=headphones.id)
    with listening(LOUDSPEAKER) as built_in, running(call), interviewer_tone(call, LOW_HZ):
        wait_until(lambda: tone_level(call.interviewer()[-RATE_HZ // 5 :], LOW_HZ) > 0.9)
        assert tone_level(built_in.sound(), LOW_HZ) < 0.1
        headphones.unplug()
        wait_until(lambda: tone_level(built_in.sound()[-RATE_HZ // 5 :], LOW_HZ) > 0.9)
        wait_until(lambda: bool(call.told("loudspeaker")))
        assert call.told("loudspeaker")[0].startswith("USB headset is gone. We go on with ")
        headphones.plug()
        with listening(headphones.monitor) as back:
            wait_until(lambda: tone_level(back.sound()[-RATE_HZ // 5 :], LOW_HZ) > 0.9)
        assert call.told("loudspeaker")[1:] == ["USB headset is back. We use it again."]


def test_a_call_without_a_choice_follows_the_system(headset: Plug) -> None:
    call = Call()
    with tone(LOW_HZ), tone(HIGH_HZ, headset.sink), running(call):
        wait_until(lambda: call.hears(LOW_HZ))
        pactl("set-default-source", headset.id)
        wait_until(lambda: call.hears(HIGH_HZ))
        wait_until(lambda: bool(call.told("microphone")))
        assert call.told("microphone") == ["The system changed to USB headset. We use it too."]


def test_a_chosen_microphone_stays_when_the_system_changes(headset: Plug) -> None:
    # The sound server takes every stream along that is on the default, chosen or not.
    call = Call(microphone="vmic")
    with tone(LOW_HZ), tone(HIGH_HZ, headset.sink), running(call):
        wait_until(lambda: call.hears(LOW_HZ))
        line = Line(call)
        before = sits("microphone")
        pactl("set-default-source", headset.id)
        wait_until(lambda: moved_back("microphone", "vmic", before))
        wait_until(lambda: call.hears(LOW_HZ))
        line.is_in_step()
        assert not any(call.told("microphone"))


def test_a_chosen_loudspeaker_stays_when_the_system_changes(headphones: Plug) -> None:
    call = Call(loudspeaker="spk")
    with listening(LOUDSPEAKER) as built_in, running(call), interviewer_tone(call, LOW_HZ):
        wait_until(lambda: sounds_now(built_in))
        before = sits("loudspeaker")
        pactl("set-default-sink", headphones.id)
        wait_until(lambda: moved_back("loudspeaker", "spk", before))
        wait_until(lambda: sounds_now(built_in))
        assert not any(call.told("loudspeaker"))


def test_a_loudspeaker_that_is_out_for_a_moment_is_used_again(headphones: Plug) -> None:
    call = Call(loudspeaker=headphones.id)
    with running(call), interviewer_tone(call, LOW_HZ):
        with listening(headphones.monitor) as usb:
            wait_until(lambda: sounds_now(usb))
        headphones.replug()
        with listening(headphones.monitor) as usb:
            wait_until(lambda: sounds_now(usb))
        assert list(sits("loudspeaker").values()) == [headphones.id]


def test_a_device_that_cannot_be_opened_changes_nothing(headset: Plug) -> None:
    call = Call()
    with tone(LOW_HZ), running(call):
        wait_until(lambda: call.hears(LOW_HZ))
        call.sound.choose_microphone("no-such-device")
        wait_until(lambda: bool(call.told("microphone")))
        assert call.told("microphone")[0].startswith("That microphone is not connected. We go on")
        # Listed, but it gives nothing: it is not taken in place of what works.
        pactl("suspend-source", headset.id, "1")
        call.sound.choose_microphone(headset.id)
        wait_until(lambda: len(call.told("microphone")) > 1)
        assert call.told("microphone")[1].startswith(
            "USB headset could not be opened. We go on with "
        )
        device = call.sound.in_use("microphone")
        assert device is not None and device.id == "vmic"
        wait_until(lambda: call.hears(LOW_HZ))
        # It works again, and trying again helps.
        pactl("suspend-source", headset.id, "0")
        with tone(HIGH_HZ, headset.sink):
            call.sound.choose_microphone(headset.id)
            wait_until(lambda: call.hears(HIGH_HZ))
        assert call.told("microphone")[2:] == [""]


def test_only_silence_is_told_and_taken_back(headset: Plug) -> None:
    call = Call(microphone=headset.id)
    with running(call):
        wait_until(lambda: bool(call.told("silence")))
        assert call.sound.position_ms() >= 3000
        assert call.told("silence") == [
            "The microphone sends only silence. Allow it in the system settings, then check again."
        ]
        with tone(HIGH_HZ, headset.sink):
            wait_until(lambda: call.told("silence")[1:] == [""])
        call.sound.set_muted(True)


def test_processing_is_changed_in_the_call() -> None:
    call = Call(processing="off")
    with tone(LOW_HZ), running(call):
        wait_until(lambda: call.hears(LOW_HZ))
        pump = call.sound._pump
        assert pump is not None and isinstance(pump.processor, NoProcessing)
        call.sound.set_processing("on")
        wait_until(lambda: not isinstance(pump.processor, NoProcessing))
        # A lasting tone is noise to the suppression: it is heard no more.
        wait_until(lambda: not call.hears(LOW_HZ))
        call.sound.set_processing("off")
        wait_until(lambda: call.hears(LOW_HZ))
