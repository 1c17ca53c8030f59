"""What the Interview API tells about interviews, cases and their questions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Status = Literal["in-progress", "completed", "abandoned"]
Speaker = Literal["candidate", "interviewer"]
QUESTION_COUNT = 4


@dataclass(frozen=True, slots=True)
class Progress:
    """`progress_data` of an interview; questions are numbered 1 to 4."""

    current_question: int = 1
    questions_completed: tuple[int, ...] = ()

    def completing(self, number: int) -> Progress:
        """The progress after question `number` is done: the next one, or 4 at the end."""
        done = tuple(sorted({*self.questions_completed, number}))
        return Progress(min(number + 1, QUESTION_COUNT), done)


@dataclass(frozen=True, slots=True)
class Interview:
    """The contract's interview object; times are ISO 8601 in UTC, ids lower-case UUIDs."""

    id: str
    user_id: str
    template_id: str
    status: Status
    started_at: str
    completed_at: str | None
    progress: Progress
    etag: str = ""


@dataclass(frozen=True, slots=True)
class CaseCard:
    """What a candidate may know of a case before the interview."""

    id: str
    slug: str
    title: str
    case_type: str
    industry: str
    difficulty: str
    format_style: str
    minutes: int
    summary: str
    speech: Literal["ready", "missing"] = "ready"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A chart or table that the candidate may see from question `question` on."""

    id: str
    title: str
    kind: Literal["table", "bar", "line", "waterfall"]
    unit: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | float, ...], ...]
    spoken: str
    question: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the room shows it: `GET interviews/{id}/questions/{n}`."""

    number: int
    kind: Literal["structure", "analysis", "quantitative", "recommendation"]
    prompt: str
    short: str
    think_s: int
    target_s: int
    case_prompt: str
    exhibits: tuple[Exhibit, ...] = ()


@dataclass(frozen=True, slots=True)
class Hint:
    """One step of the hint ladder, level 1 (general) to 5 (the answer)."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class NumberVerdict:
    """The check of a number that was said; `diagnosis` names a common error, if it is one."""

    verdict: Literal["match", "named_error", "different"]
    diagnosis: str | None = None


@dataclass(frozen=True, slots=True)
class TurnCredentials:
    """TURN REST credentials. The password never shows in a repr.

    `lifetime_s` counts from their arrival; None where only `expiration` (Unix time) is known.
    """

    username: str
    password: str = field(repr=False)
    expiration: int
    urls: tuple[str, ...]
    lifetime_s: float | None = None


@dataclass(frozen=True, slots=True)
class SessionGrant:
    """What a call needs: where to post the offer, with which secret, and the GA session.

    Built from `session_token` of `POST credentials` or from `GET questions/{n}/token`.
    """

    question: int
    connect_url: str
    client_secret: str = field(repr=False)
    expires_at: int
    session: dict[str, object] = field(repr=False)
    turn: TurnCredentials | None = None
