"""A disk that fills up in mid-call, under the real window: a small file system of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.sound_system import tone

pytestmark = [pytest.mark.pulse, pytest.mark.keyring]
NAMESPACE = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
# The server keeps eight of it for deleting.
SIZE = "size=24m"
MOUNTED = 'mount -t tmpfs -o "$1" tmpfs "$2" && shift 2 && exec "$@"'
LIMIT_S = 90


def test_a_disk_that_is_full_in_mid_call_is_told_and_the_recording_goes_on_with_room(
    tmp_path: Path,
) -> None:
    child = [sys.executable, "-m", "tests.helpers.call_on_full_disk", str(tmp_path)]
    # Somebody speaks all the time: an empty microphone would be told of as well.
    with tone(440):
        done = subprocess.run(
            [*NAMESPACE, "sh", "-c", MOUNTED, "sh", SIZE, str(tmp_path), *child],
            stdout=subprocess.PIPE,
            text=True,
            timeout=LIMIT_S,
            check=True,
        )
    steps = {one["step"]: one for one in map(json.loads, done.stdout.splitlines())}
    assert _troubles(steps["before"]) == []
    full = steps["full"]
    sound, notes = _troubles(full)
    assert sound.startswith("The disk is full. Recording stopped at 0:")
    assert sound.endswith("everything before is safe. Free 100 MB to go on.")
    assert notes.startswith("The disk takes no notes and captions now; they wait in the app.")
    assert full["notes"] == "Saving…"
    assert "Recording stopped." in full["foot"]
    again = steps["again"]
    assert not any("disk" in one for one in again["messages"])
    assert any(one.startswith("Recording goes on at 0:") for one in again["messages"])
    assert again["notes"] == "Saved"
    assert "Recording on this laptop." in again["foot"]
    kept = steps["kept"]
    # The line holds: what the disk did not take is silence, and the notes are whole.
    assert abs(kept["lost_ms"]) < 1000
    assert kept["loud_before"] and kept["loud_after"]
    assert kept["notes_are_whole"]


def _troubles(step: dict[str, Any]) -> list[str]:
    """What the room says of the disk."""
    return [one for one in step["messages"] if "disk" in one.lower()]
