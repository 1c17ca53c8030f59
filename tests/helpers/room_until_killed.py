"""`python -m tests.helpers.room_until_killed DIR`: the real window at question 2, to be killed.

Types notes, and prints a JSON line of what the room shows each 20 ms.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtTest import QTest

from tests.helpers.live_window import live_window
from tests.helpers.window import has_button

NOTES = "Market: size, growth, who buys"


def main() -> None:
    """Never returns by itself."""
    with live_window(Path(sys.argv[1])) as window:
        room, _ = window.start()
        window.until(lambda: any("Larkfield" in line.text for line in room.state.captions))
        window.press(room, "Done with question 1")
        window.until(lambda: has_button(room, "Done with question 2"))
        QTest.keyClicks(room.notes.edit, NOTES)
        window.until(lambda: room.state.notes_saved)
        while True:
            began_s = window.now_s()
            window.until(lambda began_s=began_s: window.now_s() - began_s > 0.02)  # type: ignore[misc]
            lines = [line.text for line in room.state.captions if line.final]
            print(json.dumps({"question": 2, "lines": lines}), flush=True)


if __name__ == "__main__":
    main()
