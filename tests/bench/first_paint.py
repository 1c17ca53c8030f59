"""From the command to the first picture of the window, beside an empty Qt window in turns."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.row import Row
from tests.bench.spread import median, spread

DEFAULT = True
BENCH = "first_paint"
STARTS = 7
LIMIT_S = 60.0
# What no PySide6 app can be faster than: interpreter, Qt, one widget.
EMPTY = """
import signal, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
signal.signal(signal.SIGTERM, signal.SIG_DFL)
class Empty(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, lambda: print("painted", flush=True))
app = QApplication(sys.argv)
window = Empty()
window.resize(1280, 800)
window.show()
app.exec()
"""
EMPTY_MODULE = "empty_window"
# Half as long again as the least there can be: what is ours must not be felt beside what is Qt's.
RATIO_TARGET = 1.5


def rows(work: Path) -> Iterator[Row]:
    """The commands in turns; one start of each before that does not count.

    The app and the empty window run as modules of the very same interpreter. From outside of
    `.venv` the app's command takes two: the one it is given, which looks whether the set-up is
    done, and the one inside in its place; that row says what this costs, and stands on its own.
    """
    app: list[dict[str, float]] = []
    outside: list[dict[str, float]] = []
    empty: list[dict[str, float]] = []
    (work / f"{EMPTY_MODULE}.py").write_text(EMPTY)
    arguments = ["-m", "interview_desktop", "--data-dir", str(work / "data")]
    outer = getattr(sys, "_base_executable", sys.executable)
    for number in range(STARTS + 1):
        own = _start([sys.executable, *arguments], ("painted", "ready"))
        bare = _start([sys.executable, "-m", EMPTY_MODULE], ("painted",), str(work))
        other = _start([outer, *arguments], ("painted",))
        if number:
            app.append(own)
            empty.append(bare)
            outside.append(other)
    where = "Xvfb, warm disk, set-up done; in turns with the empty window"
    if sys.flags.dont_write_bytecode:
        where += "; no bytecode is kept (PYTHONDONTWRITEBYTECODE), so every start compiles"
    painted, bare_s = ([one["painted"] for one in kind] for kind in (app, empty))
    ready = [one["ready"] for one in app]
    both = [one["painted"] for one in outside]
    ratios = [own / bare for own, bare in zip(painted, bare_s, strict=True)]
    yield Row(
        BENCH, "command to first paint", median(painted), "s", None, None, _told(painted, where)
    )
    yield Row(
        BENCH, "empty Qt window to first paint", median(bare_s), "s", None, None,
        _told(bare_s, where),
    )  # fmt: skip
    ratio = median(ratios)
    yield Row(
        BENCH, "first paint against the empty window", ratio, "ratio", RATIO_TARGET,
        ratio <= RATIO_TARGET, f"{spread(ratios, '')}, pair by pair",
    )  # fmt: skip
    outside_ratios = [own / bare for own, bare in zip(both, bare_s, strict=True)]
    yield Row(
        BENCH, "python3 outside of .venv to first paint", median(both), "s", None, None,
        f"two interpreters, {median(outside_ratios):.2f} of the empty window; {_told(both, where)}",
    )  # fmt: skip
    yield Row(
        BENCH, "command to a case that can be pressed", median(ready), "s", None, None,
        f"server started, signed in, library shown; {_told(ready, where)}",
    )  # fmt: skip


def _told(seconds: list[float], where: str) -> str:
    return f"{spread(seconds, 's')}; {where}"


def _start(command: list[str], words: tuple[str, ...], path: str | None = None) -> dict[str, float]:
    """Seconds from the start of `command` until it prints each of `words`.

    A process that does not come so far is killed at the limit, and the missing word is an error.
    """
    began_s = time.monotonic()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"INTERVIEW_TRACE_START": "1"} | ({"PYTHONPATH": path} if path else {}),
    )
    assert process.stdout is not None
    seen: dict[str, float] = {}
    limit = threading.Timer(LIMIT_S, process.kill)
    limit.start()
    try:
        while len(seen) < len(words) and (line := process.stdout.readline()):
            if line.strip() in words:
                seen.setdefault(line.strip(), time.monotonic() - began_s)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(LIMIT_S)
        limit.cancel()
        process.stdout.close()
    if missing := set(words) - set(seen):
        raise RuntimeError(f"{' '.join(command[1:3])} never came to {', '.join(sorted(missing))}")
    return seen
