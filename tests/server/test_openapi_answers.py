"""What the server answers is what the contract of record says."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.cases import check_number
from server.routes.system import openapi
from tests.helpers.api import (
    CHUNK,
    TUS,
    a_document,
    complete,
    set_question,
    template_id,
    until_done,
    upload_headers,
)
from tests.helpers.schema import faults, resolved
from tests.helpers.server_thread import LOCAL_SECRET, ThreadServer, server_in_thread

METHODS = {"get", "post", "put", "patch", "delete", "head", "options"}
PATHS: dict[str, Any] = openapi()["paths"]


def _filled(path: str) -> str:
    path = path.replace("{question_number}", "1")
    return re.sub(r"\{[a-z_]+\}", str(uuid.UUID(int=1)), path)


@pytest.mark.parametrize("path", sorted(PATHS))
def test_the_methods_are_those_of_the_contract(api: ThreadServer, path: str) -> None:
    answer = httpx.request("PURGE", api.url + _filled(path), trust_env=False, verify=False)
    assert answer.status_code == 405
    described = {method.upper() for method in PATHS[path] if method in METHODS}
    described |= {"HEAD"} if "GET" in described else set()
    assert set(answer.headers["Allow"].split(", ")) == described


@pytest.fixture(scope="module")
def turn_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThreadServer]:
    folder: Path = tmp_path_factory.mktemp("turn")
    urls = ("turn:turn.example",)
    with server_in_thread(folder, turn_secret="x", turn_urls=urls) as server:
        yield server


class _Checked:
    """Sends requests and holds every answer against the contract; counts what was seen."""

    def __init__(self, client: httpx.Client, root: str) -> None:
        self._client = client
        self._root = root
        self.seen: set[tuple[str, str]] = set()

    def __call__(self, method: str, path: str, below: str = "", **sent: Any) -> httpx.Response:
        """`below` fills the path's variables, in order, separated by spaces."""
        values = iter(below.split())
        url = "/".join(next(values) if part.startswith("{") else part for part in path.split("/"))
        query = sent.pop("query", "")
        answer = self._client.request(method, f"{self._root}{url}{query}", **sent)
        self.seen.add((method, path))
        responses = PATHS[path][method.lower()]["responses"]
        if answer.is_success:
            assert str(answer.status_code) in responses, (method, url, answer.text)
        described = resolved(responses.get(str(answer.status_code), responses["default"]))
        for name in described.get("headers", {}):
            assert name == "Link" or name in answer.headers, (method, url, name)
        media = answer.headers.get("Content-Type", "").partition(";")[0]
        if answer.content:
            schema = described["content"][media].get("schema")
            if media == "application/json":
                assert faults(schema, answer.json()) == [], (method, url)
        else:
            assert "content" not in described
        return answer


