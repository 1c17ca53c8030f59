"""The check of a number that a candidate gave, by the case's own formulas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from server.cases.formulas import evaluate
from server.cases.model import Case, Numeric

Verdict = Literal["match", "named_error", "different"]


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """The verdict on a number; `expected` and `unit` are for the debrief only."""

    verdict: Verdict
    diagnosis: str | None
    expected: float
    unit: str


def values(case: Case, numeric: Numeric) -> dict[str, float]:
    """Every name of the calculation with its value: inputs, steps in order, derived values."""
    names = {name: float(value) for name, value in numeric.inputs.items()}
    for step in numeric.steps:
        names[step.name] = evaluate(step.formula, names)
    parts = [exhibit.derived for exhibit in case.exhibits]
    for derived in parts + [question.derived for question in case.questions]:
        for name, formula in derived.items():
            names[name] = evaluate(formula, names)
    return names


def near(value: float, target: float, tolerance_pct: float) -> bool:
    """Whether `value` lies within the tolerance around `target`."""
    return abs(value - target) <= tolerance_pct / 100 * abs(target)


def check_number(case: Case, question: int, value: float, unit: str = "") -> NumberCheck | None:
    """Compare `value` with what question `question` asks for; None if it asks for no number.

    `unit` is what was said after the number. A percentage may be given as 40 or as 0.40.
    """
    numeric = case.question(question).numeric
    if numeric is None:
        return None
    names = values(case, numeric)
    expected = names[numeric.expected]
    accepted = [expected, *(evaluate(formula, names) for formula in numeric.accept_also)]
    if any(_means(numeric, value, unit, target) for target in accepted):
        return NumberCheck("match", None, expected, numeric.unit)
    for error in numeric.common_errors:
        if _means(numeric, value, unit, evaluate(error.formula, names)):
            return NumberCheck("named_error", error.diagnosis, expected, numeric.unit)
    return NumberCheck("different", None, expected, numeric.unit)


def _means(numeric: Numeric, value: float, unit: str, target: float) -> bool:
    """Whether somebody who says `value` with `unit` behind it means `target`."""
    if near(value, target, numeric.tolerance_pct):
        return True
    if unit in ("percent", "%"):
        return abs(target) <= 1 and near(value / 100, target, numeric.tolerance_pct)
    share = numeric.unit == "percent" and not unit and abs(value) <= 1
    return share and near(value * 100, target, numeric.tolerance_pct)
