"""Frames on the recogniser's stdin: one byte of kind, four of length (big endian), the payload."""

from __future__ import annotations

import struct
from typing import BinaryIO

# The case comes first, as JSON; then sound and what is to be done with it.
CASE, AUDIO, BEGIN, END, GRAMMAR = b"C", b"A", b"B", b"E", b"G"
_HEAD = struct.Struct(">cI")
MAX_PAYLOAD = 1 << 20


def frame(kind: bytes, payload: bytes = b"") -> bytes:
    """One frame."""
    return _HEAD.pack(kind, len(payload)) + payload


def read_frame(source: BinaryIO) -> tuple[bytes, bytes] | None:
    """(kind, payload), or None at the end of the stream or at a broken frame."""
    head = source.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, length = _HEAD.unpack(head)
    if length > MAX_PAYLOAD:
        return None
    payload = source.read(length)
    return (kind, payload) if len(payload) == length else None
