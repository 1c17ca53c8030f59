"""The app as its user starts it: a process with a window."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.processes import all_ended, descendants

pytestmark = [pytest.mark.pulse, pytest.mark.keyring]
LIMIT_S = 30.0


@contextlib.contextmanager
def _app(data: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "interview_desktop", "--data-dir", str(data)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"INTERVIEW_TRACE_START": "1"},
    )
    assert process.stdout is not None
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _lines_until(process: subprocess.Popen[str], word: str) -> list[str]:
    assert process.stdout is not None
    lines: list[str] = []
    while word not in lines and (line := process.stdout.readline()):
        lines.append(line.strip())
    return lines


def test_a_second_start_ends_at_once_and_the_first_goes_on(tmp_path: Path) -> None:
    with _app(tmp_path) as first:
        assert _lines_until(first, "ready") == ["painted", "ready"]
        with _app(tmp_path) as second:
            assert second.wait(LIMIT_S) == 0
            assert _lines_until(second, "painted") == []
        assert first.poll() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_systems_wish_ends_it_in_order(tmp_path: Path, number: signal.Signals) -> None:
    with _app(tmp_path) as app:
        _lines_until(app, "ready")
        below = descendants(app.pid)
        assert below
        app.send_signal(number)
        assert app.wait(LIMIT_S) == 0
        assert all_ended(below)
