"""Logging to stderr, with secrets removed."""

from __future__ import annotations

import logging
import re
import sys

_SECRET = re.compile(
    r"(sk-[A-Za-z0-9_-]{6,}|ek_[A-Za-z0-9._-]{6,}|eyJ[A-Za-z0-9._-]{10,}|(?i:bearer)\s+\S+"
    r"|a=ice-pwd:\S+)"
)


class RedactingFormatter(logging.Formatter):
    """Formats as usual, then replaces whatever looks like a secret, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """The line without secrets and without control characters that forge lines."""
        return _SECRET.sub("[removed]", super().format(record)).replace("\r", "\\r")


def set_up(level: str) -> None:
    """Send every logger of the process, uvicorn's too, through one redacting handler."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    # One line a request would name every interview that is read.
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)
    for noisy in ("aioice", "aiortc", "alembic", "libav"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
