"""How late the window's thread comes to what is due: the delay a person sees as a stutter."""

from __future__ import annotations

import gc
import threading
import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

INTERVAL_MS = 5


class FrameDelays(QObject):
    """Counts how long after its time each tick of a precise timer comes.

    A frame that is due while the thread is busy waits as long as the tick does; a pause of the
    garbage collector is part of it, and is told apart as well.

    Thread: the window's thread.
    """

    def __init__(self) -> None:
        super().__init__()
        self.delays_ms: list[float] = []
        self.gc_pauses_ms: list[float] = []
        # Processor time between two ticks: what the thread itself does, however busy the machine.
        self.busy_ms: list[float] = []
        self.waited_s = 0.0
        self._busy_s = 0.0
        self._due_s = 0.0
        self._gc_began_s = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin to count."""
        self._due_s = time.perf_counter() + INTERVAL_MS / 1000
        self._busy_s = time.thread_time()
        self.waited_s = -_waited_s()
        gc.callbacks.append(self._on_gc)
        self._timer.start()

    def stop(self) -> None:
        """End; the figures stay."""
        self._timer.stop()
        self.waited_s += _waited_s()
        gc.callbacks.remove(self._on_gc)

    def _tick(self) -> None:
        now_s = time.perf_counter()
        late_s = max(0.0, now_s - self._due_s)
        self.delays_ms.append(late_s * 1000)
        # Ticks that the delay swallowed would have come late as well, each a little less.
        while late_s > INTERVAL_MS / 1000:
            late_s -= INTERVAL_MS / 1000
            self.delays_ms.append(late_s * 1000)
        self._due_s = now_s + INTERVAL_MS / 1000
        busy_s = time.thread_time()
        self.busy_ms.append((busy_s - self._busy_s) * 1000)
        self._busy_s = busy_s

    def _on_gc(self, phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            self._gc_began_s = time.perf_counter()
        else:
            self.gc_pauses_ms.append((time.perf_counter() - self._gc_began_s) * 1000)


def quantile(values: list[float], share: float) -> float:
    """What `share` of the values stay under."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def _waited_s() -> float:
    """Seconds for which this thread could have run and had no processor."""
    task = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
    return int(task.read_text().split()[1]) / 1e9
