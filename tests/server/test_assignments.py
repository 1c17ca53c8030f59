"""What a coach asks a candidate to practise: for those two alone, and whether, not how."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from server.services.clock import iso
from tests.helpers.api import a_document, complete, detail, template_id
from tests.helpers.server_thread import ThreadServer


@pytest.fixture
def coach(api: ThreadServer) -> Iterator[httpx.Client]:
    with api.user("coach") as client:
        yield client


def _id(client: httpx.Client) -> str:
    return str(client.get("/users/me").json()["id"])


def _given(coach: httpx.Client, candidate: httpx.Client, **more: Any) -> dict[str, Any]:
    body = {"candidate_id": _id(candidate), "template_id": template_id(candidate)} | more
    answer = coach.post("/assignments", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"/api/v1/assignments/{made['id']}"
    return made


def test_an_assignment_is_for_the_two_of_them(
    api: ThreadServer,
    coach: httpx.Client,
    owner: httpx.Client,
    stranger: httpx.Client,
    admin: httpx.Client,
) -> None:
    made = _given(coach, owner, note="Mind the structure.", due_at="2999-01-01T01:00:00+01:00")
    assert made["due_at"] == "2999-01-01T00:00:00Z"
    assert made["title"] == owner.get("/templates").json()[0]["title"]
    path = f"/assignments/{made['id']}"
    for client in (coach, owner):
        assert client.get(path).json() == made
        assert client.get("/assignments").json() == [made]
    with api.user("coach") as other:
        for client in (stranger, other, admin):
            assert client.get("/assignments").json() == []
            detail(client.get(path), 404)
            detail(client.patch(path, json={"note": "x"}), 404)
            detail(client.delete(path), 404)
    # Who got it reads it, and no more.
    detail(owner.patch(path, json={"note": "x"}), 404)
    detail(owner.delete(path), 404)
    assert coach.get(path).json() == made


def test_its_coach_changes_it_and_takes_it_back(coach: httpx.Client, owner: httpx.Client) -> None:
    path = f"/assignments/{_given(coach, owner, due_at='2999-01-01T00:00:00Z')['id']}"
    changed = coach.patch(path, json={"note": "Take your time."}).json()
    assert (changed["note"], changed["due_at"]) == ("Take your time.", "2999-01-01T00:00:00Z")
    changed = coach.patch(path, json={"due_at": None}).json()
    assert (changed["note"], changed["due_at"]) == ("Take your time.", None)
    assert owner.get(path).json() == changed == coach.patch(path, json={}).json()
    assert coach.delete(path).status_code == 204
    detail(coach.delete(path), 404)
    detail(owner.get(path), 404)


def test_its_coach_learns_whether_it_was_done_and_not_how(
    api: ThreadServer, coach: httpx.Client, owner: httpx.Client
) -> None:
    template = template_id(owner)

    def start() -> str:
        made = owner.post("/interviews", json={"template_id": template}).json()
        return f"/interviews/{made['id']}"

    earlier = start()
    api.clock.now += 60
    path = f"/assignments/{_given(coach, owner)['id']}"
    # What was begun before it was asked for is not what was asked for.
    complete(owner, earlier)
    assert coach.get(path).json()["completed"] is False
    interview = start()
    assert coach.get(path).json()["completed"] is False
    complete(owner, interview)
    for client in (coach, owner):
        shown = client.get(path).json()
        assert shown["completed"] is True
        assert interview.rsplit("/", 1)[1] not in json.dumps(shown)
    detail(coach.get(f"{interview}/debrief"), 404)
    # What its owner deletes is gone, for the coach too.
    assert owner.delete(interview).status_code == 204
    assert coach.get(path).json()["completed"] is False


def test_the_unknown_is_told_alike(
    api: ThreadServer, coach: httpx.Client, owner: httpx.Client, admin: httpx.Client
) -> None:
    good = {"candidate_id": _id(owner), "template_id": template_id(owner)}
    detail(owner.post("/assignments", json=good), 403)
    with api.user() as gone, api.user("coach") as other:
        gone_id = _id(gone)
        assert admin.patch(f"/users/{gone_id}", json={"disabled": True}).status_code == 200
        nobody = [str(uuid.uuid4()), gone_id, _id(other), _id(admin), _id(coach)]
        drafts = [
            author.post("/templates", json={"document": a_document()}).json()["id"]
            for author in (coach, other)
        ]
        withdrawn = coach.post("/templates", json={"document": a_document()}).json()["id"]
        for status in ("published", "withdrawn"):
            answer = coach.patch(f"/templates/{withdrawn}", json={"status": status})
            assert answer.status_code == 200
        nothing = [str(uuid.uuid4()), *drafts, withdrawn]
        for name, values in (("candidate_id", nobody), ("template_id", nothing)):
            told = {
                detail(coach.post("/assignments", json=good | {name: value}), 400)
                for value in values
            }
            assert len(told) == 1, told


@pytest.mark.parametrize(
    "wrong",
    [
        {"due_at": "2020-01-01T00:00:00Z"},
        {"due_at": "2999-01-01"},
        {"due_at": "2999-01-01T00:00:00"},
        {"due_at": 5},
        {"due_at": "9999-12-31T23:59:59-12:00"},
        {"note": "x" * 2001},
        {"note": None},
        {"note": "\x00"},
        {"more": 1},
    ],
    ids=str,
)
def test_what_cannot_be_asked_for_is_400(
    coach: httpx.Client, owner: httpx.Client, wrong: dict[str, Any]
) -> None:
    made = _given(coach, owner)
    body = {"candidate_id": made["candidate_id"], "template_id": made["template_id"]}
    detail(coach.post("/assignments", json=body | wrong), 400)
    detail(coach.patch(f"/assignments/{made['id']}", json=wrong), 400)
    assert coach.get("/assignments").json() == [made]


def test_due_now_has_passed(api: ThreadServer, coach: httpx.Client, owner: httpx.Client) -> None:
    made = _given(coach, owner, due_at=iso(api.clock.now + 1))
    path = f"/assignments/{made['id']}"
    detail(coach.patch(path, json={"due_at": iso(api.clock.now)}), 400)
    api.clock.now += 60
    # It stays, with its date, for both to see.
    assert owner.get(path).json()["due_at"] == made["due_at"]
    assert coach.patch(path, json={"note": "Late."}).json()["due_at"] == made["due_at"]


def test_the_list_goes_page_by_page(
    api: ThreadServer, coach: httpx.Client, owner: httpx.Client
) -> None:
    made: list[str] = []
    for _ in range(3):
        made.insert(0, _given(coach, owner)["id"])
        api.clock.now += 1
    first = owner.get("/assignments", params={"limit": 2})
    assert first.headers["X-Total-Count"] == "3"
    following = first.headers["Link"].partition(">")[0].removeprefix("</api/v1")
    assert [one["id"] for one in first.json() + owner.get(following).json()] == made


def test_who_is_no_coach_any_more_has_given_nothing(
    coach: httpx.Client, owner: httpx.Client, admin: httpx.Client
) -> None:
    path = f"/assignments/{_given(coach, owner)['id']}"
    user = f"/users/{_id(coach)}"
    assert admin.patch(user, json={"role": "candidate"}).status_code == 200
    assert coach.get("/assignments").json() == []
    for answer in (coach.get(path), coach.patch(path, json={"note": "x"}), coach.delete(path)):
        detail(answer, 404)
    # It was asked for all the same.
    assert owner.get(path).status_code == 200
    assert admin.patch(user, json={"role": "coach"}).status_code == 200
    assert coach.delete(path).status_code == 204


def test_a_case_that_was_withdrawn_keeps_its_title(
    coach: httpx.Client, owner: httpx.Client
) -> None:
    document = a_document(title="A case for one week")
    template = coach.post("/templates", json={"document": document}).json()["id"]
    assert coach.patch(f"/templates/{template}", json={"status": "published"}).is_success
    path = f"/assignments/{_given(coach, owner, template_id=template)['id']}"
    assert coach.delete(f"/templates/{template}").status_code == 204
    assert owner.get(path).json()["title"] == "A case for one week"
