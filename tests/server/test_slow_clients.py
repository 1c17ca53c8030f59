"""Clients that are slow, endless or huge: each is given up in time, and the server stays small."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from server import transport
from server.routes import http as http_routes
from tests.helpers.api import read_answer
from tests.helpers.server_process import RunningServer, running_server
from tests.helpers.server_thread import ThreadServer, server_in_thread

# How long a test waits for what the shortened limits bring within a second.
LIMIT_S = 20.0
GROWTH_KB = 30 * 1024
SIGN_IN = b"POST /api/v1/auth/token HTTP/1.1\r\nContent-Type: application/json\r\n"


@pytest.fixture(autouse=True)
def _expected(expected_logs: list[str]) -> None:
    expected_logs.append(r"uvicorn\.error: Invalid HTTP request received")


def _host(address: tuple[str, int]) -> bytes:
    return b"Host: %s:%d\r\n" % (address[0].encode(), address[1])


def _status(answer: bytes) -> int:
    head, _, body = answer.partition(b"\r\n\r\n")
    status = int(head.split(b" ")[1])
    if status >= 400:
        assert list(json.loads(body)) == ["detail"]
    return status


def _healthy(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=LIMIT_S) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\n" + _host(address) + b"\r\n")
        assert _status(read_answer(connection)) == 200


def _trickle(
    connection: socket.socket, piece: bytes, pause_s: float, limit_s: float = LIMIT_S
) -> bytes:
    """Send pieces until an answer or the end comes; what came."""
    connection.settimeout(pause_s)
    until_s = time.monotonic() + limit_s
    while time.monotonic() < until_s:
        try:
            connection.sendall(piece)
            answer = connection.recv(65_536)
        except TimeoutError:
            continue
        except ConnectionError:
            return b""
        return answer
    raise AssertionError("the server listens for ever")


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadServer]:
    """A server whose long limits are short."""
    monkeypatch.setattr(transport, "HEAD_TIMEOUT_S", 0.6)
    monkeypatch.setattr(transport, "BODY_FREE_S", 0.2)
    monkeypatch.setattr(transport, "BODY_WINDOW_S", 0.5)
    monkeypatch.setattr(transport, "DRAIN_S", 0.4)
    monkeypatch.setattr(transport, "STALL_S", 0.5)
    with server_in_thread(tmp_path) as server:
        yield server


@pytest.mark.parametrize("start", [b"", b"GET /health HTTP/1.1\r\nX: "])
def test_a_head_that_trickles_is_given_up(quick: ThreadServer, start: bytes) -> None:
    with socket.create_connection(quick.address, timeout=LIMIT_S) as connection:
        connection.sendall(start)
        assert _status(_trickle(connection, b"G" if not start else b"y", 0.05)) in (400, 408)
    _healthy(quick.address)


@pytest.mark.parametrize(
    ("framing", "piece"),
    [(b"Content-Length: 100000\r\n", b"x"), (b"Transfer-Encoding: chunked\r\n", b"1\r\nx\r\n")],
)
def test_a_body_that_trickles_is_given_up_with_408(
    quick: ThreadServer, framing: bytes, piece: bytes
) -> None:
    with socket.create_connection(quick.address, timeout=LIMIT_S) as connection:
        connection.sendall(SIGN_IN + _host(quick.address) + framing + b"\r\n")
        answer = _trickle(connection, piece, 0.05)
        assert _status(answer) == 408
        assert b"\r\nconnection: close\r\n" in answer.lower()
        assert re.search(rb"\r\nx-request-id: [0-9a-f]{16}\r\n", answer)
        assert connection.recv(65_536) == b"", "one answer, then the end"
    _healthy(quick.address)


def test_a_body_at_a_modest_pace_is_heard_out(
    quick: ThreadServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "BODY_FLOOR_BYTES_S", 1)
    body = json.dumps({"email": "a@b.example", "password": "x" * 80}).encode()
    with socket.create_connection(quick.address, timeout=LIMIT_S) as connection:
        length = b"Content-Length: %d\r\n\r\n" % len(body)
        connection.sendall(SIGN_IN + _host(quick.address) + length)
        for at in range(0, len(body), 8):
            # Longer than the free time and several windows, all in all.
            connection.sendall(body[at : at + 8])
            time.sleep(0.12)
        assert _status(read_answer(connection)) == 401


def test_what_comes_after_the_answer_is_not_heard_for_ever(quick: ThreadServer) -> None:
    with socket.create_connection(quick.address, timeout=LIMIT_S) as connection:
        connection.sendall(
            b"POST /nothing HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
            + _host(quick.address) + b"\r\n1\r\nx\r\n"
        )  # fmt: skip
        assert _status(read_answer(connection)) == 404
        # Faster than the floor, and endless.
        assert _trickle(connection, b"400\r\n" + b"x" * 1024 + b"\r\n", 0.02) == b""
    _healthy(quick.address)


def test_a_client_that_does_not_read_is_left(quick: ThreadServer) -> None:
    with socket.create_connection(quick.address, timeout=LIMIT_S) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        ask = b"GET /docs HTTP/1.1\r\n" + _host(quick.address) + b"\r\n"
        # Enough answers to fill every buffer between the two.
        connection.sendall(ask * 200)
        _wait_for(lambda: _in_flight(quick) == 2, "the answers are never held up")
        _wait_for(lambda: _in_flight(quick) == 1, "the answers are kept for ever")


def _in_flight(server: ThreadServer) -> int:
    figures = httpx.get(f"{server.url}/metrics", trust_env=False, verify=False).text
    found = re.search(r"^interview_http_requests_in_flight ([0-9]+)", figures, re.MULTILINE)
    assert found is not None
    return int(found.group(1))


def _wait_for(condition: Callable[[], bool], failure: str) -> None:
    until_s = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < until_s, failure
        time.sleep(0.02)


# What follows speaks to a process of its own, whose memory is its own too.


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("process")) as server:
        yield server


def _address(server: RunningServer) -> tuple[str, int]:
    return "127.0.0.1", int(server.url.rsplit(":", 1)[1])


def _memory_kb(server: RunningServer, name: str) -> int:
    lines = Path(f"/proc/{server.pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])


def _send_until_refused(
    connection: socket.socket, piece: Callable[[int], bytes], size: int
) -> tuple[int, bytes]:
    """(bytes that could be sent, the answer)."""
    sent = 0
    connection.settimeout(LIMIT_S)
    try:
        while sent < size:
            connection.sendall(piece(sent))
            sent += 65_536
    except ConnectionError:
        pass
    try:
        return sent, read_answer(connection)
    except ConnectionError:
        return sent, b""


PIECE = b"y" * 65_536
HUGE = {
    "header line of 67 MB": (b"GET /health HTTP/1.1\r\nX: ", PIECE, 67_000_000, 431),
    "67 MB of header lines": (
        b"GET /health HTTP/1.1\r\n", (b"X: " + b"y" * 59 + b"\r\n") * 1024, 67_000_000, 431,
    ),
    "request line of 67 MB": (b"GET /", PIECE, 67_000_000, 431),
    "body of 200 MB": (
        SIGN_IN + b"HOST" + b"Content-Length: 200000000\r\n\r\n", PIECE, 200_000_000, 413,
    ),
    "chunked body of 200 MB": (
        SIGN_IN + b"HOST" + b"Transfer-Encoding: chunked\r\n\r\n",
        b"10000\r\n" + PIECE + b"\r\n", 200_000_000, 413,
    ),
    "body of 200 MB in one chunk": (
        SIGN_IN + b"HOST" + b"Transfer-Encoding: chunked\r\n\r\nBEBC200\r\n", PIECE, 200_000_000,
        413,
    ),
    "body of 200 MB where none is wanted": (
        b"GET /health HTTP/1.1\r\nHOST" + b"Content-Length: 200000000\r\n\r\n", PIECE, 200_000_000,
        200,
    ),
    "200 MB after what was no request": (b"nonsense\r\n\r\n", PIECE, 200_000_000, 400),
}  # fmt: skip


@pytest.mark.parametrize("name", HUGE)
def test_what_is_huge_is_refused_and_not_kept(process: RunningServer, name: str) -> None:
    start, piece, size, status = HUGE[name]
    address = _address(process)
    _healthy(address)
    # The peak counts, so that what is given back at once is seen as well.
    before_kb = _memory_kb(process, "VmRSS")
    Path(f"/proc/{process.pid}/clear_refs").write_text("5")
    with socket.create_connection(address, timeout=LIMIT_S) as connection:
        connection.sendall(start.replace(b"HOST", _host(address)))
        sent, answer = _send_until_refused(connection, lambda _sent: piece, size)
    assert sent < size, "everything was taken"
    # Where the refusal came while more was on its way, the end may be all that is seen.
    assert answer == b"" or _status(answer) == status
    assert _memory_kb(process, "VmHWM") - before_kb < GROWTH_KB
    _healthy(address)


def test_many_who_send_much_at_once_cost_little(process: RunningServer) -> None:
    address = _address(process)
    _healthy(address)
    before_kb = _memory_kb(process, "VmRSS")
    start = SIGN_IN + _host(address) + b"Content-Length: 250000\r\n\r\n" + b"x" * 249_999
    held = [socket.create_connection(address, timeout=LIMIT_S) for _ in range(40)]
    try:
        for one in held:
            one.sendall(start)
        _healthy(address)
        assert _memory_kb(process, "VmRSS") - before_kb < GROWTH_KB
    finally:
        for one in held:
            one.close()
    _healthy(address)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("start", "piece", "least_s"),
    [(b"GET /health HTTP/1.1\r\nX: ", b"y", 9),
     (SIGN_IN + b"HOST" + b"Content-Length: 100000\r\n\r\n", b"x", 38)],
)  # fmt: skip
def test_the_limits_hold_at_their_full_length(
    process: RunningServer, start: bytes, piece: bytes, least_s: float
) -> None:
    began_s = time.monotonic()
    with socket.create_connection(_address(process), timeout=LIMIT_S) as connection:
        connection.sendall(start.replace(b"HOST", _host(_address(process))))
        assert _status(_trickle(connection, piece, 0.5, 90.0)) == 408
    assert time.monotonic() - began_s > least_s


def test_the_limits_are_those_that_are_promised() -> None:
    assert transport.HEAD_TIMEOUT_S == 10
    assert transport.HEAD_LIMIT == 64 * 1024
    assert (transport.BODY_FREE_S, transport.BODY_FLOOR_BYTES_S) == (30, 1024)
    assert http_routes.JSON_LIMIT == 256 * 1024
