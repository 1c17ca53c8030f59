"""Processes: what one has started, whether it is gone, where it listens."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

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


@contextlib.contextmanager
def ended(process: subprocess.Popen[Any]) -> Iterator[None]:
    """End `process` with the block, by force after a while."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port of loopback that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_port(port: int) -> None:
    """Wait until something on loopback accepts connections at `port`.

    Raises:
        TimeoutError: nothing does.
    """
    until_s = time.monotonic() + ENDS_WITHIN_S
    while time.monotonic() < until_s:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise TimeoutError(f"nothing listens on port {port}")
