"""One server for each data folder: a lock that the system frees with its process."""

from __future__ import annotations

import logging
import os
import sys
import time
from pathlib import Path

logger = logging.getLogger(__name__)

LOCK_FILE = "server.lock"
POLL_S = 0.05
# Windows keeps others from reading what is locked, so a byte behind the process id is taken.
_LOCKED_BYTE = 1 << 20


class FolderInUseError(Exception):
    """Another server has the folder.

    Args:
        pid: its process, where that is known.
    """

    def __init__(self, pid: int | None) -> None:
        who = f"process {pid}" if pid else "another process"
        super().__init__(f"The data folder is in use by a running server ({who}). Stop it first.")
        self.pid = pid


class InstanceLock:
    """Held from before the data are touched until the process ends or `close`.

    Thread: any one.
    """

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / LOCK_FILE
        self._file: int | None = None

    def claim(self, wait_s: float = 0.0) -> None:
        """Take the folder, or wait that long for the one who has it.

        Raises:
            FolderInUseError: it is still in use.
        """
        until_s = time.monotonic() + wait_s
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            while not _lock(file):
                if time.monotonic() >= until_s:
                    raise FolderInUseError(_pid(file))
                time.sleep(POLL_S)
            os.ftruncate(file, 0)
            os.write(file, f"{os.getpid()}\n".encode())
        except OSError as error:
            # No such locks on this file system, or no room for the number: it serves all the same.
            logger.warning("The data folder could not be locked: %s", error.strerror)
        except BaseException:
            os.close(file)
            raise
        self._file = file

    def close(self) -> None:
        """Give the folder up. Idempotent."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _lock(file: int) -> bool:
    """False if another process has it."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415

            os.lseek(file, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
            os.lseek(file, 0, os.SEEK_SET)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _pid(file: int) -> int | None:
    text = os.pread(file, 32, 0) if hasattr(os, "pread") else os.read(file, 32)
    return int(text) if text.strip().isdigit() else None
