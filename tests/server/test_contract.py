"""The interview object: shape, lists, changes, versions, keys, deletion."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import httpx
import pytest

from tests.helpers.api import complete, detail, new_interview, template_id, upload
from tests.helpers.server_thread import ThreadServer, server_in_thread

KEYS = ["id", "user_id", "template_id", "status", "started_at", "completed_at", "progress_data"]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_a_new_interview_has_the_contracts_keys(owner: httpx.Client) -> None:
    template = template_id(owner)
    answer = owner.post("/interviews/", json={"template_id": template.upper()})
    assert answer.status_code == 201
    created = answer.json()
    assert list(created) == KEYS
    assert uuid.UUID(created["id"]).version == 4
    assert created["user_id"] == owner.get("/users/me").json()["id"]
    assert created["template_id"] == template
    assert uuid.UUID(template).version == 5
    assert created["status"] == "in-progress"
    assert TIME.fullmatch(created["started_at"])
    assert created["completed_at"] is None
    assert created["progress_data"] == {"current_question": 1, "questions_completed": []}
    assert answer.headers["Location"] == f"/api/v1/interviews/{created['id']}"
    assert owner.get(answer.headers["Location"].removeprefix("/api/v1")).json() == created


@pytest.mark.parametrize(
    "body",
    [{}, {"template_id": None}, {"template_id": "x"}, {"template_id": str(uuid.uuid4())}, [], "x",
     {"template_id": str(uuid.uuid4()), "status": "completed"}],
)  # fmt: skip
def test_an_interview_of_nothing_is_400(owner: httpx.Client, body: object) -> None:
    detail(owner.post("/interviews/", json=body), 400)
    assert owner.get("/interviews/").json() == []


def test_only_json_is_taken(owner: httpx.Client) -> None:
    text = f'{{"template_id": "{template_id(owner)}"}}'
    for media in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = owner.post("/interviews/", content=text, headers={"Content-Type": media})
        detail(answer, 415)
    media = "Application/JSON; charset=utf-8"
    answer = owner.post("/interviews/", content=text, headers={"Content-Type": media})
    assert answer.status_code == 201


def test_with_and_without_the_slash_is_the_same(owner: httpx.Client, path: str) -> None:
    for route in ("/interviews", path, "/templates", "/users/me", f"{path}/transcript",
                  f"{path}/notes", f"{path}/scores", f"{path}/events"):  # fmt: skip
        plain, slashed = owner.get(route), owner.get(f"{route}/")
        assert plain.status_code == slashed.status_code == 200
        assert plain.json() == slashed.json()
    body = {"template_id": template_id(owner)}
    assert owner.post("/interviews", json=body).status_code == 201
    assert owner.post(f"{path}/credentials/").status_code == 200
    detail(owner.get("/interviews//"), 404)


def test_ids_come_in_any_case_and_go_out_in_lower_case(owner: httpx.Client, path: str) -> None:
    interview_id = path.removeprefix("/interviews/")
    assert owner.get(f"/interviews/{interview_id.upper()}").json()["id"] == interview_id
    mine = owner.get("/users/me").json()["id"].upper()
    assert len(owner.get(f"/interviews/?user_id={mine}").json()) == 1
    for malformed in ("x", interview_id[:-1], f"{interview_id}0", f"{{{interview_id}}}",
                      interview_id.replace("-", "")):  # fmt: skip
        detail(owner.get(f"/interviews/{malformed}"), 400)


@pytest.mark.parametrize(
    "query", ["skip=-1", "skip=1_0", "skip=%D9%A3", "skip=2147483648", "skip=9223372036854775808",
              "skip=", "skip=+1", "skip=1&skip=1", "limit=0", "limit=101", "limit=1.0", "limit=x",
              "limit=1&limit=2", "status=done", "status=", "status=completed&status=completed",
              "user_id=x", "user_id="]
)  # fmt: skip
def test_a_bad_query_is_400(owner: httpx.Client, query: str) -> None:
    detail(owner.get(f"/interviews/?{query}"), 400)


def test_a_list_goes_from_new_to_old_in_pages(tmp_path: Path) -> None:
    with server_in_thread(tmp_path) as server, server.user() as client:
        made = []
        for step in (1, 1, 0, 1):
            server.clock.now += step
            made.append(new_interview(client))
        expected = sorted(made, key=lambda one: one["id"])
        expected.sort(key=lambda one: one["started_at"], reverse=True)
        whole = client.get("/interviews/")
        assert whole.json() == expected
        assert whole.headers["X-Total-Count"] == "4"
        assert "Link" not in whole.headers
        pages, url = [], "/interviews/?status=in-progress&limit=3"
        while url:
            page = client.get(url)
            assert page.headers["X-Total-Count"] == "4"
            pages.append(page.json())
            match = re.fullmatch(r'<(/api/v1/.+)>; rel="next"', page.headers.get("Link", ""))
            url = match[1].removeprefix("/api/v1") if match else ""
        assert pages == [expected[:3], expected[3:]]
        complete(client, f"/interviews/{made[0]['id']}")
        done = client.get("/interviews/?status=completed&skip=0&limit=1")
        assert [one["id"] for one in done.json()] == [made[0]["id"]]
        assert done.headers["X-Total-Count"] == "1"
        assert client.get("/interviews/?skip=2147483647").json() == []


def test_a_patch_merges_by_key(owner: httpx.Client, path: str) -> None:
    first = owner.patch(path, json={"progress_data": {"questions_completed": [2, 1]}}).json()
    assert first["progress_data"] == {"current_question": 1, "questions_completed": [1, 2]}
    second = owner.patch(path, json={"progress_data": {"current_question": 3}}).json()
    assert second["progress_data"] == {"current_question": 3, "questions_completed": [1, 2]}
    assert list(second) == KEYS
    assert owner.get(path).json() == second


@pytest.mark.parametrize(
    "body",
    [{"status": None}, {"status": "done"}, {"status": 1}, {"id": str(uuid.uuid4())},
     {"user_id": str(uuid.uuid4())}, {"template_id": str(uuid.uuid4())}, {"completed_at": None},
     {"started_at": "2026-01-31T12:00:00Z"}, {"metadata": {}}, {"progress_data": None},
     {"progress_data": []}, {"progress_data": {"notes": "x"}},
     {"progress_data": {"current_question": None}}, {"progress_data": {"current_question": 0}},
     {"progress_data": {"current_question": 5}}, {"progress_data": {"current_question": "1"}},
     {"progress_data": {"current_question": 1.0}}, {"progress_data": {"current_question": True}},
     {"progress_data": {"questions_completed": None}},
     {"progress_data": {"questions_completed": [1, 1]}},
     {"progress_data": {"questions_completed": [0]}},
     {"progress_data": {"questions_completed": [5]}},
     {"progress_data": {"questions_completed": [None]}}, [], 1],
)  # fmt: skip
def test_a_patch_of_anything_else_is_400_and_changes_nothing(
    owner: httpx.Client, path: str, body: object
) -> None:
    before = owner.get(path)
    detail(owner.patch(path, json=body), 400)
    after = owner.get(path)
    assert (after.json(), after.headers["ETag"]) == (before.json(), before.headers["ETag"])


@pytest.mark.parametrize("body", [{}, {"progress_data": {}}, {"status": "in-progress"}])
def test_a_patch_of_nothing_changes_nothing(
    owner: httpx.Client, path: str, body: dict[str, object]
) -> None:
    before = owner.get(path)
    answer = owner.patch(path, json=body)
    assert answer.status_code == 200
    assert answer.json() == before.json()
    assert answer.headers["ETag"] == before.headers["ETag"]


def test_statuses_change_only_as_allowed(tmp_path: Path) -> None:
    with server_in_thread(tmp_path) as server, server.user() as client:
        path = f"/interviews/{new_interview(client)['id']}"
        gone = client.patch(path, json={"status": "abandoned"})
        assert (gone.json()["status"], gone.json()["completed_at"]) == ("abandoned", None)
        detail(client.patch(path, json={"status": "completed"}), 409)
        back = client.patch(path, json={"status": "in-progress"})
        assert back.json()["status"] == "in-progress"
        server.clock.now += 60
        done = client.patch(path, json={"status": "completed", "progress_data": {
            "current_question": 4, "questions_completed": [1, 2, 3, 4]}})  # fmt: skip
        assert done.json()["progress_data"]["questions_completed"] == [1, 2, 3, 4]
        completed_at = done.json()["completed_at"]
        assert TIME.fullmatch(completed_at)
        assert completed_at > done.json()["started_at"]
        server.clock.now += 60
        again = client.patch(path, json={"status": "completed"})
        assert again.status_code == 200
        assert again.json() == done.json()
        assert again.headers["ETag"] == done.headers["ETag"]
        for status in ("in-progress", "abandoned"):
            detail(client.patch(path, json={"status": status}), 409)
        detail(client.patch(path, json={"progress_data": {"current_question": 1}}), 409)
        assert client.get(path).json() == done.json()


def test_an_old_version_is_not_overwritten(owner: httpx.Client, path: str) -> None:
    old = owner.get(path).headers["ETag"]
    assert re.fullmatch(r'"[^"]+"', old)
    body = {"progress_data": {"current_question": 2}}
    changed = owner.patch(path, json=body, headers={"If-Match": old})
    assert changed.status_code == 200
    new = changed.headers["ETag"]
    assert new != old
    assert owner.get(path).headers["ETag"] == new
    for stale in (old, f"W/{new}", "x", f'{old}, "x"'):
        answer = owner.patch(path, json={"status": "completed"}, headers={"If-Match": stale})
        detail(answer, 412)
        detail(owner.delete(path, headers={"If-Match": stale}), 412)
    assert owner.get(path).json() == changed.json()
    for right in (new, "*", f"{old}, {new}"):
        assert owner.patch(path, json={}, headers={"If-Match": right}).status_code == 200
    assert owner.patch(path, json={"status": "abandoned"}).status_code == 200
    current = owner.get(path).headers["ETag"]
    assert owner.delete(path, headers={"If-Match": current}).status_code == 204


def test_the_same_key_makes_one_interview(owner: httpx.Client, stranger: httpx.Client) -> None:
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    body = {"template_id": template_id(owner)}
    first = owner.post("/interviews/", json=body, headers=headers)
    again = owner.post("/interviews", json=body, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Location"] == first.headers["Location"]
    assert len(owner.get("/interviews/").json()) == 1
    other = stranger.post("/interviews/", json=body, headers=headers)
    assert other.json()["id"] != first.json()["id"]
    assert owner.post("/interviews/", json=body).json()["id"] != first.json()["id"]
    for bad in ("", "x" * 256):
        detail(owner.post("/interviews/", json=body, headers={"Idempotency-Key": bad}), 400)
    twice = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    detail(owner.post("/interviews/", json=body, headers=twice), 400)


def test_a_key_lasts_a_day_and_belongs_to_one_body(tmp_path: Path) -> None:
    with server_in_thread(tmp_path) as server, server.user() as client:
        headers = {"Idempotency-Key": "k"}
        first = client.post(
            "/interviews/", json={"template_id": template_id(client)}, headers=headers
        ).json()
        other = client.get("/templates/").json()[1]["id"]
        detail(client.post("/interviews/", json={"template_id": other}, headers=headers), 409)
        body = {"template_id": first["template_id"]}
        server.clock.now += 24 * 3600
        assert client.post("/interviews/", json=body, headers=headers).json() == first
        server.clock.now += 1
        fresh = client.post("/interviews/", json=body, headers=headers).json()
        assert fresh["id"] != first["id"]


def test_deleting_takes_everything_along(api: ThreadServer, owner: httpx.Client, path: str) -> None:
    segment = {"id": "a", "speaker": "candidate", "text": "x", "start_ms": 0, "end_ms": 1,
               "question": 1}  # fmt: skip
    stored = owner.post(f"{path}/transcript/segments/", json={"segments": [segment]})
    assert stored.json() == {"stored": 1}
    event = {"id": str(uuid.uuid4()), "type": "note", "at_ms": 0}
    assert owner.post(f"{path}/questions/1/events", json=event).status_code == 201
    assert owner.post(f"{path}/questions/1/hints").status_code == 201
    assert owner.put(f"{path}/notes", json={"text": "x"}).status_code == 200
    score = {"dimension": "numeracy", "score": 3}
    assert owner.post(f"{path}/scores", json={"scores": [score]}).status_code == 201
    location = upload(owner, path, b"OggS and more")
    file = api.recording_path(location.rsplit("/", 1)[1])
    assert file.read_bytes() == b"OggS and more"
    token = owner.post(f"{path}/credentials").json()["session_token"]
    answer = owner.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert not file.exists()
    detail(owner.delete(path), 404)
    for gone in (path, f"{path}/transcript", f"{path}/recordings", location, f"{path}/debrief",
                 f"{path}/questions/1", f"{path}/notes", f"{path}/scores",
                 f"{path}/events"):  # fmt: skip
        detail(owner.get(gone), 404)
    assert owner.get("/interviews/").json() == []
    late = httpx.post(
        token["connect"]["url"],
        content="v=0",
        headers={"Content-Type": "application/sdp",
                 "Authorization": f"Bearer {token['client_secret']['value']}"},
        trust_env=False, verify=False,
    )  # fmt: skip
    assert late.status_code == 409
