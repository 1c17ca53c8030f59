"""What opens the way to the interviewer: a token for each try, TURN credentials while they last."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace

from interview_desktop.api.client import InterviewApi
from interview_desktop.domain.interview import Interview, SessionGrant, TurnCredentials

# TURN credentials that end sooner than this are not begun with.
TURN_MARGIN_S = 60.0


def boot_time_s() -> float:
    """Seconds that no setting of the clock changes and that a suspended laptop counts too."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class Grants:
    """Asks the server for each try anew; TURN credentials are kept as long as they live.

    Thread: the net thread's loop.
    """

    def __init__(self, api: InterviewApi, clock: Callable[[], float] = boot_time_s) -> None:
        self._api = api
        self._clock = clock
        self._known: SessionGrant | None = None
        # On the clock: when the last TURN credentials end.
        self._turn_ends_s = 0.0

    async def next(self, interview: Interview) -> SessionGrant:
        """A grant for the interview's current question.

        Raises:
            ApiError: the server does not give one.
        """
        known = self._known
        if known is None or (known.turn and self._turn_ends_s < self._clock() + TURN_MARGIN_S):
            grant = await self._api.credentials(interview)
            if grant.turn is not None:
                self._turn_ends_s = self._clock() + _lifetime_s(grant.turn)
        else:
            # A question's token has no TURN of its own: what opened the way before does so again.
            number = interview.progress.current_question
            grant = await self._api.question_token(interview.id, number)
            grant = replace(grant, turn=known.turn)
        self._known = grant
        return grant


def _lifetime_s(turn: TurnCredentials) -> float:
    known = turn.lifetime_s
    return turn.expiration - time.time() if known is None else known
