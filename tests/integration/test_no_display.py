"""The app where there is no display: it says so, and rehearses to the terminal instead."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
END_LIMIT_S = 30.0


@contextlib.contextmanager
def app_without_display(data: Path) -> Iterator[subprocess.Popen[str]]:
    """The app as a process group of its own; whatever is left of it is ended."""
    bare = {name: value for name, value in os.environ.items() if name not in SCREENS}
    with subprocess.Popen(
        [sys.executable, "-m", "interview_desktop"],
        env=bare | {"INTERVIEW_DATA_DIR": str(data)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def group_is_gone(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.timeout(120)
def test_a_rehearsal_stands_in_and_ends_with_control_c(tmp_path: Path) -> None:
    with app_without_display(tmp_path) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("[live]"):
                break
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=END_LIMIT_S)
        assert process.returncode == 130, "".join(lines) + rest
        until_s = time.monotonic() + END_LIMIT_S
        while not group_is_gone(process.pid):
            assert time.monotonic() < until_s, "a child outlived the app"
            time.sleep(0.05)
    assert lines[0].startswith("There is no display here, so no window can be shown")
    assert any(line.startswith("Question 1: ") for line in lines)
    assert "Traceback" not in rest
    left = Path(rest.splitlines()[-1].removeprefix("What it left is in ").removesuffix("."))
    assert left.parent == tmp_path / "rehearsals"
    assert list(left.glob("recording/**/interviewer.opus"))
