"""The rules of a case file that a schema cannot say. `broken_rule` returns the first break."""

from __future__ import annotations

import re
from collections.abc import Iterator

from server.cases.check import near, values
from server.cases.formulas import FormulaError, evaluate, literals_in
from server.cases.model import Case, Numeric
from server.cases.provenance import early_results, unfounded_numbers, untold_inputs
from server.cases.spoken import sentence_count, spoken_fields, spoken_problem, word_count

Problem = tuple[str, str]
KINDS = ("structure", "analysis", "quantitative", "recommendation")
MINUTES = {"easy": 20, "medium": 30, "hard": 35}
OPENING_S = 180
QUANTITATIVE = 3
MAX_NUMBER = 10**15
MAX_SILENCE_S = 60
# Literals that need no source: counts, months, percent and units of scale.
FREE_LITERALS = {1.0, 2.0, 12.0, 100.0, 1e3, 1e6}


def broken_rule(case: Case) -> Problem | None:
    """(key, reason) of the first rule that `case` breaks, or None."""
    for rule in RULES:
        for problem in rule(case):
            return problem
    return None


def _numbers(case: Case) -> Iterator[Problem]:
    """A number that is none, or so large that nothing can be calculated with it."""
    for index, exhibit in enumerate(case.exhibits):
        for number, row in enumerate(exhibit.rows):
            if any(not isinstance(cell, str) and not _usable(cell) for cell in row):
                yield f"exhibits[{index}].rows[{number}]", "a number is too large"
    for index, question in enumerate(case.questions):
        key = f"questions[{index}]"
        if question.silence_s is not None and not 0 < question.silence_s <= MAX_SILENCE_S:
            yield f"{key}.silence_s", f"more than 0 and at most {MAX_SILENCE_S} seconds wanted"
        for name, value in (question.numeric.inputs if question.numeric else {}).items():
            if not _usable(value):
                yield f"{key}.numeric.inputs.{name}", "the number is too large"


def _usable(value: float) -> bool:
    # Also false for what is not a number.
    return -MAX_NUMBER <= value <= MAX_NUMBER


def _shape(case: Case) -> Iterator[Problem]:
    if MINUTES[case.difficulty] != case.minutes:
        yield "minutes", "easy takes 20, medium 30, hard 35"
    for key in ("summary", "objective"):
        if sentence_count(getattr(case, key)) != 1:
            yield key, "one sentence wanted"
    if not 60 <= word_count(case.prompt) <= 110:
        yield "prompt", f"{word_count(case.prompt)} words, 60 to 110 wanted"
    if sentence_count(case.debrief.read_more) != 1:
        yield "debrief.read_more", "one sentence wanted"
    total_s = OPENING_S + sum(question.target_s for question in case.questions)
    if not 0.85 <= total_s / (case.minutes * 60) <= 1.0:
        yield "questions", f"targets and opening take {total_s} s, not 85 to 100 % of the minutes"


def _spoken(case: Case) -> Iterator[Problem]:
    for key, text in spoken_fields(case):
        if problem := spoken_problem(text):
            yield key, problem


def _clarifications(case: Case) -> Iterator[Problem]:
    topics: set[str] = set()
    asks: dict[str, str] = {}
    for index, fact in enumerate(case.clarifications):
        key = f"clarifications[{index}]"
        if fact.topic in topics:
            yield f"{key}.topic", f"{fact.topic!r} stands twice"
        topics.add(fact.topic)
        if sentence_count(fact.answer) > 2:
            yield f"{key}.answer", "one or two sentences wanted"
        for number, ask in enumerate(fact.asks):
            if not re.fullmatch(r"[a-z0-9' -]+", ask) or not 2 <= word_count(ask) <= 9:
                yield f"{key}.asks[{number}]", "two to nine lower-case words wanted"
            if ask in asks:
                yield f"{key}.asks[{number}]", f"also stands under {asks[ask]!r}"
            asks[ask] = fact.topic


def _exhibits(case: Case) -> Iterator[Problem]:
    ids = [exhibit.id for exhibit in case.exhibits]
    if len(set(ids)) != len(ids):
        yield "exhibits", "an id stands twice"
    kinds = {exhibit.kind for exhibit in case.exhibits}
    if "table" not in kinds or kinds == {"table"}:
        yield "exhibits", "at least one chart and one table wanted"
    if not any(exhibit.question == 2 for exhibit in case.exhibits):
        yield "exhibits", "question 2 has none"
    for index, exhibit in enumerate(case.exhibits):
        for number, row in enumerate(exhibit.rows):
            key = f"exhibits[{index}].rows[{number}]"
            if len(row) != len(exhibit.columns):
                yield key, f"{len(row)} cells for {len(exhibit.columns)} columns"
            elif not isinstance(row[0], str):
                yield key, "the first cell is the label"
            elif exhibit.kind != "table" and any(isinstance(cell, str) for cell in row[1:]):
                yield key, "a chart needs numbers"
        if exhibit.kind == "waterfall":
            key = f"exhibits[{index}].rows"
            cells = [row[1] for row in exhibit.rows if isinstance(row[1], int | float)]
            if len(exhibit.columns) != 2 or abs(sum(cells[:-1]) - cells[-1]) > 1e-6:
                yield key, "two columns wanted, the last row being the sum of the others"


