"""Streams of microphones and loudspeakers, opened through PortAudio on every system.

On Linux PortAudio sees a PulseAudio or PipeWire server as one device called "pulse". Which of the
server's devices that is, libpulse reads from the environment at the moment of opening.
"""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from interview_desktop.audio.device_list import STREAM_TAG, list_server_devices, server_place
from interview_desktop.audio.limit import HungError, within
from interview_desktop.audio.portaudio import (
    REFUSALS,
    StreamKind,
    Target,
    close_portaudio,
    load_portaudio,
    open_portaudio,
    open_streams,
)
from interview_desktop.domain.devices import DeviceKind

__all__ = ["close_stream", "load_library", "open_stream", "open_streams", "sits_on"]

# It answers within milliseconds, or not at all.
SERVER_LIMIT_S = 3.0
_PULSE = "pulse"
_KINDS: dict[StreamKind, DeviceKind] = {"InputStream": "microphone", "OutputStream": "loudspeaker"}
_VARIABLES: dict[StreamKind, tuple[str, str]] = {
    "InputStream": ("PULSE_SOURCE", "@DEFAULT_SOURCE@"),
    "OutputStream": ("PULSE_SINK", "@DEFAULT_SINK@"),
}
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True, eq=False)
class _Stream:
    """A stream of PortAudio's, and how the sound server can be asked for it."""

    kind: DeviceKind
    tag: str
    stream: Any


def open_stream(
    kind: StreamKind,
    callback: Callable[..., None],
    *,
    rate_hz: int,
    latency: float | Literal["low", "high"],
    device: str | None = None,
    on_lost: Callable[[], None] = lambda: None,
) -> Any:
    """A running mono int16 stream: `callback(data, frames, time, status)`, data (480, 1).

    After a refusal the next call looks for devices again, so that trying again can help.

    Args:
        device: the id of a `Device`; None or "" for the system's default.
        on_lost: the stream has ended by itself or by `close_stream`; on a thread of the stream.

    Raises:
        SoundError: the device is missing or refused, or does not open in time.

    Thread: any but the window's thread and the event loop; blocks for up to some seconds.
    """
    tag = f"{os.getpid()}-{next(_numbers)}"
    target = _target(kind, device or "", tag)
    stream = open_portaudio(
        kind, callback, target, rate_hz=rate_hz, latency=latency, on_lost=on_lost
    )
    return _Stream(_KINDS[kind], tag, stream)


def close_stream(stream: Any) -> None:
    """Close what `open_stream` gave; once. Thread: as `open_stream`, never a callback's."""
    close_portaudio(stream.stream)


def sits_on(stream: Any) -> str | None:
    """The id of the device that the sound server has a stream on now; None if it does not say.

    The server moves a stream whose device is gone, and one on the default when that changes.

    Thread: as `open_stream`; some 2 ms.
    """
    return server_place(stream.kind, stream.tag)


def load_library() -> None:
    """Start PortAudio ahead of the first stream, which then opens without delay.

    Raises:
        SoundError: there is no PortAudio.

    Thread: as `open_stream`.
    """
    load_portaudio()


def _target(kind: StreamKind, device: str, tag: str) -> Target:
    try:
        listed = within(SERVER_LIMIT_S, list_server_devices)
    except HungError as error:
        raise REFUSALS[kind]() from error
    if listed is None:
        return Target(device or None)
    mine = [one for one in listed if one.kind == _KINDS[kind] and one.id == device]
    if device and not mine:
        # Just gone: PortAudio's start would hang on it.
        raise REFUSALS[kind]()
    # Without ALSA's plugin for PulseAudio the default is all that can be had.
    default = not device or mine[0].is_default
    return Target(_PULSE, partial(_directed, kind, device, tag), instead_of_missing=default)


class _Environment:
    """What the variables were before the first stream. Guarded by PortAudio's lock."""

    properties: str | None = None


@contextlib.contextmanager
def _directed(kind: StreamKind, device: str, tag: str) -> Iterator[None]:
    """Point libpulse to a device. The process has one environment: only under PortAudio's lock.

    The variables are never taken away again, because other threads may read the environment, which
    must not be rearranged under them; between streams they name the default. Empty ones would make
    libpulse fail.
    """
    variable, default = _VARIABLES[kind]
    if _Environment.properties is None:
        _Environment.properties = os.environ.get("PULSE_PROP", "")
    rest = os.environ.setdefault(variable, default)
    os.environ[variable] = device or rest
    os.environ["PULSE_PROP"] = f"{_Environment.properties} {STREAM_TAG}={tag}".strip()
    try:
        yield
    finally:
        os.environ[variable] = rest
        os.environ["PULSE_PROP"] = f"{_Environment.properties} {STREAM_TAG}=none".strip()
