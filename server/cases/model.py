"""The case file, format 1, as frozen structs. Unknown and missing keys are errors."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

# Every text and list has an end: what a coach sends is checked in bounded time. `\Z`, because `$`
# lets a line end pass.
Text = Annotated[str, Meta(min_length=1, max_length=600)]
Line = Annotated[str, Meta(min_length=1, max_length=120)]
LongText = Annotated[str, Meta(min_length=1, max_length=1500)]
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=80)]
Name = Annotated[str, Meta(pattern=r"^[a-z_][a-z0-9_]*\Z", max_length=40)]
Formula = Annotated[str, Meta(max_length=300)] | int | float
Row = Annotated[list[Annotated[str, Meta(max_length=120)] | int | float], Meta(max_length=5)]
Derived = Annotated[dict[Name, Formula], Meta(max_length=24)]
Dimension = Literal[
    "structuring", "numeracy", "judgement", "creativity", "synthesis", "communication"
]
CaseType = Literal[
    "market-entry",
    "profitability",
    "merger",
    "pricing",
    "growth",
    "operations",
    "new-product",
]
Difficulty = Literal["easy", "medium", "hard"]
FormatStyle = Literal["interviewer-led", "candidate-led"]
QuestionKind = Literal["structure", "analysis", "quantitative", "recommendation"]
ExhibitKind = Literal["table", "bar", "line", "waterfall"]


class Clarification(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A fact that is released only when it is asked for."""

    topic: Text
    asks: Annotated[list[Text], Meta(min_length=4, max_length=12)]
    answer: Text


class Exhibit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A chart or table, shown from question `question` on."""

    id: Slug
    title: Text
    kind: ExhibitKind
    unit: Text
    columns: Annotated[list[Annotated[str, Meta(max_length=32)]], Meta(min_length=2, max_length=5)]
    rows: Annotated[list[Row], Meta(min_length=2, max_length=8)]
    question: Annotated[int, Meta(ge=1, le=4)]
    takeaways: Annotated[list[Text], Meta(min_length=1, max_length=8)]
    distractors: Annotated[list[Text], Meta(max_length=8)]
    spoken: Text
    derived: Derived = {}


class Point(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something a strong answer covers, and why; never told to a model that interviews."""

    point: Text
    because: Text


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One step of the calculation; its name is usable in the steps below."""

    name: Name
    formula: Formula
    say: Text


class CommonError(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A wrong result with a name."""

    formula: Formula
    diagnosis: Text


class Numeric(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The number that question 3 asks for."""

    asked_for: Text
    unit: Text
    inputs: Annotated[dict[Name, int | float], Meta(max_length=24)]
    steps: Annotated[list[Step], Meta(min_length=1, max_length=24)]
    expected: Name
    tolerance_pct: Annotated[float, Meta(gt=0, le=10)]
    accept_also: Annotated[list[Formula], Meta(max_length=8)]
    common_errors: Annotated[list[CommonError], Meta(min_length=4, max_length=16)]


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One of the four questions."""

    number: Annotated[int, Meta(ge=1, le=4)]
    kind: QuestionKind
    prompt: Text
    short: Text
    think_s: Annotated[int, Meta(ge=15, le=180)]
    target_s: Annotated[int, Meta(ge=60, le=900)]
    silence_s: float | None
    must_cover: Annotated[list[Point], Meta(min_length=3, max_length=7)]
    bonus: Annotated[list[Text], Meta(min_length=1, max_length=5)]
    hints: Annotated[list[Text], Meta(min_length=5, max_length=5)]
    follow_ups: Annotated[list[Text], Meta(min_length=1, max_length=2)]
    pushback: Text | None
    numeric: Numeric | None
    model_answer: LongText
    dimensions: Annotated[list[Dimension], Meta(min_length=1, max_length=6)]
    derived: Derived = {}


class Debrief(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is told at the end."""

    limiting_mistakes: Annotated[list[Text], Meta(min_length=2, max_length=5)]
    read_more: Text


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One case."""

    format: Literal[1]
    id: Slug
    version: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    title: Line
    case_type: CaseType
    industry: Line
    difficulty: Difficulty
    format_style: FormatStyle
    minutes: Annotated[int, Meta(ge=1)]
    language: Literal["en"]
    summary: Text
    prompt: LongText
    objective: Text
    clarifications: Annotated[list[Clarification], Meta(min_length=6, max_length=10)]
    unknown_answer: Text
    exhibits: Annotated[list[Exhibit], Meta(min_length=1, max_length=3)]
    questions: Annotated[list[Question], Meta(min_length=4, max_length=4)]
    debrief: Debrief

    def question(self, number: int) -> Question:
        """Question `number`, 1 to 4."""
        return self.questions[number - 1]

    def exhibits_until(self, number: int) -> list[Exhibit]:
        """The exhibits a candidate may see at question `number`."""
        return [exhibit for exhibit in self.exhibits if exhibit.question <= number]
