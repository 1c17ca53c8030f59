"""`python -m tests.helpers.call_on_full_disk DIR`: the real window in a call while the disk fills.

DIR is a small file system of its own. Prints what the room says, a JSON line for each step.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtTest import QTest

from interview_desktop.ui.views.room import RoomView
from tests.helpers.live_window import LiveWindow, live_window

NOTES = "typed while the disk was full"
CHUNK = 4096


def _fill(path: Path) -> None:
    """Write until nothing fits any more."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(CHUNK))
        except OSError:
            pass


def _tell(room: RoomView, step: str, window: LiveWindow) -> None:
    screen = window.desktop.room
    assert screen is not None and screen.call is not None
    said = {
        "step": step,
        "messages": room.talk.message_texts(),
        "at_ms": screen.call.position_ms(),
        "foot": room.bar._privacy.text(),
        "notes_saved": room.notes.state_words(),
    }
    print(json.dumps(said), flush=True)


def main() -> None:
    """Fill the disk, write notes, make room again, end in order."""
    folder = Path(sys.argv[1])
    with live_window(folder) as window:
        room, _ = window.start()
        window.until(lambda: any("Larkfield" in line.text for line in room.state.captions))
        QTest.keyClicks(room.notes.edit, "before")
        window.until(lambda: room.state.notes_saved)
        _tell(room, "before", window)
        _fill(folder / "ballast")
        window.until(lambda: room.state.disk is not None)
        room.notes.edit.clear()
        QTest.keyClicks(room.notes.edit, NOTES)
        window.until(lambda: len(room.talk.message_texts()) > 1)
        _tell(room, "full", window)
        (folder / "ballast").unlink()
        window.until(lambda: room.state.disk is None and room.state.notes_saved)
        _tell(room, "again", window)
        QTest.keyClicks(room.notes.edit, ".")
        window.until(
            lambda: not any(one.kind() == "bad" and one.isVisible() for one in room.talk.messages)
        )
        _tell(room, "quiet", window)
        window.leave(room)


if __name__ == "__main__":
    main()
