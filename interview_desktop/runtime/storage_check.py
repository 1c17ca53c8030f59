"""Whether the data folder can hold an interview, asked before anything is started in it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from interview_desktop.config import AppPaths
from interview_desktop.domain.redaction import redacted
from interview_desktop.runtime.error_report import Problem

PROBE_FILE = ".probe"
# The database with its log and some seconds of sound: with less, nothing can be begun.
NEEDED_BYTES = 4_000_000
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def storage_problem(paths: AppPaths) -> Problem | None:
    """Make the folders and try to write there; None if all is well.

    Thread: any but the window's; a network home may take its time.
    """
    try:
        paths.create()
        _write(paths.data / PROBE_FILE)
    except OSError as error:
        folder = redacted(str(paths.data), home=os.path.expanduser("~"))
        return Problem(_sentence(folder, error), f"{type(error).__name__}: {error}")
    return None


def _write(path: Path) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        if hasattr(os, "posix_fallocate"):
            try:
                os.posix_fallocate(file, 0, NEEDED_BYTES)
                return
            except OSError as error:
                # Some file systems cannot reserve; then the bytes are really written.
                if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS):
                    raise
        os.write(file, bytes(NEEDED_BYTES))
    finally:
        os.close(file)
        path.unlink(missing_ok=True)


def _sentence(folder: str, error: OSError) -> str:
    if error.errno in FULL:
        return (
            f"The disk is full: {folder} has no room for an interview.\n"
            "Free 100 MB, then try again, or choose another folder with --data-dir."
        )
    return (
        f"This folder cannot be written: {folder}.\n"
        "Allow writing there, or choose another folder with --data-dir, then try again."
    )
