"""PortAudio: devices and streams where no PulseAudio or PipeWire answers (other systems, ALSA)."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any, Literal

from interview_desktop.audio.errors import (
    NoLoudspeakerError,
    NoMicrophoneError,
    NoSoundSystemError,
    SoundError,
)
from interview_desktop.domain.devices import Device, DeviceKind
from interview_desktop.domain.sound import BLOCK_FRAMES

REFUSALS: dict[str, Callable[[], SoundError]] = {
    "InputStream": NoMicrophoneError,
    "OutputStream": NoLoudspeakerError,
}
_KINDS: dict[str, tuple[DeviceKind, str, int]] = {
    "InputStream": ("microphone", "max_input_channels", 0),
    "OutputStream": ("loudspeaker", "max_output_channels", 1),
}


class _PortAudio:
    """What the process knows of PortAudio. Guarded by `lock`."""

    lock = threading.Lock()
    open_streams = 0
    # PortAudio lists the devices once; what is plugged in later is seen only by starting it anew.
    stale = False


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
        if _PortAudio.open_streams == 0:
            _start_anew(library)
        return [device for kind in _KINDS for _, device in _numbered(library, kind)]


def open_portaudio(
    kind: Literal["InputStream", "OutputStream"],
    callback: Callable[..., None],
    *,
    device: str | None,
    rate_hz: int,
    latency: float | Literal["low", "high"],
    on_lost: Callable[[], None],
) -> Any:
    """A running stream in blocks of 480 frames; close it with `close_portaudio`.

    Raises:
        SoundError: the device is missing or refused.
    """
    with _PortAudio.lock:
        library = _library()
        if _PortAudio.stale and _PortAudio.open_streams == 0:
            _start_anew(library)
        stream = None
        try:
            stream = getattr(library, kind)(
                device=_number(library, kind, device),
                samplerate=rate_hz,
                channels=1,
                dtype="int16",
                blocksize=BLOCK_FRAMES,
                latency=latency,
                callback=callback,
                finished_callback=on_lost,
            )
            stream.start()
        except (library.PortAudioError, ValueError, OSError) as error:
            _PortAudio.stale = True
            if stream is not None:
                stream.close()
            raise REFUSALS[kind]() from error
        _PortAudio.open_streams += 1
        return stream


def close_portaudio(stream: Any) -> None:
    """Close what `open_portaudio` gave; once."""
    with _PortAudio.lock:
        _PortAudio.open_streams -= 1
        stream.close()


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


def _number(library: ModuleType, kind: str, device: str | None) -> int | None:
    if not device:
        return None
    for number, one in _numbered(library, kind):
        if one.id == device:
            return number
    raise ValueError("no such device")


def _library() -> ModuleType:
    try:
        import sounddevice  # noqa: PLC0415
    except OSError as error:
        raise NoSoundSystemError from error
    module: ModuleType = sounddevice
    return module


def _start_anew(library: ModuleType) -> None:
    with contextlib.suppress(library.PortAudioError):
        library._terminate()
    try:
        library._initialize()
    except library.PortAudioError as error:
        raise NoSoundSystemError from error
    _PortAudio.stale = False
