"""Export files: one zip for each job, under the job's id."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO

from server.storage.durable import sync_folder
from server.storage.files import pieces_of


class ExportFiles:
    """The files of exports in one folder.

    Thread: every call blocks on the disk; run it off the event loop.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, job_id: str) -> IO[bytes]:
        """A file to write to, not seen by anybody before `finish`."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        return os.fdopen(os.open(self._part(job_id), flags, 0o600), "w+b")

    def finish(self, job_id: str, file: IO[bytes]) -> bool:
        """Make what was written durable and give it its name; False if it was removed meanwhile."""
        file.flush()
        os.fsync(file.fileno())
        file.close()
        try:
            self._part(job_id).replace(self._path(job_id))
        except FileNotFoundError:
            return False
        sync_folder(self._folder)
        return True

    def give_up(self, job_id: str, file: IO[bytes]) -> None:
        """Close and remove a file that was begun; nothing happens if it was finished."""
        # On a full disk what is still in memory cannot be written: it is not wanted any more.
        with contextlib.suppress(OSError):
            file.close()
        self._part(job_id).unlink(missing_ok=True)

    def size(self, job_id: str) -> int | None:
        """How many bytes a finished file has, or None."""
        try:
            found = self._path(job_id).lstat()
        except FileNotFoundError:
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def read(self, job_id: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes from `start` up to but without `end`, in pieces."""
        return pieces_of(self._path(job_id), start, end)

    def job_ids(self) -> set[str]:
        """The jobs that have a file, whole or half."""
        if not self._folder.is_dir():
            return set()
        return {path.name.partition(".")[0] for path in self._folder.iterdir()}

    def remove(self, job_ids: Collection[str]) -> None:
        """Delete the files of these jobs, half ones too; nothing happens where there are none."""
        for job_id in job_ids:
            self._path(job_id).unlink(missing_ok=True)
            self._part(job_id).unlink(missing_ok=True)

    def _path(self, job_id: str) -> Path:
        return self._folder / f"{job_id}.zip"

    def _part(self, job_id: str) -> Path:
        return self._folder / f"{job_id}.part"
