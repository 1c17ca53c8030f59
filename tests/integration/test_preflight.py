"""The preflight over the private PulseAudio and a real server."""

from __future__ import annotations

import asyncio
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import Unreachable
from interview_desktop.audio.chime import chime
from interview_desktop.audio.device_list import devices_for
from interview_desktop.audio.devices import open_streams
from interview_desktop.audio.echo_check import measure_echo
from interview_desktop.audio.microphone_check import Listener
from interview_desktop.domain.preflight import CHECK_KINDS, Check, CheckKind
from interview_desktop.runtime.net_thread import NetThread
from interview_desktop.runtime.preflight import (
    Preflight,
    check_disk,
    check_interviewer,
    check_network,
)
from tests.helpers.server_thread import ThreadServer
from tests.helpers.sound_system import (
    LOUDSPEAKER,
    Plug,
    echo_path,
    listening,
    second_loudspeaker,
    second_microphone,
    tone,
    wait_until,
)
from tests.helpers.speech import correlation_peak

pytestmark = pytest.mark.pulse

NOBODY = "http://127.0.0.1:1"


class Memory:
    """Which devices passed."""

    def __init__(self) -> None:
        self.devices: set[tuple[str, str]] = set()

    def passed(self, devices: tuple[str, str]) -> bool:
        return devices in self.devices

    def remember(self, devices: tuple[str, str]) -> None:
        self.devices.add(devices)


class Screen:
    """What the rows say."""

    def __init__(self, net: NetThread, folder: Path, **choice: str) -> None:
        self.rows: dict[CheckKind, Check] = {}
        self.history: list[Check] = []
        self.memory = Memory()
        self.works = True
        self.preflight = Preflight(
            net,
            self._health,
            folder,
            self._take,
            self.memory,
            microphone=choice.get("microphone"),
            loudspeaker=choice.get("loudspeaker"),
        )

    async def _health(self) -> None:
        if not self.works:
            raise Unreachable("The server does not answer.", "")

    def _take(self, check: Check) -> None:
        self.rows[check.kind] = check
        self.history.append(check)

    def becomes(self, kind: CheckKind, state: str) -> Check:
        wait_until(lambda: kind in self.rows and self.rows[kind].state == state, 40)
        return self.rows[kind]


@pytest.fixture
def net() -> Iterator[NetThread]:
    thread = NetThread().start()
    yield thread
    thread.close()


@pytest.fixture
def screen(net: NetThread, tmp_path: Path) -> Iterator[Screen]:
    one = Screen(net, tmp_path)
    yield one
    one.preflight.close()
    assert open_streams() == 0
    assert "preflight sound" not in [thread.name for thread in threading.enumerate()]


@pytest.fixture
def headset() -> Iterator[Plug]:
    with second_microphone() as plug:
        yield plug


def test_every_row_comes_to_an_end_and_the_devices_are_remembered(screen: Screen) -> None:
    with tone(300):
        screen.preflight.start()
        assert screen.becomes("microphone", "ok").sentence.endswith("Your voice arrives clearly.")
        assert screen.preflight.level_dbfs() > -20
    # A steady tone in the microphone hides no echo: they share no sweep.
    for kind in CHECK_KINDS:
        wait_until(lambda kind=kind: screen.rows[kind].state in ("ok", "advice"))  # type: ignore[misc]
    assert screen.rows["network"].sentence.startswith("Direct, ")
    pair = tuple(device.id for device in devices_for(None, None))
    wait_until(lambda: screen.memory.devices == {pair})
    assert {check.state for check in screen.history[: len(CHECK_KINDS)]} == {"running"}


def test_a_microphone_of_zeros_is_a_problem_until_it_sends(screen: Screen) -> None:
    screen.preflight.start()
    check = screen.becomes("microphone", "problem")
    assert check.sentence.endswith(" It sends only silence.")
    assert check.advice == "Allow the microphone for this app in the system settings."
    assert screen.becomes("echo", "advice").sentence.startswith("The echo could not be measured.")
    assert screen.memory.devices == set()
    with tone(300):
        screen.preflight.again("microphone")
        screen.becomes("microphone", "ok")
    assert screen.memory.devices


