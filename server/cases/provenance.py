"""Where a case's numbers come from: each follows from what the case states, and is told in time."""

from __future__ import annotations

from collections.abc import Iterator

from server.cases.check import near, values
from server.cases.model import Case, Numeric, Question
from server.cases.said import Said, numbers_said

Problem = tuple[str, str]
# A cell may show an input in percent, thousands or millions.
_CELL_SCALES = (1, 0.01, 1e3, 1e6)
QUANTITATIVE = 3


def unfounded_numbers(case: Case) -> Iterator[Problem]:
    """Numbers in a text that follow from no input, step, derived value or cell."""
    numeric = _numeric(case)
    sources = [*values(case, numeric).values(), *_cells(case)]
    for key, text in _texts(case):
        for said in numbers_said(text):
            if not said.needs_no_source and not said.stands_for_any(sources):
                yield key, f"{said.text!r} follows from nothing that the case states"
    for index, step in enumerate(numeric.steps):
        value = values(case, numeric)[step.name]
        if not any(said.stands_for(value) for said in numbers_said(step.say)):
            key = f"questions[{QUANTITATIVE - 1}].numeric.steps[{index}].say"
            yield key, f"does not tell {step.name}, which is {value:g}"


def untold_inputs(case: Case) -> Iterator[Problem]:
    """Inputs that a candidate cannot learn: from no prompt, answer, question or exhibit."""
    numeric = _numeric(case)
    names = values(case, numeric)
    cells = [*_cells(case)]
    for exhibit in case.exhibits:
        cells += [names[name] for name in exhibit.derived]
    heard = [said for _, text in _told(case) for said in numbers_said(text)]
    for name, value in numeric.inputs.items():
        shown = (cell * scale for cell in cells for scale in _CELL_SCALES)
        if any(said.stands_for(value) for said in heard):
            continue
        if not any(abs(one - value) < 1e-9 * max(1, abs(value)) for one in shown):
            key = f"questions[{QUANTITATIVE - 1}].numeric.inputs.{name}"
            yield key, f"{value:g} is told to the candidate nowhere"


def early_results(case: Case) -> Iterator[Problem]:
    """The answer told before the fifth hint, or a result on its way before the fourth."""
    numeric = _numeric(case)
    names = values(case, numeric)
    expected = names[numeric.expected]
    # The last question may speak of the result: it comes after it.
    for key, text in list(_told(case))[:-1]:
        for said in numbers_said(text):
            if said.kind != "time" and near(said.value, abs(expected), numeric.tolerance_pct):
                yield key, f"{said.text!r} tells the answer of question {QUANTITATIVE}"
    for index, exhibit in enumerate(case.exhibits):
        for row, cells in enumerate(exhibit.rows):
            numbers = [abs(float(one)) for one in cells if not isinstance(one, str)]
            shown = [one * scale for one in numbers for scale in (1, 1e3, 1e6)]
            if exhibit.question <= QUANTITATIVE and any(
                near(one, expected, numeric.tolerance_pct) for one in shown
            ):
                yield f"exhibits[{index}].rows[{row}]", "shows the answer"
    yield from _early_hints(case, numeric, expected, [names[step.name] for step in numeric.steps])


def _early_hints(
    case: Case, numeric: Numeric, expected: float, results: list[float]
) -> Iterator[Problem]:
    hints = case.question(QUANTITATIVE).hints
    key = f"questions[{QUANTITATIVE - 1}].hints"
    known = [float(value) for value in numeric.inputs.values()]
    cells = [*_cells(case)]
    for index, hint in enumerate(hints[:4]):
        for said in _with_source(hint):
            if said.stands_for(expected) and not said.stands_for_any(known):
                yield f"{key}[{index}]", f"{said.text!r} is the answer, before the fifth hint"
            early = index < 3 and said.stands_for_any(results)
            if early and not said.stands_for_any([*known, *cells]):
                yield f"{key}[{index}]", f"{said.text!r} is a result, before the fourth hint"
    if not any(said.stands_for(expected) for said in numbers_said(hints[4])):
        yield f"{key}[4]", "does not tell the answer"


def _with_source(text: str) -> list[Said]:
    return [said for said in numbers_said(text) if not said.needs_no_source]


def _numeric(case: Case) -> Numeric:
    numeric = case.question(QUANTITATIVE).numeric
    assert numeric is not None  # the rules on questions came first
    return numeric


def _cells(case: Case) -> Iterator[float]:
    for exhibit in case.exhibits:
        for row in exhibit.rows:
            yield from (float(cell) for cell in row if not isinstance(cell, str))


def _told(case: Case) -> Iterator[tuple[str, str]]:
    """What every candidate hears or can ask for, in the order of the case."""
    yield "prompt", case.prompt
    for index, fact in enumerate(case.clarifications):
        yield f"clarifications[{index}].answer", fact.answer
    for index, question in enumerate(case.questions):
        yield f"questions[{index}].prompt", question.prompt


def _texts(case: Case) -> Iterator[tuple[str, str]]:
    """Every text whose numbers must follow from the case."""
    for index, exhibit in enumerate(case.exhibits):
        key = f"exhibits[{index}]"
        yield f"{key}.spoken", exhibit.spoken
        for name, texts in (("takeaways", exhibit.takeaways), ("distractors", exhibit.distractors)):
            yield from _numbered(f"{key}.{name}", texts)
    for index, question in enumerate(case.questions):
        yield from _question_texts(f"questions[{index}]", question)
    yield from _numbered("debrief.limiting_mistakes", case.debrief.limiting_mistakes)


def _question_texts(key: str, question: Question) -> Iterator[tuple[str, str]]:
    yield f"{key}.prompt", question.prompt
    yield f"{key}.model_answer", question.model_answer
    if question.pushback:
        yield f"{key}.pushback", question.pushback
    for index, covered in enumerate(question.must_cover):
        yield f"{key}.must_cover[{index}]", f"{covered.point}. {covered.because}"
    for name, texts in (
        ("bonus", question.bonus), ("hints", question.hints), ("follow_ups", question.follow_ups)
    ):  # fmt: skip
        yield from _numbered(f"{key}.{name}", texts)
    if question.numeric is not None:
        for index, step in enumerate(question.numeric.steps):
            yield f"{key}.numeric.steps[{index}].say", step.say
        for index, error in enumerate(question.numeric.common_errors):
            yield f"{key}.numeric.common_errors[{index}].diagnosis", error.diagnosis


def _numbered(key: str, texts: list[str]) -> Iterator[tuple[str, str]]:
    for index, text in enumerate(texts):
        yield f"{key}[{index}]", text
