"""Unhandled errors: told once for each place, logged without secrets, the app goes on."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from interview_desktop.errors import AppError
from interview_desktop.runtime.error_report import (
    ENDED,
    LOGS_KEPT,
    MAX_LOG_BYTES,
    WENT_WRONG,
    ErrorReporter,
    Problem,
)
from interview_desktop.runtime.net_thread import NetThread

SECRET = "9f" * 32
logger = logging.getLogger("interview_desktop.test")


class Told:
    """The problems that were shown, and the logs beside them."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.problems: list[Problem] = []
        self.reporter = ErrorReporter(logs, self.problems.append)

    def log(self) -> str:
        return (self.logs / "desktop.log").read_text()


@pytest.fixture
def told(tmp_path: Path, expected_logs: list[str]) -> Iterator[Told]:
    expected_logs.append("Unhandled error|asyncio|Work on the net thread|a line")
    made = Told(tmp_path / "logs")
    made.reporter.install()
    yield made
    made.reporter.close()
    made.reporter.close()


def _raise(text: str) -> None:
    raise ValueError(text)


def _in_excepthook(text: str) -> None:
    try:
        _raise(text)
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)


def _in_a_thread(text: str) -> None:
    thread = threading.Thread(target=_raise, args=(text,), name="worker")
    thread.start()
    thread.join()


def _in_a_destructor(text: str) -> None:
    class Ill:
        def __del__(self) -> None:
            _raise(text)

    ill = Ill()
    del ill
    gc.collect()


def _in_a_forgotten_task(text: str) -> None:
    async def fail() -> None:
        _raise(text)

    async def main() -> None:
        task = asyncio.ensure_future(fail())
        await asyncio.wait([task])
        del task
        gc.collect()

    asyncio.run(main())


def _on_the_net_thread(text: str) -> None:
    async def fail() -> None:
        _raise(text)

    net = NetThread().start()
    future = net.submit(fail())
    with pytest.raises(ValueError, match="with"):
        future.result(10)
    net.close()


PLACES = [_in_excepthook, _in_a_thread, _in_a_destructor, _in_a_forgotten_task, _on_the_net_thread]


@pytest.mark.parametrize("fail", PLACES)
def test_an_unhandled_error_is_told_once_with_details_and_without_secrets(
    told: Told, fail: object
) -> None:
    assert callable(fail)
    logger.info("a line before, token=%s", SECRET)
    for _ in range(3):
        fail(f"Bearer {SECRET} with {Path.home()}/x")
    (problem,) = told.problems
    assert problem.sentence == WENT_WRONG
    for part in ("Interview Practice", "PySide6", "Traceback", "ValueError", "in _raise", "~/x"):
        assert part in problem.details
    log = told.log()
    assert "ValueError" in log
    for text in (problem.details, log):
        assert SECRET not in text
        assert f"{Path.home()}/" not in text


def test_a_known_secret_is_removed_whatever_it_looks_like(told: Told) -> None:
    told.reporter.hide("plain words")
    _in_excepthook("these plain words are secret")
    assert "plain words" not in told.problems[0].details
    assert "plain words" not in told.log()


def test_other_places_are_told_as_well(told: Told) -> None:
    _in_excepthook("with one")
    try:
        int("two")
    except ValueError:
        logger.exception("a line")
    assert len(told.problems) == 2


def test_what_was_told_where_it_belongs_is_not_told_again(told: Told) -> None:
    try:
        raise AppError("The disk is full.")
    except AppError:
        logger.exception("a line")
    logger.error("a line without an error")
    assert told.problems == []
    assert "The disk is full" in told.log()


def test_the_log_is_bounded_and_private(told: Told) -> None:
    logging.getLogger("interview_desktop").setLevel(logging.INFO)
    try:
        for number in range(2500):
            logger.info("a line %d %s", number, "x y " * 250)
    finally:
        logging.getLogger("interview_desktop").setLevel(logging.NOTSET)
    files = sorted(told.logs.glob("desktop.log*"))
    assert len(files) == LOGS_KEPT + 1
    assert all(file.stat().st_size <= MAX_LOG_BYTES + 10_000 for file in files)
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)


def test_a_log_that_cannot_be_written_costs_the_log_alone(
    tmp_path: Path, expected_logs: list[str]
) -> None:
    expected_logs.append("Unhandled error")
    (tmp_path / "logs").write_text("a file where the folder should be")
    told = Told(tmp_path / "logs")
    told.reporter.install()
    _in_excepthook("with no log")
    told.reporter.close()
    assert "ValueError" in told.problems[0].details


def test_after_the_end_everything_is_as_it_was(tmp_path: Path) -> None:
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook, logging.root.handlers[:])
    told = Told(tmp_path)
    told.reporter.install()
    assert sys.excepthook is not before[0]
    told.reporter.close()
    assert before == (
        sys.excepthook, threading.excepthook, sys.unraisablehook, logging.root.handlers
    )  # fmt: skip


CRASH = """
import sys
from pathlib import Path
from interview_desktop.runtime.error_report import ErrorReporter
reporter = ErrorReporter(Path(sys.argv[1]), print)
reporter.install()
import faulthandler
faulthandler._sigabrt()
"""


def test_a_crash_is_mentioned_at_the_next_start_and_only_then(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    process = subprocess.run(
        [sys.executable, "-c", CRASH, str(logs)],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert process.returncode != 0
    seen = []
    for _ in range(2):
        told = Told(logs)
        told.reporter.install()
        told.reporter.close()
        seen.append(told.problems)
    (problem,) = seen[0]
    assert problem.sentence == ENDED
    assert "Abort" in problem.details
    assert seen[1] == []
