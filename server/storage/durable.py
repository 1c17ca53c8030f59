"""Files that are whole or not there, whenever the power goes."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path


def write_durably(path: Path, data: bytes) -> None:
    """Replace `path` by `data`, whole or not at all, for this user alone."""
    part = path.with_name(path.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
    part.replace(path)
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Return once the bytes of `path` are on the disk."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Return once the names in `folder` are on the disk, where the system can promise that."""
    with contextlib.suppress(PermissionError):  # Windows opens no folders
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def stamp(seconds: float | None = None) -> str:
    """A time as part of a file's name: `20260131T120000Z`."""
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))


def new_folder(parent: Path, name: str) -> Path:
    """Make a folder of this name, or with a number behind it where that is taken."""
    for number in range(1, 1000):
        folder = parent / (name if number == 1 else f"{name}-{number}")
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            return folder
    raise FileExistsError(f"There are too many folders called {name}.")
