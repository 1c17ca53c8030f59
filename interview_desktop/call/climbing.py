"""The ladder of ways to the interviewer, climbed until a rung holds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from interview_desktop.call.errors import CallError
from interview_desktop.call.peer import Peer
from interview_desktop.domain.ice_plan import Rung, ladder
from interview_desktop.domain.interview import TurnCredentials
from interview_desktop.errors import AppError

# How long a rung may take to connect once it is negotiated; the last one is given longer.
RUNG_LIMIT_S = 8.0
LAST_RUNG_LIMIT_S = 15.0


async def climb(
    turn: TurnCredentials | None,
    make_peer: Callable[[Rung], Peer],
    discard: Callable[[Peer], Awaitable[None]],
    negotiated: Callable[[], None],
) -> Rung:
    """The rung that holds; the last one's error is the one that is told.

    Every rung gets a peer of its own; those that fail are discarded.

    Raises:
        AppError: none of them holds.
    """
    rungs = ladder(turn)
    for rung in rungs[:-1]:
        try:
            await _try(rung, RUNG_LIMIT_S, make_peer, discard, negotiated)
        except (AppError, TimeoutError):
            continue
        return rung
    try:
        await _try(rungs[-1], LAST_RUNG_LIMIT_S, make_peer, discard, negotiated)
    except TimeoutError as error:
        raise CallError(
            "The call could not be connected.", "Check the network, then try again."
        ) from error
    return rungs[-1]


async def _try(
    rung: Rung,
    limit_s: float,
    make_peer: Callable[[Rung], Peer],
    discard: Callable[[Peer], Awaitable[None]],
    negotiated: Callable[[], None],
) -> None:
    peer = make_peer(rung)
    try:
        await peer.negotiate()
        negotiated()
        await asyncio.wait_for(peer.connected(), limit_s)
    except (AppError, TimeoutError):
        await discard(peer)
        raise
