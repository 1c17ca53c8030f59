"""The room's state: any sequence of events keeps what holds, and the sentences say what is so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desktop.domain.call_events import (
    CallState,
    CaptionChanged,
    ConnectionChanged,
    DiskTrouble,
    ExhibitShown,
    HintGiven,
    NotesRestored,
    NotesState,
    Notice,
    NumberChecked,
    NumberHeard,
    Presence,
    PresenceChanged,
    QuestionChanged,
    Retrying,
    StateChanged,
    ThinkingChanged,
)
from interview_desktop.domain.devices import SoundNotice
from interview_desktop.domain.interview import Exhibit, Hint, NumberVerdict, Question
from interview_desktop.domain.transcript import Caption
from interview_desktop.ui.view_models.room import (
    RoomEvent,
    RoomState,
    applied,
    at,
    choosing_exhibit,
    clock,
    heard_up_to,
    in_order,
)
from interview_desktop.ui.view_models.room_words import (
    connection,
    hint_words,
    messages,
    presence_words,
    privacy,
    recording,
    retry_in_s,
    second_line,
    timer,
)

MATCH = NumberVerdict("match")


def exhibit(name: str, number: int = 2) -> Exhibit:
    return Exhibit(name, name, "table", "", ("a",), (("x",),), "Spoken.", number)


def question(number: int, *exhibits: Exhibit) -> Question:
    return Question(number, "analysis", "What?", "What", 60, 480, "The case.", exhibits)


def caption(
    item_id: str,
    start_ms: int = 0,
    text: str = "words",
    speaker: Literal["candidate", "interviewer"] = "candidate",
    final: bool = True,
) -> Caption:
    return Caption(item_id, speaker, text, start_ms, start_ms + 1000, 1, final)


def after(*events: RoomEvent, now_ms: int = 0, state: RoomState | None = None) -> RoomState:
    state = state or RoomState()
    for event in events:
        state = applied(state, event)
    return at(state, now_ms)


def live(*events: RoomEvent, now_ms: int = 0) -> RoomState:
    begin = (StateChanged(CallState.LIVE, 0), QuestionChanged(question(2), (1,), 0))
    return after(*begin, *events, now_ms=now_ms)


def keys(state: RoomState) -> list[str]:
    return [one.key for one in messages(state)]


# -- whatever comes -----------------------------------------------------------------

ITEMS = st.sampled_from("abcdef")
TIMES = st.integers(0, 900_000)
SENTENCES = st.sampled_from(("", "Something happened."))
SEVERITIES: st.SearchStrategy[Any] = st.sampled_from(("info", "warn", "bad"))
EXHIBITS = st.sampled_from([exhibit(name, number) for number in (1, 2) for name in "xyz"])
CAPTIONS = st.builds(
    Caption, ITEMS, st.sampled_from(("candidate", "interviewer")), st.sampled_from(("", "words")),
    TIMES, TIMES, st.integers(1, 4), st.booleans(), st.booleans(),
)  # fmt: skip
QUESTIONS = st.builds(
    lambda number, shown: question(number, *{one.id: one for one in shown}.values()),
    st.integers(1, 4), st.lists(EXHIBITS, max_size=3),
)  # fmt: skip
EVENTS: st.SearchStrategy[Any] = st.one_of(
    st.builds(StateChanged, st.sampled_from(CallState), TIMES, SENTENCES),
    st.builds(QuestionChanged, QUESTIONS, st.just((1,)), TIMES),
    st.builds(CaptionChanged, CAPTIONS, st.none() | ITEMS),
    st.builds(PresenceChanged, st.sampled_from(Presence)),
    st.builds(ThinkingChanged, st.booleans(), st.sampled_from((30, 60, 90, None)), TIMES),
    st.builds(HintGiven, st.integers(1, 4), st.builds(Hint, st.integers(1, 5), SENTENCES), TIMES),
    st.builds(ExhibitShown, EXHIBITS, TIMES),
    st.builds(NumberHeard, st.just(3), st.just("two"), st.just(2.0), st.just("sites"), TIMES),
    st.builds(NumberChecked, st.just(3), st.just(MATCH), TIMES),
    st.builds(ConnectionChanged, st.sampled_from(("direct", "relay", "none")), st.just(38)),
    st.builds(Retrying, st.floats(0, 60), st.integers(1, 4)),
    st.builds(NotesRestored, SENTENCES),
    st.builds(NotesState, st.booleans()),
    st.builds(DiskTrouble, st.booleans(), st.just("The disk is full.")),
    st.builds(Notice, SEVERITIES, SENTENCES),
    st.builds(
        SoundNotice, st.sampled_from(("microphone", "silence", "loudspeaker")), SEVERITIES,
        SENTENCES,
    ),
)  # fmt: skip


@given(st.lists(EVENTS, max_size=30), TIMES)
def test_any_sequence_of_events_keeps_what_holds(events: Sequence[RoomEvent], now_ms: int) -> None:
    state = RoomState()
    disk_full = False
    for event in events:
        before, state = state, applied(state, event)
        if isinstance(event, DiskTrouble):
            disk_full = event.active
        ids = [one.item_id for one in state.captions]
        assert len(ids) == len(set(ids))
        assert all(one.text for one in state.captions)
        place, count = state.exhibit_place
        assert count == len(state.exhibits) and (place == 0) == (state.exhibit is None)
        assert state.exhibit is None or state.exhibits[place - 1] == state.exhibit
        assert len({one.id for one in state.exhibits}) == count
        assert 0 <= state.hints_used <= 5
        assert state.now_ms >= before.now_ms
        assert (state.disk is not None) == disk_full
        assert state.retry is None or not state.live
        assert len({one.topic for one in state.sound}) == len(state.sound)
        shown = messages(at(state, now_ms))
        assert all(one.text for one in shown)
        assert len({one.key for one in shown}) == len(shown)
        assert ("disk" in keys(state)) == disk_full
        assert not (recording(state) and disk_full)
        assert privacy(state, compact=False).startswith("Recording on") == recording(state)
        link = connection(at(state, now_ms))
        assert link is None or link[2] is None or link[2] >= 0
        passed = timer(at(state, now_ms))
        assert (passed is None) == (state.question is None)
        assert choosing_exhibit(state).exhibit in (*state.exhibits, None)


@given(
    st.dictionaries(ITEMS, TIMES, max_size=6), st.dictionaries(ITEMS, ITEMS, max_size=6)
)  # fmt: skip
def test_captions_stand_behind_what_came_before_them(
    starts: dict[str, int], before: dict[str, str]
) -> None:
    lines = in_order([caption(name, start) for name, start in starts.items()], before)
    names = [one.item_id for one in lines]
    assert sorted(names) == sorted(starts)
    for name in names:
        walk, seen = before.get(name), {name}
        while walk is not None and walk not in seen:
            seen.add(walk)
            if before.get(walk) in seen:
                break  # a circle: no order holds
            if walk in starts:
                in_circle = _in_circle(name, before)
                assert in_circle or names.index(walk) < names.index(name)
                break
            walk = before.get(walk)
    if not before:
        assert [one.start_ms for one in lines] == sorted(starts.values())


def _in_circle(name: str, before: dict[str, str]) -> bool:
    """Whether the way back from an item never ends."""
    walk, seen = before.get(name), {name}
    while walk is not None:
        if walk in seen:
            return True
        seen.add(walk)
        walk = before.get(walk)
    return False


# -- captions -------------------------------------------------------------------


def test_an_item_that_came_later_in_time_stands_where_its_order_says() -> None:
    state = after(
        CaptionChanged(caption("answer", 9_000, speaker="interviewer"), "question"),
        CaptionChanged(caption("question", 10_000), None),
        CaptionChanged(caption("first", 1_000), None),
    )
    assert [one.item_id for one in state.captions] == ["first", "question", "answer"]


def test_an_item_without_words_still_holds_its_neighbours_in_order() -> None:
    state = after(
        CaptionChanged(caption("late", 1_000), "silent"),
        CaptionChanged(caption("silent", 0, ""), "early"),
        CaptionChanged(caption("early", 5_000), None),
    )
    assert [one.item_id for one in state.captions] == ["early", "late"]


def test_a_word_more_changes_only_its_own_line() -> None:
    before = after(
        *(CaptionChanged(caption(str(n), n * 1000, "one", final=False), None) for n in range(3))
    )
    changed = applied(before, CaptionChanged(caption("1", 1000, "one two", final=False), None))
    assert [one.text for one in changed.captions] == ["one", "one two", "one"]
    assert changed.captions[0] is before.captions[0]


def test_what_has_not_been_heard_is_known_by_item() -> None:
    state = heard_up_to(RoomState(), "a", 4)
    assert heard_up_to(state, "b", 2).said == {"a": 4, "b": 2}


# -- question, time, ladder ---------------------------------------------------------------


def test_the_timer_is_soft_and_tells_when_it_is_over() -> None:
    state = after(QuestionChanged(question(2), (1,), 60_000), now_ms=60_000 + 252_000)
    shown = timer(state)
    assert shown is not None
    assert (shown.passed, shown.target, shown.over) == ("4:12", "of about 8\u00a0min", False)
    late = timer(at(state, 60_000 + 481_000))
    assert late is not None and late.over and late.passed == "8:01"
    assert clock(-5) == "0:00"


def test_the_same_question_after_a_new_connection_keeps_its_time_and_its_exhibit() -> None:
    two = question(2, exhibit("one"), exhibit("two"))
    state = after(QuestionChanged(two, (1,), 1_000))
    state = choosing_exhibit(state)
    state = after(
        Notice("warn", "Listen."), QuestionChanged(two, (1,), 90_000), state=state
    )  # fmt: skip
    assert state.question_since_ms == 1_000
    assert state.exhibit is not None and state.exhibit.id == "two"
    assert keys(state) == ["notice"]
    assert keys(after(QuestionChanged(question(3), (1, 2), 95_000), state=state)) == []


def test_exhibits_have_a_place_and_the_next_one_follows_the_last() -> None:
    state = after(QuestionChanged(question(2, exhibit("one", 1), exhibit("two", 2)), (1,), 0))
    # The one of this question is in front.
    assert state.exhibit_place == (2, 2)
    assert choosing_exhibit(state).exhibit_place == (1, 2)
    shown = after(ExhibitShown(exhibit("three"), 0), state=state)
    assert shown.exhibit_place == (3, 3)
    assert choosing_exhibit(RoomState()) == RoomState()


def test_hints_count_for_their_question_and_the_ladder_ends() -> None:
    state = live(HintGiven(2, Hint(1, "Talk me through it."), 0))
    assert state.hints_used == 1 and hint_words(state.hints_used) == "Level 1 used"
    state = after(HintGiven(2, Hint(5, "The answer."), 0), HintGiven(2, Hint(2, ""), 0),
                  state=state)  # fmt: skip
    assert hint_words(state.hints_used) == "No more hints"
    state = after(QuestionChanged(question(3), (1, 2), 0), state=state)
    assert hint_words(state.hints_used) == "First is free"


def test_the_second_line_says_where_the_interview_stands() -> None:
    assert second_line("Market entry", RoomState()) == "Market entry"
    assert second_line("Market entry", live()) == "Market entry, question 2 of 4"
    assert second_line("", live()) == "Question 2 of 4"


# -- numbers -------------------------------------------------------------------


def test_a_number_goes_with_the_next_turn_and_its_verdict_when_that_begins() -> None:
    heard = NumberHeard(2, "two", 2.0, "sites", 5_000)
    own = CaptionChanged(caption("own", 4_000), None)
    state = live(heard, own, CaptionChanged(caption("reply", 6_000, speaker="interviewer"), None))
    assert state.heard is not None
    begun = after(CaptionChanged(caption("next", 8_000, final=False), None), state=state)
    assert begun.heard is not None
    assert after(CaptionChanged(caption("next", 8_000), None), state=begun).heard is None
    verdict = NumberVerdict("named_error", "0.57: the 40 % filter is missing.")
    checked = after(NumberChecked(2, verdict, 7_000), state=state)
    assert checked.heard is None
    assert [(one.kind, one.text) for one in messages(checked)] == [("info", verdict.diagnosis)]
    spoken = after(CaptionChanged(caption("next", 8_000, final=False), None), state=checked)
    assert messages(spoken) == []


# -- connection -------------------------------------------------------------------


def test_a_lost_connection_counts_and_says_what_is_safe() -> None:
    state = live(
        ConnectionChanged("direct", 38), StateChanged(CallState.RECOVERING, 10_000),
        Retrying(8.0, 2), now_ms=14_000,
    )  # fmt: skip
    assert presence_words(state) == "Connecting again"
    assert connection(at(state, 22_000)) == ("none", None, 12)
    (message,) = messages(state)
    assert message.text == (
        "The connection dropped. You are still recorded, and we go on at question 2. "
        "Next try in 4\u00a0s."
    )
    assert (message.kind, message.action) == ("warn", "Try now")
    now = after(Retrying(0.0, 2), state=state)
    assert messages(now)[0].text.endswith("Trying now.") and messages(now)[0].action == ""
    again = after(StateChanged(CallState.LIVE, 23_000), state=now)
    assert messages(again) == [] and connection(again) == ("direct", 38, None)
    assert presence_words(again) == ""


def test_seconds_to_the_next_try_are_rounded_up() -> None:
    state = live(StateChanged(CallState.RECOVERING, 1_000), Retrying(4.0, 2))
    assert [retry_in_s(at(state, ms)) for ms in (1_000, 1_001, 4_999, 5_000, 60_000)] == [
        4, 4, 1, 0, 0,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (CallState.PREPARING, "Connecting"),
        (CallState.CONNECTING, "Connecting"),
        (CallState.FAILED, "Not connected"),
        (CallState.ENDING, "Ending"),
        (CallState.ENDED, "Not connected"),
    ],
)
def test_the_presence_has_its_words(state: CallState, words: str) -> None:
    assert presence_words(after(StateChanged(state, 0))) == words


def test_a_failure_can_be_tried_again_and_goes_when_that_begins() -> None:
    failed = after(StateChanged(CallState.FAILED, 0, "No microphone could be opened."))
    (message,) = messages(failed)
    assert (message.kind, message.text, message.action) == (
        "bad", "No microphone could be opened.", "Try again",
    )  # fmt: skip
    assert connection(failed) == ("none", None, None)
    assert messages(after(StateChanged(CallState.PREPARING, 0), state=failed)) == []


# -- what must be read -----------------------------------------------------------


def test_disk_trouble_stays_until_it_is_over_and_nothing_says_recording_meanwhile() -> None:
    state = live(
        DiskTrouble(True, "The disk is full."), QuestionChanged(question(3), (1, 2), 0),
        CaptionChanged(caption("next", 8_000), None),
    )  # fmt: skip
    assert keys(state) == ["disk"]
    assert privacy(state, compact=False) == "Recording stopped. Nothing leaves this laptop."
    lost = after(StateChanged(CallState.RECOVERING, 9_000), state=state)
    assert "still recorded" not in messages(lost)[-1].text
    over = after(DiskTrouble(False, "The recording goes on."), state=state)
    assert [(one.kind, one.text) for one in messages(over)] == [("info", "The recording goes on.")]
    assert privacy(over, compact=False) == "Recording on this laptop. Nothing leaves it."
    assert privacy(over, compact=True) == "Recording here. Nothing leaves it."


def test_sound_notices_replace_their_topic_and_an_empty_one_takes_it_back() -> None:
    state = live(
        SoundNotice("silence", "warn", "Only silence."), SoundNotice("microphone", "info", "New."),
        SoundNotice("silence", "warn", "Still silence."),
    )  # fmt: skip
    assert [one.text for one in messages(state)] == ["Still silence.", "New."]
    assert keys(after(SoundNotice("silence", "warn", ""), state=state)) == ["microphone"]


def test_the_gravest_comes_first() -> None:
    state = live(
        Notice("info", "Fine."), SoundNotice("silence", "warn", "Silence."),
        DiskTrouble(True, "Full."),
    )  # fmt: skip
    assert [one.kind for one in messages(state)] == ["bad", "warn", "info"]


def test_long_thinking_offers_a_hint_and_only_on_the_screen() -> None:
    state = live(ThinkingChanged(True, 60, 1_000))
    assert messages(at(state, 90_999)) == []
    (offer,) = messages(at(state, 91_000))
    assert offer.action == "Hint"
    assert offer.text == (
        "You have been thinking for 90 seconds. Take more time, or ask for a hint."
    )
    ladder = after(HintGiven(2, Hint(5, ""), 0), state=at(state, 91_000))
    assert messages(ladder)[0].action == ""
    assert messages(after(ThinkingChanged(False, None, 92_000), state=ladder)) == []


def test_notes_come_back_and_their_state_is_known() -> None:
    state = after(NotesRestored("Market first"), NotesState(False))
    assert (state.notes, state.notes_saved) == ("Market first", False)
