"""Nothing that would score or solve a question leaves the server before the interview is over."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from server.cases import Case, check_number, template_uuid
from server.providers.session import instructions
from server.routes.system import openapi
from tests.helpers.api import a_document, set_question
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


# -- cases written on this server: a word of its own in every text of the answer key ---------------


def _canary(number: int) -> str:
    """A word that no text has, and that a voice could speak."""
    return "quokka" + "".join("abcdefghij"[int(digit)] for digit in str(number))


def _marked(text: str, words: list[str]) -> str:
    words.append(_canary(len(words)))
    # Within the last sentence: how many there are is a rule of some texts.
    return f"{' '.join(text.split()).rstrip('.')} {words[-1]}."


def _with_canaries(**change: str) -> tuple[dict[str, Any], list[str]]:
    """A case that can be used, and the words that only its debrief may tell."""
    document, words = a_document(**change), list[str]()
    texts: list[tuple[Any, Any]] = []
    for exhibit in document["exhibits"]:
        for name in ("takeaways", "distractors"):
            texts += [(exhibit[name], at) for at in range(len(exhibit[name]))]
    for question in document["questions"]:
        texts.append((question, "model_answer"))
        for name in ("hints", "bonus", "follow_ups"):
            texts += [(question[name], at) for at in range(len(question[name]))]
        for point in question["must_cover"]:
            texts += [(point, "point"), (point, "because")]
    numeric = document["questions"][2]["numeric"]
    texts += [(step, "say") for step in numeric["steps"]]
    texts += [(error, "diagnosis") for error in numeric["common_errors"]]
    mistakes = document["debrief"]["limiting_mistakes"]
    texts += [(mistakes, at) for at in range(len(mistakes))]
    texts += [(document["debrief"], "read_more"), (document["questions"][3], "pushback")]
    for part, key in texts:
        part[key] = _marked(part[key], words)
    return document, words


def _everything(client: httpx.Client, root: str, ids: dict[str, str]) -> str:
    """All that somebody can read with these ids, in lower case."""
    told = []
    for path, item in openapi()["paths"].items():
        if "get" not in item or path in ("/docs", "/metrics"):
            continue
        filled = path
        for name in re.findall(r"{(\w+)}", path):
            if name != "question_number":
                filled = filled.replace(f"{{{name}}}", ids.get(name, str(uuid.UUID(int=1))))
        for number in "1234" if "{question_number}" in path else "1":
            told.append(client.get(f"{root}{filled.replace('{question_number}', number)}"))
    if "interview_id" in ids:
        told.append(client.post(f"{root}/api/v1/interviews/{ids['interview_id']}/credentials"))
    assert all(one.status_code < 500 for one in told)
    return " ".join(one.text for one in told).lower()


def test_no_answer_of_a_written_case_is_told_before_its_time(
    owner: httpx.Client, stranger: httpx.Client, api: ThreadServer
) -> None:
    document, words = _with_canaries()
    with api.user("coach") as coach:
        template = coach.post("/templates", json={"document": document}).json()["id"]
        assert coach.patch(f"/templates/{template}", json={"status": "published"}).is_success
        me = owner.get("/users/me").json()["id"]
        task = {"candidate_id": me, "template_id": template}
        assignment = coach.post("/assignments", json=task).json()["id"]
        # Whoever writes it reads it, so the words are there to be found.
        shown = coach.get(f"/templates/{template}/document").text
        assert all(word in shown for word in words)
    made = owner.post("/interviews", json={"template_id": template}).json()
    path = f"/interviews/{made['id']}"
    ids = {"template_id": template, "interview_id": made["id"], "assignment_id": assignment}
    for number in (1, 2, 3, 4):
        set_question(owner, path, number)
        value = owner.post(
            f"{path}/questions/{number}/numbers", json={"text": "one", "value": 1, "unit": ""}
        )
        text = _everything(owner, api.url, ids) + value.text
        assert [word for word in words if word in text] == []
    text = _everything(stranger, api.url, ids)
    assert [word for word in words if word in text] == []
    assert owner.patch(path, json={"status": "completed"}).is_success
    text = owner.get(f"{path}/debrief").text
    assert sum(word in text for word in words) > 20


def test_nothing_of_a_draft_is_told(
    owner: httpx.Client, stranger: httpx.Client, api: ThreadServer
) -> None:
    hidden = {"title": "Quokkatitle", "summary": "Quokkasummary is what it is about."}
    document, words = _with_canaries(**hidden, industry="quokkaindustry")
    with api.user("coach") as coach, api.user("coach") as other:
        template = coach.post("/templates", json={"document": document}).json()["id"]
        for client in (owner, stranger, other):
            refused = client.post("/interviews", json={"template_id": template})
            body = {"candidate_id": str(uuid.UUID(int=1)), "template_id": template}
            text = _everything(client, api.url, {"template_id": template}) + refused.text
            text += client.post("/assignments", json=body).text
            text += client.patch(f"/templates/{template}", json={"status": "published"}).text
            text += client.delete(f"/templates/{template}").text
            assert "quokka" not in text.lower()
        assert "quokkatitle" in _everything(coach, api.url, {"template_id": template})
    assert words
