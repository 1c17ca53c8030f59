"""What the debrief says about times, hints and numbers."""

from __future__ import annotations

from typing import Any

import pytest

from interview_desktop.api import parsing
from interview_desktop.ui.view_models.debrief import (
    NOT_JUDGED,
    DebriefModel,
    cap_words,
    debrief_model,
    quantity,
)
from interview_desktop.ui.view_models.rubric import RUBRIC, to_go

KINDS = ("structure", "analysis", "quantitative", "recommendation")
STEPS = [
    {"name": "sites", "say": "Four thousand eight hundred sites fit.", "value": 4800,
     "unit": None},
    {"name": "payback", "say": "The money is back after two point six years.", "value": 2.583,
     "unit": "years"},
    {"name": "months", "say": "That is thirty-one months.", "value": 31, "unit": None},
]  # fmt: skip
HEARD_MS = 1_268_000
DIMENSIONS = ("structuring", "judgement", "numeracy", "synthesis")


def given(value: float, verdict: str, diagnosis: str | None = None) -> dict[str, Any]:
    """A number as the server checked it."""
    return {
        "text": str(value), "value": value, "unit": "years", "verdict": verdict,
        "diagnosis": diagnosis, "expected": 2.583, "expected_unit": "years",
    }  # fmt: skip


def model_of(**changes: dict[str, Any]) -> DebriefModel:
    """What is shown of a debrief as the server sends it, with `q1` to `q4` changed."""
    times = ((430, 420, 75), (450, 480, 42), (585, 480, 75), (216, 240, 28))
    questions = []
    for number, (kind, (elapsed, target, thinking)) in enumerate(zip(KINDS, times, strict=True), 1):
        question: dict[str, Any] = {
            "number": number, "kind": kind, "short": f"Short {number}", "target_s": target,
            "dimensions": [DIMENSIONS[number - 1], "communication"], "ended": True, "steps": [],
            "elapsed_s": elapsed, "thinking_s": thinking, "hints": [], "number_given": None,
            "model_answer": f"Outline {number}.",
            "must_cover": [{"point": "Size", "because": "It decides."}],
        }  # fmt: skip
        questions.append({**question, **changes.get(f"q{number}", {})})
    sent = {
        "interview_id": "one", "questions": questions, "limiting_mistakes": ["Too early."],
        "read_more": "Contracts decide.", "judged": False,
    }  # fmt: skip
    return debrief_model(parsing.debrief(sent), {3: HEARD_MS})


def hints(level: int) -> dict[str, Any]:
    """The hints of a question up to a level."""
    return {"hints": [{"level": at, "text": "Hint."} for at in range(1, level + 1)]}


NONE: dict[str, Any] = {}
WRONG = {"number_given": given(0.57, "named_error", "The fit is missing."), "steps": STEPS}
RIGHT = {"number_given": given(2.6, "match")}
OTHER = {"number_given": given(9.0, "different")}


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({"q3": WRONG}, "28 minutes, four questions, one number to look at"),
        ({}, "28 minutes, four questions, no number given"),
        ({"q3": RIGHT}, "28 minutes, four questions, the number is right"),
        ({"q2": OTHER, "q3": WRONG}, "28 minutes, four questions, two numbers to look at"),
        ({"q2": RIGHT, "q3": WRONG}, "28 minutes, four questions, one number to look at"),
        ({"q2": RIGHT, "q3": RIGHT}, "28 minutes, four questions, all numbers are right"),
        (
            {f"q{at}": {"elapsed_s": 0} for at in (2, 3, 4)},
            "7 minutes, one question, no number given",
        ),
        (
            {"q1": {"elapsed_s": 58}, **{f"q{at}": {"elapsed_s": 0} for at in (2, 3, 4)}},
            "1 minute, one question, no number given",
        ),
        (
            {f"q{at}": {"elapsed_s": 0} for at in (1, 2, 3, 4)},
            "Less than a minute, no questions, no number given",
        ),
    ],
)
def test_the_headline_counts(changes: dict[str, dict[str, Any]], end: str) -> None:
    assert model_of(**changes).headline == end


def test_times_stand_against_their_targets_on_one_scale() -> None:
    rows = model_of().rows
    assert [row.name for row in rows] == [
        "Structure", "Exhibit and ideas", "Numbers", "Recommendation",
    ]  # fmt: skip
    assert [(row.time, row.target) for row in rows][:2] == [
        ("7:10", "of 7:00"),
        ("7:30", "of 8:00"),
    ]
    # Ten seconds too long are not worth a colour, almost two minutes are.
    assert [row.over for row in rows] == [False, False, True, False]
    assert [row.thinking for row in rows] == ["1:15", "0:42", "1:15", "0:28"]
    assert all(0 <= row.filled <= 1 and 0 <= row.mark <= 1 for row in rows)
    assert rows[0].filled / rows[0].mark == pytest.approx(430 / 420)
    assert rows[2].spoken == (
        "Question 3, Numbers: 9:45 of 8:00, over the target. Thinking 1:15. Hints: None."
    )


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        (0, ("None", "")),
        (1, ("Level 1", "first one, free")),
        (2, ("Level 2", "first one, free")),
        (3, ("Level 3", "caps numeracy at 4")),
        (4, ("Level 4", "caps numeracy at 3")),
        (5, ("Level 5", "caps numeracy at 2")),
    ],
)
def test_hints_and_their_price(level: int, shown: tuple[str, str]) -> None:
    model = model_of(q3=hints(level))
    assert (model.rows[2].hints, model.rows[2].hints_note) == shown
    assert model.caps == ({"numeracy": (level, {3: 4, 4: 3, 5: 2}[level])} if level > 2 else {})


