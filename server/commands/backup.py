"""`backup FILE` and `restore FILE`."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from server.config import Settings
from server.routes.system import version
from server.storage.backup import BackupError, make_backup
from server.storage.integrity import StoppedError
from server.storage.opening import claimed, complete_restore
from server.storage.restore import restore_backup

UNUSABLE = 2
# As a shell counts it: 128 and the number of the signal.
STOPPED = 130
TELL_EVERY_S = 2.0


def back_up(settings: Settings, target: Path) -> int:
    """Write everything into one file, beside a live server or without one."""
    complete_restore(settings.data_dir)

    def work(stop: Callable[[], bool]) -> None:
        manifest = make_backup(
            settings.data_dir, target.absolute(), version(), stop, _progress(time.monotonic)
        )
        recordings = len(manifest.sha256) - 1
        left = f", {len(manifest.left_out)} left out" if manifest.left_out else ""
        print(f"{target}: schema {manifest.schema}, {recordings} recordings{left}")

    return _stoppable(work)


def restore(settings: Settings, source: Path) -> int:
    """Take the data of a file in the place of the present ones; the server must not run."""

    def work(stop: Callable[[], bool]) -> None:
        with claimed(settings.data_dir):
            restored = restore_backup(
                settings.data_dir, source.absolute(), stop, _progress(time.monotonic)
            )
        print(f"Restored {source}. The former data are in {restored.aside}.")

    return _stoppable(work)


def _stoppable(work: Callable[[Callable[[], bool]], None]) -> int:
    with _signals() as stop:
        try:
            work(stop)
        except StoppedError:
            print("Stopped; nothing was changed and no file was left.", file=sys.stderr)
            return STOPPED
        except BackupError as error:
            print(error, file=sys.stderr)
            return UNUSABLE
    return 0


@contextlib.contextmanager
def _signals() -> Iterator[Callable[[], bool]]:
    """Whether somebody asked to stop; asked twice, the process ends at once."""
    asked = threading.Event()

    def ask(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        asked.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _progress(clock: Callable[[], float]) -> Callable[[str, int, int], None]:
    """Tells each new step at once, and how far it is now and then."""
    last, told_s = "", 0.0

    def tell(what: str, done: int, total: int) -> None:
        nonlocal last, told_s
        if what != last:
            print(f"{what}…", file=sys.stderr, flush=True)
        elif clock() - told_s >= TELL_EVERY_S:
            print(f"{what}: {100 * done // max(total, 1)} %", file=sys.stderr, flush=True)
        else:
            return
        last, told_s = what, clock()

    return tell
