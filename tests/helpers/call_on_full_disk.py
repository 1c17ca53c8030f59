"""`python -m tests.helpers.call_on_full_disk DIR`: the real window in a call while the disk fills.

DIR is a small file system of its own. Prints what the room says, a JSON line for each step.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

from interview_desktop.audio.file_sound import read_wav
from interview_desktop.runtime import work
from interview_desktop.ui.views.room import RoomView
from tests.helpers.live_window import live_window
from tests.helpers.whole_window import words

# More than the last page of the journal has room for, and hard to write shorter.
NOTES = " ".join(str(number * 7919) for number in range(2000))
CHUNK = 4096
LOUD = 1000


def _fill(path: Path) -> None:
    """Write until nothing fits any more."""
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(CHUNK))


def _tell(step: str, room: RoomView, **more: object) -> None:
    said = {"step": step, "messages": room.talk.message_texts(), "foot": words(room.bar)}
    print(json.dumps(said | {"notes": room.notes.state_words()} | more), flush=True)


def main() -> None:
    """Fill the disk, write notes, make room again, end in order; then look at what was kept."""
    folder = Path(sys.argv[1])
    with live_window(folder) as window:
        room, _ = window.start()
        window.until(lambda: any("Larkfield" in line.text for line in room.state.captions))
        _tell("before", room)
        screen = window.desktop.room
        assert screen is not None
        assert screen.call is not None
        call = screen.call
        _fill(folder / "ballast")
        full_ms = call.position_ms()
        QApplication.clipboard().setText(NOTES)
        room.notes.edit.paste()
        window.until(lambda: len(room.talk.message_texts()) > 1)
        _tell("full", room)
        room_ms = call.position_ms()
        (folder / "ballast").unlink()
        window.until(lambda: room.state.disk is None and room.state.notes_saved)
        _tell("again", room)
        more_ms = call.position_ms() + 1000
        window.until(lambda: call.position_ms() > more_ms)
        # From the journal, or from the server once it has them.
        stage = window.desktop._stage
        assert stage.workspace is not None
        notes = stage.net.submit(
            work.notes(stage.workspace, stage.paths, call.session.interview.id)
        )
        window.until(notes.done)
        window.leave(room)
        (track,) = (folder / "data" / "recordings").glob("*/*/candidate.opus")
        sound = np.abs(read_wav(track).astype(np.int32))
        kept = {
            "lost_ms": call.sound.position_ms() - len(sound) // 48,
            "loud_before": bool(sound[: 48 * (full_ms - 1000)].max() > LOUD),
            "loud_after": bool(sound[48 * (room_ms + 1500) :].max() > LOUD),
            "notes_are_whole": notes.result() == NOTES,
        }
        print(json.dumps({"step": "kept"} | kept), flush=True)


if __name__ == "__main__":
    main()
