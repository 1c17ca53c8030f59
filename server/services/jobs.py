"""Jobs: work that outlives its request, one after the other, and survives a restart."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from server.errors import ApiError
from server.services.clock import iso
from server.services.context import Context
from server.storage import jobs
from server.storage.engine import Connection
from server.storage.jobs import JobRow

logger = logging.getLogger(__name__)

# What a job does; an ApiError's sentence is told to the one who asked.
Work = Callable[[Context, JobRow], Awaitable[None]]
MAX_ATTEMPTS = 3
INTERRUPTED = "The server ended several times while this ran. Ask for it again."
BROKEN = "This did not work on the server. Ask for it again, or tell its administrator."


def shown_job(row: JobRow) -> dict[str, Any]:
    """A job as the one who asked sees it."""
    return {
        "id": row.id,
        "status": row.status,
        "error": row.error,
        "created_at": iso(row.created_at),
        "finished_at": None if row.finished_at is None else iso(row.finished_at),
    }


class Jobs:
    """Runs the jobs of this server.

    Thread: the event loop; `kinds` do heavy work in threads of their own.
    """

    def __init__(self, context: Context, kinds: Mapping[str, Work]) -> None:
        self._context = context
        self._kinds = kinds
        self._waiting = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up what an earlier process left, and begin to work."""
        now = self._context.now()
        await self._context.database.write(
            lambda connection: jobs.restart(connection, MAX_ATTEMPTS, INTERRUPTED, now)
        )
        self._waiting.set()
        self._task = asyncio.create_task(self._run(), name="jobs")

    def wake(self) -> None:
        """A job was queued, and its transaction is committed."""
        self._waiting.set()

    async def aclose(self) -> None:
        """Stop; what runs is taken up at the next start."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            await self._waiting.wait()
            self._waiting.clear()
            try:
                while (job := await self._context.database.write(self._claim)) is not None:
                    await self._work(job)
            except OSError as error:
                # A full disk: the next one who asks wakes us again.
                logger.warning("Jobs wait: %s", error.strerror or error)
            except Exception:
                # Whatever it was: without this task no job would be done any more.
                logger.exception("Jobs could not be looked for")

    def _claim(self, connection: Connection) -> JobRow | None:
        return jobs.claim(connection, self._context.now())

    async def _work(self, job: JobRow) -> None:
        error = None
        try:
            await self._kinds[job.kind](self._context, job)
        except ApiError as refusal:
            error = refusal.detail
        except Exception:
            logger.exception("A job failed: %s", job.kind)
            error = BROKEN
        now = self._context.now()
        await self._context.database.write(
            lambda connection: jobs.finish(connection, job.id, error, now)
        )
