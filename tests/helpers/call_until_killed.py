"""`python -m tests.helpers.call_until_killed DIR`: the real window in a live call, to be killed.

Prints the recording's position in milliseconds, a line each 20 ms, once the interviewer speaks.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.helpers.live_window import live_window


def main() -> None:
    """Never returns by itself."""
    with live_window(Path(sys.argv[1])) as window:
        room, _ = window.start()
        window.until(lambda: any("Larkfield" in line.text for line in room._state.captions))
        screen = window.desktop.room
        assert screen is not None
        call = screen.call
        assert call is not None
        while True:
            began_s = window.now_s()
            window.until(lambda began_s=began_s: window.now_s() - began_s > 0.02)  # type: ignore[misc]
            print(call.sound.position_ms(), flush=True)


if __name__ == "__main__":
    main()
