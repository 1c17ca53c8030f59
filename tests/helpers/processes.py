"""What a process has started, and whether it is gone."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

ENDS_WITHIN_S = 15.0


def descendants(pid: int) -> list[int]:
    """The process ids below `pid`, all generations."""
    tasks = Path(f"/proc/{pid}/task")
    direct = [int(child) for task in tasks.glob("*/children") for child in task.read_text().split()]
    return [one for child in direct for one in (child, *descendants(child))]


def all_ended(pids: Iterable[int]) -> bool:
    """Whether all of them are gone, now or within a limit."""
    left = list(pids)
    until_s = time.monotonic() + ENDS_WITHIN_S
    while (left := [pid for pid in left if _alive(pid)]) and time.monotonic() < until_s:
        time.sleep(0.05)
    return not left


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
