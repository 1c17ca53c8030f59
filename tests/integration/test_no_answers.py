"""Nothing that would score or solve a question leaves the server before the interview is over."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from server.cases import Case, check_number, template_uuid
from server.providers.session import instructions
from tests.helpers.api import set_question
from tests.helpers.server_thread import ThreadServer, cases

CASES = list(cases()[0].values())


def _plain(text: str) -> str:
    return " ".join(text.split()).lower()


def _never(case: Case) -> Iterator[str]:
    """What may be told in the debrief alone: answers, rubric, errors; hints only when asked for."""
    for question in case.questions:
        yield question.model_answer
        yield from question.hints
        yield from question.bonus
        for point in question.must_cover:
            yield point.point
            yield point.because
        if question.numeric is not None:
            yield from (step.say for step in question.numeric.steps)
            yield from (error.diagnosis for error in question.numeric.common_errors)
        check = check_number(case, question.number, 0)
        if check is not None and check.expected < 1000:
            yield f"{check.expected:.1f}"  # two digits alone stand in every identifier
        elif check is not None:
            yield f"{check.expected:.0f}"
            yield f"{check.expected:,.0f}"
    for exhibit in case.exhibits:
        yield from exhibit.takeaways
        yield from exhibit.distractors
    yield from case.debrief.limiting_mistakes
    yield case.debrief.read_more


def _of_other_questions(case: Case, number: int) -> Iterator[str]:
    """What belongs to another question: its words, and exhibits that come later."""
    for question in case.questions:
        if question.number != number:
            yield question.prompt
            yield question.short
        yield from question.follow_ups
        if question.pushback:
            yield question.pushback
    for exhibit in case.exhibits:
        if exhibit.question > number:
            yield exhibit.id
            yield exhibit.title
            yield exhibit.spoken


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_instructions_hold_the_question_and_no_answer(case: Case, number: int) -> None:
    text = _plain(instructions(case, number))
    assert _plain(case.question(number).prompt) in text
    for secret in (*_never(case), *_of_other_questions(case, number)):
        assert _plain(secret) not in text, secret


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_no_route_tells_an_answer_before_the_end(
    owner: httpx.Client, api: ThreadServer, case: Case
) -> None:
    template = str(template_uuid(case.id))
    made = owner.post("/interviews/", json={"template_id": template}).json()
    path = f"/interviews/{made['id']}"
    for number in (1, 2, 3, 4):
        set_question(owner, path, number)
        told = [owner.get("/templates/"), owner.get(f"/templates/{template}"),
                owner.get("/interviews/"), owner.get(path), owner.get(f"{path}/transcript"),
                owner.get(f"{path}/recordings"), owner.get(f"{path}/debrief"),
                owner.get(f"{path}/events"), owner.get(f"{path}/scores"),
                owner.get(f"{api.url}/openapi.json"), owner.post(f"{path}/credentials"),
                owner.get(f"{path}/questions/{number}/token")]  # fmt: skip
        told += [owner.get(f"{path}/questions/{one}") for one in (1, 2, 3, 4)]
        assert [one.status_code for one in told[-4:]] == [200] * number + [409] * (4 - number)
        assert told[6].status_code == 409
        text = _plain(" ".join(one.content.decode() for one in told)).replace("\\n", " ")
        for secret in _never(case):
            assert _plain(secret) not in text, secret
        for later in case.exhibits:
            if later.question > number:
                assert later.id not in text
        for following in case.questions[number:]:
            assert _plain(following.prompt) not in text
