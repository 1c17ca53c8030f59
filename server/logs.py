"""Logging to stderr: text or one JSON object a line, with secrets removed and requests by id."""

from __future__ import annotations

import logging
import re
import sys
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import msgspec

from server.redaction import redacted

# The id of the request that is being answered; every line of the log carries it.
request_id: ContextVar[str] = ContextVar("request_id", default="")
ACCESS = "server.access"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Access:
    """What the log tells of a request: its route's template, never its path.

    Every part is ours, so nothing in it has to be looked through for secrets.
    """

    method: str
    route: str
    status: int
    duration_ms: float
    bytes: int

    def __str__(self) -> str:
        """As a line of text."""
        return (
            f"{self.method} {self.route} {self.status} {self.duration_ms:.1f} ms {self.bytes} bytes"
        )


class TextFormatter(logging.Formatter):
    """`time level logger: message (request id)`; every further line is indented.

    So no text of a request can look like a line of its own.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line without secrets and without control characters."""
        current = request_id.get()
        start = f"{_utc(record.created)} {record.levelname} {record.name}: "
        end = f" (request {current})" if current else ""
        if isinstance(record.msg, Access):
            return f"{start}{record.msg}{end}"
        lines = [f"{start}{escaped(redacted(record.getMessage()))}{end}"]
        lines += (f"    {escaped(line)}" for line in redacted(self._trace(record)).splitlines())
        return "\n".join(lines)

    def _trace(self, record: logging.LogRecord) -> str:
        parts = []
        if record.exc_info:
            parts.append(self.formatException(record.exc_info))
        if record.stack_info:
            parts.append(self.formatStack(record.stack_info))
        return "\n".join(parts)


class JsonFormatter(TextFormatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The object, without secrets."""
        line: dict[str, Any] = {
            "time": _utc(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        access = record.msg
        if isinstance(access, Access):
            line["message"] = "request"
            line |= {"method": access.method, "route": access.route, "status": access.status}
            line |= {"duration_ms": round(access.duration_ms, 2), "bytes": access.bytes}
        else:
            line["message"] = _encodable(redacted(record.getMessage()))
            if trace := self._trace(record):
                line["traceback"] = _encodable(redacted(trace))
        if current := request_id.get():
            line["request_id"] = current
        return msgspec.json.encode(line).decode()


def escaped(text: str) -> str:
    """`text` in one line that a terminal shows as it is."""
    return _CONTROL.sub(lambda found: repr(found.group())[1:-1], text)


def _encodable(text: str) -> str:
    # JSON escapes the other control characters by itself; a half of a pair is no text at all.
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


_second = (0, "")


def _utc(created_s: float) -> str:
    global _second  # noqa: PLW0603  (one tuple, replaced whole: any thread may)
    whole = int(created_s)
    second, text = _second
    if second != whole:
        text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole))
        _second = (whole, text)
    return f"{text}.{int((created_s - whole) * 1000):03d}Z"


def set_up(level: str, form: str, *, access: bool) -> None:
    """Send every logger of the process, uvicorn's too, through one redacting handler.

    Args:
        level: debug, info, warning or error.
        form: text or json.
        access: whether each request gets a line.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    # Nobody reads of a line which thread and process wrote it; finding out costs each line.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    if not access:
        logging.getLogger(ACCESS).setLevel(logging.WARNING)
    for noisy in ("aioice", "aiortc", "alembic", "libav"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