def test_the_echo_is_measured_through_the_air_and_not_in_headphones() -> None:
    # A room is never as silent as zeros.
    noise = ["sox", "-n", "-r", "48000", "-c", "1", "-t", "raw", "-e", "signed", "-b", "16", "-"]
    hiss = subprocess.Popen(
        [*noise, "synth", "60", "whitenoise", "gain", "-66"], stdout=subprocess.PIPE
    )
    play = ["pacat", "--playback", "--rate=48000", "--channels=1", "--format=s16le"]
    air = subprocess.Popen([*play, "--device=micfeed"], stdin=hiss.stdout)
    listener = Listener(None)
    try:
        with echo_path():
            wait_until(lambda: listener.look().any_sound)
            loud = measure_echo(None, listener, threading.Event())
        quiet = measure_echo(None, listener, threading.Event())
    finally:
        listener.close()
        for process in (air, hiss):
            process.kill()
            process.wait(10)
        assert hiss.stdout is not None
        hiss.stdout.close()
    # The path is one to one; a loaded machine drops pieces of it.
    assert loud.returned_db is not None and -20 < loud.returned_db < 3
    assert not loud.headphones
    assert quiet.headphones


def test_the_test_sound_is_heard_at_the_chosen_loudspeaker(net: NetThread, tmp_path: Path) -> None:
    with second_loudspeaker() as plug:
        screen = Screen(net, tmp_path, loudspeaker=plug.id)
        try:
            with listening(plug.monitor) as ear, listening(LOUDSPEAKER) as other:
                screen.preflight.start()
                assert screen.becomes("loudspeaker", "ok").sentence == "USB headset."
                screen.preflight.play_test_sound()
                sound = chime()[:24_000]
                wait_until(
                    lambda: (
                        len(ear.sound()) > 24_000 and correlation_peak(ear.sound(), sound)[0] > 0.8
                    )
                )
                assert not np.any(other.sound())
        finally:
            screen.preflight.close()


def test_other_devices_are_looked_at_when_they_are_chosen(screen: Screen, headset: Plug) -> None:
    with tone(300, headset.sink):
        screen.preflight.start()
        screen.becomes("loudspeaker", "ok")
        screen.preflight.choose(headset.id, None)
        wait_until(
            lambda: screen.rows["microphone"].sentence == "USB headset. Your voice arrives clearly."
        )


def test_a_chosen_microphone_that_goes_is_noticed(
    net: NetThread, tmp_path: Path, headset: Plug
) -> None:
    screen = Screen(net, tmp_path, microphone=headset.id)
    try:
        with tone(300, headset.sink):
            screen.preflight.start()
            screen.becomes("microphone", "ok")
        headset.unplug()
        wait_until(lambda: not screen.rows["microphone"].sentence.startswith("USB headset"))
    finally:
        screen.preflight.close()


def test_a_server_that_does_not_answer_is_said_and_asked_again(screen: Screen) -> None:
    screen.works = False
    screen.preflight.start()
    assert screen.becomes("network", "problem").sentence == "The server does not answer."
    screen.becomes("interviewer", "problem")
    screen.works = True
    screen.preflight.again("network")
    screen.preflight.again("interviewer")
    screen.becomes("network", "ok")
    screen.becomes("interviewer", "ok")


def test_a_real_server_is_asked_without_signing_in(api: ThreadServer) -> None:
    class NoTokens:
        async def access_token(self, *, refresh: bool = False) -> str:
            raise AssertionError("health needs no token")

    async def rows() -> list[Check]:
        works, gone = InterviewApi(api.url, NoTokens()), InterviewApi(NOBODY, NoTokens())
        try:
            return [
                await check_network(works.health, local=True),
                await check_interviewer(works.health),
                await check_network(gone.health, local=True),
            ]
        finally:
            await works.aclose()
            await gone.aclose()

    network, interviewer, nobody = asyncio.run(rows())
    assert network.state == interviewer.state == "ok"
    assert network.sentence.startswith("Direct, ")
    assert nobody.state == "problem"


def test_closing_cancels_at_any_moment(net: NetThread, tmp_path: Path) -> None:
    for wait_s in (0.0, 0.05, 0.4, 1.0):
        screen = Screen(net, tmp_path)
        screen.preflight.start()
        threading.Event().wait(wait_s)
        screen.preflight.close()
        assert open_streams() == 0


def test_a_folder_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    assert check_disk(tmp_path / "gone", 30).state == "problem"
    assert check_disk(tmp_path, 30).sentence.endswith("This interview needs about 20 MB.")
