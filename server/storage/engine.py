"""The database: one writer thread, four read-only connections, durable commits."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool

from server.storage.integrity import DamagedError
from server.storage.reserve import Reserve
from server.storage.sqlite import BUSY_TIMEOUT_MS, FULL_WORDS, is_damage, is_full, sqlite_module

# `Connection` is what the layers above hand from query to query without looking inside.
__all__ = [
    "Connection",
    "DamagedError",
    "Database",
    "Load",
    "may_use_reserve",
    "prepare_folder",
]

logger = logging.getLogger(__name__)

T = TypeVar("T")
READERS = 4
TRUNCATE_WAIT_MS = 500

_may_use_reserve: ContextVar[bool] = ContextVar("may_use_reserve", default=False)


@contextlib.contextmanager
def may_use_reserve() -> Iterator[None]:
    """Writes inside are let through on a full disk: they delete, or deleting needs them."""
    token = _may_use_reserve.set(True)
    try:
        yield
    finally:
        _may_use_reserve.reset(token)


@dataclass(frozen=True, slots=True)
class Load:
    """How much the database has to do just now."""

    reads_waiting: int
    reads_running: int
    writes_waiting: int
    writes_running: int


class Database:
    """Runs queries in threads: reads in parallel, writes one after the other.

    A write commits before its result is seen (WAL, synchronous=FULL), or leaves nothing.

    Thread: `read` and `write` on the event loop; the functions given run in the pools.
    """

    def __init__(self, path: Path, reserve: Reserve | None = None) -> None:
        self.path = path
        self._reserve = reserve
        # Set by whichever thread finds it, never taken back: a broken file does not heal.
        self._damage: str | None = None
        self._closed = False
        self._writer = _sqlite_engine(path, read_only=False, size=1)
        self._reader = _sqlite_engine(path, read_only=True, size=READERS)
        self._write_pool = ThreadPoolExecutor(1, thread_name_prefix="db-writer")
        self._read_pool = ThreadPoolExecutor(READERS, thread_name_prefix="db-reader")
        self._local = threading.local()
        self._kept: list[Connection] = []
        self._kept_lock = threading.Lock()

    @property
    def writer(self) -> Engine:
        """The writing engine, for migrations before the server accepts requests."""
        return self._writer

    @property
    def damage(self) -> str | None:
        """What was found broken since the start; then nothing is written any more."""
        return self._damage

    @property
    def closed(self) -> bool:
        """Whether it was closed in order, so that its files are at rest."""
        return self._closed

    def mark_damaged(self, found: str) -> None:
        """Write nothing more. Thread: any one."""
        if self._damage is None:
            self._damage = found
            logger.error("The database is damaged and is not written any more: %s", found)

    @property
    def disk_full(self) -> bool:
        """Whether the reserve is in use, so that only deleting works."""
        return self._reserve is not None and not self._reserve.held

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run `query` on a read-only connection, in one consistent view.

        Raises:
            DamagedError: what it needed is broken.
            OSError: the disk is full (ENOSPC).
        """

        def run() -> T:
            with self._named_errors(), self._reading() as connection:
                return query(connection)

        return await asyncio.get_running_loop().run_in_executor(self._read_pool, run)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A view on this thread's own connection, which is kept: taking one costs 30 µs."""
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._reader.connect()
            with self._kept_lock:
                self._kept.append(connection)
        transaction = connection.begin()
        try:
            yield connection
        finally:
            transaction.rollback()

    async def write(self, change: Callable[[Connection], T]) -> T:
        """Run `change` in one transaction of its own; an exception leaves nothing behind.

        Raises:
            DamagedError: the database is broken.
            OSError: the disk is full (ENOSPC).
        """
        frees = _may_use_reserve.get()

        def run() -> T:
            if self._damage is not None:
                raise DamagedError(self._damage)
            reserve = self._reserve
            if reserve is not None and not reserve.held and not frees and not reserve.make():
                raise OSError(errno.ENOSPC, FULL_WORDS)
            try:
                return self._change(change)
            except OSError as error:
                if error.errno != errno.ENOSPC or reserve is None or not reserve.held:
                    raise
                reserve.release()
                if not frees:
                    raise
                return self._change(change)

        return await asyncio.get_running_loop().run_in_executor(self._write_pool, run)

    def _change(self, change: Callable[[Connection], T]) -> T:
        with self._named_errors(), self._writer.begin() as connection:
            return change(connection)

    @contextlib.contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        # The driver's own comes from what is said to a new connection.
        except (DatabaseError, sqlite_module().DatabaseError) as error:
            cause = error.orig if isinstance(error, DatabaseError) else error
            if is_full(cause):
                raise OSError(errno.ENOSPC, FULL_WORDS) from error
            if is_damage(cause):
                self.mark_damaged(str(cause))
                raise DamagedError(str(cause)) from error
            raise

    async def require_room(self) -> None:
        """Ask before something is written beside the database.

        Raises:
            OSError: the disk is full (ENOSPC), and what room there is, is kept for deleting.
        """
        if self.disk_full:
            # A write that writes nothing finds out, in the thread that keeps the reserve.
            await self.write(lambda _connection: None)

    async def truncate_log(self) -> None:
        """Move everything into the database file and empty the write-ahead log beside it.

        Deleted text otherwise stays in the log until that is written over. Where a reader is in
        the way for long, the next call does it.
        """

        def run() -> None:
            with self._named_errors(), contextlib.closing(self._writer.raw_connection()) as raw:
                cursor = raw.cursor()
                cursor.execute(f"PRAGMA busy_timeout={TRUNCATE_WAIT_MS}")
                try:
                    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                finally:
                    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
                    cursor.close()

        await asyncio.get_running_loop().run_in_executor(self._write_pool, run)

    async def ping(self) -> None:
        """Read once; raises what a query of a request would raise.

        Raises:
            DamagedError: something was found broken since the start.
        """
        if self._damage is not None:
            raise DamagedError(self._damage)
        await self.read(lambda connection: connection.execute(text("SELECT 1")).scalar())

    def load(self) -> Load:
        """What waits for a connection and what runs on one."""
        reads, writes = self._reader.pool, self._writer.pool
        assert isinstance(reads, QueuePool)
        assert isinstance(writes, QueuePool)
        return Load(
            self._read_pool._work_queue.qsize(),
            reads.checkedout(),
            self._write_pool._work_queue.qsize(),
            writes.checkedout(),
        )

    def close(self) -> None:
        """Finish what runs, checkpoint and close. Blocks; call it off the event loop."""
        self._write_pool.shutdown(wait=True)
        self._read_pool.shutdown(wait=True)
        for connection in self._kept:
            connection.close()
        self._reader.dispose()
        # On a full disk, or of a broken file, there is nothing to improve.
        with (
            contextlib.suppress(DatabaseError, sqlite_module().DatabaseError),
            self._writer.connect() as connection,
        ):
            connection.exec_driver_sql("PRAGMA optimize")
        self._writer.dispose()
        self._closed = True


def _sqlite_engine(path: Path, *, read_only: bool, size: int) -> Engine:
    engine = create_engine(
        f"sqlite+pysqlite:///{path}",
        module=sqlite_module(),
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        # An error must not carry into a log what people said, or their password hashes.
        hide_parameters=True,
        connect_args={"check_same_thread": False},
    )

    def on_connect(connection: Any, _record: object) -> None:
        # The driver must not begin transactions by its own rules: BEGIN is ours, below.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA checkpoint_fullfsync=ON")
        cursor.execute("PRAGMA foreign_keys=ON")
        # What is deleted is overwritten, not only forgotten.
        cursor.execute("PRAGMA secure_delete=ON")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine


def prepare_folder(data_dir: Path) -> None:
    """Make the data folder for this user alone; everything made later is private too."""
    os.umask(0o077)
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
