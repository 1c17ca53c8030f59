"""The debrief of a completed interview, and the candidate's own scores beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from interview_desktop.domain.interview import Hint

Dimension = Literal[
    "structuring", "numeracy", "judgement", "creativity", "synthesis", "communication"
]
# The rubric, in its order.
DIMENSIONS: tuple[Dimension, ...] = (
    "structuring",
    "numeracy",
    "judgement",
    "creativity",
    "synthesis",
    "communication",
)
TOP_SCORE = 5
_CAPS = {3: 4, 4: 3, 5: 2}


def hint_cap(level: int) -> int:
    """The best score that a dimension can still get after a hint of `level`."""
    return _CAPS.get(level, TOP_SCORE)


@dataclass(frozen=True, slots=True)
class NumberResult:
    """The number that was given last, beside the expected one; `diagnosis` names the error."""

    text: str
    value: float
    unit: str
    verdict: Literal["match", "named_error", "different"]
    diagnosis: str | None
    expected: float
    expected_unit: str


@dataclass(frozen=True, slots=True)
class CalculationStep:
    """One step of the calculation as it could be said; the unit is told for the result alone."""

    name: str
    say: str
    value: float
    unit: str | None


@dataclass(frozen=True, slots=True)
class Point:
    """Something a strong answer covers, and why."""

    point: str
    because: str


@dataclass(frozen=True, slots=True)
class QuestionDebrief:
    """What became of one question. `ended`: the candidate was done with it."""

    number: int
    kind: Literal["structure", "analysis", "quantitative", "recommendation"]
    short: str
    dimensions: tuple[Dimension, ...]
    ended: bool
    target_s: int
    elapsed_s: int
    thinking_s: int
    hints: tuple[Hint, ...]
    number_given: NumberResult | None
    steps: tuple[CalculationStep, ...]
    model_answer: str
    must_cover: tuple[Point, ...]

    @property
    def score_cap(self) -> int:
        """The best score its dimensions can get after the hints that were used."""
        return hint_cap(max((hint.level for hint in self.hints), default=0))


@dataclass(frozen=True, slots=True)
class Debrief:
    """`GET interviews/{id}/debrief`. `judged`: somebody has judged the argument."""

    interview_id: str
    questions: tuple[QuestionDebrief, ...]
    limiting_mistakes: tuple[str, ...]
    read_more: str
    judged: bool

    def score_cap(self, dimension: Dimension) -> int:
        """The best score that `dimension` can get, over every question that trains it."""
        caps = (one.score_cap for one in self.questions if dimension in one.dimensions)
        return min(caps, default=TOP_SCORE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span on the line of the recording."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Score:
    """What somebody gave on one dimension; `kind` "self" is the candidate's own."""

    author_id: str
    kind: str
    dimension: Dimension
    score: int
    evidence: Evidence | None
    created_at: str
