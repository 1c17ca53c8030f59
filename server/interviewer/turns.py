"""Turn taking: when the candidate's silence is the end of a turn, and when it is thinking.

A pure state machine with the time handed in. Nothing answers into a pause that the phase
allows; Thinking suspends every reply.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto


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
    if turn.floor is not Floor.PAUSE or turn.suspended or turn.thinking:
        return False
    return turn.silence_s is not None and now_s - turn.silent_since_s >= turn.silence_s
