"""SQLite itself: which one, what its errors mean, connections beside the engine's."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

logger = logging.getLogger(__name__)

BUSY_TIMEOUT_MS = 5000
# The first release without the fault that could corrupt a WAL database with two connections.
SAFE_SQLITE = (3, 51, 3)
# Primary result codes. Source: sqlite.org/rescode.html.
CORRUPT, FULL, NOT_A_DATABASE = 11, 13, 26
# Also found in what the driver says without a code.
_DAMAGE_WORDS = ("malformed", "not a database", "unsupported file format")
FULL_WORDS = "database or disk is full"


@cache
def sqlite_module() -> ModuleType:
    """SQLite of our own choice where a wheel brings it, else the interpreter's."""
    try:
        import pysqlite3.dbapi2 as module  # noqa: PLC0415
    except ImportError:
        module = sqlite3
    if tuple(module.sqlite_version_info) < SAFE_SQLITE:
        logger.warning(
            "SQLite %s has a known fault in its write-ahead log; %s or newer is wanted",
            module.sqlite_version,
            ".".join(map(str, SAFE_SQLITE)),
        )
    chosen: ModuleType = module
    return chosen


def is_damage(error: BaseException | None) -> bool:
    """Whether SQLite says with this error that the file is broken."""
    return _code(error) in (CORRUPT, NOT_A_DATABASE) or any(
        words in str(error) for words in _DAMAGE_WORDS
    )


def is_full(error: BaseException | None) -> bool:
    """Whether SQLite says with this error that the disk has no room."""
    return _code(error) == FULL or FULL_WORDS in str(error)


def _code(error: BaseException | None) -> int:
    return int(getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


@contextlib.contextmanager
def reading(path: Path, *, immutable: bool = False) -> Iterator[Any]:
    """A connection of the driver's own that cannot write, not even fold in the log at its end.

    Args:
        path: the database; it must exist.
        immutable: nobody writes it, so that no file needs to be made beside it.
    """
    options = "immutable=1" if immutable else "mode=ro"
    connection = sqlite_module().connect(
        f"{path.absolute().as_uri()}?{options}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_TIMEOUT_MS / 1000,
    )
    try:
        yield connection
    finally:
        connection.close()
