"""The conversation holds in every shipped case: what was proven for one is nothing of its own."""

from __future__ import annotations

import json

import pytest

from server.cases import Case, check_number
from server.cases.check import values
from server.cases.formulas import evaluate
from server.cases.speech import STOCK_LINES
from server.interviewer.intents import PHRASES
from server.providers.local import InterviewNow
from tests.helpers.interview_table import CASES, Table

pytestmark = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
UPDATE = {"type": "session.update", "session": {"type": "realtime", "instructions": ""}}


def _asked(case: Case, question: int) -> Table:
    table = Table(question, case=case)
    table.client(type="response.create")
    table.hear_out()
    return table


def _move_on(table: Table, question: int) -> list[str]:
    """Go to a question; what was said there, once it has been heard out."""
    table.session.client_event(UPDATE, InterviewNow("in-progress", question, 0, table.case))
    table.client(type="response.create")
    return table.hear_out()


def _shown(table: Table) -> list[str]:
    return [
        json.loads(item["arguments"])["id"]
        for item in table.call_items()
        if item["name"] == "show_exhibit"
    ]


def test_the_whole_case_is_told_and_each_exhibit_at_its_question(case: Case) -> None:
    table = Table(case=case)
    table.client(type="response.create")
    lines = table.hear_out()
    assert lines == [
        STOCK_LINES["welcome"],
        " ".join(case.prompt.split()),
        case.question(1).prompt,
    ]
    for number in (1, 2, 3, 4):
        if number > 1:
            assert _move_on(table, number) == [case.question(number).prompt]
        assert _shown(table) == [one.id for one in case.exhibits if one.question <= number]


def test_every_way_to_ask_for_a_fact_brings_it(case: Case) -> None:
    stock = {line for lines in PHRASES.values() for line in lines}
    table = _asked(case, 1)
    for fact in case.clarifications:
        for ask in fact.asks:
            assert ask not in stock
            table.speak(ask, accepted=True)
            assert table.hear_out() == [fact.answer]
        table.press(f"{fact.asks[0].capitalize()}?")
        assert table.hear_out() == [fact.answer]


@pytest.mark.parametrize("question", [2, 3, 4])
def test_who_has_been_told_a_fact_is_left_to_lead_on(case: Case, question: int) -> None:
    table = _asked(case, question)
    fact = case.clarifications[-1]
    table.speak(fact.asks[0], accepted=True)
    assert table.hear_out() == [fact.answer]
    table.pass_time(90)
    assert table.peer.playing is None


def test_structuring_never_ends_by_itself(case: Case) -> None:
    table = _asked(case, 1)
    table.speak("i would look at the market first")
    table.pass_time(90)
    assert table.peer.playing is None
    table.press("I am ready.")
    assert table.hear_out() == [case.question(1).follow_ups[0]]


@pytest.mark.parametrize("question", [1, 2, 3, 4])
def test_an_answer_is_probed_and_then_the_question_ends(case: Case, question: int) -> None:
    asked = case.question(question)
    table = _asked(case, question)
    probes = [asked.follow_ups[0], *([asked.pushback] if asked.pushback else [])]
    for probe in probes:
        table.speak("some words of an answer")
        table.press("I am ready.")
        assert table.hear_out() == [probe]
    table.speak("some more words")
    table.press("I am ready.")
    last = STOCK_LINES["closing" if question == 4 else "next"]
    assert table.hear_out() == [last]
    assert table.calls()[-1] == "question_done"


@pytest.mark.parametrize("question", [1, 2, 3, 4])
def test_the_ladder_is_climbed_to_its_end(case: Case, question: int) -> None:
    table = _asked(case, question)
    for hint in case.question(question).hints:
        table.press("Could I have a hint?")
        table.pass_time(3.1)
        assert table.hear_out() == [hint]
    table.press("Could I have a hint?")
    assert table.hear_out() == [STOCK_LINES["no_more_hints"]]


def _number_given(table: Table) -> tuple[float, str]:
    item = [item for item in table.call_items() if item["name"] == "heard_number"][-1]
    arguments = json.loads(item["arguments"])
    return arguments["value"], arguments["unit"]


def test_the_result_can_be_typed_in_figures_and_in_words(case: Case) -> None:
    numeric = case.question(3).numeric
    assert numeric is not None
    names = values(case, numeric)
    expected = names[numeric.expected]
    said = next(step.say for step in numeric.steps if step.name == numeric.expected)
    for text in (f"{expected:.2f} {numeric.unit}", f"The result is {expected:,.1f}.", said):
        table = _asked(case, 3)
        table.press(text)
        lines = table.hear_out()
        # Noted, not judged: a candidate could try until it fits.
        assert lines == [STOCK_LINES["number_noted"]]
        value, unit = _number_given(table)
        check = check_number(case, 3, value, unit)
        assert check is not None
        assert check.verdict == "match", text


def test_every_named_error_is_recognised_from_what_was_typed(case: Case) -> None:
    numeric = case.question(3).numeric
    assert numeric is not None
    table = _asked(case, 3)
    for error in numeric.common_errors:
        wrong = evaluate(error.formula, values(case, numeric))
        table.press(f"It is {wrong:,.3f}.")
        table.hear_out()
        check = check_number(case, 3, *_number_given(table))
        assert check is not None
        assert (check.verdict, check.diagnosis) == ("named_error", error.diagnosis)


def test_an_exhibit_is_described_when_asked_for_and_none_before_its_time(case: Case) -> None:
    table = _asked(case, 1)
    table.press("Show me the exhibit.")
    assert table.hear_out() == [case.unknown_answer]
    _move_on(table, 2)
    table.press("Show me the exhibit.")
    last = case.exhibits_until(2)[-1]
    assert table.hear_out() == [last.spoken]
    assert _shown(table)[-1] == last.id
