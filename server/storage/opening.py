"""Opens the data of a folder for a server, or says in one sentence why that must not be."""

from __future__ import annotations

import contextlib
import errno
import logging
import shlex
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from server.storage.engine import DamagedError, Database
from server.storage.instance import (
    CHECK_EVERY_S,
    Instance,
    ended_unclean,
    mark_ended,
    mark_running,
    name_instance,
    note_checked,
    read_instance,
    write_instance,
)
from server.storage.instance_lock import FolderInUseError, InstanceLock
from server.storage.integrity import DATABASE, Found, keep_aside, look, quick_check
from server.storage.migrate import HEAD, SchemaTooNewError, migrate, refuse_newer
from server.storage.reserve import Reserve
from server.storage.snapshots import newest_whole, take_snapshot
from server.storage.swap import finish_swap, swap_waits

logger = logging.getLogger(__name__)

DAMAGED, NEWER, LOCKED, NO_ROOM = "damaged", "newer", "locked", "no_room"


class RefusedError(Exception):
    """The data cannot be opened as they are; the text is one plain sentence or two.

    Args:
        reason: one of the words above, for a program.
        detail: for a person.
        backup: the newest copy that can be restored, where the data are damaged.
    """

    def __init__(self, reason: str, detail: str, backup: Path | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.backup = backup


@contextlib.contextmanager
def claimed(data_dir: Path, wait_s: float = 0.0) -> Iterator[InstanceLock]:
    """Hold the data folder.

    Raises:
        RefusedError: another process has it.
    """
    lock = InstanceLock(data_dir)
    try:
        lock.claim(wait_s)
    except FolderInUseError as error:
        raise RefusedError(LOCKED, str(error)) from error
    try:
        yield lock
    finally:
        lock.close()


def open_to_serve(data_dir: Path) -> Database:
    """The database of the one server of this folder; its lock is held by the caller.

    Raises:
        RefusedError: it is damaged, newer, or there is no room to migrate it.
    """
    reserve = Reserve(data_dir)
    with _no_room_told():
        # Even to start takes some room.
        reserve.find()
        finish_swap(data_dir)
        instance = read_instance(data_dir)
        found = _checked(data_dir, instance)
        mark_running(data_dir)
        try:
            return _opened(data_dir, found, instance, reserve)
        except DamagedError as error:
            raise _damaged(data_dir, error, aside=True) from error


def open_beside(data_dir: Path) -> Database:
    """The database for a short command, beside a live server or without one.

    Raises:
        RefusedError: as for a server; also where it would have to be changed under a live one.
    """
    with _no_room_told():
        complete_restore(data_dir)
        instance = read_instance(data_dir)
        found = _checked(data_dir, instance, thorough=False)
        if found.schema == HEAD:
            return Database(data_dir / DATABASE)
        with claimed(data_dir):
            return _opened(data_dir, found, instance, None)


def refused_for_damage(database: Database) -> RefusedError:
    """What to say where a server met damage before it could answer a request; it is closed."""
    return _damaged(database.path.parent, DamagedError(database.damage or "unknown"), aside=True)


def complete_restore(data_dir: Path) -> None:
    """Finish a restore that was killed half-way, where there is one.

    Raises:
        RefusedError: another process has the folder.
    """
    if swap_waits(data_dir):
        with claimed(data_dir):
            finish_swap(data_dir)


def close_in_order(database: Database) -> None:
    """Note that nothing needs to be checked at the next start, if it was closed in order."""
    if database.closed and database.damage is None:
        mark_ended(database.path.parent)


def _checked(data_dir: Path, instance: Instance | None, *, thorough: bool = True) -> Found:
    path = data_dir / DATABASE
    try:
        found = look(path)
        if instance is not None and found.schema is None:
            # Never a fresh start: there were data.
            raise DamagedError("the file is empty" if path.exists() else "the file is missing")
        refuse_newer(found.schema)
        now = int(time.time())
        due = instance is not None and not 0 <= now - instance.checked_at < CHECK_EVERY_S
        if thorough and found.schema is not None and (ended_unclean(data_dir) or due):
            quick_check(path)
            if instance is not None:
                note_checked(data_dir, instance, now)
    except DamagedError as error:
        raise _damaged(data_dir, error, aside=thorough) from error
    except SchemaTooNewError as error:
        raise RefusedError(NEWER, str(error)) from error
    return found


def _damaged(data_dir: Path, error: DamagedError, *, aside: bool) -> RefusedError:
    if aside:
        keep_aside(data_dir)
    snapshot = newest_whole(data_dir)
    if snapshot is None:
        advice = "There is no backup in the data folder; restore one that is kept elsewhere with: "
        command = _restore_command("FILE", data_dir)
    else:
        taken = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(snapshot.taken_at))
        advice = f"The newest backup is of {taken}; restore it with: "
        command = _restore_command(shlex.quote(str(snapshot.path)), data_dir)
    detail = f"{error.strerror} Nothing was deleted. {advice}{command}"
    return RefusedError(DAMAGED, detail, snapshot.path if snapshot else None)


def _restore_command(file: str, data_dir: Path) -> str:
    installed = Path(sys.argv[0]).stem == "interview-server"
    program = "interview-server" if installed else "python3 -m server"
    return f"{program} restore {file} --data-dir {shlex.quote(str(data_dir))}"


def _opened(
    data_dir: Path, found: Found, instance: Instance | None, reserve: Reserve | None
) -> Database:
    database = Database(data_dir / DATABASE, reserve)
    try:
        if found.schema != HEAD:
            migrate(database.writer, before=lambda version: take_snapshot(data_dir, version))
        name = found.instance or name_instance(database.writer)
        if instance is None or instance.id != name:
            if instance is not None and instance.id:
                logger.warning("The data folder holds another database than before")
            write_instance(data_dir, Instance(name, int(time.time())))
        if reserve is not None:
            # After the migration, whose backup may have needed the room.
            reserve.make()
    except BaseException:
        database.close()
        raise
    return database


@contextlib.contextmanager
def _no_room_told() -> Iterator[None]:
    try:
        yield
    except DamagedError:
        raise
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        detail = f"{error.strerror}. Nothing was changed."
        raise RefusedError(NO_ROOM, detail[0].upper() + detail[1:]) from error
