"""What is refused before a route is asked: hosts, web pages, odd requests, too much, too slow."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import httpx
import pytest

from server import serving, transport
from server.providers.local import LocalGrant, make_token
from server.routes import http as http_routes
from tests.helpers.api import detail, new_interview, raw_request, read_answer, template_id
from tests.helpers.server_thread import ThreadServer, server_in_thread

ORIGIN = "https://practice.example"
CALLS = "/v1/realtime/calls"


@pytest.fixture(autouse=True)
def _uvicorn_says_what_it_refuses(expected_logs: list[str]) -> None:
    expected_logs += [
        r"uvicorn\.error: Invalid HTTP request received",
        r"uvicorn\.error: Exceeded concurrency limit",
    ]


def _answer(raw: bytes) -> tuple[int, dict[str, str], bytes]:
    head, _, body = raw.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(status.split()[1]), headers, body


def _raw_detail(api: ThreadServer, request: bytes, status: int) -> dict[str, str]:
    found, headers, body = _answer(raw_request(api.address, request))
    assert found == status, body
    assert headers["content-type"] == "application/json"
    assert list(json.loads(body)) == ["detail"]
    return headers


def _host(api: ThreadServer) -> bytes:
    return b"Host: %s:%d\r\n" % (api.address[0].encode(), api.address[1])


def test_another_host_is_refused(api: ThreadServer) -> None:
    port = api.address[1]
    for good in (f"127.0.0.1:{port}", f"LOCALHOST:{port}", f"[::1]:{port}"):
        request = f"GET /health HTTP/1.1\r\nHost: {good}\r\n\r\n".encode()
        assert _answer(raw_request(api.address, request))[0] == 200
    for bad in ("evil.example", f"evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "", "localhost",
                f"localhost.:{port}", f"127.0.0.1:{port}@evil.example"):  # fmt: skip
        _raw_detail(api, f"GET /health HTTP/1.1\r\nHost: {bad}\r\n\r\n".encode(), 403)


def test_the_host_comes_first_and_once(api: ThreadServer) -> None:
    _raw_detail(api, b"GET /api/v1/interviews HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403)
    _raw_detail(api, b"GET /health HTTP/1.1\r\n" + 2 * _host(api) + b"\r\n", 400)
    _raw_detail(api, b"GET /health HTTP/1.1\r\n" + _host(api) + b"Host: evil\r\n\r\n", 400)
    _raw_detail(api, b"GET /health HTTP/1.1\r\n\r\n", 400)
    _raw_detail(api, b"GET /health HTTP/1.0\r\n\r\n", 400)


@pytest.mark.parametrize(
    "target",
    ["http://evil.example/health", "http://127.0.0.1/health", "evil.example:443", "health"],
)
def test_the_request_line_names_a_path_only(api: ThreadServer, target: str) -> None:
    method = "CONNECT" if target.endswith(":443") else "GET"
    request = f"{method} {target} HTTP/1.1\r\n".encode() + _host(api) + b"\r\n"
    _raw_detail(api, request, 400)


@pytest.mark.parametrize(
    "request_bytes",
    [b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"G\xffT / HTTP/1.1\r\n\r\n",
     b"GET / HTTP/9.9\r\n\r\n",
     b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
     b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
     b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
     b"GET / HTTP/1.1\r\nBad Name: x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\x00b\r\n\r\n"],
)  # fmt: skip
def test_what_is_not_http_is_400_in_our_shape(api: ThreadServer, request_bytes: bytes) -> None:
    assert _raw_detail(api, request_bytes, 400)["connection"] == "close"


def test_a_head_beyond_64_kib_is_refused(api: ThreadServer) -> None:
    start = b"GET /health HTTP/1.1\r\n" + _host(api)
    for lines in (b"X: " + b"y" * 70_000, b"".join(b"X%d: y\r\n" % n for n in range(9000))):
        _raw_detail(api, start + lines + b"\r\n\r\n", 431)
    _raw_detail(api, b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 431)
    accepted = start + b"X: " + b"y" * 60_000 + b"\r\n\r\n"
    assert _answer(raw_request(api.address, accepted))[0] == 200


def test_a_head_that_never_ends_is_cut_off_early(api: ThreadServer) -> None:
    with socket.create_connection(api.address, timeout=10) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\n" + _host(api) + b"X: ")
        sent = 0
        with pytest.raises(OSError):
            while sent < 16 * 1024 * 1024:
                sent += connection.send(b"y" * 65_536)
        assert sent < 16 * 1024 * 1024


def test_a_slow_head_and_a_slow_body_are_given_up(
    api: ThreadServer, owner: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "HEAD_TIMEOUT_S", 0.2)
    monkeypatch.setattr(http_routes, "BODY_TIMEOUT_S", 0.2)
    for slow in (b"", b"GET /hea", b"GET /health HTTP/1.1\r\nX: "):
        _raw_detail(api, slow, 408)
    headers = f"Authorization: {owner.headers['Authorization']}\r\n".encode() + _host(api)
    headers += b"Content-Type: application/json\r\nContent-Length: 100\r\n"
    _raw_detail(api, b"POST /api/v1/interviews HTTP/1.1\r\n" + headers + b"\r\n{", 408)


def test_bytes_after_an_answer_do_not_hold_the_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "KEEP_ALIVE_S", 1)
    with (
        server_in_thread(tmp_path) as server,
        socket.create_connection(server.address, timeout=10) as connection,
    ):
        connection.sendall(b"GET /health HTTP/1.1\r\n" + _host(server) + b"\r\n")
        assert _answer(read_answer(connection))[0] == 200
        connection.sendall(b"\r\n")
        # Closed after the usual time, not held for ever.
        assert connection.recv(4096) == b""


def test_a_web_page_gets_nothing(api: ThreadServer, owner: httpx.Client) -> None:
    for origin in ("https://evil.example", "null", api.url, ""):
        for url in (f"{api.url}/health", f"{api.url}/api/v1/interviews/", f"{api.url}{CALLS}/x"):
            answer = owner.get(url, headers={"Origin": origin})
            assert answer.status_code == 403
            assert list(answer.json()) == (["error"] if CALLS in url else ["detail"])
            assert "Access-Control-Allow-Origin" not in answer.headers
        preflight = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        for url in ("/interviews/", f"{api.url}{CALLS}"):
            answer = owner.options(url, headers=preflight)
            assert answer.status_code == 403
            assert "Access-Control-Allow-Origin" not in answer.headers
        answer = owner.post(f"{api.url}{CALLS}", headers={"Origin": origin})
        assert answer.status_code == 403
        assert list(answer.json()) == ["error"]


def test_an_allowed_page_may_call_the_interviewer_and_nothing_else(tmp_path: Path) -> None:
    with (
        server_in_thread(tmp_path, allowed_origins=(ORIGIN,)) as server,
        httpx.Client(base_url=server.url, trust_env=False, verify=False) as page,
    ):
        own = {"Origin": ORIGIN}
        preflight = page.options(CALLS, headers=own | {"Access-Control-Request-Method": "POST"})
        assert preflight.status_code == 204
        assert preflight.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert "authorization" in preflight.headers["Access-Control-Allow-Headers"]
        for slash in ("", "/"):
            refused = page.post(CALLS + slash, content="v=0", headers=own)
            assert refused.status_code == 401
            assert refused.headers["Access-Control-Allow-Origin"] == ORIGIN
            assert refused.headers["Access-Control-Expose-Headers"] == "Location"
            assert refused.headers["Vary"] == "Origin"
        detail(page.get("/health", headers=own), 403)
        detail(page.get("/api/v1/templates", headers=own), 403)
        assert page.delete(f"{CALLS}/x", headers=own).status_code == 403
        twice = [("Origin", ORIGIN), ("Origin", "https://evil.example")]
        assert page.post(CALLS, headers=twice).status_code == 403
        other = {"Origin": f"{ORIGIN}.evil.example"}
        assert page.post(CALLS, content="v=0", headers=other).status_code == 403


def test_404_and_405_are_json(api: ThreadServer, owner: httpx.Client, path: str) -> None:
    for url in ("/nothing", f"{path}/nothing", f"{api.url}/", f"{api.url}/api",
                f"{api.url}//health", f"{api.url}/health/x"):  # fmt: skip
        detail(owner.get(url), 404)
    allowed = {
        "/interviews/": {"GET", "HEAD", "POST"},
        path: {"GET", "HEAD", "PATCH", "DELETE"},
        f"{path}/credentials": {"POST"},
        f"{path}/questions/1/token": {"GET", "HEAD"},
        f"{path}/recordings/": {"GET", "HEAD", "POST", "OPTIONS"},
        f"{api.url}/health": {"GET", "HEAD"},
    }
    for url, methods in allowed.items():
        for method in ("PUT", "TRACE", "PURGE", "PROPFIND"):
            answer = owner.request(method, url)
            detail(answer, 405)
            assert set(answer.headers["Allow"].split(", ")) == methods
    answer = owner.get(f"{api.url}{CALLS}")
    assert (answer.status_code, list(answer.json())) == (405, ["error"])
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_head_has_no_body(owner: httpx.Client, path: str) -> None:
    for url in ("/interviews/", path, "/templates/"):
        answer = owner.head(url)
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["Content-Length"] == owner.get(url).headers["Content-Length"]


def test_a_big_body_is_413_however_it_is_sent(owner: httpx.Client, path: str) -> None:
    body = b'{"template_id": "' + b"x" * 300_000 + b'"}'
    headers = {"Content-Type": "application/json"}
    detail(owner.post("/interviews/", content=body, headers=headers), 413)
    chunked = owner.post("/interviews/", content=iter([body[:100_000], body[100_000:]]),
                         headers=headers)  # fmt: skip
    detail(chunked, 413)
    assert owner.get("/interviews/").status_code == 200
    padded = b'{"template_id": "' + template_id(owner).encode() + b'"}' + b" " * 261_000
    assert owner.post("/interviews/", content=padded, headers=headers).status_code == 201


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b'{"template_id": "\xff"}', b'{"template_id": "\\ud800"}',
             b"[" * 9000, b'{"a":' * 9000, b'{"template_id": "\\u0000"}', b"NaN", b"\xef\xbb\xbf{}"]
)  # fmt: skip
def test_a_broken_body_is_400(owner: httpx.Client, body: bytes) -> None:
    answer = owner.post("/interviews/", content=body, headers={"Content-Type": "application/json"})
    detail(answer, 400)


def test_too_many_connections_are_told_to_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "MAX_CONNECTIONS", 3)
    with server_in_thread(tmp_path) as server:
        idle = [socket.create_connection(server.address, timeout=10) for _ in range(3)]
        try:
            for one in idle:
                one.sendall(b"GET /health HTTP/1.1\r\n" + _host(server) + b"\r\n")
                assert _answer(read_answer(one))[0] == 200
            request = b"GET /health HTTP/1.1\r\n" + _host(server) + b"\r\n"
            headers = _raw_detail(server, request, 503)
            assert int(headers["retry-after"]) >= 1
        finally:
            for one in idle:
                one.close()


def test_where_there_is_no_interviewer_no_call_is_answered(tmp_path: Path) -> None:
    with server_in_thread(tmp_path, local_interviewer="off") as server, server.user() as client:
        user_id = client.get("/users/me").json()["id"]
        grant = LocalGrant("i", user_id, 1)
        token = make_token(server.context.signing_key, grant, server.clock.now, 300)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"}
        answer = httpx.post(
            f"{server.url}{CALLS}", content="v=0", headers=headers, trust_env=False, verify=False
        )
        assert answer.status_code == 409
        interview_id = new_interview(client)["id"]
        token = make_token(
            server.context.signing_key,
            LocalGrant(interview_id, user_id, 1),
            server.clock.now,
            300,
        )
        headers["Authorization"] = f"Bearer {token}"
        answer = httpx.post(
            f"{server.url}{CALLS}", content="v=0", headers=headers, trust_env=False, verify=False
        )
        assert answer.status_code == 503
        assert list(answer.json()["error"]) == ["message", "type", "code", "param"]


def test_a_broken_offer_is_400_and_an_unknown_call_404(
    api: ThreadServer, owner: httpx.Client, path: str
) -> None:
    token = owner.post(f"{path}/credentials").json()["session_token"]
    headers = {
        "Content-Type": "application/sdp",
        "Authorization": f"Bearer {token['client_secret']['value']}",
    }
    for body in (b"", b"v=0\r\n", b"\xff\xfe", b"nonsense"):
        answer = owner.post(token["connect"]["url"], content=body, headers=headers)
        assert answer.status_code == 400, body
        assert answer.json()["error"]["code"] == "invalid_offer"
    big = owner.post(token["connect"]["url"], content=b"v" * 300_000, headers=headers)
    assert big.status_code == 413
    wrong = owner.post(token["connect"]["url"], content=b"v=0",
                       headers=headers | {"Content-Type": "application/json"})  # fmt: skip
    assert wrong.status_code == 415
    gone = owner.delete(f"{api.url}{CALLS}/rtc_x", headers=headers)
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "call_id_not_found")
    for answer in (big, wrong, gone):
        assert list(answer.json()["error"]) == ["message", "type", "code", "param"]
