"""Comments: what candidate and coach say about a moment of the recording."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.helpers.api import detail, new_interview, upload
from tests.helpers.server_thread import ThreadServer


@pytest.fixture
def coach(api: ThreadServer) -> Iterator[httpx.Client]:
    with api.user("coach") as client:
        yield client


@pytest.fixture
def share_path(owner: httpx.Client, coach: httpx.Client, path: str) -> str:
    """The share of the interview's feedback with the coach."""
    body = {"coach_id": coach.get("/users/me").json()["id"], "scopes": ["feedback"]}
    answer = owner.post(f"{path}/shares", json=body)
    assert answer.status_code == 201
    return f"{path}/shares/{answer.json()['id']}"


def said(client: httpx.Client, path: str, at_ms: int = 0, text: str = "x", **more: Any) -> Any:
    """A new comment."""
    answer = client.post(f"{path}/comments", json={"at_ms": at_ms, "text": text} | more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def texts(client: httpx.Client, path: str) -> list[str]:
    """Every comment that the client sees."""
    return [one["text"] for one in client.get(f"{path}/comments").json()["comments"]]


def test_a_comment_comes_back_as_it_was_made(
    api: ThreadServer, owner: httpx.Client, path: str
) -> None:
    answer = owner.post(f"{path}/comments/", json={"at_ms": 5, "end_ms": 9, "text": "Größe 👍"})
    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1{path}/comments/{made['id']}"
    read = owner.get(answer.headers["Location"].removeprefix("/api/v1"))
    assert (read.json(), read.headers["ETag"]) == (made, answer.headers["ETag"])
    assert made == {
        "id": made["id"],
        "interview_id": path.rsplit("/", 1)[1],
        "author_id": owner.get("/users/me").json()["id"],
        "parent_id": None,
        "at_ms": 5,
        "end_ms": 9,
        "text": "Größe 👍",
        "created_at": made["created_at"],
        "updated_at": made["created_at"],
    }


@pytest.mark.usefixtures("share_path")
def test_comments_stand_in_the_order_of_the_recording_and_come_in_pages(
    api: ThreadServer, owner: httpx.Client, coach: httpx.Client, path: str
) -> None:
    for at_ms, text, who in (
        (30, "c", owner),
        (10, "a", coach),
        (10, "b", owner),
        (40, "d", coach),
    ):
        said(who, path, at_ms, text)
        api.clock.now += 1
    assert texts(owner, path) == texts(coach, path) == ["a", "b", "c", "d"]
    page = owner.get(f"{path}/comments?skip=1&limit=2")
    assert [one["text"] for one in page.json()["comments"]] == ["b", "c"]
    assert page.headers["X-Total-Count"] == "4"
    last = owner.get(page.links["next"]["url"].removeprefix("/api/v1"))
    assert [one["text"] for one in last.json()["comments"]] == ["d"]
    assert "next" not in last.links
    for query in ("skip=-1", "limit=0", "limit=101", "limit=1&limit=2"):
        detail(owner.get(f"{path}/comments?{query}"), 400)


@pytest.mark.parametrize(
    "broken",
    [{"text": ""}, {"text": "x" * 10_001}, {"text": None}, {"text": 3}, {"text": "a\x00b"},
     {"at_ms": -1}, {"at_ms": 1.5}, {"at_ms": None}, {"at_ms": True}, {"at_ms": 2**63},
     {"at_ms": 5, "end_ms": 4}, {"id": "x"}, {"parent_id": "x"}, {"author_id": "x"},
     {"parent_id": str(uuid.UUID(int=3))}],
)  # fmt: skip
def test_a_broken_comment_is_refused(
    owner: httpx.Client, path: str, broken: dict[str, Any]
) -> None:
    detail(owner.post(f"{path}/comments", json={"at_ms": 0, "text": "x"} | broken), 400)
    assert texts(owner, path) == []


def test_the_longest_text_is_kept_whole(owner: httpx.Client, path: str) -> None:
    text = "é" * 10_000
    assert said(owner, path, text=text)["text"] == text
    assert texts(owner, path) == [text]


@pytest.mark.usefixtures("share_path")
def test_a_comment_may_be_sent_twice_and_its_id_stands_for_nothing_else(
    owner: httpx.Client, coach: httpx.Client, path: str
) -> None:
    route, body = f"{path}/comments", {"id": str(uuid.uuid4()), "at_ms": 7, "text": "x"}
    first = owner.post(route, json=body)
    again = owner.post(route, json=body | {"id": body["id"].upper()})  # type: ignore[attr-defined]
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    for other in ({"text": "y"}, {"at_ms": 8}, {"end_ms": 9}):
        detail(owner.post(route, json=body | other), 409)
    # Neither another author nor another interview gets hold of it.
    detail(coach.post(route, json=body), 409)
    elsewhere = f"/interviews/{new_interview(coach)['id']}/comments"
    detail(coach.post(elsewhere, json=body), 409)
    assert owner.get(route).json() == {"comments": [first.json()]}
    # Changed and changed back it is the same again, though its version is another.
    one = f"{route}/{body['id']}"
    for text in ("y", "x"):
        assert owner.patch(one, json={"text": text}).status_code == 200
    assert owner.post(route, json=body).status_code == 200


def test_a_comment_stands_within_the_recording_where_there_is_one(
    owner: httpx.Client, path: str
) -> None:
    early = said(owner, path, 99_999)  # nothing was recorded yet
    upload(owner, path, b"OggS....", duration_ms="1000")
    upload(owner, path, b"OggS....", duration_ms="500", started_at="2026-01-31T13:00:00Z")
    said(owner, path, 1500)
    fits = said(owner, path, 1400, end_ms=1500)
    for at_ms, end_ms in ((1501, None), (1400, 1501)):
        body = {"at_ms": at_ms, "end_ms": end_ms, "text": "x"}
        detail(owner.post(f"{path}/comments", json=body), 400)
    detail(owner.patch(f"{path}/comments/{fits['id']}", json={"end_ms": 1501}), 400)
    assert owner.get(f"{path}/comments/{fits['id']}").json() == fits
    assert early in owner.get(f"{path}/comments").json()["comments"]


@pytest.mark.usefixtures("share_path")
def test_replies_are_one_level_deep_and_of_the_same_interview(
    owner: httpx.Client, coach: httpx.Client, path: str
) -> None:
    top = said(coach, path, text="Why?")
    reply = said(owner, path, text="Because.", parent_id=top["id"].upper())
    assert reply["parent_id"] == top["id"]
    body = {"at_ms": 0, "text": "x", "parent_id": reply["id"]}
    detail(coach.post(f"{path}/comments", json=body), 400)
    other = f"/interviews/{new_interview(owner)['id']}"
    detail(owner.post(f"{other}/comments", json=body | {"parent_id": top["id"]}), 400)
    # A conversation goes with what began it.
    assert coach.delete(f"{path}/comments/{top['id']}").status_code == 204
    assert texts(owner, path) == []


@pytest.mark.usefixtures("share_path")
def test_a_comment_is_changed_by_its_author_alone(
    api: ThreadServer, owner: httpx.Client, coach: httpx.Client, path: str
) -> None:
    made = said(coach, path, 3, "one")
    one = f"{path}/comments/{made['id']}"
    detail(owner.patch(one, json={"text": "mine"}), 404)
    first = coach.get(one).headers["ETag"]
    api.clock.now += 60
    changed = coach.patch(one, json={"text": "two"}, headers={"If-Match": first})
    assert changed.status_code == 200
    assert changed.json() == made | {"text": "two", "updated_at": changed.json()["updated_at"]}
    assert changed.json()["updated_at"] > made["updated_at"]
    assert changed.headers["ETag"] != first
    detail(coach.patch(one, json={"text": "three"}, headers={"If-Match": first}), 412)
    # Without it the last one wins; nothing asked is nothing changed.
    same = coach.patch(one, json={})
    assert (same.json(), same.headers["ETag"]) == (changed.json(), changed.headers["ETag"])
    moved = coach.patch(one, json={"at_ms": 4, "end_ms": 8}).json()
    assert (moved["at_ms"], moved["end_ms"], moved["text"]) == (4, 8, "two")
    for broken in ({"text": ""}, {"text": None}, {"end_ms": 3}, {"at_ms": 9}, {"parent_id": None}):
        detail(coach.patch(one, json=broken), 400)
    assert coach.get(one).json() == moved


@pytest.mark.usefixtures("share_path")
def test_a_comment_is_deleted_by_its_author_or_the_interviews_owner(
    owner: httpx.Client, coach: httpx.Client, stranger: httpx.Client, path: str
) -> None:
    mine, coachs, other = said(owner, path), said(coach, path), said(coach, path, text="stays")

    def deleted(client: httpx.Client, comment: Any) -> int:
        return client.delete(f"{path}/comments/{comment['id']}").status_code

    assert (deleted(stranger, mine), deleted(coach, mine)) == (404, 404)
    assert (deleted(coach, coachs), deleted(coach, coachs)) == (204, 404)
    assert (deleted(owner, mine), texts(owner, path)) == (204, ["stays"])
    assert (deleted(owner, other), texts(coach, path)) == (204, [])


def test_a_revoked_coach_loses_every_way_in_and_the_owner_keeps_their_words(
    owner: httpx.Client, coach: httpx.Client, path: str, share_path: str
) -> None:
    made = said(coach, path, text="Say the structure first.")
    assert owner.delete(share_path).status_code == 204
    route, one = f"{path}/comments", f"{path}/comments/{made['id']}"
    detail(coach.get(route), 404)
    detail(coach.get(one), 404)
    detail(coach.post(route, json={"at_ms": 0, "text": "x"}), 404)
    detail(coach.post(route, json={"id": made["id"], "at_ms": 0, "text": made["text"]}), 404)
    detail(coach.patch(one, json={"text": "x"}), 404)
    detail(coach.delete(one), 404)
    assert owner.get(route).json() == {"comments": [made]}
