"""Attacks with raw bytes: hosts that are not ours, origins, and two readings of one request.

A proxy in front of us may read a request otherwise than we do; then one request's body is another
one's head. So whatever has two readings is refused, and the connection with it.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from server.config import Settings
from server.observe import Observed
from server.serving import listen, make_server
from tests.helpers.api import new_interview
from tests.helpers.server_thread import ThreadServer, server_in_thread

PUBLIC = "practice.example"
LIMIT_S = 10.0


@pytest.fixture(autouse=True)
def _uvicorn_says_what_it_refuses(expected_logs: list[str]) -> None:
    expected_logs += [
        r"uvicorn\.error: Invalid HTTP request received",
        r"uvicorn\.error: Unsupported upgrade request",
        r"uvicorn\.error: No supported WebSocket library",
    ]


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThreadServer]:
    """A server that people reach under a name, behind a proxy."""
    url = f"https://{PUBLIC}"
    with server_in_thread(tmp_path_factory.mktemp("public"), host="::", public_url=url) as server:
        yield server


@dataclass(frozen=True)
class Answer:
    """One answer on a connection."""

    status: int
    headers: dict[str, str]
    body: bytes


def _answers(connection: socket.socket) -> list[Answer]:
    """Every answer until the server closes; the client says that it has no more to say."""
    received = b""
    try:
        while piece := connection.recv(65_536):
            received += piece
    except ConnectionError:
        pass
    answers = []
    while received:
        head, _, received = received.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        code = int(status.split()[1])
        length = int(headers.get("content-length", 0))
        if code >= 200:
            answers.append(Answer(code, headers, received[:length]))
            received = received[length:]
    return answers


def _ask(server: ThreadServer, *pieces: bytes) -> list[Answer]:
    with socket.create_connection(server.address, timeout=LIMIT_S) as connection:
        for piece in pieces:
            connection.sendall(piece.replace(b"HOST", b"127.0.0.1:%d" % server.address[1]))
        return _answers(connection)


def _refused(answers: list[Answer], *statuses: int) -> None:
    """One answer in our shape and the end, or the end alone."""
    assert len(answers) == 1, answers
    assert answers[0].status in statuses, answers
    assert list(json.loads(answers[0].body)) == ["detail"]


OUR_NAMES = ["127.0.0.1:PORT", "localhost:PORT", "LocalHost:PORT", "[::1]:PORT"]
OTHER_NAMES = [
    "evil.example", "evil.example:PORT", "localhost", "localhost.:PORT", "localhost.", "127.0.0.1",
    "127.0.0.1:", "127.0.0.1:0PORT", "127.0.0.1:PORT0", "127.0.0.1:80", "127.0.0.1: PORT",
    "127.1:PORT", "127.0.0.2:PORT", "2130706433:PORT", "0x7f000001:PORT", "0177.0.0.1:PORT",
    "0.0.0.0:PORT", "[::]:PORT", "[::1]", "::1:PORT", "[0:0:0:0:0:0:0:1]:PORT",
    "[::ffff:127.0.0.1]:PORT", "[::1%25lo]:PORT", "user@127.0.0.1:PORT", "127.0.0.1:PORT@evil",
    "user:pw@localhost:PORT", "127.0.0.1:PORT,evil.example", "127.0.0.1:PORT evil",
    "evil.example#127.0.0.1:PORT", "127.0.0.1:PORT/evil", "127.0.0.1:PORT?", "localhost%3aPORT",
    "xn--localhost-:PORT", "localhost.evil.example:PORT", "127.0.0.1.evil.example:PORT", "",
]  # fmt: skip


def _to_host(server: ThreadServer, host: str) -> list[Answer]:
    host = host.replace("PORT", str(server.address[1]))
    return _ask(server, f"GET /version HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
                .encode("latin-1"))  # fmt: skip


@pytest.mark.parametrize("host", OUR_NAMES)
def test_our_own_names_are_answered(api: ThreadServer, host: str) -> None:
    assert [one.status for one in _to_host(api, host)] == [200]


@pytest.mark.parametrize("host", OTHER_NAMES)
def test_no_other_name_is_answered(api: ThreadServer, host: str) -> None:
    _refused(_to_host(api, host), 403)


@pytest.mark.parametrize("host", ["localho\u0455t:PORT".encode().decode("latin-1"), "\xff:PORT"])
def test_nor_is_one_that_only_looks_like_ours(api: ThreadServer, host: str) -> None:
    _refused(_to_host(api, host), 400, 403)


def test_a_public_server_answers_to_its_public_name_alone(public: ThreadServer) -> None:
    for good in (PUBLIC, PUBLIC.upper()):
        assert [one.status for one in _to_host(public, good)] == [200]
    for bad in (*OUR_NAMES, f"{PUBLIC}.", f"{PUBLIC}:8443", f"x.{PUBLIC}", f"{PUBLIC}.evil", "::1",
                f"user@{PUBLIC}", f"{PUBLIC},{PUBLIC}"):  # fmt: skip
        _refused(_to_host(public, bad), 403)


@pytest.mark.parametrize(
    "lines",
    [b"", b"Host: HOST\r\nHost: HOST\r\n", b"Host: HOST\r\nhost: evil\r\n",
     b"Host: evil\r\nHOST: HOST\r\n", b"Host:\r\n HOST\r\n", b" Host: HOST\r\n",
     b"Host : HOST\r\n", b"Host: HOST\r\n\tevil\r\n", b"Host: HOST\rHost: evil\r\n",
     b"X: y\nHost: HOST\r\n", b"Host: HOST\x00\r\n", b"Host\x00: HOST\r\n"],
)  # fmt: skip
def test_a_host_that_is_absent_doubled_folded_or_broken_is_400(
    api: ThreadServer, lines: bytes
) -> None:
    # `HOST` stands for the address, and is not to be replaced in a name.
    lines = lines.replace(b"HOST:", b"hOsT:")
    _refused(_ask(api, b"GET /version HTTP/1.1\r\nConnection: close\r\n" + lines + b"\r\n"), 400)


@pytest.mark.parametrize(
    "target",
    [b"http://HOST/version", b"http://evil.example/version", b"https://HOST/version", b"//",
     b"http:/version", b"HOST", b"version", b"?x", b"\\version", b"file:///etc/passwd"],
)  # fmt: skip
def test_the_request_line_may_not_bring_its_own_host(api: ThreadServer, target: bytes) -> None:
    found = _ask(api, b"GET " + target + b" HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n")
    _refused(found, 400, 404)


@pytest.mark.parametrize(
    "lines",
    [b"Origin: https://evil.example\r\n", b"ORIGIN: null\r\n", b"origin:\r\n",
     b"Origin: http://HOST\r\n", b"Origin: x\r\nOrigin: http://HOST\r\n"],
)  # fmt: skip
@pytest.mark.parametrize(
    "target",
    [b"/version", b"/docs", b"/metrics", b"/health/live", b"/nothing",
     b"/v1/realtime/calls/../../health"],
)  # fmt: skip
def test_no_page_may_ask_whatever_its_origin(
    api: ThreadServer, target: bytes, lines: bytes
) -> None:
    start = b"GET " + target + b" HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n"
    answers = _ask(api, start + lines + b"\r\n")
    assert [one.status for one in answers] == [403]
    assert "access-control-allow-origin" not in answers[0].headers


SIGN_IN = b"POST /api/v1/auth/token HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\n"
GET = b"GET /health HTTP/1.1\r\nHost: HOST\r\n"
# What a proxy could take for a part of the body before, and we for a request.
SMUGGLED = b"GET /version HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n"
TWO = b"2\r\n{}\r\n0\r\n\r\n"
AMBIGUOUS = {
    "length and chunked":
        SIGN_IN + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked and length":
        SIGN_IN + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": SIGN_IN + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "the same length twice": SIGN_IN + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "a list of lengths": SIGN_IN + b"Content-Length: 2, 2\r\n\r\n{}",
    "a length with a sign": SIGN_IN + b"Content-Length: +2\r\n\r\n{}",
    "a negative length": SIGN_IN + b"Content-Length: -2\r\n\r\n{}",
    "a hexadecimal length": SIGN_IN + b"Content-Length: 0x2\r\n\r\n{}",
    "a length in two words": SIGN_IN + b"Content-Length: 2 2\r\n\r\n{}",
    "no length": SIGN_IN + b"Content-Length:\r\n\r\n{}",
    "a length beyond 64 bits": SIGN_IN + b"Content-Length: 99999999999999999999999\r\n\r\n{}",
    "a space before the colon": SIGN_IN + b"Content-Length : 2\r\n\r\n{}",
    "identity": SIGN_IN + b"Transfer-Encoding: identity\r\n\r\n" + TWO,
    "xchunked": SIGN_IN + b"Transfer-Encoding: xchunked\r\n\r\n" + TWO,
    "chunked, identity": SIGN_IN + b"Transfer-Encoding: chunked, identity\r\n\r\n" + TWO,
    "gzip, chunked": SIGN_IN + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + TWO,
    "chunked, chunked": SIGN_IN + b"Transfer-Encoding: chunked, chunked\r\n\r\n" + TWO,
    "chunked twice": SIGN_IN + 2 * b"Transfer-Encoding: chunked\r\n" + b"\r\n" + TWO,
    "chunked, then identity":
        SIGN_IN + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + TWO,
    "chunked in quotes": SIGN_IN + b'Transfer-Encoding: "chunked"\r\n\r\n' + TWO,
    "chunked after a vertical tab": SIGN_IN + b"Transfer-Encoding: \x0bchunked\r\n\r\n" + TWO,
    "chunked before a NUL": SIGN_IN + b"Transfer-Encoding: chunked\x00\r\n\r\n" + TWO,
    "chunked on a folded line": SIGN_IN + b"Transfer-Encoding:\r\n chunked\r\n\r\n" + TWO,
    "chunked before a space and colon": SIGN_IN + b"Transfer-Encoding : chunked\r\n\r\n" + TWO,
    "chunked in HTTP/1.0":
        SIGN_IN.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n" + TWO,
    "a chunk's line ends with LF":
        SIGN_IN + b"Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n",
    "a negative chunk": SIGN_IN + b"Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
    "a chunk of 0x2": SIGN_IN + b"Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
    "a chunk beyond 64 bits":
        SIGN_IN + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n0\r\n\r\n",
    "a chunk that does not end where it says":
        SIGN_IN + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX0\r\n\r\n",
    "lines that end with LF": b"GET /health HTTP/1.1\nHost: HOST\n\n",
    "one line that ends with LF": GET + b"X: y\nZ: z\r\n\r\n",
    "a head that ends with LF": GET + b"X: y\r\n\n",
    "a CR alone": GET + b"X: y\rZ: z\r\n\r\n",
    "a NUL in a value": GET + b"X: a\x00b\r\n\r\n",
    "a NUL in a name": GET + b"X\x00: a\r\n\r\n",
    "a folded line": GET + b"X: a\r\n b\r\n\r\n",
    "a header without a colon": GET + b"X\r\n\r\n",
    "a header without a name": GET + b": x\r\n\r\n",
    "HTTP/0.9": b"GET /health\r\n\r\n",
    "HTTP/2": b"GET /health HTTP/2.0\r\nHost: HOST\r\n\r\n",
    "HTTP/1.2": b"GET /health HTTP/1.2\r\nHost: HOST\r\n\r\n",
    "http/1.1": b"GET /health http/1.1\r\nHost: HOST\r\n\r\n",
    "a method in small letters": b"get /health HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}  # fmt: skip


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_what_has_two_readings_is_refused_with_all_that_follows(
    api: ThreadServer, name: str
) -> None:
    request = AMBIGUOUS[name]
    _refused(_ask(api, request + SMUGGLED), 400, 501, 505)
    # Nor does it matter where the packets end.
    half = len(request) // 2
    _refused(_ask(api, request[:half], request[half:] + SMUGGLED), 400, 501, 505)


CLEAR = {
    "a length": SIGN_IN + b"Content-Length: 2\r\n\r\n{}",
    "a length with a space after it": SIGN_IN + b"Content-Length: 2 \r\n\r\n{}",
    "chunks": SIGN_IN + b"Transfer-Encoding: chunked\r\n\r\n" + TWO,
    "chunks in capitals": SIGN_IN + b"Transfer-Encoding: CHUNKED\r\n\r\n" + TWO,
    "a chunk's extension":
        SIGN_IN + b"Transfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\n\r\n",
    "an expectation": SIGN_IN + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
}  # fmt: skip


@pytest.mark.parametrize("name", CLEAR)
def test_what_has_one_reading_has_one_answer_and_the_next_its_own(
    api: ThreadServer, name: str
) -> None:
    first, second = _ask(api, CLEAR[name] + SMUGGLED)
    assert (first.status, list(json.loads(first.body))) == (400, ["detail"])
    assert (second.status, list(json.loads(second.body))) == (200, ["version"])


def test_a_request_in_a_body_is_a_body(api: ThreadServer) -> None:
    inner = SMUGGLED.replace(b"HOST", b"127.0.0.1:%d" % api.address[1])
    for start in (GET, SIGN_IN, GET.replace(b"GET", b"DELETE")):
        length = b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(inner)
        for sent in (length + inner, length.replace(b"close", b"keep-alive") + inner + SMUGGLED):
            answers = _ask(api, start + sent)
            versions = [one for one in answers if b'"version"' in one.body]
            assert len(versions) == (1 if b"keep-alive" in sent else 0)


def test_what_trails_a_body_is_no_header(api: ThreadServer) -> None:
    with api.user() as client:
        token = client.headers["Authorization"].encode()
    chunked = (
        b"GET /api/v1/users/me HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
    )
    trailer = b"Authorization: " + token + b"\r\n\r\n"
    found = _ask(api, chunked + b"Host: HOST\r\n\r\n0\r\n" + trailer)
    assert [one.status for one in found] == [401]
    _refused(_ask(api, chunked + b"\r\n0\r\nHost: HOST\r\n\r\n"), 400)
    late = _ask(api, chunked + b"Host: HOST\r\nAuthorization: " + token + b"\r\n\r\n0\r\n",
                b"Host: evil\r\nOrigin: https://evil.example\r\n\r\n")  # fmt: skip
    assert [one.status for one in late] == [200]


@pytest.mark.parametrize("protocol", [b"websocket", b"h2c", b"TLS/1.0, HTTP/1.1"])
def test_no_other_protocol_begins_on_the_connection(api: ThreadServer, protocol: bytes) -> None:
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\nUpgrade: "
    answers = _ask(api, GET + upgrade + protocol + b"\r\n\r\n" + SMUGGLED)
    assert [one.status for one in answers] == [200]
    assert answers[0].headers["connection"] == "close"


def test_no_forwarded_header_changes_an_address_that_we_give(api: ThreadServer) -> None:
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
              "Forwarded": "for=6.6.6.6;host=evil.example;proto=https",
              "X-Forwarded-For": "6.6.6.6", "X-Original-URL": "/version",
              "X-Rewrite-URL": "/version"}  # fmt: skip
    with api.user() as client:
        path = f"/interviews/{new_interview(client)['id']}"
        made = client.post(f"{path}/credentials", headers=forged)
        assert made.status_code == 200
        assert made.json()["session_token"]["connect"]["url"].startswith(f"{api.url}/")
        new_interview(client)
        page = client.get("/interviews", params={"limit": 1}, headers=forged)
        assert "evil" not in page.headers["Link"]


async def _tells_its_client(scope: Scope, receive: Receive, send: Send) -> None:
    assert scope["type"] == "http"
    body = json.dumps([scope["client"][0], scope["scheme"]]).encode()
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": body})


@pytest.mark.parametrize(
    ("trusted", "client"),
    [((), ["127.0.0.1", "http"]), (("10.0.0.9",), ["127.0.0.1", "http"]),
     (("127.0.0.1",), ["6.6.6.6", "https"])],
)  # fmt: skip
def test_only_a_trusted_proxy_says_who_the_client_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: tuple[str, ...], client: list[str]
) -> None:
    # What uvicorn would take from the environment does not count.
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    settings = Settings(data_dir=tmp_path, trusted_proxies=trusted)

    async def ask() -> httpx.Response:
        with listen("127.0.0.1", 0) as listener:
            port = listener.getsockname()[1]
            server = make_server(Observed(_tells_its_client), settings, port)
            server.config.lifespan = "off"
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            headers = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https"}
            async with httpx.AsyncClient(trust_env=False, verify=False) as asking:
                found = await asking.get(f"http://127.0.0.1:{port}/", headers=headers)
            server.should_exit = True
            await asyncio.wait_for(serving, LIMIT_S)
            return found

    found = asyncio.run(ask())
    assert found.json() == client
    assert re.fullmatch("[0-9a-f]{16}", found.headers["X-Request-Id"])
