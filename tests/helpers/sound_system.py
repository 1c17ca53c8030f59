"""The private PulseAudio as the outside world: somebody who speaks, somebody who listens."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pulsectl import Pulse

LOUDSPEAKER = "spk.monitor"
MICROPHONE = "micfeed.monitor"
RATE_HZ = 48_000
CHUNK_FRAMES = 480
PLUG_ATTEMPTS = 4
PLUG_LIMIT_S = 4.0
_FULL_SCALE = 32768.0


@contextlib.contextmanager
def spoken(voice: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Somebody speaks the WAV file `voice` into the virtual microphone."""
    process = subprocess.Popen(["paplay", "--device=micfeed", str(voice)])
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


class Ear:
    """What has been heard at a monitor so far, in chunks of 10 ms with their time of arrival.

    Thread: filled by a thread of its own; read it from anywhere.
    """

    def __init__(self) -> None:
        self._chunks: list[tuple[float, float, NDArray[np.int16]]] = []

    def add(self, arrived_s: float, chunk: NDArray[np.int16]) -> None:
        """Take a chunk: int16, shape (480,), 48 kHz."""
        power = float(np.mean(chunk.astype(np.float64) ** 2)) / _FULL_SCALE**2
        self._chunks.append((arrived_s, 10 * np.log10(power + 1e-12), chunk))

    def sound(self) -> NDArray[np.int16]:
        """Everything: int16, shape (frames,), 48 kHz."""
        return np.concatenate([np.zeros(0, np.int16), *(chunk for *_, chunk in self._chunks)])

    def steady(self) -> bool:
        """Whether sound comes as time goes, and no longer in blocks of seconds."""
        last = self._chunks[-40:]
        return len(last) == 40 and 0.25 < last[-1][0] - last[0][0] < 0.6

    def first_above(self, dbfs: float, since_s: float) -> float | None:
        """When (monotonic seconds) it was first louder than `dbfs` since `since_s`."""
        for arrived_s, level, _ in self._chunks:
            if arrived_s >= since_s and level > dbfs:
                return arrived_s
        return None

    def last_above(self, dbfs: float, since_s: float) -> float | None:
        """When it was last louder than `dbfs` since `since_s`."""
        for arrived_s, level, _ in reversed(self._chunks):
            if arrived_s < since_s:
                return None
            if level > dbfs:
                return arrived_s
        return None


