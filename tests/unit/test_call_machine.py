"""Every state of a call against every event."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desktop.domain.call_events import CallState
from interview_desktop.domain.call_machine import (
    FINAL,
    TIME_LIMITS_S,
    Effect,
    Event,
    Kind,
    Machine,
    transition,
)

HAPPY = [Kind.START, Kind.PREPARED, Kind.AUTHORIZED, Kind.NEGOTIATED, Kind.CONNECTED]


def _run(kinds: list[Kind], machine: Machine | None = None) -> Machine:
    machine = machine or Machine()
    for kind in kinds:
        machine, _ = transition(machine, Event(kind, machine.attempt))
    return machine


def test_the_way_to_live_and_out() -> None:
    assert _run(HAPPY).state is CallState.LIVE
    assert _run([*HAPPY, Kind.END, Kind.CLOSED]).state is CallState.ENDED


def test_a_dropped_call_recovers_with_a_new_attempt() -> None:
    dropped = _run([*HAPPY, Kind.DROPPED])
    assert (dropped.state, dropped.attempt) == (CallState.RECOVERING, 1)
    assert _run([Kind.CONNECTED], dropped).state is CallState.LIVE


def test_recovery_is_tried_a_bounded_number_of_times_and_says_why() -> None:
    machine = _run([*HAPPY, Kind.DROPPED, *[Kind.REFUSED] * 5, Kind.CLOSED])
    assert machine.state is CallState.FAILED
    assert machine.failure


def test_words_of_a_dead_peer_change_nothing() -> None:
    machine = _run([*HAPPY, Kind.DROPPED])
    assert transition(machine, Event(Kind.CONNECTED, 0)) == (machine, ())


@pytest.mark.parametrize(("state", "kind"), list(itertools.product(CallState, Kind)))
def test_every_pair_is_answered(state: CallState, kind: Kind) -> None:
    machine, effects = transition(Machine(state=state), Event(kind, 0, "why"))
    assert isinstance(machine.state, CallState)
    if state in FINAL:
        assert (machine.state, effects) == (state, ())
    if machine.state is CallState.ENDING and state is not CallState.ENDING:
        assert Effect.RELEASE in effects


@given(st.lists(st.sampled_from(Kind), max_size=40))
def test_nothing_gets_stuck(kinds: list[Kind]) -> None:
    machine = _run(kinds)
    ended = _run([Kind.END, Kind.CLOSED], machine)
    assert ended.state in FINAL
    assert set(TIME_LIMITS_S) == set(CallState)


def test_the_end_is_meant_even_if_the_connection_drops_at_that_moment() -> None:
    live = _run(HAPPY)
    dropped, _ = transition(live, Event(Kind.DROPPED, live.attempt))
    ending, effects = transition(dropped, Event(Kind.END, live.attempt))
    assert (ending.state, effects) == (CallState.ENDING, (Effect.RELEASE,))


def test_a_conversation_that_cannot_begin_is_tried_on_a_new_connection() -> None:
    machine = _run([*HAPPY, Kind.REFUSED])
    assert (machine.state, machine.attempt) == (CallState.RECOVERING, 1)
