"""Journals on the disk: one append-only file an interview, written by a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import queue
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from weakref import WeakValueDictionary

from interview_desktop.domain.journal import (
    Journal,
    Reading,
    Story,
    compacted,
    line,
    read,
    storable,
    told,
)

logger = logging.getLogger(__name__)

SYNC_EVERY_S = 0.5
# How soon a disk that was full is tried again.
RETRY_S = 1.0
JOIN_TIMEOUT_S = 10.0
CLAIM_LIMIT_S = 15.0
# A journal of this size is made shorter when it is opened: an hour that was written down word by
# word takes a second to read, its lines as they became a tenth of that.
LONG_BYTES = 256 * 1024
SUFFIX = ".jsonl"
DAMAGED_SUFFIX = ".damaged"
SHORTER_SUFFIX = ".shorter"


class JournalInUse(OSError):
    """The interview's journal is being written, and goes on being so."""


class JournalFile:
    """The journal of one interview, open for writing.

    A kill loses nothing that was handed to the system; a power cut loses half a second.

    Thread: made and closed in a worker thread (both block); `journal` belongs to the net thread.
    A second one for the same interview waits until the first is closed.
    `on_stuck(True)` comes from the writer's thread when the disk takes nothing, and `False` when
    it does again; nothing is lost meanwhile.
    """

    def __init__(
        self,
        folder: Path,
        interview_id: str,
        on_stuck: Callable[[bool], None] = lambda stuck: None,
    ) -> None:
        self._path = path_of(folder, interview_id)
        self._on_stuck = on_stuck
        _claim(self._path)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            story, self._size = _story(self._path)
            self._file = _opened_at(self._path, self._size)
        except BaseException:
            _release(self._path)
            raise
        self._queue: queue.SimpleQueue[bytes | Callable[[], None] | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self.failed = False
        self.journal = Journal(story, self._queue.put, self._queue.put)
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def close(self, *, remove: bool = False) -> None:
        """Write the rest and close the file. Idempotent; blocks within a limit.

        `failed` tells afterwards whether something of it could not be written. `remove`: nobody
        needs it any more; the next one who waits for it begins with an empty file.
        """
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
            self._thread.join(JOIN_TIMEOUT_S)
            if self._thread.is_alive():
                logger.error("The journal did not close in time")
                self.failed = True
            try:
                if remove:
                    forget(self._path.parent, self._path.stem)
            finally:
                _release(self._path)

    def _run(self) -> None:
        waiting: list[bytes | Callable[[], None]] = []
        synced_s, dirty, unsafe, stuck, ending = 0.0, False, False, False, False
        while not ending:
            limit_s = None
            if waiting:
                limit_s = RETRY_S
            elif dirty:
                limit_s = max(0.0, synced_s + SYNC_EVERY_S - time.monotonic())
            ending = self._take(waiting, limit_s)
            try:
                dirty = self._write(waiting) or dirty
                if dirty and (ending or time.monotonic() - synced_s >= SYNC_EVERY_S):
                    # One that fails is tried again later, not at once.
                    synced_s, unsafe = time.monotonic(), True
                    os.fsync(self._file)
                    synced_s, dirty, unsafe = time.monotonic(), False, False
            except OSError as error:
                if not stuck:
                    logger.info("The journal cannot be written now: %s", error.strerror)
                    self._on_stuck(True)
                stuck = True
            else:
                if stuck and not unsafe:
                    self._on_stuck(False)
                    stuck = False
        if waiting:
            logger.error("The end of a journal could not be written")
        self.failed = bool(waiting)
        os.close(self._file)

    def _take(self, waiting: list[bytes | Callable[[], None]], limit_s: float | None) -> bool:
        """Add what has come to `waiting`, after at most `limit_s`; True at the end."""
        with contextlib.suppress(queue.Empty):
            one = self._queue.get(timeout=limit_s)
            while one is not None:
                waiting.append(one)
                one = self._queue.get_nowait()
            return True
        return False

    def _write(self, waiting: list[bytes | Callable[[], None]]) -> bool:
        """Write lines and tell who waits for them; True if there was anything to write."""
        wrote = False
        while waiting:
            first = waiting[0]
            if isinstance(first, bytes):
                self._append(first)
                wrote = True
            else:
                first()
            del waiting[0]
        return wrote

    def _append(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._file, view) :]
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self._size)
            raise
        self._size += len(data)


# The files that this process is writing. One writer a file: the next one waits for its end.
_open: set[Path] = set()
_released = threading.Condition()


def _claim(path: Path) -> None:
    with _released:
        if not _released.wait_for(lambda: path not in _open, CLAIM_LIMIT_S):
            raise JournalInUse(f"journal {path.name} is open")
        _open.add(path)


