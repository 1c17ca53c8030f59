"""Ogg Opus, written so that a file is good at every moment, and read again in blocks.

Source: RFC 3533 (Ogg), RFC 7845 (Opus in Ogg).
"""

from __future__ import annotations

import contextlib
import fractions
import os
import secrets
import struct
from collections.abc import Iterator
from pathlib import Path

import av
import av.audio.resampler
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from numpy.typing import NDArray

from interview_desktop.audio.ogg_pages import (
    BOS,
    EOS,
    HEADER,
    MAX_PAGE_BYTES,
    MAX_SEGMENTS,
    checksum,
    last_page,
)

RATE_HZ = 48_000
PACKET_FRAMES = 960
BIT_RATE = 32_000
# A page each half second: what a kill at the worst moment loses.
PACKETS_A_PAGE = 25
_PRE_SKIP_OFFSET = 10
_VENDOR = b"interview-practice"
_HEAD_BYTES = 19
# Two pages of the largest size: the last whole one is in there.
_TAIL_BYTES = 2 * MAX_PAGE_BYTES
_TIME_BASE = fractions.Fraction(1, RATE_HZ)


def page(packets: list[bytes], granule: int, serial: int, sequence: int, flags: int) -> bytes:
    """One Ogg page with whole packets in it."""
    lacing = bytearray()
    for packet in packets:
        full, rest = divmod(len(packet), 255)
        lacing += b"\xff" * full + bytes([rest])
    if len(lacing) > MAX_SEGMENTS:
        raise ValueError("too many packets for one page")
    head = HEADER.pack(b"OggS", 0, flags, granule, serial, sequence, 0, len(lacing))
    data = head + bytes(lacing) + b"".join(packets)
    return data[:22] + struct.pack("<I", checksum(data)) + data[26:]


class OggOpusWriter:
    """Appends a mono track: 48 kHz int16 in, pages of half a second out.

    Thread: one at a time; `write` blocks for the encoding and, once a page, for the disk.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        self._serial = secrets.randbits(32)
        self._sequence = 0
        self._packets: list[bytes] = []
        self._rest = np.empty(0, dtype=np.int16)
        self._frames_in = 0
        self._encoded = 0
        self._written = 0
        self._closed = False
        try:
            self._encoder = _encoder()
            head = bytes(self._encoder.extradata or b"")
            self._pre_skip = struct.unpack_from("<H", head, _PRE_SKIP_OFFSET)[0]
            tags = b"OpusTags" + struct.pack("<I", len(_VENDOR)) + _VENDOR + struct.pack("<I", 0)
            self._write_page([head], 0, BOS)
            self._write_page([tags], 0, 0)
        except BaseException:
            os.close(self._file)
            raise

    @property
    def frames(self) -> int:
        """Frames written so far."""
        return self._frames_in

    def write(self, samples: NDArray[np.int16]) -> None:
        """Append samples: int16, shape (frames,), 48 kHz mono.

        Raises:
            OSError: the disk is full or fails; what was written before stays good.
        """
        self._frames_in += len(samples)
        sound = np.concatenate((self._rest, samples)) if len(self._rest) else samples
        whole = len(sound) // PACKET_FRAMES * PACKET_FRAMES
        self._rest = sound[whole:].copy()
        for start in range(0, whole, PACKET_FRAMES):
            self._encode(sound[start : start + PACKET_FRAMES])
        while len(self._packets) >= PACKETS_A_PAGE:
            self._flush(PACKETS_A_PAGE)

    def sync(self) -> None:
        """Make what was written durable. Blocks."""
        os.fsync(self._file)

    def close(self) -> None:
        """Write the end and close the file. Idempotent."""
        if self._closed:
            return
        self._closed = True
        try:
            # Enough silence that the codec's delay hides no sound; the granule cuts it off again.
            wanted = self._frames_in + self._pre_skip
            while self._encoded < wanted:
                padded = np.zeros(PACKET_FRAMES, dtype=np.int16)
                padded[: len(self._rest)] = self._rest
                self._rest = self._rest[:0]
                self._encode(padded)
            while len(self._packets) > PACKETS_A_PAGE:
                self._flush(PACKETS_A_PAGE)
            self._write_page(self._packets, wanted, EOS)
            os.fsync(self._file)
        finally:
            os.close(self._file)

    def _encode(self, samples: NDArray[np.int16]) -> None:
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate = RATE_HZ
        frame.pts = self._encoded
        frame.time_base = _TIME_BASE
        self._encoded += PACKET_FRAMES
        self._packets += [bytes(packet) for packet in self._encoder.encode(frame)]

    def _flush(self, count: int) -> None:
        """Write a page; packets of one that did not fit on the disk are kept for the next try."""
        left = len(self._packets) - count
        self._write_page(self._packets[:count], self._encoded - left * PACKET_FRAMES, 0)
        del self._packets[:count]

    def _write_page(self, packets: list[bytes], granule: int, flags: int) -> None:
        data = page(packets, granule, self._serial, self._sequence, flags)
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._file, view) :]
        except OSError:
            # Half a page would hide the whole one that may follow it.
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self._written)
            raise
        self._sequence += 1
        self._written += len(data)


def _encoder() -> AudioCodecContext:
    encoder = AudioCodecContext.create("libopus", "w")
    encoder.sample_rate = RATE_HZ
    encoder.layout = "mono"
    encoder.format = "s16"
    encoder.bit_rate = BIT_RATE
    encoder.time_base = _TIME_BASE
    encoder.options = {"application": "voip", "frame_duration": "20"}
    encoder.open()
    return encoder


def duration_ms(path: Path) -> int:
    """The length of an Ogg Opus file by its last whole page, also after a crash.

    Reads the file's two ends, so that an hour is as quick as a minute.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(HEADER.size + MAX_SEGMENTS + _HEAD_BYTES)
        size = file.seek(0, os.SEEK_END)
        body = HEADER.size + 1
        if head[:4] != b"OggS" or head[body : body + 8] != b"OpusHead" or len(head) < body + 12:
            return 0
        pre_skip: int = struct.unpack_from("<H", head, body + _PRE_SKIP_OFFSET)[0]
        window = _TAIL_BYTES
        while True:
            file.seek(max(0, size - window))
            last = last_page(file.read(window))
            if last is not None or window >= size:
                granule = last.granule if last is not None else 0
                return max(0, granule - pre_skip) * 1000 // RATE_HZ
            window *= 8


def read_blocks(path: Path, frames: int, rate_hz: int = RATE_HZ) -> Iterator[NDArray[np.int16]]:
    """The sound of a file in blocks of `frames` (the last may be shorter): int16, mono."""
    rest = np.empty(0, dtype=np.int16)
    resampler = av.audio.resampler.AudioResampler("s16", "mono", rate_hz)
    with av.open(str(path)) as container:
        for decoded in container.decode(audio=0):
            for piece in resampler.resample(decoded):
                rest = np.concatenate((rest, piece.to_ndarray()[0]))
                while len(rest) >= frames:
                    yield rest[:frames]
                    rest = rest[frames:]
    for piece in resampler.resample(None):
        rest = np.concatenate((rest, piece.to_ndarray()[0]))
    if len(rest):
        yield rest
