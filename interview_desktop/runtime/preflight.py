"""The preflight: looks at everything an interview needs, row by row, before it begins."""

from __future__ import annotations

import asyncio
import logging
import shutil
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from interview_desktop.audio.chime import chime
from interview_desktop.audio.device_list import Devices, DeviceWatch, devices_for
from interview_desktop.audio.devices import close_stream, open_stream
from interview_desktop.audio.echo_check import measure_echo
from interview_desktop.audio.errors import NoLoudspeakerError, SoundError
from interview_desktop.audio.level import SILENCE_DBFS
from interview_desktop.audio.microphone_check import Listener, check_microphone
from interview_desktop.audio.sound_play import play_sound
from interview_desktop.domain.devices import Device
from interview_desktop.domain.preflight import (
    CHECK_KINDS,
    Check,
    CheckKind,
    EchoPath,
    PreflightMemory,
    disk_verdict,
    echo_verdict,
    interviewer_verdict,
    loudspeaker_verdict,
    network_verdict,
    running,
)
from interview_desktop.domain.sound import RATE_HZ
from interview_desktop.errors import AppError
from interview_desktop.runtime.net_thread import NetThread

logger = logging.getLogger(__name__)

NETWORK_LIMIT_S = 5.0
# The first request of a connection pays for opening it.
ROUND_TRIPS = 3
LEVEL_PERIOD_S = 1 / 30
CLOSE_LIMIT_S = 10.0

_SoundJob = Literal["chime", "loudspeaker", "echo", "microphone"]
# What is played must not be taken for the person's voice: one after the other, the voice last.
_SOUND_JOBS: tuple[_SoundJob, ...] = ("chime", "loudspeaker", "echo", "microphone")


async def check_network(
    health: Callable[[], Awaitable[object]], *, local: bool, relays: int = 0
) -> Check:
    """Ask the server and measure the way there and back. Thread: the net thread."""
    best_s: float | None = None
    try:
        async with asyncio.timeout(NETWORK_LIMIT_S):
            for _ in range(ROUND_TRIPS):
                began_s = time.perf_counter()
                await health()
                took_s = time.perf_counter() - began_s
                best_s = took_s if best_s is None else min(best_s, took_s)
    except (TimeoutError, AppError):
        # A server that answers now and then is no server to begin an interview with.
        best_s = None
    round_trip_ms = None if best_s is None else max(1, round(best_s * 1000))
    return network_verdict(round_trip_ms, local=local, relays=relays)


async def check_interviewer(ready: Callable[[], Awaitable[object]]) -> Check:
    """Ask whether the local interviewer is ready. Thread: the net thread."""
    try:
        async with asyncio.timeout(NETWORK_LIMIT_S):
            await ready()
    except (TimeoutError, AppError):
        return interviewer_verdict(False)
    return interviewer_verdict(True)


def check_disk(folder: Path, minutes: int) -> Check:
    """Whether an interview of so many minutes fits. Thread: any that may block."""
    try:
        return disk_verdict(shutil.disk_usage(folder).free, minutes)
    except OSError:
        return disk_verdict(None, minutes)


def check_loudspeaker(device: Device) -> Check:
    """Whether the loudspeaker opens and asks for sound. Thread: any that may block."""
    asked = threading.Event()

    def silent(data: NDArray[np.int16], *_: object) -> None:
        data.fill(0)
        asked.set()

    stream = open_stream("OutputStream", silent, rate_hz=RATE_HZ, latency="low", device=device.id)
    try:
        if not asked.wait(3.0):
            raise NoLoudspeakerError
    finally:
        close_stream(stream)
    return loudspeaker_verdict(device.name)


