"""Streams of the sound library, which is loaded late: it starts PortAudio when it is imported."""

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
from interview_desktop.domain.sound import BLOCK_FRAMES

_REFUSALS: dict[str, Callable[[], SoundError]] = {
    "InputStream": NoMicrophoneError,
    "OutputStream": NoLoudspeakerError,
}


class _PortAudio:
    """What the process knows of PortAudio. Guarded by `lock`."""

    lock = threading.Lock()
    open_streams = 0
    # PortAudio lists the devices once; what is plugged in later is seen only by starting it anew.
    stale = False


def open_stream(
    kind: Literal["InputStream", "OutputStream"],
    callback: Callable[..., None],
    *,
    rate_hz: int,
    latency: float | Literal["low", "high"],
) -> Any:
    """A running mono int16 stream on the system's device of that kind, in blocks of 480 frames.

    After a refusal the next call looks for devices again, so that trying again can help.

    Raises:
        SoundError: the device is missing or refused.

    Thread: any but the window's thread and the event loop; blocks for up to a second.
    """
    with _PortAudio.lock:
        library = _library()
        if _PortAudio.stale and _PortAudio.open_streams == 0:
            _start_anew(library)
        stream = None
        try:
            stream = getattr(library, kind)(
                samplerate=rate_hz,
                channels=1,
                dtype="int16",
                blocksize=BLOCK_FRAMES,
                latency=latency,
                callback=callback,
            )
            stream.start()
        except (library.PortAudioError, ValueError, OSError) as error:
            _PortAudio.stale = True
            if stream is not None:
                stream.close()
            raise _REFUSALS[kind]() from error
        _PortAudio.open_streams += 1
        return stream


def close_stream(stream: Any) -> None:
    """Close what `open_stream` gave; once. Thread: as `open_stream`."""
    with _PortAudio.lock:
        _PortAudio.open_streams -= 1
        stream.close()


def load_library() -> None:
    """Start PortAudio ahead of the first stream, which then opens without delay.

    Raises:
        SoundError: there is no PortAudio.

    Thread: as `open_stream`.
    """
    with _PortAudio.lock:
        _library()


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