def _accounts(server: ThreadServer, ask: _Checked) -> None:
    """Every operation of auth and users, by an administrator and whom they invite."""
    auth, users = "/api/v1/auth", "/api/v1/users"
    with server.user("admin") as admin:
        by_admin: dict[str, Any] = {"headers": admin.headers}
        somebody = {"email": "new@example.org", "role": "coach"}
        first = ask("POST", f"{users}/invitations", json=somebody, **by_admin).json()
        ask("GET", f"{users}/invitations", query="?limit=1", **by_admin)
        ask("DELETE", f"{users}/invitations/{{invitation_id}}", first["id"], **by_admin)
        code = ask("POST", f"{users}/invitations", json=somebody, **by_admin).json()["code"]
        given = {"code": code, "password": "correct horse", "display_name": "New"}
        tokens = ask("POST", f"{auth}/invitation", json=given).json()
        assert ask("POST", f"{auth}/invitation", json=given).status_code == 401
        ask("GET", users, query="?skip=1&limit=1", **by_admin)
        ask("GET", f"{users}/coaches")
        mine: dict[str, Any] = {"headers": {"Authorization": f"Bearer {tokens['access_token']}"}}
        me = ask("GET", f"{users}/me", **mine).json()["id"]
        ask("PATCH", f"{users}/me", json={"display_name": None}, **mine)
        ask("GET", f"{users}/{{user_id}}", me, **by_admin)
        ask("GET", f"{users}/{{user_id}}", me, **mine)
        sign_in = {"email": "new@example.org", "password": "correct horse"}
        other = ask("POST", f"{auth}/token", json=sign_in).json()
        ask("GET", f"{auth}/sessions", **mine)
        change = {"current_password": "correct horse", "new_password": "another staple"}
        ask("POST", f"{auth}/password", json=change, **mine)
        assert ask("POST", f"{auth}/refresh", json={
            "refresh_token": other["refresh_token"]}).status_code == 401  # fmt: skip
        tokens = ask("POST", f"{auth}/refresh", json={
            "refresh_token": tokens["refresh_token"]}).json()  # fmt: skip
        mine = {"headers": {"Authorization": f"Bearer {tokens['access_token']}"}}
        other = ask("POST", f"{auth}/token", json=sign_in | {"password": "another staple"}).json()
        (one,) = [session["id"] for session in ask("GET", f"{auth}/sessions", **mine).json()
                  if not session["current"]]  # fmt: skip
        ask("DELETE", f"{auth}/sessions/{{session_id}}", one, **mine)
        assert ask("POST", f"{auth}/logout", **mine).status_code == 204
        assert ask("POST", f"{auth}/logout", **by_admin).status_code == 409
        code = ask("POST", f"{users}/{{user_id}}/password-reset", me, **by_admin).json()["code"]
        reset = {"code": code, "new_password": "a third one there"}
        assert ask("POST", f"{auth}/password", json=reset).status_code == 204
        ask("PATCH", f"{users}/{{user_id}}", me, json={"disabled": True}, **by_admin)


def _review(server: ThreadServer, ask: _Checked, interview_id: str) -> None:
    """Shares, comments, calls, feedback of a completed interview, by owner and coach."""
    one = "/api/v1/interviews/{interview_id}"
    shares, comments, feedback = f"{one}/shares", f"{one}/comments", f"{one}/feedback"
    with server.user("coach") as coach:
        by_coach: dict[str, Any] = {"headers": coach.headers}
        coach_id = coach.get("/users/me").json()["id"]
        leave = {"coach_id": coach_id, "scopes": ["feedback"]}
        ask("GET", shares, interview_id)
        shared = ask("POST", shares, interview_id, json=leave).json()["id"]
        ask("POST", shares, interview_id, json=leave | {"scopes": []})
        ask("GET", "/api/v1/shares/received", **by_coach)
        ask("GET", "/api/v1/shares/received")
        said = {"id": str(uuid.uuid4()), "at_ms": 5, "text": "Well said."}
        for status in (201, 200):
            answer = ask("POST", comments, interview_id, json=said, **by_coach)
            assert answer.status_code == status
        ask("GET", comments, interview_id)
        both = f"{interview_id} {said['id']}"
        ask("GET", f"{comments}/{{comment_id}}", both)
        ask("PATCH", f"{comments}/{{comment_id}}", both, json={"text": "Better."}, **by_coach)
        ask("DELETE", f"{comments}/{{comment_id}}", both)
        assert ask("POST", feedback, interview_id, json={}).status_code == 202
        until_done(lambda: ask("GET", feedback, interview_id).json()["feedback"])
        made = ask("GET", feedback, interview_id).json()["feedback"][0]["id"]
        ask("GET", f"{feedback}/{{feedback_id}}", f"{interview_id} {made}", **by_coach)
        ask("GET", f"{one}/metrics", interview_id)
        ask("DELETE", f"{shares}/{{share_id}}", f"{interview_id} {shared}")


