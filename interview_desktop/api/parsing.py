"""From the server's JSON to the domain's types; anything odd is one plain error."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import httpx
import msgspec

from interview_desktop.api.errors import UnexpectedAnswer
from interview_desktop.domain.debrief import Debrief, Score
from interview_desktop.domain.interview import (
    QUESTION_COUNT,
    CaseCard,
    Hint,
    Interview,
    NumberVerdict,
    Progress,
    Question,
    SessionGrant,
    TurnCredentials,
)
from interview_desktop.domain.journal import Happened
from interview_desktop.domain.transcript import Caption

T = TypeVar("T")


def convert(value: Any, kind: type[T]) -> T:
    """`value` as a domain type; keys that are not known are ignored.

    Raises:
        UnexpectedAnswer: something is missing or of another type.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        raise UnexpectedAnswer from None


def json_of(answer: httpx.Response) -> Any:
    """The JSON of an answer.

    Raises:
        UnexpectedAnswer: what stands between here and the server gave a page of its own.
    """
    try:
        return answer.json()
    except ValueError:
        raise UnexpectedAnswer from None


class _Progress(msgspec.Struct):
    current_question: int
    questions_completed: tuple[int, ...]


class _Interview(msgspec.Struct):
    id: str
    user_id: str
    template_id: str
    status: str
    started_at: str
    completed_at: str | None
    progress_data: _Progress


class _Secret(msgspec.Struct):
    value: str
    expires_at: int

    def __repr__(self) -> str:
        """The value never shows."""
        return "_Secret()"


class _Connect(msgspec.Struct):
    url: str


class _Token(msgspec.Struct):
    client_secret: _Secret
    session: dict[str, object]
    connect: _Connect


class _Credentials(msgspec.Struct):
    session_token: _Token
    turn_credentials: TurnCredentials | None


class _Segment(msgspec.Struct):
    id: str
    speaker: str
    text: str
    start_ms: int
    end_ms: int
    question: int
    interrupted: bool = False


class Track(msgspec.Struct):
    """One track of a recording on the server."""

    id: str
    bytes: int
    complete: bool
    url: str


class Part(msgspec.Struct):
    """One part of a recording on the server."""

    id: str
    tracks: dict[str, Track]
    started_at: str = ""
    duration_ms: int = 0


class _Parts(msgspec.Struct):
    parts: list[Part]


class _Notes(msgspec.Struct):
    text: str


class _Event(msgspec.Struct):
    id: str
    question: Annotated[int, msgspec.Meta(ge=1, le=QUESTION_COUNT)]
    type: str
    at_ms: int
    data: dict[str, Any] = {}


class _Events(msgspec.Struct):
    events: list[_Event]


class _Segments(msgspec.Struct):
    segments: list[_Segment]


class _Scores(msgspec.Struct):
    scores: tuple[Score, ...]


def interview(value: Any, etag: str = "") -> Interview:
    """The contract's interview object."""
    raw = convert(value, _Interview)
    if raw.status not in ("in-progress", "completed", "abandoned"):
        raise UnexpectedAnswer
    return Interview(
        raw.id,
        raw.user_id,
        raw.template_id,
        raw.status,  # type: ignore[arg-type]  # checked in the line above
        raw.started_at,
        raw.completed_at,
        Progress(raw.progress_data.current_question, raw.progress_data.questions_completed),
        etag,
    )


def cards(value: Any) -> list[CaseCard]:
    """The cards of the library."""
    return convert(value, list[CaseCard])


def question(value: Any) -> Question:
    """A question as the room shows it."""
    return convert(value, Question)


def hint(value: Any) -> Hint:
    """A step of the ladder."""
    return convert(value, Hint)


def verdict(value: Any) -> NumberVerdict:
    """The check of a number."""
    return convert(value, NumberVerdict)


def debrief(value: Any) -> Debrief:
    """The debrief."""
    return convert(value, Debrief)


def scores(value: Any) -> tuple[Score, ...]:
    """The scores of an interview."""
    return convert(value, _Scores).scores


def grant(value: Any, number: int) -> SessionGrant:
    """A question's session token."""
    return _grant(convert(value, _Token), number, None)


def credentials(value: Any, number: int) -> SessionGrant:
    """Credentials of the current question, TURN included."""
    raw = convert(value, _Credentials)
    return _grant(raw.session_token, number, raw.turn_credentials)


def _grant(token: _Token, number: int, turn: TurnCredentials | None) -> SessionGrant:
    return SessionGrant(
        number,
        token.connect.url,
        token.client_secret.value,
        token.client_secret.expires_at,
        token.session,
        turn,
    )


def captions(value: Any) -> list[Caption]:
    """A stored transcript."""
    return [
        Caption(
            one.id,
            "candidate" if one.speaker == "candidate" else "interviewer",
            one.text,
            one.start_ms,
            one.end_ms,
            one.question,
            final=True,
            interrupted=one.interrupted,
        )
        for one in convert(value, _Segments).segments
    ]


def notes(value: Any) -> str:
    """The candidate's notes."""
    return convert(value, _Notes).text


def events(value: Any) -> list[Happened]:
    """What happened in an interview."""
    return [
        Happened(
            one.question,
            {"id": one.id, "type": one.type, "at_ms": one.at_ms, "data": one.data},
        )
        for one in convert(value, _Events).events
    ]


def parts(answer: httpx.Response) -> list[Part]:
    """The parts of an interview's recording."""
    return convert(json_of(answer), _Parts).parts