def _questions(case: Case) -> Iterator[Problem]:
    for index, question in enumerate(case.questions):
        key = f"questions[{index}]"
        if question.number != index + 1 or question.kind != KINDS[index]:
            yield key, f"question {index + 1} must be {KINDS[index]}"
        if not 3 <= word_count(question.short) <= 6:
            yield f"{key}.short", "three to six words wanted"
        if question.think_s * 2 > question.target_s:
            yield f"{key}.think_s", "more than half of target_s"
        if (question.silence_s is None) != (index == 0):
            yield f"{key}.silence_s", "null for question 1, seconds for the others"
        if (question.numeric is None) != (question.number != QUANTITATIVE):
            yield f"{key}.numeric", "question 3 alone asks for a number"
        if index == 3 and not question.pushback:
            yield f"{key}.pushback", "question 4 always pushes back once"
        if not 80 <= word_count(question.model_answer) <= 160:
            yield f"{key}.model_answer", "80 to 160 words wanted"


def _formulas(case: Case) -> Iterator[Problem]:
    numeric = case.question(QUANTITATIVE).numeric
    assert numeric is not None  # _questions came first
    key = f"questions[{QUANTITATIVE - 1}].numeric"
    if numeric.expected not in {step.name for step in numeric.steps}:
        yield f"{key}.expected", f"{numeric.expected!r} is not a step"
        return
    names = {name: float(value) for name, value in numeric.inputs.items()}
    for index, step in enumerate(numeric.steps):
        if step.name in names:
            yield f"{key}.steps[{index}].name", f"{step.name!r} is defined twice"
        try:
            names[step.name] = evaluate(step.formula, names)
        except FormulaError as error:
            yield f"{key}.steps[{index}].formula", str(error)
            return
    yield from _derived(case, numeric, names)
    yield from _errors(case, numeric, key)


def _derived(case: Case, numeric: Numeric, names: dict[str, float]) -> Iterator[Problem]:
    names = dict(names)
    allowed = FREE_LITERALS | {abs(float(value)) for value in numeric.inputs.values()}
    for exhibit in case.exhibits:
        cells = (cell for row in exhibit.rows for cell in row)
        allowed |= {abs(float(cell)) for cell in cells if not isinstance(cell, str)}
    parts = [(f"exhibits[{i}]", exhibit.derived) for i, exhibit in enumerate(case.exhibits)]
    parts += [(f"questions[{i}]", question.derived) for i, question in enumerate(case.questions)]
    for part, derived in parts:
        for name, formula in derived.items():
            key = f"{part}.derived.{name}"
            if name in names:
                yield key, "the name is taken"
            try:
                names[name] = evaluate(formula, names)
            except FormulaError as error:
                yield key, str(error)
                return
            for literal in literals_in(formula):
                if not any(abs(abs(literal) - known) < 1e-9 for known in allowed):
                    yield key, f"{literal:g} is neither a cell of an exhibit nor an input"


def _errors(case: Case, numeric: Numeric, key: str) -> Iterator[Problem]:
    names = values(case, numeric)
    accepted = [names[numeric.expected]]
    for index, formula in enumerate(numeric.accept_also):
        try:
            accepted.append(evaluate(formula, names))
        except FormulaError as error:
            yield f"{key}.accept_also[{index}]", str(error)
            return
    seen: list[float] = []
    for index, common in enumerate(numeric.common_errors):
        place = f"{key}.common_errors[{index}]"
        try:
            wrong = evaluate(common.formula, names)
        except FormulaError as error:
            yield f"{place}.formula", str(error)
            return
        if any(near(wrong, right, numeric.tolerance_pct) for right in accepted):
            yield place, f"{wrong:g} lies within the tolerance of an accepted value"
        for other in seen:
            if near(wrong, other, numeric.tolerance_pct) or near(
                other, wrong, numeric.tolerance_pct
            ):
                yield place, f"{wrong:g} cannot be told from another error ({other:g})"
        seen.append(wrong)


def _ladder(case: Case) -> Iterator[Problem]:
    told = [case.title, case.summary, case.prompt, case.objective]
    told += [fact.answer for fact in case.clarifications]
    told += [question.prompt for question in case.questions]
    for index, question in enumerate(case.questions):
        for number, covered in enumerate(question.must_cover):
            point = _plain(covered.point)
            for level, hint in enumerate(question.hints[:4], start=1):
                if point in _plain(hint):
                    yield f"questions[{index}].hints[{level - 1}]", "gives a point away"
            if any(point in _plain(text) for text in told):
                yield f"questions[{index}].must_cover[{number}]", "is told before it is asked"


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


# In this order: a rule may rely on what those before it made sure.
RULES = (
    _numbers,
    _shape,
    _spoken,
    _clarifications,
    _exhibits,
    _questions,
    _formulas,
    untold_inputs,
    early_results,
    unfounded_numbers,
    _ladder,
)
