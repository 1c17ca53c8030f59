"""`python -m tests.helpers.upload_until_killed PIECES serve …`: a server that an upload kills.

The real command line; the process kills itself when the bytes of piece number PIECES are safe on
disk and their offset is not stored yet.
"""

from __future__ import annotations

import os
import signal
import sys

from server.cli import main
from server.storage.files import RecordingFiles


def _kill_after(pieces: int) -> None:
    append = RecordingFiles.append
    written = 0

    def append_and_die(self: RecordingFiles, recording_id: str, offset: int, data: bytes) -> None:
        nonlocal written
        append(self, recording_id, offset, data)
        written += 1
        if written == pieces:
            os.kill(os.getpid(), signal.SIGKILL)

    RecordingFiles.append = append_and_die  # type: ignore[method-assign]


if __name__ == "__main__":
    _kill_after(int(sys.argv.pop(1)))
    sys.exit(main())
