"""What the app takes of the processor while nobody does anything."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.row import Row
from tests.helpers.app_process import LIMIT_S, app_process, lines_until
from tests.helpers.processes import descendants

DEFAULT = True
BENCH = "idle"
# What is done after the first picture of Home is no idling yet.
SETTLE_S = 5.0
MEASURED_S = 20.0
TARGET_PERCENT = 0.5


def rows(work: Path) -> Iterator[Row]:
    """Home is shown, nothing is pressed."""
    with app_process(work / "data") as app:
        lines_until(app, "ready")
        time.sleep(SETTLE_S)
        pids = [app.pid, *descendants(app.pid)]
        before, began_s = [_spent(pid) for pid in pids], time.monotonic()
        time.sleep(MEASURED_S)
        took_s = time.monotonic() - began_s
        spent = [after - first for after, first in zip(map(_spent, pids), before, strict=True)]
        app.send_signal(signal.SIGTERM)
        app.wait(LIMIT_S)
    where = f"Home shown under Xvfb for {took_s:.0f} s, {SETTLE_S:.0f} s after it could be pressed"
    own, switches = 100 * spent[0].cpu_s / took_s, spent[0].wakeups / took_s
    every = 100 * sum(one.cpu_s for one in spent) / took_s
    yield Row(
        BENCH, "the window's process", own, "%", TARGET_PERCENT, own <= TARGET_PERCENT,
        f"of one processor, {switches:.1f} wake-ups a second; {where}",
    )  # fmt: skip
    wakeups = sum(one.wakeups for one in spent) / took_s
    yield Row(
        BENCH, "with the bundled server", every, "%", TARGET_PERCENT, every <= TARGET_PERCENT,
        f"{len(pids)} processes, {wakeups:.1f} wake-ups a second; {where}",
    )  # fmt: skip


class _Spent:
    """Processor time and voluntary wake-ups of a process with all its threads."""

    def __init__(self, cpu_s: float, wakeups: float) -> None:
        self.cpu_s = cpu_s
        self.wakeups = wakeups

    def __sub__(self, other: _Spent) -> _Spent:
        return _Spent(self.cpu_s - other.cpu_s, self.wakeups - other.wakeups)


def _spent(pid: int) -> _Spent:
    wakeups = 0
    nanoseconds = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        # Finer than the clock ticks of `stat`, which are 10 ms.
        nanoseconds += int((task / "schedstat").read_text().split()[0])
        for line in (task / "status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches"):
                wakeups += int(line.split()[1])
    return _Spent(nanoseconds / 1e9, wakeups)
