"""kill -9 of the desktop in mid-call: the recording is there, and the next start finds it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from interview_desktop.audio.file_sound import read_wav
from interview_desktop.config import app_paths
from interview_desktop.credentials.keyring_store import KeyringStore
from interview_desktop.runtime.uploads import upload_pending
from interview_desktop.runtime.workspace import open_local_workspace
from tests.helpers.processes import all_ended, descendants
from tests.helpers.sound_system import spoken
from tests.helpers.speech import say

pytestmark = [pytest.mark.pulse, pytest.mark.keyring]
KILL_AT_MS = 7000
LONG_ANSWER = (
    "i would look at four things here the market and how it grows then whether our product fits "
    "then the money that we can make with it and in the end what could stop us on the way"
)
LOST_MS = 1000


def test_the_recording_plays_to_within_a_second_of_the_kill(tmp_path: Path) -> None:
    voice = say(LONG_ANSWER, tmp_path / "voice.wav")
    command = [sys.executable, "-m", "tests.helpers.call_until_killed", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        position_ms = int(process.stdout.readline())
        with spoken(voice):
            while position_ms < KILL_AT_MS:
                position_ms = int(process.stdout.readline())
        below = descendants(process.pid)
        assert below
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    position_ms = max([position_ms, *map(int, process.stdout.read().split())])
    process.stdout.close()

    (part,) = (tmp_path / "data" / "recordings").glob("*/*")
    for track in ("candidate.opus", "interviewer.opus"):
        sound = read_wav(part / track)
        assert position_ms - LOST_MS <= len(sound) // 48 <= position_ms + LOST_MS
        assert np.abs(sound).max() > 1000
    # The candidate was speaking when it happened.
    assert np.abs(read_wav(part / "candidate.opus")[-48 * LOST_MS :]).max() > 1000

    # The bundled server and the recogniser do not outlive the desktop.
    assert all_ended(below)
    asyncio.run(_found_again(tmp_path, part.parent.name))


async def _found_again(folder: Path, interview_id: str) -> None:
    """The next start: the interview can be resumed, its sound and words are on the server."""
    paths = app_paths(folder / "data")
    workspace = await open_local_workspace(paths, KeyringStore())
    try:
        (interview,) = await workspace.api.interviews()
        assert (interview.id, interview.status) == (interview_id, "in-progress")
        assert await upload_pending(workspace.api, paths.recordings) == 1
        (files,) = await workspace.api.download_part(interview_id, paths.cache)
        assert set(files) == {"candidate", "interviewer"}
    finally:
        await workspace.aclose()
