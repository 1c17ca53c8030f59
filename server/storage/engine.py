"""The database: one writer thread, four read-only connections, durable commits."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool

# `Connection` is what the layers above hand from query to query without looking inside.
__all__ = ["Connection", "Database", "Load", "prepare_folder"]

logger = logging.getLogger(__name__)

T = TypeVar("T")
READERS = 4
BUSY_TIMEOUT_MS = 5000
FULL = "database or disk is full"  # SQLite's words; its driver gives no number
# The first release without the fault that could corrupt a WAL database with two connections.
SAFE_SQLITE = (3, 51, 3)


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

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = _sqlite_engine(path, read_only=False, size=1)
        self._reader = _sqlite_engine(path, read_only=True, size=READERS)
        self._write_pool = ThreadPoolExecutor(1, thread_name_prefix="db-writer")
        self._read_pool = ThreadPoolExecutor(READERS, thread_name_prefix="db-reader")

    @property
    def writer(self) -> Engine:
        """The writing engine, for migrations before the server accepts requests."""
        return self._writer

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run `query` on a read-only connection, in one consistent view.

        Raises:
            OSError: the disk is full (ENOSPC).
        """
        return await _in_pool(self._read_pool, self._reader, query)

    async def write(self, change: Callable[[Connection], T]) -> T:
        """Run `change` in one transaction of its own; an exception leaves nothing behind.

        Raises:
            OSError: the disk is full (ENOSPC).
        """
        return await _in_pool(self._write_pool, self._writer, change)

    async def ping(self) -> None:
        """Read once; raises what a query of a request would raise."""
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
        self._reader.dispose()
        with self._writer.connect() as connection:
            connection.exec_driver_sql("PRAGMA optimize")
        self._writer.dispose()


async def _in_pool(pool: ThreadPoolExecutor, engine: Engine, work: Callable[[Connection], T]) -> T:
    def run() -> T:
        try:
            with engine.begin() as connection:
                return work(connection)
        except OperationalError as error:
            if FULL in str(error.orig):
                raise OSError(errno.ENOSPC, FULL) from error
            raise

    return await asyncio.get_running_loop().run_in_executor(pool, run)


def _sqlite_module() -> ModuleType:
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


def _sqlite_engine(path: Path, *, read_only: bool, size: int) -> Engine:
    engine = create_engine(
        f"sqlite+pysqlite:///{path}",
        module=_sqlite_module(),
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
