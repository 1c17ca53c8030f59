"""A limit for calls into sound libraries that may never come back."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

logger = logging.getLogger(__name__)

_Result = TypeVar("_Result")


class HungError(Exception):
    """A step did not come back within its limit; `step` is done when it does."""

    def __init__(self, step: Future[Any]) -> None:
        super().__init__()
        self.step = step


def within(
    limit_s: float, step: Callable[[], _Result], late: Callable[[_Result], None] = lambda _: None
) -> _Result:
    """Do a step on a thread of its own, and wait for it; its exceptions are raised here.

    Args:
        late: undoes what the step gives after the limit, on that thread.

    Raises:
        HungError: it did not come back in time. Its thread, a daemon, is left behind.
    """
    future: Future[_Result] = Future()

    def run() -> None:
        try:
            result = step()
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            future.set_exception(error)
        else:
            future.set_result(result)

    def undo(done: Future[_Result]) -> None:
        if done.exception() is None:
            late(done.result())

    threading.Thread(target=run, name="sound step", daemon=True).start()
    try:
        return future.result(limit_s)
    except TimeoutError as error:
        logger.error("The sound system did not come back within %.1f s", limit_s)
        future.add_done_callback(undo)
        raise HungError(future) from error
