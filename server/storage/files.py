"""Recordings as files of the server's own naming; another store could stand behind the calls."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

CHUNK_BYTES = 64 * 1024


class RecordingFiles:
    """Bytes of recordings under one folder.

    Thread: every call blocks on the disk; run it off the event loop.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def path(self, recording_id: str) -> Path:
        """Where the bytes of a recording lie; the id is a UUID of our own making."""
        return self._folder / f"{recording_id}.opus"

    def append(self, recording_id: str, offset: int, data: bytes) -> None:
        """Write `data` at `offset` and make it durable; what lay behind is dropped first.

        Raises:
            OSError: the disk is full or fails; the stored offset stays true.
        """
        descriptor = os.open(self.path(recording_id), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.ftruncate(descriptor, offset)
            view, end = memoryview(data), offset
            try:
                while view:
                    written = os.pwrite(descriptor, view, end)
                    view, end = view[written:], end + written
                os.fsync(descriptor)
            except OSError:
                # What does not count must not hold the last room of a full disk.
                os.ftruncate(descriptor, offset)
                raise
        finally:
            os.close(descriptor)

    def size(self, recording_id: str) -> int:
        """How many bytes lie there; 0 without a file."""
        try:
            return self.path(recording_id).stat().st_size
        except FileNotFoundError:
            return 0

    def read(self, recording_id: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes from `start` up to but without `end`, in pieces."""
        with self.path(recording_id).open("rb") as file:
            file.seek(start)
            left = end - start
            while left > 0 and (piece := file.read(min(CHUNK_BYTES, left))):
                left -= len(piece)
                yield piece

    def remove(self, recording_id: str) -> None:
        """Delete the bytes; nothing happens if there are none."""
        self.path(recording_id).unlink(missing_ok=True)
