"""What the debrief says, out of the server's answer. Qt-free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from interview_desktop.ui.view_models.exhibit import MINUS, NO_BREAK, number
from interview_desktop.ui.view_models.room import clock

NOT_JUDGED = "This is what was measured. Nobody has judged your argument yet."
# A question may take a little longer than its target without a word about it.
_LATE = 1.1
_CAPS = {3: 4, 4: 3, 5: 2}
_WORDS = ("no", "one", "two", "three", "four")
_NAMES = {
    "structure": "Structure",
    "analysis": "Exhibit and ideas",
    "quantitative": "Numbers",
    "recommendation": "Recommendation",
}
# What a hint helps with, where the answer does not name the question's own dimensions.
_HELPED = {
    "structure": "structuring",
    "analysis": "judgement",
    "quantitative": "numeracy",
    "recommendation": "synthesis",
}

Kind = Literal["structure", "analysis", "quantitative", "recommendation"]
Verdict = Literal["match", "named_error", "different", "none"]


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A line of the table: time against target, thinking, hints.

    `filled` and `mark` are the time and the target as parts of the bar, which has one scale for
    all questions.
    """

    number: int
    name: str
    short: str
    time: str
    target: str
    over: bool
    filled: float
    mark: float
    thinking: str
    hints: str
    hints_note: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Part:
    """A step of the calculation and what comes out of it."""

    say: str
    shown: str


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """The number of a question: what was said, what is right, and the error if it has a name."""

    question: int
    verdict: Verdict
    sentence: str
    error: str
    steps: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A strong answer to a question, and the points that it must have."""

    number: int
    name: str
    text: str
    points: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DebriefModel:
    """Everything the debrief shows before anybody has scored.

    `caps` holds the highest score that a dimension can have after its hints.
    """

    headline: str
    honesty: str
    rows: tuple[QuestionRow, ...]
    checks: tuple[NumberCheck, ...]
    outlines: tuple[Outline, ...]
    caps: Mapping[str, int]
    limiting_mistakes: tuple[str, ...]
    read_more: str


class _Hint(msgspec.Struct, frozen=True):
    level: int


class _Number(msgspec.Struct, frozen=True):
    text: str
    value: float
    unit: str
    verdict: Literal["match", "named_error", "different"]
    expected: float
    expected_unit: str
    diagnosis: str | None = None


class _Step(msgspec.Struct, frozen=True):
    say: str
    value: float
    unit: str = ""


class _Point(msgspec.Struct, frozen=True):
    point: str
    because: str


class _Question(msgspec.Struct, frozen=True):
    number: int
    kind: Kind
    short: str
    target_s: int
    elapsed_s: int
    thinking_s: int
    model_answer: str
    hints: tuple[_Hint, ...] = ()
    number_given: _Number | None = None
    must_cover: tuple[_Point, ...] = ()
    steps: tuple[_Step, ...] | None = None
    dimensions: tuple[str, ...] | None = None


class _Debrief(msgspec.Struct, frozen=True):
    questions: tuple[_Question, ...]
    limiting_mistakes: tuple[str, ...] = ()
    read_more: str = ""
    judged: bool = False


def debrief_model(answer: Mapping[str, Any]) -> DebriefModel:
    """What the debrief says.

    Args:
        answer: the JSON of `GET interviews/{id}/debrief`; what is not known here is left alone.

    Raises:
        msgspec.ValidationError: it is not a debrief.
    """
    debrief = msgspec.convert(answer, type=_Debrief)
    questions = debrief.questions
    longest = max([60, *(max(one.elapsed_s, one.target_s) for one in questions)])
    scale = -(-longest // 60) * 60
    helped = [one.number for one in questions if one.hints]
    return DebriefModel(
        headline=_headline(questions),
        honesty="" if debrief.judged else NOT_JUDGED,
        rows=tuple(_row(one, scale, first=one.number in helped[:1]) for one in questions),
        checks=tuple(
            _check(one) for one in questions if one.kind == "quantitative" or one.number_given
        ),
        outlines=tuple(
            Outline(
                one.number,
                _NAMES[one.kind],
                one.model_answer,
                tuple((point.point, point.because) for point in one.must_cover),
            )
            for one in questions
        ),
        caps=_caps(questions),
        limiting_mistakes=debrief.limiting_mistakes,
        read_more=debrief.read_more,
    )


def quantity(value: float, unit: str, digits: int = 3) -> str:
    """A number with its unit: €6.48 m, 2.6 years, 14 %; `digits` are those that count."""
    size, short = abs(value), ""
    for power, name in ((1e9, "bn"), (1e6, "m")):
        # From where it would be rounded up to it: never 1,000 m.
        if size >= power * (1 - 0.5 * 10**-digits):
            size, short = size / power, f"{NO_BREAK}{name}"
            break
    size = float(f"{size:.{digits}g}") if size < 10 ** (digits - 1) else round(size)
    text = number(size) + short
    sign = MINUS if value < 0 and size else ""
    match unit.lower():
        case "eur" | "euro" | "euros" | "€":
            return f"{sign}€{text}"
        case "usd" | "dollar" | "dollars" | "$":
            return f"{sign}${text}"
        case "percent" | "%":
            return f"{sign}{text}{NO_BREAK}%"
        case "":
            return sign + text
        case _:
            return f"{sign}{text}{NO_BREAK}{unit}"


def _headline(questions: tuple[_Question, ...]) -> str:
    seconds = sum(one.elapsed_s for one in questions)
    minutes = round(seconds / 60)
    time = f"{minutes} minute{'' if minutes == 1 else 's'}" if minutes else "Less than a minute"
    reached = sum(1 for one in questions if one.elapsed_s or one.number_given or one.hints)
    asked = f"{_word(reached)} question{'' if reached == 1 else 's'}"
    given = [one.number_given for one in questions if one.number_given]
    wrong = sum(1 for one in given if one.verdict != "match")
    if not given:
        numbers = "no number given"
    elif wrong:
        numbers = f"{_word(wrong)} number{'' if wrong == 1 else 's'} to look at"
    else:
        numbers = "the number is right" if len(given) == 1 else "all numbers are right"
    return f"{time}, {asked}, {numbers}"


def _row(question: _Question, scale: int, *, first: bool) -> QuestionRow:
    name = _NAMES[question.kind]
    time, target = clock(question.elapsed_s * 1000), clock(question.target_s * 1000)
    over = question.elapsed_s > question.target_s * _LATE
    thinking = clock(question.thinking_s * 1000)
    hints, note = _hints(question, first=first)
    return QuestionRow(
        number=question.number,
        name=name,
        short=question.short,
        time=time,
        target=f"of {target}",
        over=over,
        filled=question.elapsed_s / scale,
        mark=question.target_s / scale,
        thinking=thinking,
        hints=hints,
        hints_note=note,
        spoken=(
            f"Question {question.number}, {name}: {time} of {target}"
            f"{', over the target' if over else ''}. Thinking {thinking}. "
            f"Hints: {', '.join(part for part in (hints, note) if part)}."
        ),
    )


def _hints(question: _Question, *, first: bool) -> tuple[str, str]:
    """("Level 4", "caps numeracy at 3"); the first request of an interview is free."""
    level = _level(question)
    if not level:
        return "None", ""
    if level in _CAPS:
        return f"Level {level}", f"caps {_dimension(question)} at {_CAPS[level]}"
    return f"Level {level}", "first one, free" if first else "no cap"


def _caps(questions: tuple[_Question, ...]) -> dict[str, int]:
    caps: dict[str, int] = {}
    for question in questions:
        cap = _CAPS.get(_level(question))
        if cap is not None:
            dimension = _dimension(question)
            caps[dimension] = min(cap, caps.get(dimension, cap))
    return caps


def _level(question: _Question) -> int:
    return max((hint.level for hint in question.hints), default=0)


def _dimension(question: _Question) -> str:
    return question.dimensions[0] if question.dimensions else _HELPED[question.kind]


def _check(question: _Question) -> NumberCheck:
    given = question.number_given
    steps = tuple(Part(one.say, quantity(one.value, one.unit)) for one in question.steps or ())
    if given is None:
        right = f" The result is {steps[-1].shown}." if steps else ""
        return NumberCheck(question.number, "none", f"You gave no number.{right}", "", steps)
    said, right = quantity(given.value, given.unit), quantity(given.expected, given.expected_unit)
    if given.verdict == "match":
        exact = "" if said == right else f", to be exact it is {right}"
        sentence = f"You said {said}. That is right{exact}."
    else:
        if said == right:
            said = quantity(given.value, given.unit, 6)
            right = quantity(given.expected, given.expected_unit, 6)
        sentence = f"You said {said}. The result is {right}."
    error = (given.diagnosis or "") if given.verdict == "named_error" else ""
    return NumberCheck(question.number, given.verdict, sentence, error, steps)


def _word(count: int) -> str:
    return _WORDS[count] if count < len(_WORDS) else str(count)