def _own_data(server: ThreadServer, ask: _Checked) -> None:
    """Exports, retention, audit, and the end of an account."""
    exports, retention = "/api/v1/me/exports", "/api/v1/settings/retention"
    ask("GET", retention)
    ask("PUT", retention, json={"recordings_days": 90, "interviews_days": None})
    ask("PUT", retention, json={"recordings_days": 0, "interviews_days": None})
    made = ask("POST", exports, json={}).json()["id"]
    one = f"{exports}/{{export_id}}"
    until_done(lambda: ask("GET", one, made).json()["status"] == "done")
    ask("GET", exports)
    ask("GET", f"{one}/file", made)
    ask("GET", f"{one}/file", made, headers={"Range": "bytes=0-1"})
    ask("GET", f"{one}/file", made, headers={"Range": "bytes=99999999-"})
    assert ask("DELETE", one, made).status_code == 204
    ask("GET", "/api/v1/audit", query="?limit=1&action=export.create")
    me = "/api/v1/users/me"
    with server.user() as other:
        by_other: dict[str, Any] = {"headers": other.headers}
        secret = {"secret": LOCAL_SECRET}
        ask("DELETE", me, json={"secret": "wrong"}, **by_other)
        assert ask("DELETE", me, json=secret, **by_other).status_code == 202
        for status in (200, 409):
            assert ask("POST", f"{me}/restore", **by_other).status_code == status
        assert ask("DELETE", me, json=secret | {"now": True}, **by_other).status_code == 200


def _cases(server: ThreadServer, ask: _Checked) -> None:
    """Writing a case, and asking somebody to practise it."""
    templates, assignments = "/api/v1/templates", "/api/v1/assignments"
    one = f"{templates}/{{template_id}}"
    with server.user("coach") as coach, server.user() as candidate:
        by_coach: dict[str, Any] = {"headers": coach.headers}
        document = a_document()
        ask("POST", templates, json={"document": document})
        ask("POST", templates, json={"document": {}}, **by_coach)
        made = ask("POST", templates, json={"document": document}, **by_coach).json()["id"]
        ask("POST", templates, json={"document": document}, **by_coach)
        ask("GET", templates, query="?limit=1&language=en", **by_coach)
        ask("PATCH", one, made, json={"status": "published"}, **by_coach)
        old = {**coach.headers, "If-Match": '"0"'}
        ask("PATCH", one, made, json={"status": "published"}, headers=old)
        ask("GET", one, made)
        ask("GET", f"{one}/document", made, **by_coach)
        ask("GET", f"{one}/versions", made, **by_coach)
        task = {"candidate_id": candidate.get("/users/me").json()["id"], "template_id": made}
        given = ask("POST", assignments, json=task, **by_coach).json()["id"]
        ask("GET", assignments, **by_coach)
        ask("GET", f"{assignments}/{{assignment_id}}", given, headers=candidate.headers)
        ask("PATCH", f"{assignments}/{{assignment_id}}", given, json={"note": "x"}, **by_coach)
        ask("DELETE", f"{assignments}/{{assignment_id}}", given, **by_coach)
        ask("DELETE", one, made, **by_coach)


