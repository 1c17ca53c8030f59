"""Nothing that is sent makes the server fail: arbitrary requests at every route, over raw sockets.

The server is a process of its own, and its log is read at the end: an answer may hide what the
log tells.
"""

from __future__ import annotations

import base64
import json
import socket
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.routes.system import openapi
from tests.helpers.api import CHUNK, new_interview, set_question, upload_headers
from tests.helpers.server_process import running_server

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
ROUTES = sorted(
    (method.upper(), path)
    for path, item in openapi()["paths"].items()
    for method in item
    if method in METHODS
)
UUIDS = st.sampled_from([str(uuid.UUID(int=number)) for number in range(3)])
CHUNK_TYPE = CHUNK["Content-Type"]


@dataclass(frozen=True)
class Target:
    """A running server with one interview, and what a request to it needs."""

    address: tuple[str, int]
    token: str
    grant: str
    interview_id: str
    recording_id: str


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder: Path = tmp_path_factory.mktemp("malformed")
    with running_server(folder) as server:
        with server.client() as client:
            made = new_interview(client)
            path = f"/interviews/{made['id']}"
            set_question(client, path, 3)
            # Half of it, so that more can be sent.
            begun = client.post(f"{path}/recordings", headers=upload_headers(200)).headers
            location = begun["Location"].removeprefix("/api/v1")
            half = CHUNK | {"Upload-Offset": "0"}
            assert client.patch(location, content=b"OggS" + bytes(96), headers=half).is_success
            credentials = client.post(f"{path}/credentials").json()
            token = client.headers["Authorization"].removeprefix("Bearer ")
        yield Target(
            ("127.0.0.1", int(server.url.rsplit(":", 1)[1])),
            token,
            credentials["session_token"]["client_secret"]["value"],
            made["id"],
            location.rsplit("/", 1)[1],
        )
    log = (folder / "server.log").read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in log
    assert " ERROR " not in log


# What a body of the route may be, before it is spoiled.
BODIES: dict[str, dict[str, Any]] = {
    "/api/v1/interviews": {"template_id": str(uuid.UUID(int=1))},
    "/api/v1/interviews/{interview_id}": {
        "status": "in-progress",
        "progress_data": {"current_question": 3, "questions_completed": [1, 2]},
    },
    "/api/v1/interviews/{interview_id}/questions/{question_number}/numbers": {
        "text": "one",
        "value": 1.5,
        "unit": "EUR",
    },
    "/api/v1/interviews/{interview_id}/questions/{question_number}/events": {
        "id": str(uuid.UUID(int=2)),
        "type": "thinking",
        "at_ms": 1,
        "data": {"active": True},
    },
    "/api/v1/interviews/{interview_id}/notes": {"text": "some words"},
    "/api/v1/interviews/{interview_id}/scores": {
        "scores": [{"dimension": "numeracy", "score": 3, "evidence": {"start_ms": 0, "end_ms": 1}}]
    },
    "/api/v1/interviews/{interview_id}/transcript/segments": {
        "segments": [
            {
                "id": "a",
                "speaker": "candidate",
                "text": "x",
                "start_ms": 0,
                "end_ms": 1,
                "question": 1,
                "interrupted": False,
            }
        ]
    },
    "/api/v1/auth/local": {"secret": "x"},
    "/api/v1/auth/token": {"email": "a@example.org", "password": "x"},
    "/api/v1/auth/refresh": {"refresh_token": "rt_x"},
    "/api/v1/auth/password": {"current_password": "x", "new_password": "correct horse"},
    "/api/v1/auth/invitation": {"code": "x", "password": "correct horse", "display_name": "x"},
    "/api/v1/users/me": {"display_name": "x"},
    "/api/v1/users/invitations": {"email": "a@example.org", "role": "coach"},
    "/api/v1/users/{user_id}": {"role": "coach", "disabled": False, "display_name": "x"},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | UUIDS
    | st.sampled_from([2**63, -(2**63), 2**64, 10**400, "\x00", "\ud800", "completed"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner,
                                                               max_size=4),
    max_leaves=8,
)  # fmt: skip


@st.composite
def _spoiled(draw: st.DrawFn, value: Any) -> Any:
    """`value` with one place replaced, removed, or added to."""
    if isinstance(value, list) and value:
        return [draw(_spoiled(value[0])), *value[1:]]
    if not isinstance(value, dict) or not value or draw(st.integers(0, 5)) == 0:
        return draw(JSON)
    key = draw(st.sampled_from(sorted(value)))
    match draw(st.integers(0, 3)):
        case 0:
            return {name: one for name, one in value.items() if name != key}
        case 1:
            return value | {draw(st.text(max_size=8)): draw(JSON)}
        case _:
            return value | {key: draw(_spoiled(value[key]))}


def _inserted(data: bytes, position: int, junk: bytes) -> bytes:
    place = position % (len(data) + 1)
    return data[:place] + junk + data[place:]


def _bodies(path: str) -> st.SearchStrategy[bytes]:
    if path.endswith("/recordings"):  # a beginning has no body
        return st.just(b"") | st.binary(max_size=3)
    near = _spoiled(BODIES[path]).map(lambda value: json.dumps(value).encode()) \
        if path in BODIES else JSON.map(lambda value: json.dumps(value).encode())  # fmt: skip
    return st.one_of(
        near,
        near,
        st.builds(_inserted, near, st.integers(0, 400), st.just(b"\xff") | st.binary(max_size=3)),
        st.binary(max_size=200),
        st.just(b"OggS" + bytes(8)),
    )


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


# Header values are latin-1 text without what would end the line.
LATIN = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30)


