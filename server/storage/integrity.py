"""Whether a database is whole: looked at without changing a byte of it."""

from __future__ import annotations

import contextlib
import errno
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.storage.durable import new_folder, stamp, sync_folder
from server.storage.sqlite import is_damage, reading, sqlite_module

DATABASE = "interviews.sqlite3"
# The database, then what belongs to it. Moved in this order: without its database a log is
# nothing, but a database without its log would open as an older one.
FILES = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm")
ASIDE_PREFIX = "damaged-"
ASIDE_EVERY_S = 24 * 3600
# Virtual machine steps between two looks at whether to go on.
STEPS = 20_000
MAX_FINDINGS = 20


class DamagedError(OSError):
    """The database is broken; the text says what was found, nothing of what it holds."""

    def __init__(self, found: str) -> None:
        super().__init__(errno.EIO, f"The database is damaged: {found}.")


class StoppedError(Exception):
    """Long work was told to stop."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a database says of itself; None for what it does not know."""

    schema: str | None
    instance: str | None


# Asked now and then during long work; true ends it.
Stop = Callable[[], bool]


def never() -> bool:
    """Go on to the end."""
    return False


@contextlib.contextmanager
def damage_named() -> Iterator[None]:
    """Turn what SQLite says of a broken file into `DamagedError`."""
    try:
        yield
    except sqlite_module().DatabaseError as error:
        if is_damage(error):
            raise DamagedError(str(error)) from error
        raise


@contextlib.contextmanager
def stoppable(connection: Any, stop: Stop) -> Iterator[None]:
    """End the running statement when `stop` says so.

    Raises:
        StoppedError: it was.
    """
    stopped = False

    def look() -> int:
        nonlocal stopped
        stopped = stopped or stop()
        return int(stopped)

    connection.set_progress_handler(look, STEPS)
    try:
        yield
    except sqlite_module().DatabaseError:
        if stopped:
            raise StoppedError from None
        raise
    finally:
        connection.set_progress_handler(None, 0)


def look(path: Path, *, immutable: bool = False) -> Found:
    """The schema and the id of a database; neither where the file is missing or empty.

    Raises:
        DamagedError: it cannot be read.
    """
    if not path.exists() or path.stat().st_size == 0:
        return Found(None, None)
    with damage_named(), reading(path, immutable=immutable) as connection:
        names = {
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        schema = instance = None
        if "alembic_version" in names:
            schema = _one(connection, "SELECT version_num FROM alembic_version")
        if "facts" in names:
            instance = _one(connection, "SELECT value FROM facts WHERE name = 'instance'")
        return Found(schema, instance)


def _one(connection: Any, query: str) -> str | None:
    row = connection.execute(query).fetchone()
    return None if row is None else str(row[0])


def quick_check(path: Path, stop: Stop = never) -> None:
    """Read every page, without comparing indexes.

    Raises:
        DamagedError: something is wrong.
    """
    _check(path, "PRAGMA quick_check", stop, immutable=False)


def integrity_check(path: Path, stop: Stop = never, *, immutable: bool = False) -> None:
    """Read every page, and compare every index with its table.

    Raises:
        DamagedError: something is wrong.
    """
    _check(path, "PRAGMA integrity_check", stop, immutable=immutable)


def _check(path: Path, pragma: str, stop: Stop, *, immutable: bool) -> None:
    with damage_named(), reading(path, immutable=immutable) as connection:
        with stoppable(connection, stop):
            rows = [str(row[0]) for row in connection.execute(f"{pragma}({MAX_FINDINGS})")]
        if rows != ["ok"]:
            # The findings name tables and pages, never what stands in them.
            raise DamagedError(rows[0].splitlines()[-1].strip(" .") if rows else "no answer")


def foreign_key_faults(path: Path, stop: Stop = never, *, immutable: bool = False) -> int:
    """How many rows point at a row that is not there."""
    with (
        damage_named(),
        reading(path, immutable=immutable) as connection,
        stoppable(connection, stop),
    ):
        return len(connection.execute("PRAGMA foreign_key_check").fetchall())


def row_counts(path: Path, *, immutable: bool = False) -> dict[str, int]:
    """How many rows each table has, by its name."""
    with damage_named(), reading(path, immutable=immutable) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' "
                "AND name NOT LIKE 'sqlite_%' ORDER BY name"
            )
        ]
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for name in names
        }


def keep_aside(data_dir: Path, now_s: float | None = None) -> Path | None:
    """Move a broken database out of the way, at most once a day; where it is, or None.

    Nothing is copied and nothing deleted. A second broken one within a day stays where it lies
    (a restore moves it aside), so that a server that is started again and again fills no disk.
    """
    now_s = time.time() if now_s is None else now_s
    present = [name for name in FILES if (data_dir / name).exists()]
    if not present:
        return None
    recent = [
        folder
        for folder in sorted(data_dir.glob(f"{ASIDE_PREFIX}*"))
        if now_s - folder.stat().st_mtime < ASIDE_EVERY_S
    ]
    if recent and DATABASE in present:
        return None
    # Only what belongs to the database that was being moved when the process was killed.
    folder = recent[-1] if recent else new_folder(data_dir, ASIDE_PREFIX + stamp(now_s))
    for name in present:
        if not (folder / name).exists():
            (data_dir / name).rename(folder / name)
    sync_folder(folder)
    sync_folder(data_dir)
    return folder