def test_every_answer_is_as_described(turn_server: ThreadServer) -> None:
    server = turn_server
    with server.user() as client:
        ask = _Checked(client, server.url)
        v1 = "/api/v1"
        one = f"{v1}/interviews/{{interview_id}}"
        for path in (
            "/health",
            "/health/live",
            "/health/ready",
            "/metrics",
            "/docs",
            "/version",
            "/openapi.json",
            f"{v1}/users/me",
            f"{v1}/templates",
        ):
            ask("GET", path)
        ask("POST", f"{v1}/auth/local", json={"secret": LOCAL_SECRET})
        ask("POST", f"{v1}/auth/token", json={"email": "a@b", "password": "x"})
        _accounts(server, ask)
        template = template_id(client)
        ask("GET", f"{v1}/templates/{{template_id}}", template)
        made = ask("POST", f"{v1}/interviews", json={"template_id": template}).json()
        iid, plain = made["id"], f"/interviews/{made['id']}"
        ask("GET", f"{v1}/interviews")
        ask("PATCH", one, iid, json={"progress_data": {"current_question": 3}})
        ask("PATCH", one, iid, json={"status": "gone"})
        ask("GET", one, iid)
        ask("GET", one, str(uuid.UUID(int=1)))
        token = ask("POST", f"{one}/credentials", iid).json()["session_token"]
        question = f"{one}/questions/{{question_number}}"
        ask("GET", f"{question}/token", f"{iid} 2")
        ask("GET", question, f"{iid} 3")
        ask("POST", f"{question}/hints", f"{iid} 3")
        case = server.context.case_of_template(template)
        assert case is not None
        check = check_number(case, 3, 0)
        assert check is not None
        number = {"text": "x", "value": check.expected, "unit": "EUR"}
        ask("POST", f"{question}/numbers", f"{iid} 3", json=number)
        event = {"id": str(uuid.uuid4()), "type": "done", "at_ms": 1}
        for status in (201, 200):
            answer = ask("POST", f"{question}/events", f"{iid} 3", json=event)
            assert answer.status_code == status
        segment = {"id": "a", "speaker": "candidate", "text": "x", "start_ms": 0, "end_ms": 1,
                   "question": 1}  # fmt: skip
        ask("GET", f"{one}/events", iid)
        ask("GET", f"{one}/notes", iid)
        ask("PUT", f"{one}/notes", iid, json={"text": "x"})
        ask("GET", f"{one}/notes", iid)
        given = {"dimension": "numeracy", "score": 3, "evidence": {"start_ms": 0, "end_ms": 5}}
        ask("POST", f"{one}/scores", iid, json={"scores": [given]})
        ask("GET", f"{one}/scores", iid)
        ask("POST", f"{one}/transcript/segments", iid, json={"segments": [segment]})
        for form in ("json", "txt", "vtt"):
            ask("GET", f"{one}/transcript", iid, query=f"?format={form}")
        recordings, recording = f"{one}/recordings", f"{one}/recordings/{{recording_id}}"
        begun = ask("POST", recordings, iid, headers=upload_headers(8))
        rid = begun.headers["Location"].rsplit("/", 1)[1]
        both = f"{iid} {rid}"
        ask("PATCH", recording, both, content=b"OggS....", headers=CHUNK | {"Upload-Offset": "0"})
        ask("HEAD", recording, both)
        ask("GET", recordings, iid)
        ask("OPTIONS", recordings, iid)
        ask("OPTIONS", recording, both)
        ask("GET", recording, both)
        ask("GET", recording, both, headers={"Range": "bytes=1-2"})
        ask("GET", recording, both, headers={"Range": "bytes=8-"})
        ask("DELETE", recording, both, headers=TUS)
        calls = "/v1/realtime/calls"
        grant = {"Authorization": f"Bearer {token['client_secret']['value']}"}
        sdp = grant | {"Content-Type": "application/sdp"}
        ask("POST", calls, content="v=0", headers=sdp)
        ask("DELETE", f"{calls}/{{call_id}}", "rtc_x", headers=grant)
        ask("OPTIONS", calls)
        ask("GET", f"{one}/debrief", iid)
        reported = {"call_id": "rtc_1", "question": 1}
        for status in (201, 200):
            answer = ask("POST", f"{one}/calls", iid, json=reported)
            assert answer.status_code == status
        ask("GET", f"{one}/calls", iid)
        ask("DELETE", f"{one}/calls/{{call_id}}", f"{iid} rtc_1")
        set_question(client, plain, 4)
        complete(client, plain)
        assert ask("GET", f"{one}/debrief", iid).status_code == 200
        _review(server, ask, iid)
        _own_data(server, ask)
        _cases(server, ask)
        ask("DELETE", one, iid)
        described = {(method.upper(), path) for path, item in PATHS.items()
                     for method in item if method in METHODS}  # fmt: skip
        assert ask.seen == described
