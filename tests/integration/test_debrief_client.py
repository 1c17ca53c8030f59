"""Debrief and scores as the app gets them from a server process of its own."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator

import pytest

from interview_desktop.api.auth import LocalSignIn
from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import ApiError
from interview_desktop.domain.debrief import Debrief, QuestionDebrief
from interview_desktop.domain.interview import Hint, Progress
from tests.helpers.server_process import RunningServer, running_server

LIMIT_S = 40.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


def test_what_was_practised_comes_back_as_a_debrief(server: RunningServer) -> None:
    async def practise() -> None:
        api = InterviewApi(server.url, LocalSignIn(lambda: server.url, server.local_secret))
        try:
            for card in await api.templates():
                await _practised(api, card.id)
        finally:
            await api.aclose()

    asyncio.run(asyncio.wait_for(practise(), LIMIT_S))


async def _practised(api: InterviewApi, template_id: str) -> None:
    interview = await api.create_interview(template_id, str(uuid.uuid4()))
    with pytest.raises(ApiError):
        await api.debrief(interview.id)
    hints = [await api.hint(interview.id, 1) for _ in range(3)]
    await api.event(interview.id, 1, _done(61_000))
    interview = await api.update(interview, Progress(3, (1, 2)))
    await api.number(interview.id, 3, "one", 1.0, "EUR")
    await api.event(interview.id, 3, _done(200_999))
    interview = await api.update(interview, Progress(4, (1, 2, 3)), "completed")
    debrief = await api.debrief(interview.id)
    assert [one.ended for one in debrief.questions] == [True, True, True, False]
    first, second, third, _ = debrief.questions
    assert (first.elapsed_s, first.hints) == (61, tuple(hints))
    assert second.number_given is None
    assert third.number_given is not None
    assert (third.number_given.value, third.number_given.verdict) == (1.0, "different")
    (result,) = (step for step in third.steps if step.unit is not None)
    assert result.value == third.number_given.expected
    assert result.unit == third.number_given.expected_unit
    assert first.dimensions
    assert len(first.dimensions) > 1
    # A hint says something of the dimension that its question is for, nothing of the others.
    assert debrief.caps() == {first.dimensions[0]: (3, 4)}


def test_own_scores_are_saved_and_replaced(server: RunningServer) -> None:
    async def score() -> None:
        api = InterviewApi(server.url, LocalSignIn(lambda: server.url, server.local_secret))
        try:
            card = (await api.templates())[0]
            interview = await api.create_interview(card.id, str(uuid.uuid4()))
            assert await api.scores(interview.id) == ()
            await api.save_scores(interview.id, {"synthesis": 2, "structuring": 4})
            saved = await api.save_scores(interview.id, {"synthesis": 3, "numeracy": 1})
            assert saved == await api.scores(interview.id)
            assert [(one.dimension, one.score, one.kind) for one in saved] == [
                ("numeracy", 1, "self"),
                ("synthesis", 3, "self"),
            ]
            assert {one.author_id for one in saved} == {interview.user_id}
        finally:
            await api.aclose()

    asyncio.run(asyncio.wait_for(score(), LIMIT_S))


@pytest.mark.parametrize(
    ("levels", "cap"), [(0, 5), (1, 5), (2, 5), (3, 4), (4, 3), (5, 2)]
)  # fmt: skip
def test_hints_cap_what_the_question_is_for(levels: int, cap: int) -> None:
    hints = tuple(Hint(level, "x") for level in range(1, levels + 1))
    question = QuestionDebrief(
        1, "structure", "x", ("creativity", "structuring"), True, 60, 0, 0, hints, None, (), "", ()
    )  # fmt: skip
    debrief = Debrief("i", (question,), (), "", judged=False)
    assert debrief.caps() == ({"creativity": (levels, cap)} if cap < 5 else {})


def _done(at_ms: int) -> dict[str, object]:
    return {"id": str(uuid.uuid4()), "type": "done", "at_ms": at_ms, "data": {}}
