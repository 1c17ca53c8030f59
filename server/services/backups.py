"""A copy of the database once a day, made by the server itself while it runs."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server.services.context import Context
from server.storage.engine import DamagedError
from server.storage.integrity import StoppedError
from server.storage.migrate import HEAD
from server.storage.snapshots import DAY_S, snapshots, take_snapshot

logger = logging.getLogger(__name__)

# Not while everything else starts; often enough for a program that is open for minutes a day.
FIRST_S, EVERY_S = 120.0, 3600.0


@asynccontextmanager
async def daily_backups(context: Context) -> AsyncIterator[None]:
    """Make them while the block runs. Thread: the event loop; the copying in one of its own."""
    stop = threading.Event()
    task = asyncio.create_task(_run(context, stop), name="backups")
    try:
        yield
    finally:
        stop.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _run(context: Context, stop: threading.Event) -> None:
    await asyncio.sleep(FIRST_S)
    while True:
        # The copy itself ends soon after `stop` is set, whatever becomes of who waits for it.
        await asyncio.shield(asyncio.to_thread(back_up_if_due, context, stop))
        await asyncio.sleep(EVERY_S)


def back_up_if_due(context: Context, stop: threading.Event) -> None:
    """Copy the database unless the newest copy is younger than a day. Blocks."""
    data_dir = context.settings.data_dir
    try:
        made = snapshots(data_dir)
        if context.database.damage or (made and 0 <= time.time() - made[0].taken_at < DAY_S):
            return
        take_snapshot(data_dir, HEAD, stop.is_set)
    except StoppedError:
        return
    except DamagedError as error:
        context.database.mark_damaged(error.strerror or "")
    except OSError as error:
        logger.warning("Today's backup could not be made: %s", error.strerror)
