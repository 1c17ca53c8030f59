"""The app as its user starts it: a process with a window."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

LIMIT_S = 30.0


@contextlib.contextmanager
def app_process(
    data: Path | None,
    environment: Mapping[str, str | None] | None = None,
    before: Sequence[str] = (),
) -> Iterator[subprocess.Popen[str]]:
    """Start it; killed at the end of the block if it has not ended by itself.

    Args:
        data: the data folder, or None for the system's own place.
        environment: variables to set, or to remove where the value is None.
        before: a command that starts it, such as one that makes a namespace.
    """
    changed = {name: value for name, value in (environment or {}).items() if value is not None}
    variables = {
        name: value for name, value in os.environ.items() if name not in (environment or {})
    }
    folder = ["--data-dir", str(data)] if data else []
    process = subprocess.Popen(
        [*before, sys.executable, "-m", "interview_desktop", *folder],
        stdout=subprocess.PIPE,
        text=True,
        env=variables | changed | {"INTERVIEW_TRACE_START": "1"},
    )
    assert process.stdout is not None
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def lines_until(process: subprocess.Popen[str], word: str) -> list[str]:
    """What it prints, up to `word` or its end."""
    assert process.stdout is not None
    lines: list[str] = []
    while word not in lines and (line := process.stdout.readline()):
        lines.append(line.strip())
    return lines
