"""What must reach the server even if it is away for a moment: captions and events."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import ApiError, RateLimited, ServerFailed, Unreachable
from interview_desktop.domain.transcript import Caption

logger = logging.getLogger(__name__)

RETRY_DELAYS_S = (0.2, 0.5, 1.0, 2.0, 5.0)
MAX_WAITING = 5000

Delivery = Callable[[], Awaitable[None]]


class Outbox:
    """Delivers in order, one at a time, with retries; everything it sends may be repeated.

    Thread: the net thread's loop.
    """

    def __init__(self, api: InterviewApi, interview_id: str) -> None:
        self._api = api
        self._interview_id = interview_id
        self._queue: asyncio.Queue[Delivery] = asyncio.Queue(MAX_WAITING)
        self._worker = asyncio.create_task(self._run(), name="outbox")

    def caption(self, caption: Caption) -> None:
        """A final line of the transcript."""
        self._put(lambda: self._api.post_captions(self._interview_id, [caption]))

    def event(self, question: int, kind: str, at_ms: int, data: dict[str, Any]) -> None:
        """Something that happened at a question."""
        event = {"id": str(uuid.uuid4()), "type": kind, "at_ms": at_ms, "data": data}
        self._put(lambda: self._api.event(self._interview_id, question, event))

    async def flush(self, limit_s: float) -> bool:
        """Wait until everything is delivered; False if the limit came first."""
        try:
            await asyncio.wait_for(self._queue.join(), limit_s)
        except TimeoutError:
            logger.warning("%d captions or events were not delivered", self._queue.qsize())
            return False
        return True

    async def aclose(self) -> None:
        """Stop delivering."""
        self._worker.cancel()
        await asyncio.gather(self._worker, return_exceptions=True)

    def _put(self, delivery: Delivery) -> None:
        try:
            self._queue.put_nowait(delivery)
        except asyncio.QueueFull:
            logger.error("The outbox is full")

    async def _run(self) -> None:
        while True:
            delivery = await self._queue.get()
            try:
                await self._deliver(delivery)
            finally:
                self._queue.task_done()

    async def _deliver(self, delivery: Delivery) -> None:
        tries = 0
        while True:
            try:
                await delivery()
                return
            except (Unreachable, ServerFailed, RateLimited):
                await asyncio.sleep(RETRY_DELAYS_S[min(tries, len(RETRY_DELAYS_S) - 1)])
                tries += 1
            except ApiError as error:
                # The server will not take it however often it is sent.
                logger.warning("A caption or event was refused: %s", error.what)
                return
            except Exception:
                # One that cannot even be sent must not hold back everything after it.
                logger.exception("A caption or event could not be sent")
                return
