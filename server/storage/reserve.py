"""Room that is kept so that deleting still works when the disk is full."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import shutil
from pathlib import Path

logger = logging.getLogger(__name__)

RESERVE_FILE = "reserve"
RESERVE_BYTES = 8 * 1024 * 1024
# Left free beside the reserve when it is made again, else the next write would take it back.
MARGIN_BYTES = 2 * 1024 * 1024
# Less than this is not enough to open a database.
START_BYTES = 1024 * 1024
_PIECE = bytes(64 * 1024)


class Reserve:
    """A file of nothing that is given up when the disk is full, and made again with room.

    Thread: the database's writer; `held` from anywhere.
    """

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / RESERVE_FILE
        self.held = False

    def find(self) -> None:
        """At the start: hold what is there, or give it up at once where there is no other room."""
        with contextlib.suppress(FileNotFoundError):
            self.held = self._path.stat().st_size == RESERVE_BYTES
        if self.held and shutil.disk_usage(self._path.parent).free < START_BYTES:
            self.release()

    def make(self) -> bool:
        """Allocate the file where it is not held; False if the disk has no room for it."""
        if self.held:
            return True
        if shutil.disk_usage(self._path.parent).free < RESERVE_BYTES + MARGIN_BYTES:
            return False
        try:
            _allocate(self._path)
        except OSError as error:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)
            if error.errno != errno.ENOSPC:
                logger.warning("No room can be kept for a full disk: %s", error.strerror)
            return False
        self.held = True
        return True

    def release(self) -> None:
        """Give the room back."""
        logger.warning("The disk is full: the reserve is released, only deleting works now")
        self.held = False
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)


def _allocate(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, RESERVE_BYTES)
        else:
            for _ in range(RESERVE_BYTES // len(_PIECE)):
                os.write(descriptor, _PIECE)
    finally:
        os.close(descriptor)
