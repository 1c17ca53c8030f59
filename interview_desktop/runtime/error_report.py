"""Unhandled errors: one log file, one notice for the person, details without secrets.

Everything goes through `logging`: the interpreter's hooks and Qt's messages become records, and
asyncio's own handler writes records anyway. A record of an error with a traceback that is no
`AppError` (those have been told where they belong) becomes a `Problem`, once for each place.
"""

from __future__ import annotations

import collections
import contextlib
import faulthandler
import functools
import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from interview_desktop.domain.redaction import redacted
from interview_desktop.errors import AppError

LOG_FILE = "desktop.log"
CRASH_FILE = "crash.log"
LAST_CRASH_FILE = "crash-last.log"
MAX_LOG_BYTES = 500_000
LOGS_KEPT = 2
MAX_LINE = 8_000
# What a report shows of the log before the error.
LAST_LINES = 40
# An error that comes at another place each time must not fill the memory.
MAX_PLACES = 100

WENT_WRONG = (
    "Something went wrong in the app. Your interview is kept."
    " You can go on; if something looks wrong now, start the app again."
)
ENDED = "The app ended unexpectedly last time. What was recorded until then is kept."

logger = logging.getLogger("interview_desktop.unhandled")
_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the person is told in the window.

    Args:
        sentence: what happened, what is safe, what to do.
        details: for a report; without secrets. Empty where there is nothing to report.
        serious: an error, rather than something to know.
    """

    sentence: str
    details: str = field(default="", repr=False)
    serious: bool = True


class ErrorReporter:
    """Writes the log and tells of unhandled errors.

    `show(problem)` is called on whichever thread the error came up, once for each place in the
    code. A log that cannot be written costs the log and nothing else.

    Thread: `install` and `close` on the main thread; the hooks themselves on any.
    """

    def __init__(self, logs: Path, show: Callable[[Problem], None]) -> None:
        self._logs = logs
        self._show = show
        self._places: set[str] = set()
        self._lock = threading.Lock()
        self._lines: collections.deque[str] = collections.deque(maxlen=LAST_LINES)
        self._secrets: set[str] = set()
        self._crash_file: TextIOWrapper | None = None
        self._undo: list[Callable[[], object]] = []

    def hide(self, secret: str) -> None:
        """Remove `secret` from everything that is written or shown from now on."""
        self._secrets.add(secret)

    def install(self) -> None:
        """Take over the hooks of the interpreter, of threads and of Qt, and begin the log."""
        formatter = _Redacting(self._redacted)
        handlers: list[logging.Handler] = [_Listener(self._heard, formatter)]
        with contextlib.suppress(OSError):
            handlers.append(_log_file(self._logs / LOG_FILE, formatter))
        root = logging.getLogger()
        for handler in handlers:
            root.addHandler(handler)
            self._undo += [functools.partial(root.removeHandler, handler), handler.close]
        before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = _on_exception
        threading.excepthook = _on_thread_exception
        sys.unraisablehook = _on_unraisable
        self._undo.append(lambda: _restore(*before))
        qt = qInstallMessageHandler(_on_qt_message)
        self._undo.append(lambda: qInstallMessageHandler(qt))
        self._watch_for_crashes()

    def close(self) -> None:
        """Give the hooks back and close the files. Idempotent."""
        while self._undo:
            self._undo.pop()()

    def details(self, text: str) -> str:
        """Versions, `text` and the last lines of the log, without secrets: ready to be copied."""
        lines = "\n".join(self._lines)
        return self._redacted(
            f"{_versions()}\n\n{text.rstrip()}\n\nLast lines of the log:\n{lines}\n"
        )

    def _redacted(self, text: str) -> str:
        return redacted(text, tuple(self._secrets), os.path.expanduser("~"))

    def _heard(self, record: logging.LogRecord, line: str) -> None:
        self._lines.append(line)
        if record.levelno < logging.ERROR or not record.exc_info:
            return
        kind, error, trace = record.exc_info
        if kind is None or error is None or isinstance(error, AppError):
            return
        place = _place(kind, trace)
        with self._lock:
            if place in self._places or len(self._places) >= MAX_PLACES:
                return
            self._places.add(place)
        text = "".join(traceback.format_exception(kind, error, trace))
        self._show(Problem(WENT_WRONG, self.details(f"{record.getMessage()}\n{text}")))

    def _watch_for_crashes(self) -> None:
        """Keep what a crash of the interpreter leaves, and tell once of an earlier one."""
        path = self._logs / CRASH_FILE
        try:
            left = path.read_bytes()[:MAX_LINE].decode(errors="replace") if path.exists() else ""
            if left.strip():
                os.replace(path, self._logs / LAST_CRASH_FILE)
                self._show(Problem(ENDED, self.details(left), serious=False))
            self._crash_file = open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w")  # noqa: SIM115
        except OSError:
            return
        before = faulthandler.is_enabled()
        faulthandler.enable(self._crash_file)
        self._undo += [self._crash_file.close, lambda: _forget_crashes(before)]


class _Redacting(logging.Formatter):
    """A line of the log: UTC, level, thread, logger, message; no secret, bounded."""

    def __init__(self, clean: Callable[[str], str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s")
        self._clean = clean

    def format(self, record: logging.LogRecord) -> str:
        # Cut afterwards: half of a secret would not be known for one.
        return self._clean(super().format(record))[-MAX_LINE:]


class _Listener(logging.Handler):
    """Hands every record on, with its line."""

    def __init__(
        self, heard: Callable[[logging.LogRecord, str], None], formatter: logging.Formatter
    ) -> None:
        super().__init__(logging.INFO)
        self._heard = heard
        self.setFormatter(formatter)

    def emit(self, record: logging.LogRecord) -> None:
        # An error in here must not become a record that comes here again.
        with contextlib.suppress(Exception):
            self._heard(record, self.format(record))


class _LogFile(RotatingFileHandler):
    """Readable by this user only; silent where the disk is full."""

    def _open(self) -> TextIOWrapper:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        return open(os.open(self.baseFilename, flags, 0o600), "a", encoding="utf-8")

    def handleError(self, record: logging.LogRecord) -> None:
        return


def _log_file(path: Path, formatter: logging.Formatter) -> logging.Handler:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = _LogFile(path, maxBytes=MAX_LOG_BYTES, backupCount=LOGS_KEPT, errors="replace")
    handler.setLevel(logging.INFO)
    handler.setFormatter(formatter)
    return handler


def _place(kind: type[BaseException], trace: TracebackType | None) -> str:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    return f"{kind.__name__} {where}"


def _on_exception(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logger.critical("Unhandled error", exc_info=(kind, error, trace))


def _on_thread_exception(args: threading.ExceptHookArgs) -> None:
    if args.exc_type is SystemExit or args.exc_value is None:
        return
    name = args.thread.name if args.thread else "a thread"
    logger.critical(
        "Unhandled error in %s", name, exc_info=(args.exc_type, args.exc_value, args.exc_traceback)
    )


def _on_unraisable(args: sys.UnraisableHookArgs) -> None:
    if args.exc_value is None:
        return
    logger.error(
        "Unhandled error: %s",
        args.err_msg or "in a callback",
        exc_info=(args.exc_type, args.exc_value, args.exc_traceback),
    )


def _on_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    logging.getLogger("qt").log(
        _QT_LEVELS.get(kind, logging.WARNING), "%s: %s", context.category or "default", message
    )


def _forget_crashes(enabled_before: bool) -> None:
    faulthandler.disable()
    if enabled_before and sys.__stderr__ is not None:
        faulthandler.enable(sys.__stderr__)


def _restore(
    exception: Callable[..., object],
    thread: Callable[..., object],
    unraisable: Callable[..., object],
) -> None:
    sys.excepthook = exception
    threading.excepthook = thread
    sys.unraisablehook = unraisable


def _versions() -> str:
    # Imported here: slow, and only a report needs them.
    import platform  # noqa: PLC0415

    import PySide6  # noqa: PLC0415

    from interview_desktop.config import APP_NAME, APP_VERSION  # noqa: PLC0415

    return (
        f"{APP_NAME} {APP_VERSION}\n"
        f"Python {platform.python_version()}, PySide6 {PySide6.__version__}\n"
        f"{platform.platform()}"
    )
