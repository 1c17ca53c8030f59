"""kill -9 of the app in the room: the next start offers to go on, and has everything."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.processes import all_ended, descendants
from tests.helpers.room_until_killed import NOTES
from tests.helpers.whole_window import WholeWindow
from tests.helpers.window import has_button

pytestmark = [pytest.mark.pulse, pytest.mark.keyring]
# What the interviewer says at question 2 takes longer.
LINES = 20


@pytest.fixture
def killed(tmp_path: Path) -> list[str]:
    """The lines that a killed app showed, in the data folder of `app`."""
    command = [sys.executable, "-m", "tests.helpers.room_until_killed", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    shown: list[str] = []
    try:
        for _ in range(LINES):
            shown = json.loads(process.stdout.readline())["lines"]
        below = descendants(process.pid)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
    assert all_ended(below)
    assert shown
    return shown


def test_the_next_start_offers_to_resume_with_notes_and_captions(
    killed: list[str], app: WholeWindow
) -> None:
    app.desktop.settings.change(preflight_skip=True)
    app.until(lambda: has_button(app.desktop.pages.home, "Resume at question 2"))
    app.press(app.desktop.pages.home, "Resume at question 2")
    room = app.room()
    app.until(lambda: has_button(room, "Done with question 2"))
    assert room.notes.text() == NOTES
    kept = [line.text for line in room.state.captions]
    assert kept[: len(killed)] == killed
    app.end(room)
    # Two starts, two parts of one recording.
    assert len(app.recordings) == 2
