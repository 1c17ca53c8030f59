"""Streams of PulseAudio (and of PipeWire, which speaks the same protocol), by libpulse.

PortAudio sees none of the devices of a Linux desktop, only "pulse", and its start of a stream whose
device has just gone never returns (measured). Here the device is an argument, every wait has a
limit, and a stream whose device is gone says so at once.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable
from ctypes import POINTER, byref, c_char_p, c_int, c_int64, c_size_t, c_uint8, c_uint32, c_void_p
from functools import cache
from typing import Any, ClassVar, Literal

import numpy as np

from interview_desktop.domain.sound import BLOCK_FRAMES

CONNECT_LIMIT_S = 3.0
_POLL_S = 0.002
_BYTES_PER_FRAME = 2
_BLOCK_BYTES = BLOCK_FRAMES * _BYTES_PER_FRAME
# Source: pulse/def.h and pulse/sample.h of libpulse, whose ABI has been the same since 2009.
_READY = 4
_STREAM_READY = 2
_STREAM_ENDED = (3, 4)
_CONTEXT_ENDED = (5, 6)
_NO_AUTOSPAWN = 1
_ADJUST_LATENCY = 0x2000
_S16_LITTLE_ENDIAN = 3
_AS_SERVER_LIKES = 0xFFFFFFFF


class PulseMissingError(Exception):
    """There is no libpulse here, or no server answers it."""


class PulseRefusedError(Exception):
    """The server has no such device, or does not let us use it."""


class _SampleSpec(ctypes.Structure):
    _fields_: ClassVar = [("format", c_int), ("rate", c_uint32), ("channels", c_uint8)]


class _BufferAttributes(ctypes.Structure):
    _fields_: ClassVar = [
        (name, c_uint32) for name in ("maxlength", "tlength", "prebuf", "minreq", "fragsize")
    ]


_Request = ctypes.CFUNCTYPE(None, c_void_p, c_size_t, c_void_p)
_Notify = ctypes.CFUNCTYPE(None, c_void_p, c_void_p)

_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "pa_threaded_mainloop_new": (c_void_p, []),
    "pa_threaded_mainloop_get_api": (c_void_p, [c_void_p]),
    "pa_threaded_mainloop_start": (c_int, [c_void_p]),
    "pa_threaded_mainloop_stop": (None, [c_void_p]),
    "pa_threaded_mainloop_free": (None, [c_void_p]),
    "pa_threaded_mainloop_lock": (None, [c_void_p]),
    "pa_threaded_mainloop_unlock": (None, [c_void_p]),
    "pa_context_new": (c_void_p, [c_void_p, c_char_p]),
    "pa_context_connect": (c_int, [c_void_p, c_char_p, c_int, c_void_p]),
    "pa_context_get_state": (c_int, [c_void_p]),
    "pa_context_disconnect": (None, [c_void_p]),
    "pa_context_unref": (None, [c_void_p]),
    "pa_stream_new": (c_void_p, [c_void_p, c_char_p, POINTER(_SampleSpec), c_void_p]),
    "pa_stream_get_state": (c_int, [c_void_p]),
    "pa_stream_set_state_callback": (None, [c_void_p, _Notify, c_void_p]),
    "pa_stream_set_read_callback": (None, [c_void_p, _Request, c_void_p]),
    "pa_stream_set_write_callback": (None, [c_void_p, _Request, c_void_p]),
    "pa_stream_connect_record": (
        c_int,
        [c_void_p, c_char_p, POINTER(_BufferAttributes), c_int],
    ),
    "pa_stream_connect_playback": (
        c_int,
        [c_void_p, c_char_p, POINTER(_BufferAttributes), c_int, c_void_p, c_void_p],
    ),
    "pa_stream_peek": (c_int, [c_void_p, POINTER(c_void_p), POINTER(c_size_t)]),
    "pa_stream_drop": (c_int, [c_void_p]),
    "pa_stream_write": (c_int, [c_void_p, c_void_p, c_size_t, c_void_p, c_int64, c_int]),
    "pa_stream_disconnect": (c_int, [c_void_p]),
    "pa_stream_unref": (None, [c_void_p]),
}


@cache
def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL("libpulse.so.0")
    except OSError as error:
        raise PulseMissingError from error
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


class PulseStream:
    """One running mono int16 stream, with a connection and a thread of its own.

    Args:
        callback: as PortAudio's: `(data, frames, time, status)`, data int16, shape (frames, 1).
            Input comes in pieces of any size, output is asked for in blocks of 480.
        device: the server's name of a source or sink, or None for its default.
        on_lost: called once, on the stream's thread, when the device or the server is gone.

    Raises:
        PulseMissingError, PulseRefusedError

    Thread: made and closed on any thread but the stream's own; blocks within `CONNECT_LIMIT_S`.
        Callbacks come on the stream's thread.
    """

    def __init__(
        self,
        kind: Literal["InputStream", "OutputStream"],
        callback: Callable[..., None],
        *,
        device: str | None,
        rate_hz: int,
        latency_s: float,
        on_lost: Callable[[], None],
    ) -> None:
        self._pulse = _library()
        self._callback = callback
        self._on_lost = on_lost
        self._closing = threading.Lock()
        self._ready = self._ended = False
        self._block = np.zeros((BLOCK_FRAMES, 1), dtype=np.int16)
        self._block_address = self._block.ctypes.data
        # The library keeps only their addresses.
        self._on_read = _Request(self._read)
        self._on_write = _Request(self._write)
        self._on_state = _Notify(self._state)
        self._stream: int | None = None
        self._context: int | None = None
        self._loop: int | None = self._pulse.pa_threaded_mainloop_new()
        self._running = False
        try:
            self._connect()
            self._begin(kind, device, rate_hz, latency_s)
        except BaseException:
            self.close()
            raise

    @property
    def active(self) -> bool:
        """Whether the device still runs."""
        return not self._ended

    def close(self) -> None:
        """End the stream; no callback comes afterwards. Idempotent."""
        pulse = self._pulse
        with self._closing:
            loop, self._loop = self._loop, None
        if loop is None:
            return
        self._ended = True
        if self._running:
            pulse.pa_threaded_mainloop_lock(loop)
        if self._stream is not None:
            pulse.pa_stream_disconnect(self._stream)
            pulse.pa_stream_unref(self._stream)
        if self._context is not None:
            pulse.pa_context_disconnect(self._context)
            pulse.pa_context_unref(self._context)
        if self._running:
            pulse.pa_threaded_mainloop_unlock(loop)
            pulse.pa_threaded_mainloop_stop(loop)
        pulse.pa_threaded_mainloop_free(loop)

    def _connect(self) -> None:
        pulse, loop = self._pulse, self._loop
        api = pulse.pa_threaded_mainloop_get_api(loop)
        self._context = pulse.pa_context_new(api, b"Interview Practice")
        if pulse.pa_context_connect(self._context, None, _NO_AUTOSPAWN, None) < 0:
            raise PulseMissingError
        if pulse.pa_threaded_mainloop_start(loop) < 0:
            raise PulseMissingError
        self._running = True
        if not self._reaches(
            lambda: pulse.pa_context_get_state(self._context), _READY, _CONTEXT_ENDED
        ):
            raise PulseMissingError

    def _begin(self, kind: str, device: str | None, rate_hz: int, latency_s: float) -> None:
        pulse, loop = self._pulse, self._loop
        form = _SampleSpec(_S16_LITTLE_ENDIAN, rate_hz, 1)
        wanted = int(latency_s * rate_hz) * _BYTES_PER_FRAME
        likes = _AS_SERVER_LIKES
        name = device.encode() if device else None
        pulse.pa_threaded_mainloop_lock(loop)
        try:
            self._stream = pulse.pa_stream_new(self._context, b"Interview", byref(form), None)
            if self._stream is None:
                raise PulseRefusedError
            pulse.pa_stream_set_state_callback(self._stream, self._on_state, None)
            if kind == "InputStream":
                pulse.pa_stream_set_read_callback(self._stream, self._on_read, None)
                buffers = _BufferAttributes(likes, likes, likes, likes, wanted)
                done = pulse.pa_stream_connect_record(
                    self._stream, name, byref(buffers), _ADJUST_LATENCY
                )
            else:
                pulse.pa_stream_set_write_callback(self._stream, self._on_write, None)
                buffers = _BufferAttributes(likes, 2 * wanted, likes, _BLOCK_BYTES, likes)
                done = pulse.pa_stream_connect_playback(
                    self._stream, name, byref(buffers), _ADJUST_LATENCY, None, None
                )
        finally:
            pulse.pa_threaded_mainloop_unlock(loop)
        ready = done >= 0 and self._reaches(
            lambda: pulse.pa_stream_get_state(self._stream), _STREAM_READY, _STREAM_ENDED
        )
        if not ready:
            raise PulseRefusedError
        self._ready = True
        if self._ended:
            raise PulseRefusedError

    def _reaches(self, state: Callable[[], int], wanted: int, ended: tuple[int, ...]) -> bool:
        until_s = time.monotonic() + CONNECT_LIMIT_S
        while time.monotonic() < until_s:
            self._pulse.pa_threaded_mainloop_lock(self._loop)
            now = state()
            self._pulse.pa_threaded_mainloop_unlock(self._loop)
            if now == wanted:
                return True
            if now in ended:
                return False
            time.sleep(_POLL_S)
        return False

    def _state(self, stream: int, _user: Any) -> None:
        if self._pulse.pa_stream_get_state(stream) in _STREAM_ENDED and not self._ended:
            self._ended = True
            if self._ready:
                self._on_lost()

    def _read(self, stream: int, _count: int, _user: Any) -> None:
        data, size = c_void_p(), c_size_t()
        pieces: list[bytes] = []
        # The server's pieces may be of a few frames only.
        while self._pulse.pa_stream_peek(stream, byref(data), byref(size)) == 0 and size.value:
            # A hole (no data, but a size) is sound that the server lost: it stays silence.
            raw = ctypes.string_at(data.value, size.value) if data.value else bytes(size.value)
            pieces.append(raw)
            self._pulse.pa_stream_drop(stream)
        if pieces:
            samples = np.frombuffer(b"".join(pieces), dtype=np.int16)
            self._callback(samples.reshape(-1, 1), len(samples), None, None)

    def _write(self, stream: int, count: int, _user: Any) -> None:
        for _ in range(count // _BLOCK_BYTES):
            self._callback(self._block, BLOCK_FRAMES, None, None)
            self._pulse.pa_stream_write(stream, self._block_address, _BLOCK_BYTES, None, 0, 0)
