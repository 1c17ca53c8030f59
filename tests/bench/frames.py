"""The window's thread through a whole practised interview: how long a frame can be delayed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from tests.bench.row import Row
from tests.helpers.frame_delays import FrameDelays, quantile
from tests.helpers.live_window import LiveWindow, live_window
from tests.helpers.sound_system import LOUDSPEAKER, listening, spoken
from tests.helpers.speech import say
from tests.helpers.window import has_button

DEFAULT = True
BENCH = "frames"
# Two frames of a 60 Hz screen: more is seen as a stutter.
TARGET_MS = 33.0
THINKING_S = 2.0
QUESTIONS = 4
# Whoever practises looks at the library before pressing a case; meanwhile the next screens are
# prepared. The first_sound bench presses at once.
LOOK_S = 5.0


def rows(work: Path) -> Iterator[Row]:
    """Speak, think, take a hint, go on, four times; then Review."""
    voice = say("let us look at the market first and then at the costs", work / "a.wav")
    delays = FrameDelays()
    with live_window(work) as window, listening(LOUDSPEAKER):
        delays.start()
        window.cases()
        _live(window, LOOK_S)
        room, _ = window.start()
        for number in range(1, QUESTIONS + 1):
            _question(window, room, number, voice)
        window.until(lambda: window.desktop.session_screen is not None)
        _live(window, THINKING_S)
        delays.stop()
    pauses = delays.gc_pauses_ms
    where = (
        "real window under Xvfb from the library to the debrief;"
        f" {len(pauses)} collections, the longest {max(pauses, default=0):.1f} ms;"
        f" {delays.waited_s:.1f} s without a free processor"
    )
    worst = quantile(delays.delays_ms, 0.999)
    yield Row(
        BENCH, "delay of the window's thread, p99.9", worst, "ms", TARGET_MS, worst <= TARGET_MS,
        f"{_told(delays.delays_ms)}; {where}",
    )  # fmt: skip
    busy = quantile(delays.busy_ms, 0.999)
    yield Row(
        BENCH, "its own work at a stretch, p99.9", busy, "ms", None, None,
        f"processor time between two ticks; {_told(delays.busy_ms)}",
    )  # fmt: skip


def _told(values: list[float]) -> str:
    p50, p99, most = (quantile(values, share) for share in (0.5, 0.99, 1))
    return f"{len(values)} ticks, p50 {p50:.2f}, p99 {p99:.1f}, max {most:.0f} ms"


def _question(window: LiveWindow, room: QWidget, number: int, voice: Path) -> None:
    done = f"Done with question {number}"
    window.until(lambda: has_button(room, done))
    with spoken(voice) as speaking:
        window.until(lambda: speaking.poll() is not None)
    window.until(lambda: has_button(room, "Start thinking"))
    window.press(room, "Start thinking")
    window.until(lambda: has_button(room, "I am ready"))
    _live(window, THINKING_S)
    window.press(room, "I am ready")
    window.until(lambda: has_button(room, "Hint"))
    window.press(room, "Hint")
    _live(window, THINKING_S)
    window.press(room, done)


def _live(window: LiveWindow, seconds: float) -> None:
    """Let the window live on."""
    over: list[bool] = []
    QTimer.singleShot(round(seconds * 1000), lambda: over.append(True))
    window.until(lambda: bool(over))
