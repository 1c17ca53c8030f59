"""Turn taking: when the candidate's silence is the end of a turn, and when it is thinking.

A pure state machine with the time handed in. Nothing answers into a pause that the phase
allows; Thinking suspends every reply.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

# What the candidate asks for is answered after this silence, in every phase.
SHORT_REPLY_S = 1.0
# Silence that ends an open answer where the case gives no limit of its own.
OPEN_ANSWER_S = 2.5


class Floor(Enum):
    """Who has the floor."""

    IDLE = auto()  # nobody speaks; the candidate has said nothing since the last reply
    CANDIDATE = auto()  # the candidate speaks
    PAUSE = auto()  # the candidate has spoken and is silent
    INTERVIEWER = auto()  # the interviewer speaks


@dataclass(frozen=True, slots=True)
class Turn:
    """Where the conversation stands.

    `silence_s` is the limit of the phase (None: never), `thinking` a candidate who asked for
    time, `suspended` the client's Thinking (no automatic reply at all).
    """

    floor: Floor = Floor.IDLE
    silent_since_s: float = 0.0
    silence_s: float | None = None
    thinking: bool = False
    suspended: bool = False


def speech_began(turn: Turn) -> Turn:
    """The candidate speaks: thinking aloud or done with it, the limit counts anew."""
    return replace(turn, floor=Floor.CANDIDATE, thinking=False)


def speech_ended(turn: Turn, now_s: float) -> Turn:
    """The candidate is silent since `now_s`."""
    if turn.floor is not Floor.CANDIDATE:
        return turn
    return replace(turn, floor=Floor.PAUSE, silent_since_s=now_s)


def interviewer_began(turn: Turn) -> Turn:
    """The interviewer speaks: everything said before is answered."""
    return replace(turn, floor=Floor.INTERVIEWER)


def interviewer_ended(turn: Turn) -> Turn:
    """The interviewer has finished, or said nothing; a candidate who speaks keeps the floor."""
    return turn if turn.floor is Floor.CANDIDATE else replace(turn, floor=Floor.IDLE)


def reply_due(turn: Turn, now_s: float) -> bool:
    """Whether the silence has lasted so long that the turn is over."""
    return turn.silence_s is not None and silent_for(turn, now_s, turn.silence_s)


def request_due(turn: Turn, now_s: float) -> bool:
    """Whether a request of the candidate may be answered: also where an answer never ends."""
    return silent_for(turn, now_s, SHORT_REPLY_S)


def silent_for(turn: Turn, now_s: float, limit_s: float) -> bool:
    """Whether a silence that may be broken has lasted for `limit_s`."""
    if turn.floor is not Floor.PAUSE or turn.suspended or turn.thinking:
        return False
    return now_s - turn.silent_since_s >= limit_s


def suspend(turn: Turn, suspended: bool, now_s: float) -> Turn:
    """The client's Thinking begins or ends; at its end the limit counts anew."""
    if turn.suspended and not suspended:
        turn = replace(turn, silent_since_s=now_s)
    return replace(turn, suspended=suspended)
