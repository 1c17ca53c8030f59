"""A backup in one file: the database, the recordings that it names, and a list with hashes.

An uncompressed tar, so that any system can look inside; recordings are compressed already. The
list comes last: what it says of a recording is known when the recording has been read.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import msgspec

from server.storage.durable import sync_file, sync_folder
from server.storage.integrity import DATABASE, Stop, StoppedError, look, never, row_counts
from server.storage.snapshots import copy_database
from server.storage.sqlite import reading

FORMAT = 1
MANIFEST = "manifest.json"
ARCHIVE = "backup.tar"
RECORDINGS = "recordings"
# Told now and then: what is being done, how many of how many.
Progress = Callable[[str, int, int], None]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a backup holds.

    Args:
        format: of the archive.
        created_at: seconds since 1970.
        schema: of the database.
        program: the version that made it.
        sha256: of each member, by its name.
        rows: how many each table has.
        left_out: recordings that were deleted while the backup was made, or lay nowhere.
    """

    format: int
    created_at: int
    schema: str
    program: str
    sha256: dict[str, str]
    rows: dict[str, int]
    left_out: list[str]


class BackupError(Exception):
    """A backup that cannot be made or used; the text is one plain sentence."""


def quiet(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def member_of(recording_id: str) -> str:
    """The name of a recording in the archive."""
    return f"{RECORDINGS}/{recording_id}.opus"


def named_recordings(database: Path, *, immutable: bool = False) -> dict[str, int]:
    """How many bytes of each recording are safe, by its id."""
    with reading(database, immutable=immutable) as connection:
        return dict(connection.execute("SELECT id, received FROM recordings ORDER BY id"))


def make_backup(
    data_dir: Path,
    target: Path,
    program: str,
    stop: Stop = never,
    progress: Progress = quiet,
) -> Manifest:
    """Write everything into `target`, beside a live server or without one. Blocks.

    Raises:
        BackupError: there is nothing to back up, or `target` exists.
        DamagedError: the database is broken.
        OSError: a disk is full or fails.
        StoppedError: `stop` said so. After any error there is no file.
    """
    if target.exists() or target.is_symlink():
        raise BackupError(f"{target} exists already: choose another name.")
    if not target.parent.is_dir():
        raise BackupError(f"There is no folder {target.parent}.")
    if not (data_dir / DATABASE).exists():
        raise BackupError(f"There are no data in {data_dir}.")
    # A folder of its own: no file of somebody else has a name in it.
    work = target.with_name(target.name + ".part")
    _new_work_folder(work)
    copy, part = work / DATABASE, work / ARCHIVE
    try:
        progress("Copying the database", 0, 1)
        copy_database(data_dir / DATABASE, copy, stop)
        part.touch(mode=0o600)
        manifest = _write_archive(data_dir, copy, part, program, stop, progress)
        sync_file(part)
        if stop():
            raise StoppedError
        if target.exists():
            raise BackupError(f"{target} exists already: choose another name.")
        part.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise OSError(
            errno.ENOSPC, f"There is no room for the backup in {target.parent}"
        ) from error
    finally:
        _remove_work_folder(work)
    return manifest


def _new_work_folder(work: Path) -> None:
    try:
        if work.is_dir() and not work.is_symlink():
            # Of a backup that was killed.
            _remove_work_folder(work)
        work.mkdir(mode=0o700)
    except FileExistsError:
        raise BackupError(f"{work} is in the way: choose another name.") from None


def _remove_work_folder(work: Path) -> None:
    """Remove what is ours; what is not stays, with the folder."""
    for left in (*work.glob(f"{DATABASE}*"), work / ARCHIVE):
        with contextlib.suppress(OSError):
            left.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        work.rmdir()


def _write_archive(
    data_dir: Path, copy: Path, part: Path, program: str, stop: Stop, progress: Progress
) -> Manifest:
    schema = look(copy, immutable=True).schema
    if schema is None:
        raise BackupError(f"There are no data in {data_dir}.")
    created_at = int(time.time())
    hashes: dict[str, str] = {}
    left_out = []
    with tarfile.open(part, "w", format=tarfile.PAX_FORMAT) as archive:

        def add(name: str, file: IO[bytes], size: int) -> None:
            member = _member(name, size, created_at)
            reader = _Hashing(file, stop)
            archive.addfile(member, reader)  # type: ignore[arg-type]  # it only reads
            hashes[name] = reader.hash.hexdigest()

        with copy.open("rb") as file:
            add(DATABASE, file, copy.stat().st_size)
        recordings = named_recordings(copy, immutable=True)
        for number, (recording_id, size) in enumerate(recordings.items()):
            progress("Copying recordings", number, len(recordings))
            try:
                # Once open it can be read to its end, even if it is deleted meanwhile.
                with (data_dir / member_of(recording_id)).open("rb") as file:
                    if file.seek(0, io.SEEK_END) < size:
                        left_out.append(recording_id)
                        continue
                    file.seek(0)
                    add(member_of(recording_id), file, size)
            except FileNotFoundError:
                # Nothing of it was sent yet, or it is gone.
                left_out.append(recording_id)
        manifest = Manifest(
            FORMAT,
            created_at,
            schema,
            program,
            hashes,
            row_counts(copy, immutable=True),
            left_out,
        )
        data = msgspec.json.format(msgspec.json.encode(manifest))
        archive.addfile(_member(MANIFEST, len(data), created_at), io.BytesIO(data))
    return manifest


def _member(name: str, size: int, created_at: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = size, created_at, 0o600
    return member


class _Hashing:
    """A file that is hashed as it is read."""

    def __init__(self, file: IO[bytes], stop: Stop) -> None:
        self._file = file
        self._stop = stop
        self.hash: Any = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """The next bytes."""
        if self._stop():
            raise StoppedError
        data = self._file.read(size)
        self.hash.update(data)
        return data
