"""Sends what is only on this computer, by itself, for as long as the app runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from pathlib import Path

from interview_desktop.api.client import InterviewApi
from interview_desktop.config import AppPaths
from interview_desktop.runtime.journal_delivery import deliver_journals
from interview_desktop.runtime.uploads import upload_pending

logger = logging.getLogger(__name__)

# What could not be sent is tried again after so long; the last one for as long as it takes.
RETRY_DELAYS_S = (2.0, 5.0, 15.0, 60.0)


class Sender:
    """Journals and recordings, one round at a time.

    With nothing to send it sleeps until `wake`.

    Thread: the net thread's loop.
    """

    def __init__(self, api: InterviewApi, paths: AppPaths) -> None:
        self._api = api
        self._paths = paths
        self._woken = asyncio.Event()
        self._one = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, with a first round at once."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="sender")

    def wake(self) -> None:
        """Try now: there is something new, or the server is back."""
        self._woken.set()

    async def deliver(self) -> bool:
        """Send what was written down; False if some of it must wait."""
        async with self._one:
            return await deliver_journals(self._api, self._paths.journals)

    async def send(self) -> bool:
        """Send what was written down and recorded; False if some of it must wait."""
        delivered = await self.deliver()
        async with self._one:
            left: list[Path] = []
            await upload_pending(self._api, self._paths.recordings, left)
        return delivered and not left

    async def aclose(self) -> None:
        """Stop. An upload that is cut here goes on at the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        tries = 0
        while True:
            self._woken.clear()
            tries = 0 if await self._sent() else tries + 1
            delay_s = RETRY_DELAYS_S[min(tries, len(RETRY_DELAYS_S)) - 1] if tries else None
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), delay_s)

    async def _sent(self) -> bool:
        try:
            return await self.send()
        except Exception:
            # It must go on for the recordings to come.
            logger.exception("Sending failed")
            return False
