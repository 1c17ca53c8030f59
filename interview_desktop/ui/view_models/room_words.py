"""The room's sentences: messages, timer, ladder, connection, where the voice goes. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from interview_desktop.domain.call_events import CallState
from interview_desktop.domain.interview import QUESTION_COUNT
from interview_desktop.ui.view_models.meters import LevelClass
from interview_desktop.ui.view_models.room import LAST_HINT, RoomState, clock

MessageKind = Literal["info", "ok", "warn", "bad"]
Action = Literal["", "Try again", "Try now", "Hint"]
RouteShown = Literal["direct", "relay", "reconnecting", "none"]
# After so long the room offers help; nothing is ever said aloud.
OFFER_AFTER_S = 90
_GRAVITY = {"bad": 0, "warn": 1, "ok": 2, "info": 2}
_LEVELS = {
    LevelClass.SILENT: "You, quiet now",
    LevelClass.QUIET: "You, a bit low",
    LevelClass.GOOD: "You, clear",
    LevelClass.TOO_LOUD: "You, too loud",
}
MUTED = "You are muted"
# What the line beside the microphone may say, for its width.
LEVEL_LINES = (*_LEVELS.values(), MUTED)


@dataclass(frozen=True, slots=True)
class RoomMessage:
    """One inline message; `key` names its place, so that it can change where it stands."""

    key: str
    kind: MessageKind
    text: str
    action: Action = ""


@dataclass(frozen=True, slots=True)
class Timer:
    """The soft timer: "4:12", "of about 8 min", and whether that is past."""

    passed: str
    target: str
    over: bool


def messages(state: RoomState) -> list[RoomMessage]:
    """What there is to tell, the gravest first."""
    made = []
    if state.call is CallState.FAILED:
        made.append(RoomMessage("failure", "bad", state.failure, "Try again"))
    if state.disk is not None:
        made.append(RoomMessage("disk", "bad", state.disk))
    if state.call is CallState.RECOVERING or state.retry is not None:
        made.append(_lost(state))
    made += [RoomMessage(one.topic, one.severity, one.sentence) for one in state.sound]
    if state.notice is not None:
        made.append(RoomMessage("notice", state.notice.severity, state.notice.sentence))
    if state.live and state.thinking and state.thinking_elapsed_s >= OFFER_AFTER_S:
        made.append(_offer(state))
    if state.verdict:
        made.append(RoomMessage("verdict", "info", state.verdict))
    return sorted(made, key=lambda one: _GRAVITY[one.kind])


def retry_in_s(state: RoomState) -> int | None:
    """Whole seconds to the next try, 0 while it is under way; None without one."""
    if state.retry is None:
        return None
    left_ms = state.retry.in_s * 1000 - (state.now_ms - state.retry_at_ms)
    return max(0, -int(-left_ms // 1000))


def timer(state: RoomState) -> Timer | None:
    """How long the question has taken; None before the first one."""
    if state.question is None:
        return None
    passed_ms = max(0, state.now_ms - state.question_since_ms)
    target_s = state.question.target_s
    minutes = max(1, round(target_s / 60))
    return Timer(clock(passed_ms), f"of about {minutes}\u00a0min", passed_ms > target_s * 1000)


def hint_words(used: int) -> str:
    """What the ladder has left."""
    if used <= 0:
        return "First is free"
    return f"Level {used} used" if used < LAST_HINT else "No more hints"


def presence_words(state: RoomState) -> str:
    """What stands under the disc instead of the presence's own word; empty leaves that one."""
    match state.call:
        case CallState.LIVE:
            return ""
        case CallState.FAILED | CallState.ENDED:
            return "Not connected"
        case CallState.ENDING:
            return "Ending"
        case _:
            return "Connecting again" if state.was_live else "Connecting"


def connection(state: RoomState) -> tuple[RouteShown, int | None, int | None] | None:
    """(route, round trip, seconds without a connection); None while nothing is known yet."""
    if state.lost_since_ms is not None and not state.live:
        return "none", None, max(0, state.now_ms - state.lost_since_ms) // 1000
    if state.call is CallState.FAILED:
        return "none", None, None
    if state.live and state.route in ("direct", "relay"):
        return "direct" if state.route == "direct" else "relay", state.rtt_ms, None
    return ("none", None, None) if state.live and state.route == "none" else None


def recording(state: RoomState) -> bool:
    """Whether the sound is being kept."""
    calling = state.live or state.lost_since_ms is not None or state.call is CallState.ENDING
    return calling and state.call is not CallState.FAILED and state.disk is None


def privacy(state: RoomState, *, compact: bool) -> str:
    """What happens with the voice, and where it goes."""
    if recording(state):
        place = "here" if compact else "on this laptop"
        return f"Recording {place}. Nothing leaves it."
    if state.disk is not None and state.was_live:
        return "Recording stopped. Nothing leaves this laptop."
    return "Nothing leaves this laptop."


def second_line(where: str, state: RoomState) -> str:
    """The line below the title: "Market entry, question 2 of 4"."""
    if state.question is None:
        return where
    place = f"question {state.question.number} of {QUESTION_COUNT}"
    return f"{where}, {place}" if where else place.capitalize()


def level_words(level: LevelClass) -> str:
    """The line below the microphone's level."""
    return _LEVELS[level]


def _lost(state: RoomState) -> RoomMessage:
    question = state.retry.question if state.retry is not None else None
    if question is None and state.question is not None:
        question = state.question.number
    words = [state.why_lost or "The connection dropped."]
    kept = "You are still recorded" if recording(state) else ""
    goes_on = f"we go on at question {question}" if question is not None else ""
    both = ", and ".join(one for one in (kept, goes_on) if one)
    if both:
        words.append(f"{both[0].upper()}{both[1:]}.")
    left = retry_in_s(state)
    if left is not None:
        words.append(f"Next try in {left}\u00a0s." if left else "Trying now.")
    return RoomMessage("lost", "warn", " ".join(words), "Try now" if left else "")


def _offer(state: RoomState) -> RoomMessage:
    start = f"You have been thinking for {OFFER_AFTER_S} seconds. Take more time"
    if state.hints_used >= LAST_HINT:
        return RoomMessage("offer", "info", f"{start} if you need it.")
    return RoomMessage("offer", "info", f"{start}, or ask for a hint.", "Hint")
