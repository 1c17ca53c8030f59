"""What a call tells the window: frozen facts, sent from the net thread to any listener."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from interview_desktop.domain.devices import SoundNotice
from interview_desktop.domain.interview import Exhibit, Hint, NumberVerdict, Question
from interview_desktop.domain.transcript import Caption


class CallState(StrEnum):
    """The states of a call; `LIVE` means ICE connected and data channel open."""

    IDLE = "idle"
    PREPARING = "preparing"
    AUTHORIZING = "authorizing"
    NEGOTIATING = "negotiating"
    CONNECTING = "connecting"
    LIVE = "live"
    RECOVERING = "recovering"
    ENDING = "ending"
    ENDED = "ended"
    FAILED = "failed"


class Presence(StrEnum):
    """What the interviewer is doing, as the room's disc shows it."""

    CONNECTING = "connecting"
    SPEAKING = "speaking"
    LISTENING = "listening"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The call entered `state` at `at_ms` on the recording's line.

    `sentence` tells a failure, or why the connection is gone where that is known.
    """

    state: CallState
    at_ms: int
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class QuestionChanged:
    """The interview stands at `question`; `completed` are the numbers already done."""

    question: Question
    completed: tuple[int, ...]
    at_ms: int


@dataclass(frozen=True, slots=True)
class CaptionChanged:
    """A caption is new or has changed (same `item_id`), in place `after` another item."""

    caption: Caption
    after: str | None


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """The interviewer now speaks, listens or waits."""

    presence: Presence


@dataclass(frozen=True, slots=True)
class ThinkingChanged:
    """Thinking began (`seconds`: 30, 60, 90 or None for open) or ended."""

    active: bool
    seconds: int | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class HintGiven:
    """A step of the ladder was given for `question`."""

    question: int
    hint: Hint
    at_ms: int


@dataclass(frozen=True, slots=True)
class ExhibitShown:
    """The interviewer put an exhibit in front of the candidate."""

    exhibit: Exhibit
    at_ms: int


@dataclass(frozen=True, slots=True)
class NumberHeard:
    """A number was heard and waits for "Right" or a correction."""

    question: int
    text: str
    value: float
    unit: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class NumberChecked:
    """A confirmed number was compared with the case's own."""

    question: int
    verdict: NumberVerdict
    at_ms: int


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """How the voice travels, and its round trip where known."""

    route: Literal["direct", "relay", "none"]
    rtt_ms: int | None


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence the candidate should read; `severity` picks the icon and colour."""

    severity: Literal["info", "warn", "bad"]
    sentence: str


@dataclass(frozen=True, slots=True)
class Retrying:
    """The connection is gone; the next try comes `in_s` seconds from now (0: it is under way).

    `try_now()` of the session cuts the wait short. The call goes on at `question`.
    """

    in_s: float
    question: int


@dataclass(frozen=True, slots=True)
class NotesRestored:
    """The notes of earlier parts of the interview, before its call begins."""

    text: str


@dataclass(frozen=True, slots=True)
class NotesState:
    """Whether the notes, as they stand, are on the disk."""

    saved: bool


@dataclass(frozen=True, slots=True)
class DiskTrouble:
    """The recording stopped (`active`) or goes on again; `sentence` says so to the person."""

    active: bool
    sentence: str


CallEvent = (
    StateChanged
    | QuestionChanged
    | CaptionChanged
    | PresenceChanged
    | ThinkingChanged
    | HintGiven
    | ExhibitShown
    | NumberHeard
    | NumberChecked
    | ConnectionChanged
    | Retrying
    | NotesRestored
    | NotesState
    | DiskTrouble
    | SoundNotice
    | Notice
)
