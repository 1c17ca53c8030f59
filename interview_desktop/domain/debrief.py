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
# What a hint helps with, where a question does not name its own dimensions.
_HELPED: dict[str, Dimension] = {
    "structure": "structuring",
    "analysis": "judgement",
    "quantitative": "numeracy",
    "recommendation": "synthesis",
}


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
    def level(self) -> int:
        """The highest hint that was used; 0 for none."""
        return max((hint.level for hint in self.hints), default=0)

    @property
    def leading(self) -> Dimension:
        """The dimension that the question trains first: the one that its hints limit."""
        return self.dimensions[0] if self.dimensions else _HELPED[self.kind]


@dataclass(frozen=True, slots=True)
class Debrief:
    """`GET interviews/{id}/debrief`. `judged`: somebody has judged the argument."""

    interview_id: str
    questions: tuple[QuestionDebrief, ...]
    limiting_mistakes: tuple[str, ...]
    read_more: str
    judged: bool

    def caps(self) -> dict[str, tuple[int, int]]:
        """(level of the hint, best score that is left) of every dimension that hints limit.

        A hint limits the leading dimension of its question and no other: it says nothing of the
        rest. The lowest of several limits counts.
        """
        caps: dict[str, tuple[int, int]] = {}
        for one in self.questions:
            best = hint_cap(one.level)
            if best < caps.get(one.leading, (0, TOP_SCORE))[1]:
                caps[one.leading] = (one.level, best)
        return caps


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
