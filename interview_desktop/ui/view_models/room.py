"""What the room shows, out of the call's events. Qt-free."""

from __future__ import annotations

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
from interview_desktop.domain.interview import Exhibit, Question
from interview_desktop.domain.transcript import Caption

_VERDICTS = {"match": "Noted.", "different": "Noted. Check it once more if you like."}


@dataclass(frozen=True, slots=True)
class RoomState:
    """Everything the room shows; a new one for each event."""

    call: CallState = CallState.IDLE
    question: Question | None = None
    completed: tuple[int, ...] = ()
    question_since_ms: int = 0
    presence: Presence = Presence.CONNECTING
    captions: tuple[Caption, ...] = ()
    thinking: bool = False
    thinking_s: int | None = None
    thinking_since_ms: int = 0
    exhibit: Exhibit | None = None
    heard: NumberHeard | None = None
    hints_used: int = 0
    message: str = ""
    severity: str = "info"
    route: str = ""
    hints: dict[int, int] = field(default_factory=dict)


def applied(state: RoomState, event: CallEvent) -> RoomState:
    """The state after `event`."""
    match event:
        case StateChanged(call, _, sentence):
            message = sentence if call is CallState.ENDING or sentence else state.message
            if call is CallState.LIVE:
                message = ""
            return replace(
                state, call=call, message=message, severity="bad" if sentence else state.severity
            )
        case QuestionChanged(question, completed, at_ms):
            newest = [one for one in question.exhibits if one.question == question.number]
            return replace(
                state,
                question=question,
                completed=completed,
                question_since_ms=at_ms,
                exhibit=next(iter([*newest, *question.exhibits]), None),
                heard=None,
                message="",
                thinking=False,
                hints_used=state.hints.get(question.number, 0),
            )
        case CaptionChanged(caption, _):
            others = [one for one in state.captions if one.item_id != caption.item_id]
            lines = others if not caption.text else [*others, caption]
            return replace(state, captions=tuple(sorted(lines, key=lambda one: one.start_ms)))
        case PresenceChanged(presence):
            return replace(state, presence=presence)
        case ThinkingChanged(active, seconds, at_ms):
            return replace(state, thinking=active, thinking_s=seconds, thinking_since_ms=at_ms)
        case ExhibitShown(exhibit, _):
            return replace(state, exhibit=exhibit)
        case NumberHeard():
            return replace(state, heard=event)
        case NumberChecked(_, verdict, _):
            text = verdict.diagnosis or _VERDICTS[verdict.verdict]
            return replace(state, heard=None, message=text, severity="info")
        case HintGiven(question, hint, _):
            hints = {**state.hints, question: hint.level}
            return replace(state, hints=hints, hints_used=hint.level)
        case DiskTrouble(active, sentence):
            return replace(state, message=sentence, severity="bad" if active else "info")
        case Retrying() | NotesRestored() | NotesState():
            return state
        case Notice(severity, sentence):
            return replace(state, message=sentence, severity=severity)
        case ConnectionChanged(route, _):
            return replace(state, route=route)


def clock(ms: int) -> str:
    """Minutes and seconds: 4:12."""
    seconds = max(0, ms) // 1000
    return f"{seconds // 60}:{seconds % 60:02}"
