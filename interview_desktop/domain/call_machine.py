"""The states of a call as a pure table: `transition(machine, event) -> (machine, effects)`.

Every event names the call it belongs to, so that late words of a dead peer are dropped. Live
means that ICE is connected and the data channel is open.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from interview_desktop.domain.call_events import CallState as State

MAX_RECOVERIES = 5


class Kind(Enum):
    """What happened."""

    START = auto()
    PREPARED = auto()  # devices and recording run
    AUTHORIZED = auto()  # token and question are here
    NEGOTIATED = auto()  # the answer is set
    CONNECTED = auto()  # ICE and the channel are up
    DROPPED = auto()  # the peer is gone
    TIMED_OUT = auto()  # the state lasted too long
    REFUSED = auto()  # a step failed and said why
    END = auto()  # the person or the last question ends the call
    CLOSED = auto()  # everything is released


class Effect(Enum):
    """What the session has to do."""

    PREPARE = auto()
    AUTHORIZE = auto()
    NEGOTIATE = auto()
    AWAIT_CONNECTION = auto()
    CONVERSE = auto()
    CLOSE_PEER = auto()
    RELEASE = auto()  # the peer, then everything else


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in attempt `attempt`; `sentence` explains a refusal."""

    kind: Kind
    attempt: int
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the call is. `attempt` counts peer connections."""

    state: State = State.IDLE
    attempt: int = 0
    recoveries: int = 0
    failure: str = ""


# How long a state may last before TIMED_OUT; None: the person has a way out instead.
TIME_LIMITS_S: dict[State, float | None] = {
    State.IDLE: None,
    State.PREPARING: 15.0,
    State.AUTHORIZING: 20.0,
    # Gathering behind a dead TURN server takes 5 s, the interviewer's answer up to 10 s.
    State.NEGOTIATING: 20.0,
    # Three rungs of the ladder, each with an offer of its own.
    State.CONNECTING: 60.0,
    State.LIVE: None,
    State.RECOVERING: 60.0,
    State.ENDING: 20.0,
    State.ENDED: None,
    State.FAILED: None,
}

_NO_CONNECTION = "The call could not be connected. Check the network, then try again."
_ESTABLISHING = (State.AUTHORIZING, State.NEGOTIATING, State.CONNECTING)
_STEPS = {
    (State.IDLE, Kind.START): (State.PREPARING, (Effect.PREPARE,)),
    (State.PREPARING, Kind.PREPARED): (State.AUTHORIZING, (Effect.AUTHORIZE,)),
    (State.AUTHORIZING, Kind.AUTHORIZED): (State.NEGOTIATING, (Effect.NEGOTIATE,)),
    (State.NEGOTIATING, Kind.NEGOTIATED): (State.CONNECTING, (Effect.AWAIT_CONNECTION,)),
    (State.CONNECTING, Kind.CONNECTED): (State.LIVE, (Effect.CONVERSE,)),
    (State.RECOVERING, Kind.CONNECTED): (State.LIVE, (Effect.CONVERSE,)),
}
FINAL = (State.ENDED, State.FAILED)


def transition(machine: Machine, event: Event) -> tuple[Machine, tuple[Effect, ...]]:
    """The next state and what to do; an event that does not fit changes nothing."""
    # The end is meant whatever the attempt: the connection may have dropped at the same moment.
    late = event.attempt != machine.attempt and event.kind is not Kind.END
    if machine.state in FINAL or late:
        return machine, ()
    if (machine.state, event.kind) in _STEPS:
        state, effects = _STEPS[machine.state, event.kind]
        recoveries = 0 if state is State.LIVE else machine.recoveries
        return replace(machine, state=state, recoveries=recoveries), effects
    match event.kind:
        case Kind.END if machine.state is State.IDLE:
            return replace(machine, state=State.ENDED), ()
        case Kind.END if machine.state is not State.ENDING:
            return replace(machine, state=State.ENDING), (Effect.RELEASE,)
        case Kind.CLOSED | Kind.TIMED_OUT if machine.state is State.ENDING:
            final = State.FAILED if machine.failure else State.ENDED
            return replace(machine, state=final), ()
        case Kind.DROPPED | Kind.REFUSED if machine.state is State.LIVE:
            return _recover(machine, event.sentence)
        case Kind.DROPPED | Kind.TIMED_OUT | Kind.REFUSED if machine.state is State.RECOVERING:
            return _recover(machine, event.sentence)
        case Kind.DROPPED | Kind.TIMED_OUT | Kind.REFUSED if machine.state in (
            State.PREPARING,
            *_ESTABLISHING,
        ):
            return _fail(machine, event.sentence or _NO_CONNECTION)
        case _:
            return machine, ()


def _recover(machine: Machine, sentence: str = "") -> tuple[Machine, tuple[Effect, ...]]:
    if machine.recoveries >= MAX_RECOVERIES:
        return _fail(machine, sentence or _NO_CONNECTION)
    again = replace(
        machine,
        state=State.RECOVERING,
        attempt=machine.attempt + 1,
        recoveries=machine.recoveries + 1,
    )
    return again, (Effect.CLOSE_PEER, Effect.AUTHORIZE)


def _fail(machine: Machine, sentence: str) -> tuple[Machine, tuple[Effect, ...]]:
    failed = replace(machine, state=State.ENDING, failure=sentence)
    return failed, (Effect.RELEASE,)
