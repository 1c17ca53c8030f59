"""What the debrief says, out of the server's answer. Qt-free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from interview_desktop.domain.debrief import (
    TOP_SCORE,
    CalculationStep,
    Debrief,
    QuestionDebrief,
    hint_cap,
)
from interview_desktop.ui.view_models.exhibit import MINUS, NO_BREAK, number
from interview_desktop.ui.view_models.room import clock
from interview_desktop.ui.view_models.rubric import RUBRIC

NOT_JUDGED = "This is what was measured. Nobody has judged your argument yet."
# A question may take a little longer than its target without a word about it.
_LATE = 1.1
_WORDS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
)  # fmt: skip
NAMES: Mapping[str, str] = {
    "structure": "Structure",
    "analysis": "Exhibit and ideas",
    "quantitative": "Numbers",
    "recommendation": "Recommendation",
}

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
    """A step of the calculation, what comes out of it, and what the candidate had there.

    Only the result was ever said, so `yours` is empty for every other step.
    """

    say: str
    shown: str
    yours: str = ""


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """The number of a question: what was said, what is right, and the error if it has a name.

    `at_ms`: where it is heard, if that is known.
    """

    question: int
    verdict: Verdict
    sentence: str
    error: str
    steps: tuple[Part, ...]
    at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """A strong answer to a question, and the points that it must have."""

    number: int
    name: str
    text: str
    points: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DebriefModel:
    """Everything the debrief shows.

    `measured` is its sentence before the candidate has scored, `headline` the one after that,
    which tells about the numbers. `caps` holds for a dimension the level of the hint that limits
    it, and the highest score that is left: (4, 3).
    """

    measured: str
    headline: str
    honesty: str
    rows: tuple[QuestionRow, ...]
    checks: tuple[NumberCheck, ...]
    outlines: tuple[Outline, ...]
    caps: Mapping[str, tuple[int, int]]
    limiting_mistakes: tuple[str, ...]
    read_more: str


def debrief_model(debrief: Debrief, heard_at: Mapping[int, int] | None = None) -> DebriefModel:
    """What the debrief says.

    Args:
        debrief: what the server tells.
        heard_at: where the number of a question is heard, in milliseconds of the recording.
    """
    questions = debrief.questions
    longest = max([60, *(max(one.elapsed_s, one.target_s) for one in questions)])
    scale = -(-longest // 60) * 60
    helped = [one.number for one in questions if one.hints]
    places = heard_at or {}
    return DebriefModel(
        measured=_measured(questions),
        headline=_headline(questions),
        honesty="" if debrief.judged else NOT_JUDGED,
        rows=tuple(_row(one, scale, first=one.number in helped[:1]) for one in questions),
        checks=tuple(
            _check(one, places.get(one.number))
            for one in questions
            if one.kind == "quantitative" or one.number_given
        ),
        outlines=tuple(
            Outline(
                one.number,
                NAMES[one.kind],
                one.model_answer,
                tuple((point.point, point.because) for point in one.must_cover),
            )
            for one in questions
        ),
        caps=debrief.caps(),
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


def cap_words(dimension: str, cap: tuple[int, int]) -> str:
    """Level 4 caps numeracy at 3."""
    return f"Level {cap[0]} caps {dimension.lower()} at {cap[1]}"


def lowest_words(scores: Mapping[str, int]) -> str:
    """Which dimension limits the rest: no average says that."""
    least = min(scores.values(), default=0)
    names = [one.name.lower() for one in RUBRIC if scores.get(one.id) == least]
    if not least:
        return ""
    if len(names) == len(RUBRIC):
        return f"You gave yourself {least} in all six."
    if len(names) > 2:
        return f"Your lowest is {least}, for {_word(len(names))} of six."
    return f"Your lowest is {' and '.join(names)}."


def _measured(questions: tuple[QuestionDebrief, ...]) -> str:
    hints = sum(len(one.hints) for one in questions)
    return f"{_length(questions)}, {_word(hints)} hint{'' if hints == 1 else 's'}"


def _headline(questions: tuple[QuestionDebrief, ...]) -> str:
    given = [one.number_given for one in questions if one.number_given]
    wrong = sum(1 for one in given if one.verdict != "match")
    if not given:
        numbers = "no number given"
    elif wrong:
        numbers = f"{_word(wrong)} number{'' if wrong == 1 else 's'} to look at"
    else:
        numbers = "the number is right" if len(given) == 1 else "all numbers are right"
    return f"{_length(questions)}, {numbers}"


def _length(questions: tuple[QuestionDebrief, ...]) -> str:
    minutes = round(sum(one.elapsed_s for one in questions) / 60)
    time = f"{minutes} minute{'' if minutes == 1 else 's'}" if minutes else "Less than a minute"
    reached = sum(1 for one in questions if one.elapsed_s or one.number_given or one.hints)
    return f"{time}, {_word(reached)} question{'' if reached == 1 else 's'}"


def _row(question: QuestionDebrief, scale: int, *, first: bool) -> QuestionRow:
    name = NAMES[question.kind]
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


def _hints(question: QuestionDebrief, *, first: bool) -> tuple[str, str]:
    """("Level 4", "caps numeracy at 3"); the first request of an interview is free."""
    level = question.level
    if not level:
        return "None", ""
    if hint_cap(level) < TOP_SCORE:
        return f"Level {level}", f"caps {question.leading} at {hint_cap(level)}"
    return f"Level {level}", "first one, free" if first else "no cap"


def _check(question: QuestionDebrief, at_ms: int | None) -> NumberCheck:
    given = question.number_given
    if given is None:
        steps = _parts(question.steps, "")
        result = next((one for one in question.steps if one.unit is not None), None)
        right = f" The result is {quantity(result.value, result.unit or '')}." if result else ""
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
    steps = _parts(question.steps, said)
    return NumberCheck(question.number, given.verdict, sentence, error, steps, at_ms)


def _parts(steps: tuple[CalculationStep, ...], said: str) -> tuple[Part, ...]:
    return tuple(
        Part(one.say, quantity(one.value, one.unit or ""), said if one.unit is not None else "")
        for one in steps
    )


def _word(count: int) -> str:
    return _WORDS[count] if count < len(_WORDS) else str(count)
