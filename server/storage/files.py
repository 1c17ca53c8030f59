"""Recordings as files of the server's own naming; another store can stand behind the protocol."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from server.storage.durable import sync_folder

CHUNK_BYTES = 64 * 1024


class RecordingStore(Protocol):
    """Where the bytes of recordings are kept, by ids of the server's own making.

    Thread: every call blocks; run it off the event loop.
    """

    def append(self, recording_id: str, offset: int, data: bytes) -> None:
        """Write `data` at `offset` and make it durable; what lay behind is dropped first.

        Raises:
            OSError: the store is full or fails; the stored offset stays true.
        """

    def size(self, recording_id: str) -> int:
        """How many bytes lie there; 0 without any."""

    def read(self, recording_id: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes from `start` up to but without `end`, in pieces."""

    def remove(self, recording_id: str) -> None:
        """Delete the bytes; nothing happens if there are none."""


class RecordingFiles:
    """A `RecordingStore` in one folder of the disk. A symbolic link is never followed."""

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
        descriptor = os.open(self.path(recording_id), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            os.ftruncate(descriptor, offset)
            view, end = memoryview(data), offset
            try:
                while view:
                    written = os.pwrite(descriptor, view, end)
                    view, end = view[written:], end + written
                os.fsync(descriptor)
                if offset == 0:
                    # Its name has to last as well.
                    sync_folder(self._folder)
            except OSError:
                # What does not count must not hold the last room of a full disk.
                os.ftruncate(descriptor, offset)
                raise
        finally:
            os.close(descriptor)

    def size(self, recording_id: str) -> int:
        """How many bytes lie there; 0 without a file."""
        try:
            found = self.path(recording_id).lstat()
        except FileNotFoundError:
            return 0
        return found.st_size if stat.S_ISREG(found.st_mode) else 0

    def read(self, recording_id: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes from `start` up to but without `end`, in pieces."""
        return pieces_of(self.path(recording_id), start, end)

    def remove(self, recording_id: str) -> None:
        """Delete the bytes; nothing happens if there are none."""
        self.path(recording_id).unlink(missing_ok=True)


def pieces_of(path: Path, start: int, end: int) -> Iterator[bytes]:
    """The bytes of a file from `start` up to but without `end`. Blocks at each piece."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        file.seek(start)
        left = end - start
        while left > 0 and (piece := file.read(min(CHUNK_BYTES, left))):
            left -= len(piece)
            yield piece
