"""Feedback: asked for, made by a job, kept in every version; and figures of delivery."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.storage import jobs
from tests.helpers.api import complete, detail, new_interview, set_question, until_done
from tests.helpers.server_thread import ThreadServer, server_in_thread

NOTHING = dict.fromkeys(
    ("candidate_ms", "interviewer_ms", "talk_share", "words_per_minute", "candidate_turns",
     "longest_turn_ms", "interrupted_lines", "thinking_ms")
)  # fmt: skip


@pytest.fixture
def coach(api: ThreadServer) -> Iterator[httpx.Client]:
    with api.user("coach") as client:
        yield client


@pytest.fixture
def done(owner: httpx.Client, path: str) -> str:
    """The path of a completed interview."""
    set_question(owner, path, 4)
    complete(owner, path)
    return path


def share(owner: httpx.Client, path: str, coach: httpx.Client, *scopes: str) -> str:
    """The path of a new share."""
    body = {"coach_id": coach.get("/users/me").json()["id"], "scopes": scopes}
    answer = owner.post(f"{path}/shares", json=body)
    assert answer.status_code == 201
    return f"{path}/shares/{answer.json()['id']}"


def made(client: httpx.Client, path: str) -> dict[str, Any]:
    """Ask for feedback and wait for it: the newest version."""
    answer = client.post(f"{path}/feedback")
    assert answer.status_code == 202, answer.text
    job = answer.json()["job"]["id"]

    def finished() -> bool:
        listed = client.get(f"{path}/feedback").json()["jobs"]
        return any(one["id"] == job and one["status"] == "done" for one in listed)

    until_done(finished)
    newest: dict[str, Any] = client.get(f"{path}/feedback").json()["feedback"][0]
    return newest


def happened(
    client: httpx.Client, path: str, question: int, at_ms: int, kind: str, **data: Any
) -> None:
    """Note an event of the room."""
    event = {"id": str(uuid.uuid4()), "type": kind, "at_ms": at_ms, "data": data}
    answer = client.post(f"{path}/questions/{question}/events", json=event)
    assert answer.status_code == 201, answer.text


def test_what_was_counted_is_said_and_nothing_is_judged(owner: httpx.Client, path: str) -> None:
    set_question(owner, path, 4)
    targets = {n: owner.get(f"{path}/questions/{n}").json()["target_s"] for n in (1, 2, 3, 4)}
    # The first in time; the second 65 s over it, with two hints; the third's number is wrong.
    first_ms = targets[1] * 1000
    second_ms = first_ms + (targets[2] + 65) * 1000
    happened(owner, path, 1, first_ms, "done")
    happened(owner, path, 2, second_ms, "done")
    for _ in range(2):
        assert owner.post(f"{path}/questions/2/hints").status_code == 201
    wrong = {"text": "minus one", "value": -1.0, "unit": ""}
    verdict = owner.post(f"{path}/questions/3/numbers", json=wrong).json()
    assert verdict["verdict"] != "match"
    complete(owner, path)
    found = made(owner, path)
    assert (found["model"], found["prompt_version"]) == ("rules", "1")
    document = found["document"]
    assert document["judged"] is False
    remarks = {one["number"]: one["remarks"] for one in document["questions"]}
    assert remarks[1] == []
    assert remarks[2] == ["It took 1 min 5 s longer than its target.", "2 hints were used."]
    named = verdict["diagnosis"] or "The result is not the expected one."
    assert remarks[3] == [named]
    assert remarks[4] == ["This question was not finished."]


@pytest.mark.parametrize("status", ["in-progress", "abandoned"])
def test_feedback_comes_when_the_interview_is_completed(
    owner: httpx.Client, path: str, status: str
) -> None:
    assert owner.patch(path, json={"status": status}).status_code == 200
    detail(owner.post(f"{path}/feedback"), 409)
    assert owner.get(f"{path}/feedback").json() == {"jobs": [], "feedback": []}


def test_every_version_is_kept_newest_first(
    api: ThreadServer, owner: httpx.Client, done: str
) -> None:
    first = made(owner, done)
    api.clock.now += 5
    second = made(owner, done)
    assert first["id"] != second["id"]
    answer = owner.get(f"{done}/feedback").json()
    assert answer["feedback"] == [second, first]
    assert [one["status"] for one in answer["jobs"]] == ["done", "done"]
    for one in (first, second):
        assert owner.get(f"{done}/feedback/{one['id']}").json() == one
    detail(owner.get(f"{done}/feedback/{uuid.uuid4()}"), 404)
    detail(owner.get(f"{done}/feedback/x"), 400)
    other = f"/interviews/{new_interview(owner)['id']}"
    detail(owner.get(f"{other}/feedback/{first['id']}"), 404)


def test_asking_again_finds_the_job_that_is_not_finished(
    api: ThreadServer, owner: httpx.Client, done: str
) -> None:
    waiting, mine = str(uuid.uuid4()), owner.get("/users/me").json()["id"]
    interview_id = done.rsplit("/", 1)[1]
    # Queued without a word to the runner, so that it stays so until somebody asks.
    asyncio.run(
        api.context.database.write(
            lambda connection: jobs.add(
                connection, waiting, mine, interview_id, "feedback", api.clock.now
            )
        )
    )
    answer = owner.post(f"{done}/feedback", json={})
    assert (answer.status_code, answer.json()["job"]["id"]) == (202, waiting)
    assert answer.headers["Location"] == f"/api/v1{done}/feedback"
    until_done(lambda: owner.get(f"{done}/feedback").json()["feedback"])
    assert [one["id"] for one in owner.get(f"{done}/feedback").json()["jobs"]] == [waiting]


def test_a_job_that_a_restart_runs_again_makes_one_version(tmp_path: Path) -> None:
    with server_in_thread(tmp_path) as server, server.user() as owner:
        path, mine = (
            f"/interviews/{new_interview(owner)['id']}",
            owner.get("/users/me").json()["id"],
        )
        complete(owner, path)
        first = made(owner, path)

        def as_if_killed(connection: Any) -> None:
            jobs.remove(connection, first["id"], mine)
            jobs.add(connection, first["id"], mine, path.rsplit("/", 1)[1], "feedback", 0)
            jobs.claim(connection, 0)

        asyncio.run(server.context.database.write(as_if_killed))
        assert owner.get(f"{path}/feedback").json()["jobs"][0]["status"] == "running"
        token = owner.headers["Authorization"]
    with server_in_thread(tmp_path) as server, httpx.Client(
        base_url=f"{server.url}/api/v1", headers={"Authorization": token}, trust_env=False,
        verify=False,
    ) as owner:  # fmt: skip
        until_done(lambda: owner.get(f"{path}/feedback").json()["jobs"][0]["status"] == "done")
        assert owner.get(f"{path}/feedback").json()["feedback"] == [first]


def test_a_coach_asks_and_reads_with_the_scope_of_feedback(
    owner: httpx.Client, coach: httpx.Client, stranger: httpx.Client, done: str
) -> None:
    share(owner, done, coach, "transcript", "audio")
    detail(coach.post(f"{done}/feedback"), 404)
    given = share(owner, done, coach, "feedback")
    found = made(coach, done)
    one = f"{done}/feedback/{found['id']}"
    assert owner.get(one).json() == coach.get(one).json() == found
    detail(stranger.get(one), 404)
    assert owner.delete(given).status_code == 204
    for method, below in (("POST", "/feedback"), ("GET", "/feedback"),
                          ("GET", f"/feedback/{found['id']}")):  # fmt: skip
        detail(coach.request(method, f"{done}{below}"), 404)
    assert owner.get(f"{done}/feedback").json()["feedback"] == [found]


@pytest.mark.parametrize("body", ["[]", '{"model": "x"}', "null", "{"])
def test_a_request_with_wishes_is_refused(owner: httpx.Client, done: str, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    detail(owner.post(f"{done}/feedback", content=body, headers=headers), 400)
    assert owner.get(f"{done}/feedback").json()["jobs"] == []


def test_figures_come_from_what_was_stored(
    owner: httpx.Client, coach: httpx.Client, path: str
) -> None:
    about = {"interview_id": path.rsplit("/", 1)[1]}
    assert owner.get(f"{path}/metrics").json() == about | NOTHING
    share(owner, path, coach, "feedback")
    detail(coach.get(f"{path}/metrics"), 404)
    share(owner, path, coach, "transcript")
    spoken = [("interviewer", 0, 5_000, "A case.", True),
              ("candidate", 5_000, 20_000, " ".join(["word"] * 30), False)]  # fmt: skip
    segments = [
        {"id": str(start), "speaker": who, "text": text, "start_ms": start, "end_ms": end,
         "question": 1, "interrupted": cut}
        for who, start, end, text, cut in spoken
    ]  # fmt: skip
    assert owner.post(f"{path}/transcript/segments", json={"segments": segments}).is_success
    happened(owner, path, 1, 20_000, "thinking", active=True)
    happened(owner, path, 1, 32_000, "thinking", active=False)
    assert coach.get(f"{path}/metrics").json() == about | {
        "candidate_ms": 15_000,
        "interviewer_ms": 5_000,
        "talk_share": 0.75,
        "words_per_minute": 120.0,
        "candidate_turns": 1,
        "longest_turn_ms": 15_000,
        "interrupted_lines": 1,
        "thinking_ms": 12_000,
    }
