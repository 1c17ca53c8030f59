"""The room: questions, hints, numbers, events, and the debrief made of them."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import httpx
import pytest

from server.cases import Case, check_number, template_uuid
from server.storage import templates
from tests.helpers.api import complete, detail, new_interview, set_question, upload
from tests.helpers.server_thread import ThreadServer

QUESTION_KEYS = ["number", "kind", "prompt", "short", "think_s", "target_s", "case_prompt",
                 "exhibits"]  # fmt: skip
EXHIBIT_KEYS = ["id", "title", "kind", "unit", "columns", "rows", "spoken", "question"]
DEBRIEF_KEYS = ["interview_id", "questions", "limiting_mistakes", "read_more", "judged"]
DEBRIEFED_KEYS = ["number", "kind", "short", "dimensions", "ended", "target_s", "elapsed_s",
                  "thinking_s", "hints", "number_given", "steps", "model_answer",
                  "must_cover"]  # fmt: skip


@pytest.fixture
def case(api: ThreadServer, owner: httpx.Client, path: str) -> Case:
    """The case of the interview."""
    found = api.context.case_of_template(owner.get(path).json()["template_id"])
    assert found is not None
    return found


def _event(client: httpx.Client, path: str, number: int, kind: str, at_ms: int, **data: Any) -> str:
    event_id = str(uuid.uuid4())
    event = {"id": event_id, "type": kind, "at_ms": at_ms, "data": data}
    answer = client.post(f"{path}/questions/{number}/events", json=event)
    assert (answer.status_code, answer.json()) == (201, {"id": event_id})
    return event_id


def test_a_question_shows_what_may_be_seen_by_now(
    owner: httpx.Client, path: str, case: Case
) -> None:
    for number in (1, 2, 3, 4):
        detail(owner.get(f"{path}/questions/{number + 1}"), 409 if number < 4 else 400)
        shown = owner.get(f"{path}/questions/{number}").json()
        assert list(shown) == QUESTION_KEYS
        assert (shown["number"], shown["prompt"]) == (number, case.question(number).prompt)
        visible = [one.id for one in case.exhibits if one.question <= number]
        assert [one["id"] for one in shown["exhibits"]] == visible
        assert all(list(one) == EXHIBIT_KEYS for one in shown["exhibits"])
        if number < 4:
            set_question(owner, path, number + 1)
    assert owner.get(f"{path}/questions/1").status_code == 200


def test_hints_climb_the_ladder_and_end(owner: httpx.Client, path: str, case: Case) -> None:
    route = f"{path}/questions/1/hints"
    for level, text in enumerate(case.question(1).hints, 1):
        answer = owner.post(route) if level % 2 else owner.post(route, json={})
        assert answer.status_code == 201
        assert answer.json() == {"level": level, "text": text}
    detail(owner.post(route), 409)
    detail(owner.post(f"{path}/questions/2/hints"), 409)
    detail(owner.post(route, json={"level": 1}), 400)


def test_a_number_gets_a_verdict_and_the_error_its_name(
    owner: httpx.Client, path: str, case: Case
) -> None:
    detail(owner.post(f"{path}/questions/3/numbers", json=_number(1)), 409)
    set_question(owner, path, 3)
    check = check_number(case, 3, 0)
    assert check is not None
    numeric = case.question(3).numeric
    assert numeric is not None
    right = owner.post(f"{path}/questions/3/numbers", json=_number(check.expected))
    assert (right.status_code, right.json()) == (201, {"verdict": "match", "diagnosis": None})
    wrong = owner.post(f"{path}/questions/3/numbers", json=_number(check.expected / 10)).json()
    assert wrong["verdict"] == "named_error"
    assert wrong["diagnosis"] in [error.diagnosis for error in numeric.common_errors]
    other = owner.post(f"{path}/questions/3/numbers", json=_number(-7)).json()
    assert other == {"verdict": "different", "diagnosis": None}
    detail(owner.post(f"{path}/questions/1/numbers", json=_number(1)), 409)


def _number(value: float) -> dict[str, Any]:
    return {"text": "some words", "value": value, "unit": "EUR"}


@pytest.mark.parametrize(
    "body",
    [b'{"text": "x", "value": "1"}', b'{"text": "x"}', b'{"text": "x", "value": 1e999}',
     b'{"text": "x", "value": NaN}', b'{"text": "x", "value": null}', b'{"value": 1}',
     b'{"text": "x", "value": 1, "expected": 1}', b'{"text": "\\u0000", "value": 1}'],
)  # fmt: skip
def test_a_broken_number_is_400(owner: httpx.Client, path: str, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    detail(owner.post(f"{path}/questions/1/numbers", content=body, headers=headers), 400)


def test_the_same_event_is_kept_once(owner: httpx.Client, path: str) -> None:
    event_id = str(uuid.uuid4())
    event: dict[str, Any] = {"id": event_id.upper(), "type": "note", "at_ms": 1}
    route = f"{path}/questions/1/events"
    first = owner.post(route, json=event)
    assert (first.status_code, first.json()) == (201, {"id": event_id})
    assert owner.post(route, json=event | {"at_ms": 2}).status_code == 200
    detail(owner.post(f"{path}/questions/2/events", json=event), 409)


def test_events_come_in_the_order_of_happening(owner: httpx.Client, path: str) -> None:
    assert owner.get(f"{path}/events").json() == {"events": []}
    later = _event(owner, path, 1, "done", 9000)
    # Both at one millisecond: thinking began before it ended.
    at_once = [_event(owner, path, 1, "thinking", 5000, active=active) for active in (True, False)]
    first = _event(owner, path, 1, "exhibit", 10, id="segments", rows=[1, 2.5, None, "x"])
    told = owner.get(f"{path}/events").json()["events"]
    assert [event["id"] for event in told] == [first, *at_once, later]
    assert told[0] == {
        "id": first,
        "question": 1,
        "type": "exhibit",
        "at_ms": 10,
        "data": {"id": "segments", "rows": [1, 2.5, None, "x"]},
    }
    assert [event["data"] for event in told[1:]] == [{"active": True}, {"active": False}, {}]
    complete(owner, path)
    assert owner.get(f"{path}/events").json()["events"] == told


def test_a_resumed_interview_counts_what_was_recorded(owner: httpx.Client, path: str) -> None:
    """Two parts of 100 s: the second goes on where the first broke off, hours later."""
    _event(owner, path, 1, "done", 40_000)
    set_question(owner, path, 2)
    _event(owner, path, 2, "thinking", 80_000, active=True)
    _event(owner, path, 2, "done", 150_000)
    for started_at in ("2026-01-31T12:00:00Z", "2026-01-31T19:00:00Z"):
        upload(owner, path, b"OggS", started_at=started_at, duration_ms="100000")
    complete(owner, path)
    first, second, *_ = owner.get(f"{path}/debrief").json()["questions"]
    assert (first["elapsed_s"], second["elapsed_s"], second["thinking_s"]) == (40, 110, 20)


@pytest.mark.parametrize("status", ["in-progress", "abandoned"])
def test_there_is_no_debrief_of_what_was_not_completed(
    owner: httpx.Client, path: str, status: str
) -> None:
    set_question(owner, path, 4)
    assert owner.patch(path, json={"status": status}).status_code == 200
    detail(owner.get(f"{path}/debrief"), 409)


@pytest.mark.parametrize(
    "change",
    [b'"id": "x"', b'"type": "other"', b'"at_ms": -1', b'"at_ms": 1.5', b'"data": []',
     b'"data": null', b'"data": {"x": "\xff"}', b'"data": {"x": 1' + b"0" * 5000 + b"}",
     b'"data": {"x": {"y": 1}}', b'"data": {"x": "\\ud800"}',
     b'"data": {"x": "' + b"y" * 5000 + b'"}', b'"data": ' + b'{"x":' * 2000 + b"1" + b"}" * 2000],
)  # fmt: skip
def test_a_broken_event_is_400_and_the_debrief_still_comes(
    owner: httpx.Client, path: str, change: bytes
) -> None:
    head = f'{{"id": "{uuid.uuid4()}", "type": "thinking", "at_ms": 1, '.encode()
    answer = owner.post(
        f"{path}/questions/1/events",
        content=head + change + b"}",
        headers={"Content-Type": "application/json"},
    )
    detail(answer, 400)
    complete(owner, path)
    assert owner.get(f"{path}/debrief").status_code == 200


def test_the_debrief_tells_the_whole_truth(owner: httpx.Client, path: str, case: Case) -> None:
    check = check_number(case, 3, 0)
    assert check is not None
    detail(owner.get(f"{path}/debrief"), 409)
    # Question 1: thought twice, the second time until the end; two hints.
    _event(owner, path, 1, "thinking", 10_000, active=True, seconds=60)
    _event(owner, path, 1, "thinking", 55_500, active=False)
    _event(owner, path, 1, "thinking", 60_000, active=True, seconds=None)
    assert [owner.post(f"{path}/questions/1/hints").json()["level"] for _ in range(2)] == [1, 2]
    _event(owner, path, 1, "done", 90_000)
    # Question 2: nothing was pressed but Done.
    set_question(owner, path, 2)
    _event(owner, path, 2, "done", 290_000)
    # Question 3: three numbers within one second; the last one counts.
    set_question(owner, path, 3)
    for value in (check.expected, -7, check.expected / 10):
        answer = owner.post(f"{path}/questions/3/numbers", json=_number(value))
        assert answer.status_code == 201
    _event(owner, path, 3, "number", 400_000, text="x", value=1.0, unit="EUR", confirmed=True)
    detail(owner.get(f"{path}/debrief"), 409)
    set_question(owner, path, 4)
    complete(owner, path)
    answer = owner.get(f"{path}/debrief")
    assert answer.status_code == 200
    debrief = answer.json()
    assert list(debrief) == DEBRIEF_KEYS
    assert debrief["interview_id"] == path.removeprefix("/interviews/")
    assert debrief["limiting_mistakes"] == case.debrief.limiting_mistakes
    assert debrief["read_more"] == case.debrief.read_more
    assert debrief["judged"] is False
    first, second, third, fourth = debrief["questions"]
    for shown, asked in zip(debrief["questions"], case.questions, strict=True):
        assert list(shown) == DEBRIEFED_KEYS
        assert shown["number"] == asked.number
        assert shown["target_s"] == asked.target_s
        assert shown["dimensions"] == asked.dimensions
        assert shown["model_answer"] == " ".join(asked.model_answer.split())
        assert [point["point"] for point in shown["must_cover"]] == [
            point.point for point in asked.must_cover
        ]
    assert (first["thinking_s"], first["elapsed_s"]) == (75, 90)
    assert [shown["ended"] for shown in debrief["questions"]] == [True, True, True, False]
    assert first["steps"] == second["steps"] == fourth["steps"] == []
    numeric = case.question(3).numeric
    assert numeric is not None
    assert [(step["name"], step["say"]) for step in third["steps"]] == [
        (step.name, step.say) for step in numeric.steps
    ]
    (result,) = (step for step in third["steps"] if step["name"] == numeric.expected)
    assert (result["value"], result["unit"]) == (check.expected, numeric.unit)
    assert first["hints"] == [
        {"level": 1, "text": case.question(1).hints[0]},
        {"level": 2, "text": case.question(1).hints[1]},
    ]
    assert (second["thinking_s"], second["elapsed_s"], second["hints"]) == (0, 200, [])
    assert first["number_given"] is second["number_given"] is fourth["number_given"] is None
    given = third["number_given"]
    assert list(given) == ["text", "value", "unit", "verdict", "diagnosis", "expected",
                           "expected_unit"]  # fmt: skip
    assert given["verdict"] == "named_error"
    assert given["diagnosis"]
    assert given["value"] == pytest.approx(check.expected / 10)
    assert (given["expected"], given["expected_unit"]) == (check.expected, check.unit)
    assert third["elapsed_s"] == 110
    assert (fourth["elapsed_s"], fourth["thinking_s"]) == (0, 0)


def test_who_has_read_the_answers_gives_no_more_numbers(
    owner: httpx.Client, path: str, case: Case
) -> None:
    set_question(owner, path, 3)
    complete(owner, path)
    check = check_number(case, 3, 0)
    assert check is not None
    detail(owner.post(f"{path}/questions/3/numbers", json=_number(check.expected)), 409)
    detail(owner.post(f"{path}/questions/3/hints"), 409)
    third = owner.get(f"{path}/debrief").json()["questions"][2]
    assert (third["number_given"], third["hints"]) == (None, [])
    # What was still on its way when the interview ended is taken.
    _event(owner, path, 3, "done", 1)


def test_a_removed_case_is_said_plainly(api: ThreadServer, owner: httpx.Client) -> None:
    path = f"/interviews/{new_interview(owner)['id']}"
    slug = next(
        slug for slug in api.context.cases
        if str(template_uuid(slug)) == owner.get(path).json()["template_id"]
    )  # fmt: skip
    cases = api.context.cases
    assert isinstance(cases, dict)
    case = cases.pop(slug)
    try:
        # The interview has its own copy, until that is gone too.
        assert owner.get(f"{path}/questions/1").status_code == 200
        asyncio.run(
            api.context.database.write(
                lambda connection: templates.remove_documents(connection, str(template_uuid(slug)))
            )
        )
        detail(owner.get(f"{path}/questions/1"), 409)
        detail(owner.post(f"{path}/questions/1/hints"), 409)
        detail(owner.post(f"{path}/credentials"), 409)
        assert owner.get(path).status_code == 200
    finally:
        cases[slug] = case
