"""The one asyncio loop of the desktop, on a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

from interview_desktop.errors import AppError

logger = logging.getLogger(__name__)

T = TypeVar("T")
CLOSE_TIMEOUT_S = 10.0


class NetThread:
    """Runs every coroutine of the app: HTTP, the call, the bundled server's supervision.

    Thread: `start`, `submit`, `post` and `close` may be called from any thread but the net
    thread itself. Nobody waits for a future on the window's thread.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="net", daemon=True)
        self._closed = False
        self._submitted: set[asyncio.Task[Any]] = set()

    def start(self) -> NetThread:
        """Start the loop and return self."""
        self._thread.start()
        return self

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run `work` on the loop. Failures that nobody reads are logged."""
        if self._closed:
            work.close()
            refused: Future[T] = Future()
            refused.cancel()
            return refused
        future = asyncio.run_coroutine_threadsafe(self._tracked(work), self._loop)
        future.add_done_callback(_log_failure)
        return future

    def post(self, function: Callable[..., object], *args: object) -> None:
        """Call `function(*args)` on the loop soon; ignored after `close`."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function, *args)

    async def cancel_the_rest(self) -> None:
        """Cancel all submitted work but the caller's, and wait for its end within a limit.

        Thread: the net thread.
        """
        rest = self._submitted - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        if rest:
            # A server that is just starting on a busy machine needs some seconds to end.
            await asyncio.wait(rest, timeout=CLOSE_TIMEOUT_S)

    async def _tracked(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.current_task()
        assert task is not None
        self._submitted.add(task)
        try:
            return await work
        finally:
            self._submitted.discard(task)

    def close(self) -> None:
        """Cancel what still runs, wait for it within a limit, and end the thread. Idempotent."""
        if self._closed:
            return
        self._closed = True
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(CLOSE_TIMEOUT_S)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(_cancel_all(self._loop))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()


async def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    tasks = [task for task in asyncio.all_tasks(loop) if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=CLOSE_TIMEOUT_S / 2)


def _log_failure(future: Future[Any]) -> None:
    try:
        error = future.exception()
    except CancelledError:
        return
    if isinstance(error, AppError):
        # Whoever asked tells it in a sentence.
        logger.info("Work on the net thread failed: %s", error.what)
    elif error is not None:
        logger.error("Work on the net thread failed: %s", type(error).__name__, exc_info=error)