def test_only_the_first_request_is_called_free() -> None:
    rows = model_of(q2=hints(2), q4=hints(1)).rows
    assert [row.hints_note for row in rows] == ["", "first one, free", "", "no cap"]


def test_the_lowest_cap_of_a_dimension_counts() -> None:
    q2 = {**hints(3), "dimensions": ["numeracy", "creativity"]}
    assert model_of(q2=q2, q3=hints(5)).caps == {"numeracy": (5, 2)}


def test_a_wrong_number_has_its_error_and_the_way_to_the_right_one() -> None:
    (check,) = model_of(q3=WRONG).checks
    assert check.sentence == "You said 0.57\u00a0years. The result is 2.58\u00a0years."
    assert (check.verdict, check.error) == ("named_error", "The fit is missing.")
    assert [(step.shown, step.yours) for step in check.steps] == [
        ("4,800", ""),
        ("2.58\u00a0years", "0.57\u00a0years"),
        ("31", ""),
    ]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (given(2.6, "match"), "You said 2.6\u00a0years. That is right, to be exact it is "
         "2.58\u00a0years."),
        (given(2.583, "match"), "You said 2.58\u00a0years. That is right."),
        (given(9.0, "different", "Not named."), "You said 9\u00a0years. The result is "
         "2.58\u00a0years."),
        # What differs is never shown as the same.
        (given(2.5801, "different"), "You said 2.5801\u00a0years. The result is 2.583\u00a0years."),
        (None, "You gave no number."),
    ],
)  # fmt: skip
def test_the_sentence_about_a_number(number: dict[str, Any] | None, sentence: str) -> None:
    (check,) = model_of(q3={"number_given": number}).checks
    assert check.sentence == sentence
    assert check.error == ""


def test_without_a_number_the_result_is_still_told() -> None:
    (check,) = model_of(q3={"steps": STEPS}).checks
    assert check.sentence == "You gave no number. The result is 2.58\u00a0years."


def test_nobody_has_judged_and_the_outline_is_there() -> None:
    model = model_of()
    assert model.honesty == NOT_JUDGED
    assert model.outlines[0].text == "Outline 1."
    assert model.outlines[0].points == (("Size", "It decides."),)
    assert model.limiting_mistakes == ("Too early.",)
    assert model.read_more == "Contracts decide."


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(1_936_000, "EUR", "€1.94\u00a0m"), (-16_200_000, "EUR", "\u2212€16.2\u00a0m"),
     (4800, "warehouses", "4,800\u00a0warehouses"), (13.33, "percent", "13.3\u00a0%"),
     (2.5e9, "EUR", "€2.5\u00a0bn"), (12345.6, "", "12,346"), (0, "EUR", "€0"),
     (999_999_999, "EUR", "€1\u00a0bn")],
)  # fmt: skip
def test_quantities_read_as_people_write_them(value: float, unit: str, text: str) -> None:
    assert quantity(value, unit) == text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"q3": WRONG}, "28 minutes, four questions, no hints"),
        ({"q3": RIGHT | hints(1)}, "28 minutes, four questions, one hint"),
        ({"q2": hints(2), "q3": hints(4)}, "28 minutes, four questions, six hints"),
    ],
)
def test_the_sentence_before_scoring_tells_nothing_about_the_numbers(
    changes: dict[str, dict[str, Any]], sentence: str
) -> None:
    assert model_of(**changes).measured == sentence


def test_a_number_can_be_heard_where_it_was_said() -> None:
    other, check = model_of(q2=OTHER, q3=WRONG).checks
    assert (other.at_ms, check.at_ms) == (None, HEARD_MS)


def test_a_cap_in_words() -> None:
    assert cap_words("Numeracy", (4, 3)) == "Level 4 caps numeracy at 3"


def test_the_scores_that_are_missing_are_counted() -> None:
    assert to_go({}) == "6 to go"
    assert to_go({"structuring": 3, "numeracy": 2, "judgement": 3}) == "3 to go"
    assert to_go({dimension.id: 3 for dimension in RUBRIC}) == ""


def test_every_dimension_has_three_anchors() -> None:
    assert [dimension.name for dimension in RUBRIC] == [
        "Structuring", "Numeracy", "Judgement", "Creativity", "Synthesis", "Communication",
    ]  # fmt: skip
    for dimension in RUBRIC:
        assert len({dimension.one, dimension.three, dimension.five}) == 3
        assert dimension.anchors.startswith(f"1: {dimension.one}")
