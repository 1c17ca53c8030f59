"""What the room shows, out of the call's events. Qt-free; its words are in `room_words`."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from interview_desktop.domain.call_events import (
    CallEvent,
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
from interview_desktop.domain.interview import Exhibit, Question
from interview_desktop.domain.transcript import Caption

RoomEvent = CallEvent | SoundNotice
LAST_HINT = 5
_VERDICTS = {"match": "Noted.", "different": "Noted. Check it once more if you like."}
# The call is over or was never there: nothing counts down any more.
_OVER = (CallState.ENDING, CallState.ENDED, CallState.FAILED)


@dataclass(frozen=True, slots=True)
class RoomState:
    """Everything the room shows; a new one for each event. Times are on the recording's line."""

    now_ms: int = 0
    call: CallState = CallState.IDLE
    was_live: bool = False
    lost_since_ms: int | None = None
    why_lost: str = ""
    question: Question | None = None
    completed: tuple[int, ...] = ()
    question_since_ms: int = 0
    presence: Presence = Presence.CONNECTING
    captions: tuple[Caption, ...] = ()
    # item -> the item before it, also for items that have no words.
    after: Mapping[str, str] = field(default_factory=dict)
    # item -> how many characters have been heard of it; missing is all.
    said: Mapping[str, int] = field(default_factory=dict)
    thinking: bool = False
    thinking_s: int | None = None
    thinking_since_ms: int = 0
    exhibits: tuple[Exhibit, ...] = ()
    exhibit: Exhibit | None = None
    hints: Mapping[int, int] = field(default_factory=dict)
    heard: NumberHeard | None = None
    verdict: str = ""
    verdict_at_ms: int = 0
    failure: str = ""
    notice: Notice | None = None
    notice_at_ms: int = 0
    disk: str | None = None
    sound: tuple[SoundNotice, ...] = ()
    retry: Retrying | None = None
    retry_at_ms: int = 0
    route: str = ""
    rtt_ms: int | None = None
    notes: str | None = None
    notes_saved: bool = True

    @property
    def live(self) -> bool:
        """Whether the interviewer can be reached."""
        return self.call is CallState.LIVE

    @property
    def hints_used(self) -> int:
        """The highest level of the ladder that this question has taken."""
        return self.hints.get(self.question.number, 0) if self.question is not None else 0

    @property
    def exhibit_place(self) -> tuple[int, int]:
        """Which exhibit stands there, from 1, and of how many; (0, 0) without any."""
        if self.exhibit is None:
            return 0, len(self.exhibits)
        return self.exhibits.index(self.exhibit) + 1, len(self.exhibits)

    @property
    def thinking_elapsed_s(self) -> int:
        """Whole seconds since Thinking began."""
        return max(0, self.now_ms - self.thinking_since_ms) // 1000 if self.thinking else 0


def at(state: RoomState, now_ms: int) -> RoomState:
    """The state when the recording stands at `now_ms`; it never goes back."""
    return replace(state, now_ms=max(state.now_ms, now_ms))


def applied(state: RoomState, event: RoomEvent) -> RoomState:
    """The state after `event`."""
    match event:
        case StateChanged():
            return _state_changed(state, event)
        case QuestionChanged():
            return _question_changed(state, event)
        case CaptionChanged():
            return _caption_changed(state, event)
        case PresenceChanged(presence):
            return replace(state, presence=presence)
        case ThinkingChanged(active, seconds, at_ms):
            state = at(state, at_ms)
            return replace(state, thinking=active, thinking_s=seconds, thinking_since_ms=at_ms)
        case ExhibitShown(exhibit, _):
            return _exhibit_shown(state, exhibit)
        case NumberHeard():
            return replace(state, heard=event, verdict="")
        case NumberChecked(_, verdict, at_ms):
            text = verdict.diagnosis or _VERDICTS[verdict.verdict]
            return replace(state, heard=None, verdict=text, verdict_at_ms=at_ms)
        case HintGiven(question, hint, _):
            level = min(LAST_HINT, max(hint.level, state.hints.get(question, 0)))
            return replace(state, hints={**state.hints, question: level})
        case ConnectionChanged(route, rtt_ms):
            return replace(state, route=route, rtt_ms=rtt_ms)
        case Retrying():
            if state.live or state.call in _OVER:
                return state
            return replace(state, retry=event, retry_at_ms=state.now_ms)
        case NotesRestored(text):
            return replace(state, notes=text)
        case NotesState(saved):
            return replace(state, notes_saved=saved)
        case DiskTrouble(True, sentence):
            return replace(state, disk=sentence)
        case DiskTrouble(_, sentence):
            return _noticed(replace(state, disk=None), Notice("info", sentence))
        case SoundNotice(topic, _, sentence):
            others = tuple(one for one in state.sound if one.topic != topic)
            return replace(state, sound=(*others, event) if sentence else others)
        case Notice():
            return _noticed(state, event)


def choosing_exhibit(state: RoomState, step: int = 1) -> RoomState:
    """The next of the exhibits, the first after the last."""
    if state.exhibit is None:
        return state
    following = (state.exhibits.index(state.exhibit) + step) % len(state.exhibits)
    return replace(state, exhibit=state.exhibits[following])


def heard_up_to(state: RoomState, item_id: str, characters: int) -> RoomState:
    """The interviewer's item has been heard up to here; the rest is still to come."""
    return replace(state, said={**state.said, item_id: characters})


