"""Takes a backup's data as the present ones, after everything about it has been checked."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from server.storage.backup import (
    FORMAT,
    MANIFEST,
    RECORDINGS,
    BackupError,
    Manifest,
    Progress,
    member_of,
    named_recordings,
    quiet,
)
from server.storage.durable import sync_file, sync_folder
from server.storage.integrity import (
    DATABASE,
    DamagedError,
    Stop,
    StoppedError,
    foreign_key_faults,
    integrity_check,
    look,
    never,
    row_counts,
)
from server.storage.migrate import SchemaTooNewError, refuse_newer
from server.storage.sqlite import sqlite_module
from server.storage.swap import STAGING, begin_swap, finish_swap

# The list names each recording once, in about 150 bytes.
MAX_MANIFEST_BYTES = 256 * 1024 * 1024
MARGIN_BYTES = 16 * 1024 * 1024
_PIECE = 1024 * 1024
_SQLITE_MAGIC = b"SQLite format 3\x00"
# Names of our own making and no others: no path leads out of the folder.
_RECORDING = re.compile(r"recordings/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.opus")


@dataclass(frozen=True, slots=True)
class Restored:
    """What took the place of the former data, and where those are."""

    schema: str
    recordings: int | None
    aside: Path


def restore_backup(
    data_dir: Path, source: Path, stop: Stop = never, progress: Progress = quiet
) -> Restored:
    """Check `source`, then put its data in the place of the present ones. Blocks.

    The folder's lock is the caller's. `source` is an archive of `make_backup`, or a copy of the
    database alone, which leaves the recordings as they are.

    Raises:
        BackupError: it cannot be used; nothing was touched.
        OSError: the disk is full or fails before anything was touched.
        StoppedError: `stop` said so before anything was touched.
    """
    finish_swap(data_dir)
    staging = data_dir / STAGING
    shutil.rmtree(staging, ignore_errors=True)
    if not source.is_file():
        raise BackupError(f"There is no file {source}.")
    staging.mkdir(mode=0o700)
    try:
        with source.open("rb") as file:
            alone = file.read(len(_SQLITE_MAGIC)) == _SQLITE_MAGIC
        if alone:
            manifest = None
            _take_database(source, staging, stop, progress)
        else:
            manifest = _take_archive(source, staging, stop, progress)
        schema = _checked(staging, manifest, stop, progress)
        sync_folder(staging)
        if stop():
            raise StoppedError
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    recordings = None if manifest is None else len(manifest.sha256) - 1
    return Restored(schema, recordings, begin_swap(data_dir))


def _take_database(source: Path, staging: Path, stop: Stop, progress: Progress) -> None:
    if any(Path(f"{source}{ending}").exists() for ending in ("-wal", "-journal")):
        raise BackupError(f"{source} is in use, or belongs to a server: it is no backup.")
    size = source.stat().st_size
    _need(staging, size)
    progress("Reading the backup", 0, 1)
    with source.open("rb") as file:
        _copy(file, staging / DATABASE, size, stop)


def _take_archive(source: Path, staging: Path, stop: Stop, progress: Progress) -> Manifest:
    """Unpack and compare every hash."""
    (staging / RECORDINGS).mkdir(mode=0o700)
    _need(staging, source.stat().st_size)
    hashes: dict[str, str] = {}
    manifest = None
    try:
        with tarfile.open(source, "r:") as archive:
            for member in archive:
                if not _expected(member) or member.name in hashes or manifest is not None:
                    raise BackupError("The backup holds something that this program never writes.")
                file = archive.extractfile(member)
                assert file is not None  # a regular file
                if member.name == MANIFEST:
                    manifest = _manifest(file.read())
                    continue
                progress("Reading the backup", member.offset, source.stat().st_size)
                hashes[member.name] = _copy(file, staging / member.name, member.size, stop)
    except tarfile.TarError as error:
        raise BackupError(f"{source} is not a whole backup: {error}.") from error
    if manifest is None:
        raise BackupError(f"{source} is not a whole backup: its list is missing.")
    if hashes != manifest.sha256 or DATABASE not in hashes:
        raise BackupError(f"{source} is damaged: what it holds is not what its list says.")
    sync_folder(staging / RECORDINGS)
    return manifest


def _expected(member: tarfile.TarInfo) -> bool:
    if not member.isreg() or member.issparse() or member.size < 0:
        return False
    if member.name == MANIFEST:
        return member.size <= MAX_MANIFEST_BYTES
    return member.name == DATABASE or _RECORDING.fullmatch(member.name) is not None


def _manifest(data: bytes) -> Manifest:
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise BackupError(
            "The backup's list cannot be read: it is damaged, or of a newer version."
        ) from None
    if manifest.format != FORMAT:
        raise BackupError("The backup was written by a newer version of this program.")
    return manifest


def _copy(file: IO[bytes], target: Path, size: int, stop: Stop) -> str:
    """Write `size` bytes of `file`; their hash."""
    digest, left = hashlib.sha256(), size
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as written:
        while left > 0:
            if stop():
                raise StoppedError
            data = file.read(min(_PIECE, left))
            if not data:
                raise BackupError("The backup ends too early.")
            digest.update(data)
            written.write(data)
            left -= len(data)
    sync_file(target)
    return digest.hexdigest()


def _need(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < size + MARGIN_BYTES:
        missing_mb = -(-(size + MARGIN_BYTES - free) // 1_000_000)
        raise OSError(errno.ENOSPC, f"The disk has no room to restore: free {missing_mb} MB")


def _checked(staging: Path, manifest: Manifest | None, stop: Stop, progress: Progress) -> str:
    """The schema of what was unpacked, if all of it fits together."""
    progress("Checking the backup", 0, 1)
    database = staging / DATABASE
    try:
        integrity_check(database, stop, immutable=True)
        schema = look(database, immutable=True).schema
        refuse_newer(schema)
        faults = foreign_key_faults(database, stop, immutable=True)
        if schema is None or faults:
            raise BackupError("The backup's database is not one of this program.")
        if manifest is not None:
            _fits(staging, manifest, schema)
    except DamagedError as error:
        raise BackupError(f"The backup cannot be used. {error.strerror}") from error
    except SchemaTooNewError:
        raise BackupError(
            "The backup was written by a newer version of this program. Install that version."
        ) from None
    except sqlite_module().DatabaseError as error:
        raise BackupError(f"The backup's database cannot be read: {error}.") from error
    return schema


def _fits(staging: Path, manifest: Manifest, schema: str) -> None:
    database = staging / DATABASE
    if manifest.schema != schema or manifest.rows != row_counts(database, immutable=True):
        raise BackupError("The backup is damaged: its database is not what its list says.")
    named = named_recordings(database, immutable=True)
    absent = set(manifest.left_out)
    for recording_id, size in named.items():
        here = 0
        with contextlib.suppress(FileNotFoundError):
            here = (staging / member_of(recording_id)).stat().st_size
        if recording_id not in absent and here != size:
            raise BackupError("The backup is damaged: a recording is not what its list says.")
    if not {name for name in manifest.sha256 if name != DATABASE} <= set(map(member_of, named)):
        raise BackupError("The backup holds something that this program never writes.")