@contextlib.contextmanager
def listening(device: str, clock: Callable[[], float] = time.monotonic) -> Iterator[Ear]:
    """Listen at a monitor until the block ends."""
    command = ["parec", "-d", device, f"--rate={RATE_HZ}", "--channels=1", "--format=s16le"]
    process = subprocess.Popen([*command, "--latency-msec=10"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    source, ear = process.stdout, Ear()

    def read() -> None:
        while len(data := source.read(2 * CHUNK_FRAMES)) == 2 * CHUNK_FRAMES:
            ear.add(clock(), np.frombuffer(data, dtype=np.int16))

    thread = threading.Thread(target=read, name=f"ear at {device}", daemon=True)
    thread.start()
    try:
        yield ear
    finally:
        process.terminate()
        process.wait(10)
        thread.join(10)
        source.close()


def pactl(*arguments: str) -> str:
    """Tell the sound server something; returns its answer."""
    done = subprocess.run(
        ["pactl", *arguments], capture_output=True, text=True, timeout=20, check=True
    )
    return done.stdout.strip()


class Plug:
    """A virtual device that can be plugged in and pulled out.

    Args:
        sink: where its sound goes: into the microphone, or what the loudspeaker plays.
        modules: the arguments of `pactl load-module` that make it.
    """

    def __init__(self, device_id: str, sink: str, modules: list[list[str]]) -> None:
        self.id = device_id
        self.sink = sink
        self._modules = modules
        self._loaded: list[str] = []
        self._awake: subprocess.Popen[bytes] | None = None

    @property
    def monitor(self) -> str:
        """Where its sound can be heard."""
        return f"{self.sink}.monitor"

    def plug(self) -> None:
        """Connect it."""
        for module in self._modules:
            self._loaded.append(pactl("load-module", *module))
        self._keep_awake()

    def _keep_awake(self) -> None:
        # A null sink that nobody plays to delivers in blocks of two seconds, and so does a new one.
        wait_until(lambda: self.monitor in pactl("list", "short", "sources"))
        for attempt in range(PLUG_ATTEMPTS):
            self._let_sleep()
            command = ["pacat", "--playback", f"--device={self.sink}", "--latency-msec=20"]
            self._awake = subprocess.Popen([*command, "/dev/zero"])
            # Who comes while the server is still busy with the plugging is turned away.
            with listening(self.monitor) as ear, contextlib.suppress(AssertionError):
                wait_until(ear.steady, PLUG_LIMIT_S * (attempt + 1))
                return
        raise AssertionError(f"{self.sink} never came to play steadily")

    def replug(self) -> None:
        """Pull it out and connect it again before anybody can look."""
        with Pulse("replug") as pulse:
            for module in reversed(self._loaded):
                pulse.module_unload(int(module))
            self._loaded = [
                str(pulse.module_load(name, " ".join(rest))) for name, *rest in self._modules
            ]
        self._keep_awake()

    def unplug(self) -> None:
        """Pull it out; nothing if it is out."""
        loaded, self._loaded = self._loaded, []
        for module in reversed(loaded):
            pactl("unload-module", module)
        self._let_sleep()

    def _let_sleep(self) -> None:
        if self._awake is not None:
            self._awake.terminate()
            self._awake.wait(10)
            self._awake = None


@contextlib.contextmanager
def second_microphone(name: str = "USB headset") -> Iterator[Plug]:
    """Another virtual microphone, plugged in; what is played to its `sink` is spoken into it."""
    sink = ["module-null-sink", "sink_name=micfeed2", "rate=48000", "channels=1"]
    source = ["module-remap-source", "source_name=vmic2", "master=micfeed2.monitor"]
    source += [_described("source", name)]
    with _plugged(Plug("vmic2", "micfeed2", [sink, source])) as plug:
        yield plug


@contextlib.contextmanager
def second_loudspeaker(name: str = "USB headset") -> Iterator[Plug]:
    """Another virtual loudspeaker, plugged in."""
    sink = ["module-null-sink", "sink_name=spk2", "rate=48000", "channels=2"]
    with _plugged(Plug("spk2", "spk2", [[*sink, _described("sink", name)]])) as plug:
        yield plug


@contextlib.contextmanager
def _plugged(plug: Plug) -> Iterator[Plug]:
    defaults = {kind: pactl(f"get-default-{kind}") for kind in ("sink", "source")}
    try:
        plug.plug()
        yield plug
    finally:
        plug.unplug()
        for kind, name in defaults.items():
            pactl(f"set-default-{kind}", name)


def _described(kind: str, name: str) -> str:
    return f"{kind}_properties='device.description=\"{name}\"'"


@contextlib.contextmanager
def echo_path(latency_ms: int = 20) -> Iterator[None]:
    """The virtual loudspeaker is heard in the virtual microphone."""
    path = ["module-loopback", f"source={LOUDSPEAKER}", "sink=micfeed"]
    module = pactl("load-module", *path, f"latency_msec={latency_ms}")
    try:
        yield
    finally:
        pactl("unload-module", module)


@contextlib.contextmanager
def tone(hz: float, sink: str = "micfeed") -> Iterator[None]:
    """A tone sounds in a sink until the block ends: a quarter of full scale."""
    command = ["sox", "-n", "-t", "raw", "-r", "48000", "-c", "1", "-e", "signed", "-b", "16", "-"]
    maker = subprocess.Popen(
        [*command, "synth", "60", "sine", str(hz), "gain", "-12"], stdout=subprocess.PIPE
    )
    play = ["pacat", "--playback", f"--device={sink}", "--rate=48000", "--channels=1"]
    player = subprocess.Popen([*play, "--format=s16le", "--latency-msec=20"], stdin=maker.stdout)
    try:
        yield
    finally:
        for process in (player, maker):
            process.kill()
            process.wait(10)
        assert maker.stdout is not None
        maker.stdout.close()


def tone_level(sound: NDArray[np.int16], hz: float) -> float:
    """How much of a sound is a tone of that pitch: 0 to 1 of its energy."""
    samples = sound.astype(np.float64)
    energy = float(np.dot(samples, samples))
    if energy < 1.0 or not len(samples):
        return 0.0
    wave = np.exp(-2j * np.pi * hz * np.arange(len(samples)) / RATE_HZ)
    return float(2 * abs(np.dot(samples, wave)) ** 2 / len(samples) / energy)


def wait_until(true: Callable[[], bool], limit_s: float = 20.0) -> None:
    """Wait for something that happens outside; fails after the limit."""
    until_s = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < until_s, "it did not happen in time"
        time.sleep(0.01)
