"""What must reach the server even if it is away for a moment: captions, events, notes.

Everything is in the journal first, and marked there when the server has it: what is not delivered
when the app is killed is delivered at its next start.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import (
    ApiError,
    NotFound,
    RateLimited,
    ServerFailed,
    Unauthorized,
    Unreachable,
)
from interview_desktop.domain.journal import Happened, Journal, storable
from interview_desktop.domain.transcript import Caption

logger = logging.getLogger(__name__)

RETRY_DELAYS_S = (0.2, 0.5, 1.0, 2.0, 5.0)
# Notes go out as they rest, and while they are typed at most so often.
NOTES_PAUSE_S = 1.0

Delivery = Callable[[], Awaitable[None]]


class Outbox:
    """Delivers in order, one at a time, with retries; everything it sends may be repeated.

    Thread: the net thread's loop.
    """

    def __init__(
        self, api: InterviewApi, interview_id: str, journal: Journal | None = None
    ) -> None:
        self._api = api
        self._interview_id = interview_id
        self.journal = journal or Journal()
        # (the record's number, how it is delivered)
        self._queue: asyncio.Queue[tuple[int, Delivery]] = asyncio.Queue()
        self._notes_wait = asyncio.Event()
        self._notes_sent = asyncio.Event()
        self._notes_sent.set()
        self._hurry = asyncio.Event()
        self._workers = (
            asyncio.create_task(self._run(), name="outbox"),
            asyncio.create_task(self._run_notes(), name="outbox of notes"),
        )

    def caption(self, caption: Caption) -> None:
        """A line of the transcript: written down as it is shown, delivered once it is final."""
        number = self.journal.caption(caption)
        if caption.final and caption.text:
            self._queue.put_nowait((number, self._posted(caption)))

    def event(self, question: int, kind: str, at_ms: int, data: dict[str, Any]) -> None:
        """Something that happened at a question."""
        event = {"id": str(uuid.uuid4()), "type": kind, "at_ms": at_ms, "data": data}
        number = self.journal.event(question, event)
        self._queue.put_nowait((number, self._happened(question, event)))

    def notes(self, text: str, saved: Callable[[], object] = lambda: None) -> None:
        """The notes as they stand now; `saved` is called on the loop when the disk has them."""
        self.journal.notes(storable(text))
        self._send_notes()
        loop = asyncio.get_running_loop()

        def written() -> None:
            # On the journal's thread; the loop may be gone by then.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(saved)

        self.journal.written(written)

    def take_up(self) -> None:
        """Deliver what an earlier run wrote down only; lines it left open are all there is."""
        for line in self.journal.story.open_lines():
            cut_off = replace(line, final=True, interrupted=True)
            self.journal.caption(replace(cut_off, end_ms=max(line.start_ms, line.end_ms)))
        for number, one in self.journal.story.undelivered():
            if isinstance(one, Happened):
                self._queue.put_nowait((number, self._happened(one.question, one.event)))
            else:
                self._queue.put_nowait((number, self._posted(one)))
        if self.journal.story.notes_wait:
            self._send_notes()

    async def flush(self, limit_s: float) -> bool:
        """Wait until everything is delivered; False if the limit came first."""
        self._hurry.set()
        try:
            async with asyncio.timeout(limit_s):
                await self._queue.join()
                await self._notes_sent.wait()
        except TimeoutError:
            logger.info("%d captions or events were not delivered yet", self._queue.qsize())
            return False
        finally:
            self._hurry.clear()
        return True

    async def aclose(self) -> None:
        """Stop delivering; what is left stays in the journal."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    # -- inside ------------------------------------------------------------------------------------

    def _posted(self, caption: Caption) -> Delivery:
        return lambda: self._api.post_captions(self._interview_id, [caption])

    def _happened(self, question: int, event: dict[str, Any]) -> Delivery:
        return lambda: self._api.event(self._interview_id, question, event)

    def _send_notes(self) -> None:
        self._notes_sent.clear()
        self._notes_wait.set()

    async def _run(self) -> None:
        while True:
            number, delivery = await self._queue.get()
            try:
                await self._deliver(delivery)
                self.journal.delivered(number)
            finally:
                self._queue.task_done()

    async def _run_notes(self) -> None:
        while True:
            await self._notes_wait.wait()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), NOTES_PAUSE_S)
            self._notes_wait.clear()
            story = self.journal.story
            number, text = story.notes_number, story.notes
            if await self._deliver(lambda text=text: self._put_notes(text)):  # type: ignore[misc]
                self.journal.notes_delivered(number)
            if not self._notes_wait.is_set():
                self._notes_sent.set()

    async def _put_notes(self, text: str) -> None:
        await self._api.put_notes(self._interview_id, text)

    async def _deliver(self, delivery: Delivery) -> bool:
        """True when the server has it, False when it will never take it."""
        tries = 0
        while True:
            try:
                await delivery()
                return True
            except (Unreachable, ServerFailed, RateLimited, Unauthorized):
                await asyncio.sleep(RETRY_DELAYS_S[min(tries, len(RETRY_DELAYS_S) - 1)])
                tries += 1
            except NotFound as error:
                # Deleted meanwhile, or a server that does not know of notes yet.
                logger.info("A caption, event or note has no place: %s", error.what)
                return False
            except ApiError as error:
                # The server will not take it however often it is sent.
                logger.warning("A caption or event was refused: %s", error.what)
                return False
            except Exception:
                # One that cannot even be sent must not hold back everything after it.
                logger.exception("A caption or event could not be sent")
                return False
