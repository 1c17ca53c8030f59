"""What a server does by itself once an hour: it deletes what is due, and what nobody needs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server.providers.local import LiveCalls
from server.services import deletion, exports, recordings, retention
from server.services.context import Context
from server.storage.engine import may_use_reserve

logger = logging.getLogger(__name__)

# Not while everything else starts.
FIRST_S, EVERY_S = 30.0, 3600.0


@asynccontextmanager
async def housekeeping(context: Context, calls: LiveCalls) -> AsyncIterator[None]:
    """Keep house while the block runs. Thread: the event loop."""
    task = asyncio.create_task(_run(context, calls), name="housekeeping")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _run(context: Context, calls: LiveCalls) -> None:
    await asyncio.sleep(FIRST_S)
    while True:
        try:
            await keep_house(context, calls)
        except OSError as error:
            logger.warning("Housekeeping waits an hour: %s", error.strerror or error)
        except Exception:
            # Whatever it was: without this task nothing would be deleted any more.
            logger.exception("Housekeeping failed; it tries again in an hour")
        await asyncio.sleep(EVERY_S)


async def keep_house(context: Context, calls: LiveCalls) -> None:
    """Once.

    Raises:
        OSError: the disk fails; what is done stays done.
    """
    # Deleting makes room, also where none is left.
    with may_use_reserve():
        for user_id in await deletion.sweep(context):
            await calls.end_user(user_id)
        for interview_id in await retention.sweep(context):
            await calls.end_interview(interview_id)
        await forget(context)


async def forget(context: Context) -> None:
    """Remove the files of what was deleted, and its last traces in the write-ahead log."""
    await recordings.sweep(context)
    await exports.sweep(context)
    await context.database.truncate_log()