@st.composite
def _metadata(draw: st.DrawFn) -> str:
    good = {"track": b"candidate", "part": str(uuid.UUID(int=1)).encode(),
            "started_at": b"2026-01-31T12:00:00Z", "duration_ms": b"1000"}  # fmt: skip
    if draw(st.booleans()):
        key, junk = draw(st.sampled_from(sorted(good))), draw(LATIN)
        return ",".join(f"{name} {junk if name == key else _b64(good[name])}" for name in good)
    key = draw(st.sampled_from(sorted(good)))
    good[key] = draw(st.binary(max_size=20) | st.text(max_size=10).map(str.encode))
    return ",".join(f"{name} {_b64(value)}" for name, value in good.items())


NUMBERS = st.integers(-5, 2**70).map(str) | st.sampled_from(["0", "100", "\u00b2", "1_0", ""])
HEADERS: dict[str, st.SearchStrategy[str]] = {
    "Tus-Resumable": st.just("1.0.0") | LATIN,
    "Upload-Length": NUMBERS | LATIN,
    "Upload-Offset": NUMBERS | LATIN,
    "Upload-Metadata": _metadata() | LATIN,
    "Upload-Checksum": LATIN | LATIN.map("sha256 {}".format),
    "Range": LATIN | st.tuples(NUMBERS, NUMBERS).map("bytes={0[0]}-{0[1]}".format),
    "If-Range": LATIN,
    "If-Match": LATIN | st.sampled_from(["*", '"1"', '"1", W/"2"']),
    "If-None-Match": LATIN,
    "Idempotency-Key": LATIN,
    "Content-Type": st.sampled_from(["application/json", CHUNK_TYPE, "application/sdp"]) | LATIN,
    "Accept": LATIN,
    "Cookie": LATIN,
    "Origin": LATIN,
    "Host": LATIN,
    "Authorization": LATIN | LATIN.map("Bearer {}".format),
    "X-Forwarded-For": LATIN,
    "X-HTTP-Method-Override": LATIN,
    "Expect": st.just("100-continue") | LATIN,
    "Upgrade": st.just("websocket") | LATIN,
}
QUERY = st.lists(
    st.tuples(
        st.sampled_from(["skip", "limit", "status", "user_id", "ttl", "format", "industry", "x"]),
        st.binary(max_size=12) | st.integers(-2, 2**70).map(lambda number: str(number).encode())
        | st.sampled_from([b"completed", b"vtt", b"300", b"1"]),
    ),
    max_size=3,
)  # fmt: skip
SEGMENTS = st.binary(min_size=1, max_size=12) | st.integers(-1, 6).map(lambda n: str(n).encode())


@st.composite
def _requests(draw: st.DrawFn, method: str, path: str, target: Target) -> bytes:
    """A request whose framing is right, so that it reaches the routes."""
    known = {
        "interview_id": target.interview_id,
        "recording_id": target.recording_id,
        "question_number": "3",
        "call_id": "rtc_x",
        "template_id": str(uuid.UUID(int=1)),
        "session_id": str(uuid.UUID(int=1)),
        "invitation_id": str(uuid.UUID(int=1)),
        "user_id": str(uuid.UUID(int=1)),
    }
    spoil_path = draw(st.integers(0, 3)) == 0
    for name, value in known.items():
        # What would end the interview for the tests that follow is aimed at another one.
        wanted = str(uuid.UUID(int=1)) if method == "DELETE" else value
        filled = quote_from_bytes(draw(SEGMENTS)) if spoil_path else wanted
        path = path.replace(f"{{{name}}}", filled)
    query = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in draw(QUERY))
    body = b"" if method in ("GET", "HEAD") else draw(_bodies(_template_of(path, target)))
    token = target.grant if path.startswith("/v1/") else target.token
    lines = [f"{method} {path}{'?' + query if query else ''} HTTP/1.1", "Connection: close"]
    lines.append(f"Host: {target.address[0]}:{target.address[1]}")
    lines.append(f"Authorization: Bearer {token}")
    names = draw(st.lists(st.sampled_from(sorted(HEADERS)), max_size=5, unique=True))
    usual = _usual_headers(method, path)
    lines += [f"{name}: {value}" for name, value in usual.items() if name not in names]
    lines += [f"{name}: {draw(HEADERS[name])}" for name in names]
    if draw(st.booleans()):
        lines.append(f"Content-Length: {len(body)}")
    else:
        lines.append("Transfer-Encoding: chunked")
        body = (b"%x\r\n%s\r\n" % (len(body), body) if body else b"") + b"0\r\n\r\n"
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def _template_of(path: str, target: Target) -> str:
    path = path.replace(f"/users/{uuid.UUID(int=1)}", "/users/{user_id}")
    return path.replace(target.interview_id, "{interview_id}").replace("/3/", "/{question_number}/")


