"""Turn taking under any order of events: nothing answers into a pause that may be long."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from server.interviewer.turns import (
    SHORT_REPLY_S,
    Floor,
    Turn,
    interviewer_began,
    interviewer_ended,
    reply_due,
    request_due,
    speech_began,
    speech_ended,
    suspend,
)


class Conversation(RuleBasedStateMachine):
    """Speech, replies, Thinking and time in any order, with what must hold kept beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.turn = Turn()
        self.now_s = 0.0
        self.spoke_until_s: float | None = None  # the candidate's last word, if not answered yet
        self.speaking = False
        self.suspended = False
        self.free_since_s = 0.0
        self.asked_for_time = False

    @rule(seconds=st.floats(0.02, 30))
    def time_passes(self, seconds: float) -> None:
        self.now_s += seconds

    @rule()
    def candidate_speaks(self) -> None:
        self.turn = speech_began(self.turn)
        self.speaking, self.asked_for_time, self.spoke_until_s = True, False, None

    @precondition(lambda self: self.speaking)
    @rule()
    def candidate_stops(self) -> None:
        answerable = self.turn.floor is Floor.CANDIDATE
        self.turn = speech_ended(self.turn, self.now_s)
        self.speaking = False
        self.spoke_until_s = self.now_s if answerable else None

    @precondition(lambda self: self.turn.floor is not Floor.INTERVIEWER)
    @rule()
    def interviewer_speaks(self) -> None:
        self.turn = interviewer_began(self.turn)
        self.spoke_until_s = None

    @precondition(lambda self: self.turn.floor is Floor.INTERVIEWER)
    @rule(asked_for_time=st.booleans())
    def interviewer_stops(self, asked_for_time: bool) -> None:
        self.turn = replace(interviewer_ended(self.turn), thinking=asked_for_time)
        self.asked_for_time = asked_for_time

    @rule(suspended=st.booleans())
    def thinking_button(self, suspended: bool) -> None:
        self.turn = suspend(self.turn, suspended, self.now_s)
        if self.suspended and not suspended:
            self.free_since_s = self.now_s
        self.suspended = suspended

    @rule(silence_s=st.none() | st.floats(0.5, 10))
    def phase_changes(self, silence_s: float | None) -> None:
        self.turn = replace(self.turn, silence_s=silence_s)

    @invariant()
    def a_reply_is_due_only_into_a_silence_that_has_lasted(self) -> None:
        if reply_due(self.turn, self.now_s):
            assert self.turn.silence_s is not None
            self._may_be_broken(self.turn.silence_s)

    @invariant()
    def a_request_is_answered_after_its_own_silence(self) -> None:
        if request_due(self.turn, self.now_s):
            self._may_be_broken(SHORT_REPLY_S)

    @invariant()
    def a_silence_ends_at_last(self) -> None:
        free = self.spoke_until_s is not None and not (self.suspended or self.asked_for_time)
        if free and not self.speaking and self.turn.silence_s is not None:
            assert reply_due(self.turn, self.now_s + self.turn.silence_s + 0.001)

    def _may_be_broken(self, limit_s: float) -> None:
        assert not (self.speaking or self.suspended or self.asked_for_time)
        assert self.spoke_until_s is not None
        assert self.now_s - max(self.spoke_until_s, self.free_since_s) >= limit_s


TestConversation = Conversation.TestCase
TestConversation.settings = settings(max_examples=60, stateful_step_count=40)
