"""Copies of the database that the server makes by itself, in `backups/` of its data folder."""

from __future__ import annotations

import contextlib
import errno
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from server.storage.durable import stamp, sync_file, sync_folder
from server.storage.integrity import (
    FILES,
    DamagedError,
    Stop,
    damage_named,
    integrity_check,
    never,
    stoppable,
)
from server.storage.sqlite import is_full, reading, sqlite_module

FOLDER = "backups"
NEWEST, DAYS, WEEKS = 5, 7, 4
DAY_S = 24 * 3600
_NAME = re.compile(r"(?P<schema>[0-9a-z]{1,20})-(?P<time>[0-9]{8}T[0-9]{6}Z)\.sqlite3")
# What the copy's disk must have beyond the copy.
MARGIN_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One copy; `taken_at` in seconds since 1970."""

    path: Path
    schema: str
    taken_at: int


def copy_database(source: Path, target: Path, stop: Stop = never) -> None:
    """A whole copy of a database that may be in use, checked; `target` is there only if it is.

    Readers and writers go on meanwhile. Blocks.

    Raises:
        DamagedError: the source, or what was written, is broken.
        OSError: the disk is full or fails.
        StoppedError: `stop` said so.
    """
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        # Made empty beforehand, so that it is private from its first byte on.
        part.touch(mode=0o600)
        with damage_named(), reading(source) as connection, stoppable(connection, stop):
            connection.execute("VACUUM INTO ?", (str(part),))
        integrity_check(part, stop, immutable=True)
        # VACUUM INTO leaves that to its caller.
        sync_file(part)
        part.replace(target)
        sync_folder(target.parent)
    except sqlite_module().DatabaseError as error:
        if is_full(error):
            raise OSError(errno.ENOSPC, "The disk has no room for the backup") from error
        raise OSError(errno.EIO, f"The backup could not be written: {error}") from error
    finally:
        for left in (part, part.with_name(part.name + "-journal")):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)


def needed_bytes(data_dir: Path) -> int:
    """How much room a copy of the database may take, at most."""
    present = (data_dir / name for name in FILES[:2])
    return MARGIN_BYTES + sum(file.stat().st_size for file in present if file.exists())


def take_snapshot(data_dir: Path, schema: str, stop: Stop = never) -> Snapshot:
    """Copy the database into `backups/`, and let go of old copies.

    Raises:
        DamagedError: the database is broken; no copy is let go of then.
        OSError: the disk has no room (ENOSPC) or fails.
        StoppedError: `stop` said so.
    """
    folder = data_dir / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    for left in folder.glob("*.part*"):
        # Of a process that was killed meanwhile.
        left.unlink(missing_ok=True)
    needed, free = needed_bytes(data_dir), shutil.disk_usage(folder).free
    if free < needed:
        missing_mb = -(-(needed - free) // 1_000_000)
        raise OSError(
            errno.ENOSPC, f"The disk has no room for a backup of the data: free {missing_mb} MB"
        )
    taken_at = int(time.time())
    target = folder / f"{schema}-{stamp(taken_at)}.sqlite3"
    copy_database(data_dir / FILES[0], target, stop)
    thin(folder, taken_at)
    return Snapshot(target, schema, taken_at)


def snapshots(data_dir: Path) -> list[Snapshot]:
    """Every copy, newest first."""
    found = []
    for path in (data_dir / FOLDER).glob("*.sqlite3"):
        if match := _NAME.fullmatch(path.name):
            with contextlib.suppress(ValueError):
                found.append(Snapshot(path, match["schema"], _seconds(match["time"])))
    return sorted(found, key=lambda one: (one.taken_at, one.schema), reverse=True)


def _seconds(text: str) -> int:
    import calendar  # noqa: PLC0415  (not at the server's start)

    return calendar.timegm(time.strptime(text, "%Y%m%dT%H%M%SZ"))


def newest_whole(data_dir: Path) -> Snapshot | None:
    """The newest copy that can be restored: each is read to its end before it is named."""
    for one in snapshots(data_dir):
        with contextlib.suppress(DamagedError, OSError, sqlite_module().DatabaseError):
            integrity_check(one.path, immutable=True)
            return one
    return None


def thin(folder: Path, now: int) -> None:
    """Keep the newest, one for each of the last days and one for each of the last weeks."""
    found = snapshots(folder.parent)
    kept = {one.path for one in found[:NEWEST]}
    for period_s, count in ((DAY_S, DAYS), (7 * DAY_S, WEEKS)):
        latest: dict[int, Path] = {}
        for one in found:
            if now - one.taken_at < count * period_s:
                latest.setdefault(one.taken_at // period_s, one.path)
        kept.update(latest.values())
    for one in found:
        if one.path not in kept:
            one.path.unlink(missing_ok=True)
