"""The recording's line keeps step with time, whatever microphones do."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from interview_desktop.audio.silence import NO_SOUND, ONLY_SILENCE, SILENT_BLOCKS, SilenceWatch
from interview_desktop.audio.timeline import BLOCK_S, Timeline
from interview_desktop.domain.devices import SoundNotice

BLOCK = 480
STARVED_S = 1.5


class Room:
    """A clock, a microphone that delivers in pieces, and the line that is made of it."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.line = Timeline(self.now_s, STARVED_S)
        self.waiting = 0
        self.blocks = self.dropped = 0

    def pass_time(self, seconds: float, *, delivers: bool, late: bool = False) -> None:
        """Time goes by in pieces of 20 ms; a late microphone delivers all at the end."""
        for _ in range(round(seconds / 0.02)):
            self.now_s += 0.02
            self.waiting += 960 if delivers else 0
            if not late:
                self.work()
        self.work()

    def work(self) -> None:
        while (step := self.line.next(self.now_s, self.waiting)) != "wait":
            self.waiting -= BLOCK if step in ("read", "drop") else 0
            self.blocks += step != "drop"
            self.dropped += step == "drop"

    @property
    def behind_s(self) -> float:
        """How far the line is behind the clock."""
        return self.now_s - 100.0 - self.blocks * BLOCK_S


SPANS = st.lists(
    st.tuples(st.sampled_from(["runs", "late", "swapped", "swapped early"]), st.floats(0.1, 1.4)),
    min_size=1,
    max_size=12,
)


@given(SPANS)
def test_swaps_and_late_sound_leave_the_line_in_step(spans: list[tuple[str, float]]) -> None:
    room = Room()
    for kind, seconds in spans:
        before_s = room.behind_s
        if kind.startswith("swapped"):
            # The new microphone has run for a while, or has hardly begun.
            room.waiting = 9600 if kind == "swapped early" else 480
            room.line.jumped()
        room.pass_time(seconds, delivers=True, late=kind == "late")
        assert abs(room.behind_s - before_s) < 0.05


@given(st.floats(0.1, 1.4))
def test_nothing_that_comes_late_is_lost(stall_s: float) -> None:
    room = Room()
    room.pass_time(1.0, delivers=True)
    room.pass_time(stall_s, delivers=True, late=True)
    room.pass_time(0.5, delivers=True)
    assert room.dropped == 0


def test_a_microphone_that_is_gone_leaves_silence_and_time_goes_on() -> None:
    room = Room()
    room.pass_time(1.0, delivers=True)
    room.pass_time(5.0, delivers=False)
    assert room.line.starved
    assert room.behind_s <= STARVED_S + BLOCK_S
    room.pass_time(1.0, delivers=True)
    assert not room.line.starved
    assert abs(room.behind_s) <= 0.05


def test_silence_is_told_once_and_taken_back() -> None:
    told: list[SoundNotice] = []
    watch = SilenceWatch(told.append)
    zeros, sound = np.zeros(480, dtype=np.int16), np.ones(480, dtype=np.int16)
    for _ in range(SILENT_BLOCKS - 1):
        watch.hears(zeros, muted=False)
    assert told == []
    watch.hears(zeros, muted=True)
    for _ in range(2 * SILENT_BLOCKS):
        watch.hears(zeros, muted=False)
    watch.hears(sound, muted=False)
    watch.hears(sound, muted=False)
    assert [notice.sentence for notice in told] == [ONLY_SILENCE, ""]
    watch.starves(True)
    watch.hears(zeros, muted=False)
    assert [notice.sentence for notice in told[2:]] == [NO_SOUND, ""]
