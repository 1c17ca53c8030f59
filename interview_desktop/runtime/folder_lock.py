"""Which process has a data folder: one lock, asked before anything of the window is loaded."""

from __future__ import annotations

import os
from pathlib import Path

LOCK_FILE = ".lock"


class FolderLock:
    """Held by the process whose window shows the folder; the system frees it with the process.

    Thread: any one.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK_FILE
        self._file: int | None = None

    def claim(self) -> bool:
        """False if another process has the folder. Never waits.

        A folder that cannot be locked (read-only, no such locks there) counts as free: what is
        wrong with it is told in the window.
        """
        try:
            import fcntl  # noqa: PLC0415  (not on Windows)
        except ImportError:
            return True
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return True
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        except OSError:
            os.close(file)
            return True
        self._file = file
        return True

    def close(self) -> None:
        """Give the folder up. Idempotent."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