def _usual_headers(method: str, path: str) -> dict[str, str]:
    if path.startswith("/v1/"):
        return {"Content-Type": "application/sdp"}
    if "/recordings" not in path:
        return {"Content-Type": "application/json"}
    tus = {"Tus-Resumable": "1.0.0", "Content-Type": CHUNK_TYPE}
    if method == "PATCH":
        return tus | {"Upload-Offset": "100"}
    return upload_headers(200) | tus if method == "POST" else tus


def _ask(address: tuple[str, int], request: bytes, timeout_s: float = 10) -> bytes:
    """Everything that comes until the server closes."""
    with socket.create_connection(address, timeout=timeout_s) as connection:
        received = b""
        try:
            connection.sendall(request)
            while piece := connection.recv(65_536):
                received += piece
        except ConnectionError:
            pass  # closed while we were still sending: the answer was on its way
        return received


def _check(answer: bytes, path: str, *, head: bool = False) -> None:
    while answer.startswith(b"HTTP/1.1 100 "):
        answer = answer.partition(b"\r\n\r\n")[2]
    top, _, body = answer.partition(b"\r\n\r\n")
    status = int(top.split(b" ")[1])
    assert 200 <= status < 500, answer
    if status < 400 or head:
        return
    assert b"content-type: application/json" in top.lower(), answer
    shape = json.loads(body)
    if path.startswith("/v1/realtime/calls") and "error" in shape:
        assert list(shape["error"]) == ["message", "type", "code", "param"]
    else:
        assert list(shape) == ["detail"]
        assert isinstance(shape["detail"], str)


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=[f"{m} {p}" for m, p in ROUTES])
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_request_makes_a_route_fail(
    target: Target, method: str, path: str, data: st.DataObject
) -> None:
    request = data.draw(_requests(method, path, target))
    _check(_ask(target.address, request), path, head=method == "HEAD")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "POST", "DELETE", "OPTIONS", "PURGE"]),
    path=st.binary(max_size=30),
    query=st.binary(max_size=20),
)
def test_no_path_makes_it_fail(target: Target, method: str, path: bytes, query: bytes) -> None:
    unframed = set(b" \r\n")
    line = b"/" + bytes(byte for byte in path + b"?" + query if byte not in unframed)
    host = f"Host: {target.address[0]}:{target.address[1]}".encode()
    request = b"%s %s HTTP/1.1\r\n%s\r\nConnection: close\r\n\r\n" % (method.encode(), line, host)
    _check(_ask(target.address, request), "/")


PIECES = st.sampled_from(
    [b"GET / HTTP/1.1\r\n", b"POST /health HTTP/1.1\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
     b"Host: x\r\n", b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n", b"\r\n", b"abc",
     b"0\r\n\r\n", b"ffffffffffffffffff\r\n", b"Upgrade: websocket\r\nConnection: upgrade\r\n",
     b"HTTP/1.1 200 OK\r\n", b" folded\r\n"]
) | st.binary(max_size=40)  # fmt: skip


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(PIECES, min_size=1, max_size=6))
def test_no_bytes_make_it_fail(target: Target, pieces: list[bytes]) -> None:
    host = f"Host: {target.address[0]}:{target.address[1]}".encode()
    with socket.create_connection(target.address, timeout=10) as connection:
        connection.sendall(b"".join(pieces))
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while piece := connection.recv(65_536):
                answer += piece
        except ConnectionError:
            pass
    if answer:
        _check(answer.split(b"HTTP/1.1 ", 2)[1].join([b"HTTP/1.1 ", b""]), "/")
    healthy = b"GET /health HTTP/1.1\r\n" + host + b"\r\nConnection: close\r\n\r\n"
    assert _ask(target.address, healthy).endswith(b'{"status":"ok"}')
