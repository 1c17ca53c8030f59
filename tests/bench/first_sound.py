"""From the press on a case to the interviewer's first sound at the loudspeaker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.bench.row import Row
from tests.bench.spread import median, spread
from tests.helpers.live_window import live_window
from tests.helpers.sound_system import LOUDSPEAKER, listening

DEFAULT = True
BENCH = "first_sound"
STARTS = 5
AUDIBLE_DBFS = -50.0
# The product's own bar: a person must not wonder whether the press was seen.
TARGET_S = 3.0


def rows(work: Path) -> Iterator[Row]:
    """The first start, which loads the interviewer, apart from the later ones."""
    waits: list[float] = []
    with live_window(work) as window, listening(LOUDSPEAKER) as ear:
        for _ in range(STARTS):
            room, pressed_s = window.start()

            def heard(since_s: float = pressed_s) -> bool:
                return ear.first_above(AUDIBLE_DBFS, since_s) is not None

            window.until(heard)
            waits.append((ear.first_above(AUDIBLE_DBFS, pressed_s) or 0.0) - pressed_s)
            window.leave(room)
    where = "real window under Xvfb, bundled server, virtual devices; above -50 dBFS"
    yield Row(BENCH, "press to first interviewer sound, first call", waits[0], "s", TARGET_S,
              waits[0] <= TARGET_S, f"one start; {where}")  # fmt: skip
    later = waits[1:]
    yield Row(BENCH, "press to first interviewer sound, later calls", median(later), "s", TARGET_S,
              median(later) <= TARGET_S, f"{spread(later, 's')}; {where}")  # fmt: skip
