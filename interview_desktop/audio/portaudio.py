"""PortAudio: the library, its own list of devices, and its streams, each step with a limit.

A start never returns when its device goes between opening and starting, nor does anything while the
sound server hangs (both measured). Such a step is left behind on its thread: other streams go on
and new ones open, but PortAudio can no longer be ended, which would abort the process.
"""

from __future__ import annotations

import atexit
import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar, Literal, TypeVar

from interview_desktop.audio.errors import (
    NoLoudspeakerError,
    NoMicrophoneError,
    NoSoundSystemError,
    SoundError,
)
from interview_desktop.audio.limit import HungError, within
from interview_desktop.domain.devices import Device, DeviceKind
from interview_desktop.domain.sound import BLOCK_FRAMES

StreamKind = Literal["InputStream", "OutputStream"]

# Each takes some milliseconds; a sleeping USB or Bluetooth device takes up to a second.
# One close took more than 2 s, at a load of 17 on 2 cores; the cause is not known.
STEP_LIMIT_S = CLOSE_LIMIT_S = 4.0

REFUSALS: dict[str, Callable[[], SoundError]] = {
    "InputStream": NoMicrophoneError,
    "OutputStream": NoLoudspeakerError,
}
_KINDS: dict[str, tuple[DeviceKind, str, int]] = {
    "InputStream": ("microphone", "max_input_channels", 0),
    "OutputStream": ("loudspeaker", "max_output_channels", 1),
}

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Target:
    """What PortAudio should open.

    Attributes:
        name: PortAudio's name of the device; None for its default.
        around: entered for the moment of opening, under PortAudio's lock.
        instead_of_missing: whether its default will do, if it knows no device of that name.
    """

    name: str | None = None
    around: Callable[[], contextlib.AbstractContextManager[None]] = contextlib.nullcontext
    instead_of_missing: bool = False


class _PortAudio:
    """What the process knows of PortAudio. Guarded by `lock`, which nobody holds for long."""

    lock = threading.Lock()
    streams: ClassVar[list[Any]] = []
    # Steps that have not come back; each leaves the list on its own thread.
    hung: ClassVar[list[Future[Any]]] = []
    loaded = False
    # PortAudio lists the devices once; what is plugged in later is seen only by starting it anew.
    stale = False


def open_streams() -> int:
    """How many streams are open in this process."""
    return len(_PortAudio.streams)


def load_portaudio() -> None:
    """Start PortAudio, which takes a tenth of a second the first time.

    Raises:
        NoSoundSystemError: there is no PortAudio.
    """
    with _PortAudio.lock:
        _library()


def portaudio_devices() -> list[Device]:
    """PortAudio's own list; fresh unless a stream is open, which a new look would end.

    Raises:
        NoSoundSystemError: there is no PortAudio.
    """
    with _PortAudio.lock:
        library = _library()
        _start_anew(library)
        return [device for kind in _KINDS for _, device in _numbered(library, kind)]


def open_portaudio(
    kind: StreamKind,
    callback: Callable[..., None],
    target: Target,
    *,
    rate_hz: int,
    latency: float | Literal["low", "high"],
    on_lost: Callable[[], None],
) -> Any:
    """A running stream in blocks of 480 frames; close it with `close_portaudio`.

    Raises:
        SoundError: the device is missing or refused, or does not open in time.
    """
    refusal = REFUSALS[kind]
    with _PortAudio.lock:
        library = _library()
        refused = (library.PortAudioError, ValueError, OSError, HungError)
        if _PortAudio.stale:
            _start_anew(library)
        try:
            number = _number(library, kind, target)
            with target.around():
                stream = _within(
                    STEP_LIMIT_S,
                    lambda: getattr(library, kind)(
                        device=number,
                        samplerate=rate_hz,
                        channels=1,
                        dtype="int16",
                        blocksize=BLOCK_FRAMES,
                        latency=latency,
                        callback=callback,
                        finished_callback=on_lost,
                    ),
                    late=lambda stream: stream.close(),
                )
        except refused as error:
            _PortAudio.stale = True
            raise refusal() from error
        _PortAudio.streams.append(stream)
    try:
        # Without the lock: where it hangs, others must not wait for it.
        _within(STEP_LIMIT_S, stream.start, late=lambda _: stream.close())
    except refused as error:
        if not isinstance(error, HungError):
            _close(stream)
        with _PortAudio.lock:
            _PortAudio.stale = True
            _PortAudio.streams.remove(stream)
        raise refusal() from error
    return stream


def close_portaudio(stream: Any) -> None:
    """Close what `open_portaudio` gave; once. Returns within `CLOSE_LIMIT_S`."""
    _close(stream)
    with _PortAudio.lock:
        _PortAudio.streams.remove(stream)


def _close(stream: Any) -> None:
    with contextlib.suppress(HungError):
        _within(CLOSE_LIMIT_S, stream.close)


def _within(
    limit_s: float, step: Callable[[], _Result], late: Callable[[_Result], None] = lambda _: None
) -> _Result:
    """As `within`; PortAudio is not ended while the step hangs."""
    try:
        return within(limit_s, step, late)
    except HungError as error:
        _PortAudio.hung.append(error.step)
        error.step.add_done_callback(_PortAudio.hung.remove)
        raise


def _numbered(library: ModuleType, kind: str) -> list[tuple[int, Device]]:
    """(number, device) of the host interface that the system prefers; others only repeat it."""
    name, channels, side = _KINDS[kind]
    default = library.default.device[side]
    listed = list(library.query_devices())
    host = listed[default]["hostapi"] if 0 <= default < len(listed) else 0
    return [
        (number, Device(one["name"], one["name"], name, number == default))
        for number, one in enumerate(listed)
        if one[channels] > 0 and one["hostapi"] == host
    ]


def _number(library: ModuleType, kind: str, target: Target) -> int | None:
    if not target.name:
        return None
    for _ in _looks(library):
        for number, one in _numbered(library, kind):
            if one.id == target.name:
                return number
    if target.instead_of_missing:
        return None
    raise ValueError("no such device")


def _looks(library: ModuleType) -> Iterator[None]:
    """Once at the list as it is; once more if it could be made anew."""
    yield
    if _start_anew(library):
        yield


def _library() -> ModuleType:
    try:
        import sounddevice  # noqa: PLC0415
    except OSError as error:
        raise NoSoundSystemError from error
    module: ModuleType = sounddevice
    if not _PortAudio.loaded:
        _PortAudio.loaded = True
        # It waits for the last stream to play to its end, and knows of no limit.
        atexit.unregister(module._exit_handler)
        atexit.register(_end, module)
    return module


def _start_anew(library: ModuleType) -> bool:
    """Look for devices again, unless that would end a stream."""
    if _PortAudio.streams or _PortAudio.hung:
        return False
    with contextlib.suppress(library.PortAudioError):
        library._terminate()
    try:
        library._initialize()
    except library.PortAudioError as error:
        raise NoSoundSystemError from error
    _PortAudio.stale = False
    return True


def _end(library: ModuleType) -> None:
    """A callback that comes while the interpreter ends would end the process badly."""
    # Directly: Python starts no threads any more.
    for stream in tuple(_PortAudio.streams):
        stream.close()
    if not _PortAudio.hung:
        with contextlib.suppress(library.PortAudioError):
            library._terminate()