class Preflight:
    """All rows, side by side; each can be asked again.

    Args:
        health: returns when the server works, raises `AppError` when it does not.
        recordings: a folder on the disk that will hold the recording.
        on_check: gets each row when it changes, on the preflight's or the net thread.
        on_devices: gets the new list when devices come, go or become the default.
        memory: learns of the devices once no row is a problem.

    Thread: every method may be called on the window's thread; only `close` waits, for a device to
        close. A thread of its own, "preflight sound", owns the devices.
    """

    def __init__(
        self,
        net: NetThread,
        health: Callable[[], Awaitable[object]],
        recordings: Path,
        on_check: Callable[[Check], None],
        memory: PreflightMemory,
        *,
        minutes: int = 30,
        microphone: str | None = None,
        loudspeaker: str | None = None,
        local: bool = True,
        relays: int = 0,
        on_devices: Callable[[Devices], None] = lambda devices: None,
    ) -> None:
        self._net = net
        self._health = health
        self._recordings = recordings
        self._on_check = on_check
        self._memory = memory
        self._minutes = minutes
        self._local = local
        self._relays = relays
        self._on_devices = on_devices
        # Guards what follows, which the window, the net thread and the sound thread share.
        self._turn = threading.Condition()
        self._chosen = (microphone, loudspeaker)
        self._pending: set[_SoundJob] = set()
        self._current: _SoundJob | None = None
        self._stop = threading.Event()
        self._closed = False
        self._reopen = False
        self._checks: dict[CheckKind, Check] = {}
        self._pair: tuple[str, str] | None = None
        self._echo: EchoPath | None = None
        self._listener: Listener | None = None
        self._watch: DeviceWatch | None = None
        self._thread = threading.Thread(target=self._run, name="preflight sound", daemon=True)

    # -- for the window --------------------------------------------------------------------------

    def start(self) -> Preflight:
        """Begin all rows and return self."""
        for kind in CHECK_KINDS:
            self._say(running(kind))
        self._thread.start()
        for kind in CHECK_KINDS:
            self.again(kind)
        return self

    def again(self, kind: CheckKind) -> None:
        """Ask one row again."""
        match kind:
            case "network":
                work = check_network(self._health, local=self._local, relays=self._relays)
                self._net.submit(self._report(work))
            case "interviewer":
                self._net.submit(self._report(check_interviewer(self._health)))
            case "disk":
                work_disk = asyncio.to_thread(check_disk, self._recordings, self._minutes)
                self._net.submit(self._report(work_disk))
            case "microphone" | "loudspeaker" | "echo":
                self._schedule(kind)

    def play_test_sound(self) -> None:
        """Play the test sound on the loudspeaker."""
        self._schedule("chime")

    def choose(self, microphone: str | None, loudspeaker: str | None) -> None:
        """Look at other devices from now on; None is the system's choice."""
        with self._turn:
            self._chosen = (microphone, loudspeaker)
        self._sound_again()

    def level_dbfs(self) -> float:
        """The microphone's level over the last 100 ms, for the timer to poll."""
        listener = self._listener
        return listener.level_dbfs if listener is not None else SILENCE_DBFS

    @property
    def headphones(self) -> bool:
        """Whether the echo row found headphones: `DeviceSound(headphones=…)`."""
        echo = self._echo
        return echo is not None and echo.headphones

    def close(self) -> None:
        """Cancel what runs and close the devices. Idempotent."""
        with self._turn:
            self._closed = True
            self._stop.set()
            self._turn.notify_all()
        if self._thread.is_alive():
            self._thread.join(CLOSE_LIMIT_S)

    # -- rows --------------------------------------------------------------------------------

    async def _report(self, work: Awaitable[Check]) -> None:
        self._say(await work)

    def _say(self, check: Check) -> None:
        with self._turn:
            if self._closed:
                return
            self._checks[check.kind] = check
            done = len(self._checks) == len(CHECK_KINDS) and all(
                one.state in ("ok", "advice") for one in self._checks.values()
            )
            pair = self._pair
        self._on_check(check)
        if done and pair is not None:
            self._memory.remember(pair)

    # -- the sound thread --------------------------------------------------------------------

    def _schedule(self, *jobs: _SoundJob) -> None:
        with self._turn:
            self._pending.update(jobs)
            # Waiting for a voice may take long: it gives way and begins anew afterwards.
            if self._current == "microphone":
                self._pending.add("microphone")
                self._stop.set()
            self._turn.notify_all()

    def _sound_again(self) -> None:
        with self._turn:
            self._reopen = True
            self._stop.set()
        self._schedule("loudspeaker", "echo", "microphone")

    def _devices_changed(self, devices: Devices) -> None:
        self._on_devices(devices)
        with self._turn:
            chosen, pair = self._chosen, self._pair
        try:
            now = tuple(device.id for device in devices_for(*chosen))
        except SoundError:
            now = ()
        if now != pair:
            self._sound_again()

    def _run(self) -> None:
        self._watch = DeviceWatch(self._devices_changed)
        try:
            while True:
                with self._turn:
                    if not self._pending and not self._closed:
                        looking = self._listener is not None
                        self._turn.wait(LEVEL_PERIOD_S if looking else None)
                    if self._closed:
                        return
                    job = next((one for one in _SOUND_JOBS if one in self._pending), None)
                    self._current = job
                    self._stop = stop = threading.Event()
                    reopen, self._reopen = self._reopen, False
                    if job is not None:
                        self._pending.discard(job)
                if reopen:
                    self._close_listener()
                if job is not None:
                    self._do(job, stop)
                    with self._turn:
                        self._current = None
                elif self._listener is not None:
                    self._listener.look()
        finally:
            self._watch.close()
            self._close_listener()

    def _do(self, job: _SoundJob, stop: threading.Event) -> None:
        kind: CheckKind = "loudspeaker" if job == "chime" else job
        try:
            microphone, loudspeaker = devices_for(*self._chosen)
            with self._turn:
                self._pair = (microphone.id, loudspeaker.id)
            check = self._checked(job, microphone, loudspeaker, stop)
        except SoundError as error:
            check = Check(kind, "problem", error.what, error.next_step)
        except Exception:
            logger.exception("A check of the preflight failed")
            check = Check(kind, "problem", "This could not be checked.", "Check again.")
        if not stop.is_set() and check.state != "running":
            self._say(check)

    def _checked(
        self, job: _SoundJob, microphone: Device, loudspeaker: Device, stop: threading.Event
    ) -> Check:
        match job:
            case "chime":
                play_sound(chime(), loudspeaker.id, stop)
                return loudspeaker_verdict(loudspeaker.name)
            case "loudspeaker":
                return check_loudspeaker(loudspeaker)
            case "echo":
                self._say(running("echo", "Measuring…"))
                self._echo = None
                try:
                    listener = self._open_listener(microphone)
                except SoundError:
                    # The microphone's own row says what to do.
                    return echo_verdict(EchoPath(None))
                self._echo = measure_echo(loudspeaker.id, listener, stop)
                return echo_verdict(self._echo)
            case "microphone":
                # A microphone that was lost is found again only by opening it.
                self._close_listener()
                listener = self._open_listener(microphone)
                return check_microphone(microphone.name, listener, stop, self._say)

    def _open_listener(self, microphone: Device) -> Listener:
        if self._listener is None:
            self._listener = Listener(microphone.id)
        return self._listener

    def _close_listener(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()
