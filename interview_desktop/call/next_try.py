"""The wait before a lost call is connected again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from interview_desktop.domain.call_events import CallEvent, Retrying

# Before each try: a network that comes back, or a server that starts again, takes its time.
RECOVERY_PAUSES_S = (0.5, 1.0, 2.0, 5.0, 10.0)


class NextTry:
    """Waits longer each time, tells the listener how long, and no longer than somebody wants.

    `reachable()`, where given, returns when it makes sense to connect again.

    Thread: the net thread's loop.
    """

    def __init__(
        self,
        listener: Callable[[CallEvent], None],
        reachable: Callable[[], Awaitable[None]] | None,
    ) -> None:
        self._listener = listener
        self._reachable = reachable
        self._hurry = asyncio.Event()

    def now(self) -> None:
        """End the wait."""
        self._hurry.set()

    async def wait(self, recoveries: int, question: int) -> None:
        """Wait before the `recoveries`-th try to go on at `question`."""
        self._hurry.clear()
        pause_s = RECOVERY_PAUSES_S[min(recoveries, len(RECOVERY_PAUSES_S)) - 1]
        self._listener(Retrying(pause_s, question))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._hurry.wait(), pause_s)
        self._listener(Retrying(0.0, question))
        if self._reachable is not None:
            await self._reachable()