def in_order(captions: Iterable[Caption], after: Mapping[str, str]) -> tuple[Caption, ...]:
    """Captions with each behind the item before it; where that is unknown, by start time.

    Args:
        captions: in any order.
        after: item -> the item before it, with or without words. A circle is broken by time.
    """
    every = {one.item_id: one for one in captions}
    following: dict[str, list[Caption]] = {}
    ready: list[tuple[int, str]] = []
    for one in every.values():
        before = _spoken_before(one.item_id, every, after)
        if before is None:
            ready.append((one.start_ms, one.item_id))
        else:
            following.setdefault(before, []).append(one)
    heapq.heapify(ready)
    made: dict[str, Caption] = {}
    # What hangs in a circle is never ready: its earliest is let out.
    rest = sorted((one.start_ms, one.item_id) for one in every.values())
    while len(made) < len(every):
        if not ready:
            ready.append(next(one for one in rest if one[1] not in made))
        _, item_id = heapq.heappop(ready)
        if item_id in made:
            continue
        made[item_id] = every[item_id]
        for child in following.get(item_id, ()):
            heapq.heappush(ready, (child.start_ms, child.item_id))
    return tuple(made.values())


def clock(ms: int) -> str:
    """Minutes and seconds: 4:12."""
    seconds = max(0, ms) // 1000
    return f"{seconds // 60}:{seconds % 60:02}"


def _spoken_before(
    item_id: str, every: Mapping[str, Caption], after: Mapping[str, str]
) -> str | None:
    """The nearest item before this one that has words."""
    seen = {item_id}
    before = after.get(item_id)
    while before is not None and before not in seen:
        if before in every:
            return before
        seen.add(before)
        before = after.get(before)
    return None


def _state_changed(state: RoomState, event: StateChanged) -> RoomState:
    state = replace(at(state, event.at_ms), call=event.state)
    match event.state:
        case CallState.LIVE:
            return replace(
                state,
                was_live=True,
                lost_since_ms=None,
                why_lost="",
                retry=None,
                failure="",
                notice=None,
            )
        case CallState.RECOVERING:
            since = state.lost_since_ms
            since = event.at_ms if since is None else since
            return replace(state, lost_since_ms=since, why_lost=event.sentence or state.why_lost)
        case CallState.FAILED:
            failure = event.sentence or "The call could not go on."
            # It takes the place of the same words while the call ended.
            return replace(state, failure=failure, notice=None, retry=None, thinking=False)
        case CallState.ENDING | CallState.ENDED:
            state = replace(state, retry=None, thinking=False, lost_since_ms=None, failure="")
        case CallState.PREPARING:
            state = replace(state, failure="")
        case _:
            pass
    return _noticed(state, Notice("bad", event.sentence)) if event.sentence else state


def _question_changed(state: RoomState, event: QuestionChanged) -> RoomState:
    question = event.question
    state = replace(at(state, event.at_ms), completed=event.completed, exhibits=question.exhibits)
    if state.question is not None and state.question.number == question.number:
        # The same one after a new connection: its time, and what is being looked at, stay.
        known = state.exhibit in question.exhibits
        shown = state.exhibit if known else _newest(question)
        return replace(state, question=question, exhibit=shown)
    return replace(
        state,
        question=question,
        question_since_ms=event.at_ms,
        exhibit=_newest(question),
        heard=None,
        verdict="",
        notice=None,
        thinking=False,
    )


def _newest(question: Question) -> Exhibit | None:
    mine = [one for one in question.exhibits if one.question == question.number]
    return next(iter([*mine, *question.exhibits]), None)


def _exhibit_shown(state: RoomState, exhibit: Exhibit) -> RoomState:
    others = [one.id for one in state.exhibits]
    if exhibit.id in others:
        place = others.index(exhibit.id)
        exhibits = (*state.exhibits[:place], exhibit, *state.exhibits[place + 1 :])
    else:
        exhibits = (*state.exhibits, exhibit)
    return replace(state, exhibits=exhibits, exhibit=exhibit)


def _caption_changed(state: RoomState, event: CaptionChanged) -> RoomState:
    caption, after = event.caption, state.after
    if event.after is not None and after.get(caption.item_id) != event.after:
        after = {**after, caption.item_id: event.after}
    captions = state.captions
    known = {one.item_id: place for place, one in enumerate(captions)}
    place = known.get(caption.item_id)
    same = place is not None and captions[place].start_ms == caption.start_ms
    if place is not None and same and caption.text and after is state.after:
        # A word more: nothing moves.
        captions = (*captions[:place], caption, *captions[place + 1 :])
    else:
        others = [one for one in captions if one.item_id != caption.item_id]
        captions = in_order([*others, caption] if caption.text else others, after)
    state = replace(state, captions=captions, after=after)
    return _turn_taken(state, caption) if caption.speaker == "candidate" else state


def _turn_taken(state: RoomState, caption: Caption) -> RoomState:
    """The candidate speaks again: what concerned the turn before goes."""
    if not caption.text:
        return state
    if state.verdict and caption.start_ms > state.verdict_at_ms:
        state = replace(state, verdict="")
    if state.heard is not None and caption.final and caption.start_ms > state.heard.at_ms:
        state = replace(state, heard=None)
    notice = state.notice
    if notice is not None and notice.severity == "info" and caption.start_ms > state.notice_at_ms:
        state = replace(state, notice=None)
    return state


def _noticed(state: RoomState, notice: Notice) -> RoomState:
    kept = notice if notice.sentence else None
    return replace(state, notice=kept, notice_at_ms=state.now_ms)
