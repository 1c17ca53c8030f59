"""The contract's routes and the added ones, over real sockets."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import time
import uuid
from collections.abc import Iterator

import httpx
import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.server_process import RunningServer, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def client(server: RunningServer) -> Iterator[httpx.Client]:
    with server.client() as signed_in:
        yield signed_in


@pytest.fixture
def interview(client: httpx.Client) -> dict[str, object]:
    template = client.get("/templates/").json()[0]["id"]
    answer = client.post("/interviews/", json={"template_id": template})
    assert answer.status_code == 201
    created: dict[str, object] = answer.json()
    return created


def _detail(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert list(body) == ["detail"]
    return str(body["detail"])


def test_an_interview_has_the_contracts_keys(interview: dict[str, object]) -> None:
    keys = ["id", "user_id", "template_id", "status", "started_at", "completed_at"]
    assert list(interview) == [*keys, "progress_data"]
    assert interview["progress_data"] == {"current_question": 1, "questions_completed": []}
    assert str(interview["started_at"]).endswith("Z")


def test_slashes_both_ways(client: httpx.Client, interview: dict[str, object]) -> None:
    path = f"/interviews/{interview['id']}"
    assert client.get(path).json() == client.get(f"{path}/").json()
    assert client.get("/interviews").status_code == 200


@pytest.mark.parametrize(
    "query", ["skip=-1", "limit=0", "limit=101", "skip=1_0", "limit=1&limit=2", "skip=٣",
              "skip=9223372036854775808", "status=done", "user_id=x"]
)  # fmt: skip
def test_a_bad_query_is_400(client: httpx.Client, query: str) -> None:
    _detail(client.get(f"/interviews/?{query}"), 400)


def test_pages_tell_the_total_and_the_next(
    client: httpx.Client, interview: dict[str, object]
) -> None:
    template = {"template_id": interview["template_id"]}
    client.post("/interviews/", json=template)
    page = client.get("/interviews/?limit=1")
    assert int(page.headers["X-Total-Count"]) >= 2
    assert 'rel="next"' in page.headers["Link"]


def test_patch_merges_and_guards(client: httpx.Client, interview: dict[str, object]) -> None:
    path = f"/interviews/{interview['id']}"
    first = client.get(path)
    changed = client.patch(path, json={"progress_data": {"current_question": 2}})
    assert changed.json()["progress_data"]["current_question"] == 2
    old = {"If-Match": first.headers["ETag"]}
    _detail(client.patch(path, json={"status": "completed"}, headers=old), 412)
    for body in ({"status": None}, {"id": "x"}, {"progress_data": {"current_question": 5}}):
        _detail(client.patch(path, json=body), 400)
    assert client.patch(path, json={}).headers["ETag"] == changed.headers["ETag"]
    done = client.patch(path, json={"status": "completed"})
    assert done.json()["completed_at"]
    _detail(client.patch(path, json={"status": "abandoned"}), 409)
    _detail(client.post(f"{path}/credentials"), 409)


def test_the_same_key_makes_one_interview(
    client: httpx.Client, interview: dict[str, object]
) -> None:
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    body = {"template_id": interview["template_id"]}
    first = client.post("/interviews/", json=body, headers=headers).json()
    assert client.post("/interviews/", json=body, headers=headers).json() == first
    other = {"template_id": str(uuid.uuid4())}
    assert client.post("/interviews/", json=other, headers=headers).status_code in (400, 409)


def test_delete_takes_everything_along(client: httpx.Client, interview: dict[str, object]) -> None:
    path = f"/interviews/{interview['id']}"
    segment = {"id": "a", "speaker": "candidate", "text": "x", "start_ms": 0, "end_ms": 1}
    body = {"segments": [segment | {"question": 1}]}
    assert client.post(f"{path}/transcript/segments/", json=body).json() == {"stored": 1}
    assert client.delete(path).status_code == 204
    _detail(client.delete(path), 404)
    _detail(client.get(f"{path}/transcript"), 404)


def test_tokens_hold_the_contracts_shape(
    client: httpx.Client, interview: dict[str, object]
) -> None:
    path = f"/interviews/{interview['id']}"
    answer = client.post(f"{path}/credentials")
    assert answer.headers["Cache-Control"] == "no-store"
    token = answer.json()["session_token"]
    assert answer.json()["turn_credentials"] is None
    assert token["tools"] == []
    assert token["client_secret"]["value"].startswith("ek_")
    assert {tool["name"] for tool in token["session"]["tools"]} == {
        "show_exhibit", "heard_number", "gave_hint", "question_done"
    }  # fmt: skip
    mine = client.get(f"{path}/questions/2/token?ttl=300").json()
    assert mine["question_number"] == 2
    assert abs(mine["client_secret"]["expires_at"] - time.time() - 300) < 3
    for bad in ("0/token", "5/token", "2/token?ttl=299", "2/token?ttl=x"):
        _detail(client.get(f"{path}/questions/{bad}"), 400)


def test_no_answer_key_leaves_before_the_end(
    client: httpx.Client, interview: dict[str, object]
) -> None:
    path = f"/interviews/{interview['id']}"
    told = client.get(f"{path}/questions/3/token").text
    assert "1936000" not in told
    assert "one point nine" not in told
    _detail(client.get(f"{path}/questions/3"), 409)
    _detail(client.get(f"{path}/debrief"), 409)


def test_hints_climb_and_end(client: httpx.Client, interview: dict[str, object]) -> None:
    path = f"/interviews/{interview['id']}/questions/1/hints"
    assert [client.post(path).json()["level"] for _ in range(5)] == [1, 2, 3, 4, 5]
    _detail(client.post(path), 409)


def test_a_recording_arrives_in_pieces_and_is_read_by_range(
    client: httpx.Client, interview: dict[str, object]
) -> None:
    root = f"/interviews/{interview['id']}/recordings/"
    data = b"OggS" + bytes(range(256)) * 40
    about = {
        "track": "candidate",
        "part": str(uuid.uuid4()),
        "started_at": "2026-01-31T12:00:00Z",
        "duration_ms": "1000",
    }
    metadata = ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in about.items()
    )
    tus = {"Tus-Resumable": "1.0.0"}
    begin = tus | {"Upload-Length": str(len(data)), "Upload-Metadata": metadata}
    created = client.post(root, headers=begin)
    assert created.status_code == 201
    location = created.headers["Location"].removeprefix("/api/v1")
    media = tus | {"Content-Type": "application/offset+octet-stream"}
    half = len(data) // 2
    wrong = media | {"Upload-Offset": "0", "Upload-Checksum": "sha256 AAAA"}
    assert client.patch(location, content=data[:half], headers=wrong).status_code == 460
    right = base64.b64encode(hashlib.sha256(data[:half]).digest()).decode()
    first = media | {"Upload-Offset": "0", "Upload-Checksum": f"sha256 {right}"}
    assert client.patch(location, content=data[:half], headers=first).status_code == 204
    assert client.patch(location, content=data[:half], headers=first).status_code == 409
    assert client.head(location).headers["Upload-Offset"] == str(half)
    assert client.post(root, headers=begin).headers["Location"].endswith(location)
    second = media | {"Upload-Offset": str(half)}
    assert client.patch(location, content=data[half:], headers=second).status_code == 204
    ranged = client.get(location, headers={"Range": "bytes=4-7"})
    assert (ranged.status_code, ranged.content) == (206, data[4:8])
    assert client.get(location).content == data
    assert client.get(root).json()["parts"][0]["tracks"]["candidate"]["complete"] is True


def test_nobody_without_a_token(server: RunningServer, interview: dict[str, object]) -> None:
    path = f"{server.url}/api/v1/interviews/{interview['id']}"
    answer = httpx.get(path, trust_env=False)
    _detail(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    now = int(time.time())
    good = {"iss": "interview-server", "aud": "interview-api", "sub": str(uuid.uuid4()),
            "iat": now, "exp": now + 60, "jti": "x", "token_use": "access"}  # fmt: skip
    for change in ({"aud": "x"}, {"token_use": "refresh"}, {"exp": now - 60}, {}):
        token = jwt.encode(good | change, server.signing_key, headers={"kid": "1"})
        headers = {"Authorization": f"Bearer {token}"}
        _detail(httpx.get(path, headers=headers, trust_env=False), 401)


@pytest.mark.parametrize("token", ["ek_x", "sk-123456", "ek_eyJhbGciOiJIUzI1NiJ9.e30.x"])
def test_a_wrong_token_starts_no_call(server: RunningServer, token: str) -> None:
    answer = httpx.post(
        f"{server.url}/v1/realtime/calls",
        content="v=0",
        headers={"Content-Type": "application/sdp", "Authorization": f"Bearer {token}"},
        trust_env=False,
    )
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "invalid_api_key"


def test_an_expired_token_starts_no_call(server: RunningServer) -> None:
    past = int(time.time()) - 10
    claims = {"aud": "interview-realtime", "sub": "u", "interview": "i", "question": 1,
              "template": "t", "iat": past - 60, "exp": past, "jti": "j"}  # fmt: skip
    token = "ek_" + jwt.encode(claims, server.signing_key)
    headers = {"Content-Type": "application/sdp", "Authorization": f"Bearer {token}"}
    url = f"{server.url}/v1/realtime/calls"
    assert httpx.post(url, content="v=0", headers=headers, trust_env=False).status_code == 401


def test_a_broken_offer_is_400(client: httpx.Client, interview: dict[str, object]) -> None:
    token = client.post(f"/interviews/{interview['id']}/credentials").json()["session_token"]
    headers = {
        "Content-Type": "application/sdp",
        "Authorization": f"Bearer {token['client_secret']['value']}",
    }
    for body in (b"", b"v=0\r\n", b"\xff\xfe", b"nonsense"):
        answer = client.post(token["connect"]["url"], content=body, headers=headers)
        assert answer.status_code == 400, body


def test_another_host_or_a_web_page_is_refused(server: RunningServer) -> None:
    url = f"{server.url}/health"
    assert httpx.get(url, trust_env=False).json() == {"status": "ok"}
    evil = {"Host": "evil.example"}
    assert httpx.get(url, headers=evil, trust_env=False).status_code == 403
    page = {"Origin": "https://evil.example"}
    assert httpx.get(url, headers=page, trust_env=False).status_code == 403


def test_405_names_every_method(client: httpx.Client) -> None:
    answer = client.put("/interviews/")
    _detail(answer, 405)
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.one_of(st.binary(max_size=200), st.text(max_size=50).map(str.encode)))
def test_no_body_makes_a_500(client: httpx.Client, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post("/interviews/", content=body, headers=headers)
    assert answer.status_code in (400, 413)
    assert list(json.loads(answer.text)) == ["detail"]


def test_a_big_body_is_413(client: httpx.Client) -> None:
    body = b'{"template_id": "' + b"x" * 300_000 + b'"}'
    answer = client.post("/interviews/", content=body, headers={"Content-Type": "application/json"})
    _detail(answer, 413)


def test_malformed_http_is_no_500(server: RunningServer) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
        assert b" 400 " in raw.recv(200)