def _release(path: Path) -> None:
    with _released:
        _open.discard(path)
        _released.notify_all()


def is_open(path: Path) -> bool:
    """Whether this process is writing the file."""
    return path in _open


def path_of(folder: Path, interview_id: str) -> Path:
    """The journal of an interview.

    Raises:
        ValueError: this is no interview's id; it would become a file name.
    """
    return folder / f"{uuid.UUID(interview_id)}{SUFFIX}"


def forget(folder: Path, interview_id: str) -> None:
    """Remove what is kept of an interview, a damaged file among it. Blocks."""
    path = path_of(folder, interview_id)
    shorter = path.with_suffix(SHORTER_SUFFIX)
    for one in (path, shorter, *folder.glob(f"{path.stem}*{DAMAGED_SUFFIX}")):
        one.unlink(missing_ok=True)


def _opened_at(path: Path, size: int) -> int:
    """The file, to be appended to after its first `size` bytes."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    file = os.open(path, flags, 0o600)
    try:
        # What a kill left of a line would make the next one unreadable.
        os.ftruncate(file, size)
    except OSError:
        os.close(file)
        raise
    return file


def _read(path: Path) -> tuple[bytes, Reading]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        data = b""
    return data, read(data)


def _story(path: Path) -> tuple[Story, int]:
    """(the story, the bytes its file takes); a damaged file is kept aside, its beginning is used.

    A file that has grown long is replaced by a short one that tells the same.
    """
    data, reading = _read(path)
    if reading.damaged:
        logger.warning("A journal is damaged: its beginning is used, the rest is kept aside")
        aside = path.with_name(f"{path.stem}-{uuid.uuid4().hex[:8]}{DAMAGED_SUFFIX}")
        aside.touch(mode=0o600)
        aside.write_bytes(data)
    story = told(reading.records)
    if reading.good_bytes < LONG_BYTES:
        return story, reading.good_bytes
    short = compacted(story)
    whole = b"".join(line(number, record) for number, record in enumerate(short))
    if 2 * len(whole) > reading.good_bytes:
        return story, reading.good_bytes
    try:
        _replace(path, whole)
    except OSError as error:
        logger.info("A journal could not be made shorter: %s", error.strerror)
        return story, reading.good_bytes
    return told(short), len(whole)


def _replace(path: Path, data: bytes) -> None:
    """Appear at once and whole, also after a power cut."""
    part = path.with_suffix(SHORTER_SUFFIX)
    try:
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(file, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


async def open_journal(
    folder: Path,
    interview_id: str,
    on_stuck: Callable[[bool], None] = lambda stuck: None,
) -> JournalFile:
    """A `JournalFile`, made in a worker thread; whoever is cancelled meanwhile leaves none open.

    Raises:
        OSError: the disk does not take it, or it is in use.
        ValueError: this is no interview's id.
    """
    making = asyncio.create_task(asyncio.to_thread(JournalFile, folder, interview_id, on_stuck))
    try:
        return await asyncio.shield(making)
    except asyncio.CancelledError:
        making.add_done_callback(_close_unwanted)
        raise


def _close_unwanted(making: asyncio.Task[JournalFile]) -> None:
    if not making.cancelled() and making.exception() is None:
        asyncio.get_running_loop().run_in_executor(None, making.result().close)


# What was typed last, by the file it waits for, and who writes it next.
_typed: dict[Path, str] = {}
_turns: WeakValueDictionary[Path, asyncio.Lock] = WeakValueDictionary()


async def write_notes(folder: Path, interview_id: str, text: str) -> None:
    """Write notes down while no call writes the interview's journal.

    However many are typed at once, the last ones stay.

    Thread: the net thread.

    Raises:
        OSError: the disk does not take them.
    """
    path = path_of(folder, interview_id)
    _typed[path] = storable(text)
    # One waits for the file and no more: each of them takes a worker thread.
    async with _turns.setdefault(path, asyncio.Lock()):
        if path not in _typed:
            return
        file = await open_journal(folder, interview_id)
        newest = _typed.pop(path)
        try:
            file.journal.notes(newest)
        finally:
            await asyncio.to_thread(file.close)
        if file.failed:
            _typed.setdefault(path, newest)
            raise OSError(errno.EIO, "The notes could not be written")


async def kept_notes(folder: Path, interview_id: str) -> str | None:
    """Notes that are written down here and wait for the server; None if it has the newest.

    Thread: the net thread.
    """
    _, reading = await asyncio.to_thread(_read, path_of(folder, interview_id))
    story = await asyncio.to_thread(told, reading.records)
    return story.notes if story.notes_wait else None
