"""Streams of microphones and loudspeakers, whichever sound system the computer has."""

from __future__ import annotations

import atexit
import sys
import threading
from collections.abc import Callable
from typing import Any, ClassVar, Literal

from interview_desktop.audio.portaudio import (
    REFUSALS,
    close_portaudio,
    load_portaudio,
    open_portaudio,
)
from interview_desktop.audio.pulse_stream import PulseMissingError, PulseRefusedError, PulseStream

StreamKind = Literal["InputStream", "OutputStream"]

_LATENCIES_S = {"low": 0.02, "high": 0.1}


class _Open:
    """The streams that are open in this process. Guarded by `lock`."""

    lock = threading.Lock()
    streams: ClassVar[list[Any]] = []


def open_streams() -> int:
    """How many streams are open in this process."""
    return len(_Open.streams)


def open_stream(
    kind: StreamKind,
    callback: Callable[..., None],
    *,
    rate_hz: int,
    latency: float | Literal["low", "high"],
    device: str | None = None,
    on_lost: Callable[[], None] = lambda: None,
) -> Any:
    """A running mono int16 stream: `callback(data, frames, time, status)`, data (frames, 1).

    Output is asked for in blocks of 480 frames, input comes in pieces of any size. After a refusal
    the next call looks for devices again, so that trying again can help.

    Args:
        device: the id of a `Device`; None or "" for the system's default.
        on_lost: the stream has ended by itself or by `close_stream`; on a thread of the stream.

    Raises:
        SoundError: the device is missing or refused.

    Thread: any but the window's thread and the event loop; blocks for up to some seconds.
    """
    stream = None
    if sys.platform == "linux":
        latency_s = _LATENCIES_S[latency] if isinstance(latency, str) else latency
        try:
            stream = PulseStream(
                kind,
                callback,
                device=device,
                rate_hz=rate_hz,
                latency_s=latency_s,
                on_lost=on_lost,
            )
        except PulseRefusedError as error:
            raise REFUSALS[kind]() from error
        except PulseMissingError:
            pass
    if stream is None:
        stream = open_portaudio(
            kind, callback, device=device, rate_hz=rate_hz, latency=latency, on_lost=on_lost
        )
    with _Open.lock:
        _Open.streams.append(stream)
    return stream


def close_stream(stream: Any) -> None:
    """Close what `open_stream` gave; once. Thread: as `open_stream`, never a callback's."""
    with _Open.lock:
        _Open.streams.remove(stream)
    if isinstance(stream, PulseStream):
        stream.close()
    else:
        close_portaudio(stream)


def load_library() -> None:
    """Start PortAudio ahead of the first stream, which then opens without delay.

    Raises:
        SoundError: there is no PortAudio.

    Thread: as `open_stream`.
    """
    load_portaudio()


@atexit.register
def _close_the_rest() -> None:
    """A callback that comes while the interpreter ends would end the process badly."""
    with _Open.lock:
        rest = [stream for stream in _Open.streams if isinstance(stream, PulseStream)]
    for stream in rest:
        stream.close()
