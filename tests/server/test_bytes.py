"""Every member of every body spoiled; bodies that are no JSON; the edges of all the rest.

test_malformed.py sends anything anywhere; this asks of each thing that the contract describes what
it does with each nasty value.
"""

from __future__ import annotations

import copy
import json
import re
import socket
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from server.openapi import METHODS, document
from tests.helpers.access_rows import ROWS
from tests.helpers.api_world import CALLERS, World
from tests.helpers.schema import faults, resolved
from tests.helpers.server_thread import server_in_thread

JSON = "application/json"
OPERATIONS = {
    f"{method.upper()} {path}": (item, item[method])
    for path, item in sorted(document()["paths"].items())
    for method in METHODS
    if method in item
}
BODIES = {
    name: resolved(operation["requestBody"])["content"][JSON]
    for name, (_, operation) in OPERATIONS.items()
    if JSON in resolved(operation.get("requestBody", {})).get("content", {})
}
# As JSON text: some of it no JSON library would write.
NASTY = (
    "null",
    "true",
    "0",
    "-0",
    "-1",
    "1.5",
    "1e999",
    "-1e999",
    "NaN",
    "Infinity",
    "9" * 100_000,
    str(2**63),
    str(2**64),
    "1e-999",
    '""',
    '" "',
    '"\\u0000"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u202e"',
    '"' + "x" * 120_000 + '"',
    '"../../etc/passwd"',
    '"\'; DROP TABLE users; --"',
    '"١٢"',
    '"1_0"',
    "[]",
    "{}",
    "[[]]",
    '{"a":1}',
    '"00000000-0000-0000-0000-000000000000"',
    '"{00000000-0000-0000-0000-000000000000}"',
    '"9999-12-31T23:59:59Z"',
    '"0001-01-01T00:00:00+14:00"',
)
# What is no JSON text, or no text at all.
BROKEN = (
    b"",
    b" ",
    b"\x00",
    b"{",
    b"}",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\x00}\x00",
    "{}".encode("utf-16"),
    "{}".encode("utf-32"),
    b"{} x",
    b"{}{}",
    b"\xff",
    b'{"a":"\xff"}',
    b'{"a":"\xed\xa0\x80"}',
    b'{"a":"\xc0\x80"}',
    b"{'a':1}",
    b"{a:1}",
    b'{"a":1,}',
    b"/**/{}",
    b"nul",
    b"tru",
    b"[]",
    b"1",
    b'"x"',
    b"null",
)
QUERY = (
    "",
    "%00",
    "1%00",
    "-1",
    "0",
    "1.0",
    "1e3",
    "+1",
    "%201",
    "1_0",
    "%D9%A1",
    "0x10",
    "00000000001",
    str(2**31),
    str(2**63),
    "9" * 5000,
    "x" * 20_000,
    "%FF",
    "%ED%A0%80",
    "null",
    "true",
    "%27%20OR%201=1--",
    "a&{name}=b",
)
SEGMENTS = (
    "%2e%2e",
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "%FF",
    "%F0%9F%92%A9",
    "x" * 10_000,
    "%2F",
    "a%0d%0aB:c",
    ";x=1",
    "00000000-0000-0000-0000-000000000000",
    "{id}",
    "%7Bid%7D",
    "0",
    "-1",
    str(2**63),
    "1.0",
    "%D9%A1",
    "null",
    " %20",
)
HEADERS = {
    "If-Match": ("", "*", '"0"', 'W/"1"', '"' * 3, "1", '"a", *', "\xff", "x" * 8000, ", ,"),
    "Idempotency-Key": ("", " ", "\xff", "x" * 256, "x" * 8000, "a,b", "'--"),
    "Range": (
        "bytes=",
        "bytes=-",
        "bytes=--1",
        "bytes=0-0,2-3",
        "bytes=9-1",
        f"bytes={2**70}-",
        "bytes=-0",
        "chars=0-1",
        "bytes = 0-1",
        "bytes=0x1-2",
        "\xff",
        "bytes=" + "0-1," * 2000,
    ),
    "Content-Type": (
        "",
        "application/json; charset=utf-16",
        "application/json;;;",
        "text/json",
        "application/jsonx",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "\xff/\xff",
        "application/json\t",
        "*/*",
    ),
    "Upload-Offset": ("", "-1", "+0", "1.0", str(2**63), "9" * 400, "\xb2", "0x0", "0, 0"),
    "Upload-Length": ("", "-1", "+0", "1.0", str(2**63), "9" * 400, "\xb2", "0x0"),
    "Upload-Metadata": (
        "",
        ",",
        "track",
        "track ,part ",
        "track \xff",
        "track Y2FuZGlkYXRl,track Y2FuZGlkYXRl",
        "track " + "A" * 20_000,
        "track ///w==",
    ),
    "Upload-Checksum": (
        "",
        "sha256",
        "sha256 ",
        "sha256 x",
        "md5 AAAA",
        "sha256 \xff",
        "sha256 " + "A" * 5000,
    ),
    "Tus-Resumable": ("", "0.2.2", "1.0.0, 1.0.0", "\xff"),
    "Authorization": (
        "",
        "Bearer",
        "Bearer ",
        "Basic x",
        "Bearer \xff",
        "Bearer a b",
        "Bearer " + "x" * 20_000,
        "Bearer ..",
        "Bearer e30.e30.e30",
        "bearer\tx",
    ),
    "If-None-Match": ("", "*", "\xff"),
    "If-Range": ("", "x", "\xff"),
    "Accept-Encoding": ("gzip", "\xff"),
    "Content-Encoding": ("gzip", "br", "\xff"),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with server_in_thread(tmp_path_factory.mktemp("bytes")) as server:
        made = World(server)
        yield made
        made.close()


class Line:
    """One connection, opened again where the server closed it.

    Thread: the test's.
    """

    def __init__(self, world: World, name: str) -> None:
        self.method, self.path = name.split(" ", 1)
        rows = [row for row in ROWS if (row.method, row.path) == (self.method, self.path)]
        welcome = (
            (row, who)
            for row in rows
            for who in ("owner", "coach_without", *CALLERS)
            if row.expected[who] < 300
        )
        row, self.caller = next(welcome, (rows[0], "owner"))
        self.world, self.things, self.sent = world, world.fresh(row.on), row.sent
        self._socket: socket.socket | None = None

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket is not None:
            self._socket.close()

    def ask(
        self,
        body: bytes = b"",
        path: str | None = None,
        query: str = "",
        header: tuple[str, str] | None = None,
    ) -> int:
        """The status; the answer must have the one shape."""
        self.world.server.clock.now += 10
        host, port = self.world.server.address
        filled = self._filled() if path is None else path
        sent = {"Host": f"{host}:{port}", "Content-Length": str(len(body))}
        sent |= self.world.lasting_headers(self.caller) | {"Content-Type": JSON} | self._usual()
        sent |= dict([header] if header else [])
        head = f"{self.method} {filled}{query} HTTP/1.1\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in sent.items()
        )
        answer = self._exchange(head.encode("latin-1") + b"\r\n" + body)
        top, _, rest = answer.partition(b"\r\n\r\n")
        status = int(top.split(b" ")[1])
        about = (head[:300], body[:100], answer[:300])
        assert status < 500, about
        assert status != 422, about
        if status >= 400 and self.method != "HEAD":
            shape = json.loads(rest)
            if "error" in shape and self.path.startswith("/v1/"):
                assert list(shape["error"]) == ["message", "type", "code", "param"], about
            else:
                assert list(shape) == ["detail"], about
                assert isinstance(shape["detail"], str), about
                assert len(rest) < 2000, about
        return status

    def _usual(self) -> dict[str, str]:
        return dict(self.sent(self.things).get("headers", {}))

    def _filled(self) -> str:
        path = self.path
        for name, value in self.things.items():
            path = path.replace(f"{{{name}}}", value)
        return path

    def _exchange(self, request: bytes) -> bytes:
        for _ in range(2):
            if self._socket is None:
                self._socket = socket.create_connection(self.world.server.address, timeout=10)
            try:
                self._socket.sendall(request)
                answer = self._read()
            except ConnectionError:
                answer = b""
            if answer and b"connection: close" not in answer.lower():
                return answer
            self._socket.close()
            self._socket = None
            if answer:
                return answer
        raise AssertionError("no answer")

    def _read(self) -> bytes:
        assert self._socket is not None
        received = b""
        while b"\r\n\r\n" not in received:
            piece = self._socket.recv(65_536)
            if not piece:
                return received
            received += piece
        head, _, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: ([0-9]+)", head.lower())
        if self.method == "HEAD" or length is None:
            return received
        while len(body) < int(length[1]):
            piece = self._socket.recv(65_536)
            if not piece:
                break
            body += piece
        return head + b"\r\n\r\n" + body


def _healthy(world: World) -> bool:
    return world.ask("anonymous", "GET", "/health").text == '{"status":"ok"}'


def _valid(name: str, line: Line) -> Any:
    """A body of the operation that is right by its schema."""
    body = line.sent(line.things).get("json")
    media = BODIES[name]
    example = body if body is not None else media.get("example", {})
    return copy.deepcopy(example)


def _places(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in `value`, the whole first."""
    yield where
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = list(enumerate(value))[:1]
    for key, one in items:
        if len(where) < 4:
            yield from _places(one, (*where, key))


def _members(name: str, line: Line) -> Any:
    """A body with every member that the schema names, so that each of them is spoiled."""
    body = _valid(name, line)
    properties = resolved(BODIES[name]["schema"]).get("properties", {})
    return dict.fromkeys(properties) | body


def _spoiled(body: Any, where: tuple[Any, ...], text: str) -> bytes:
    mark = f"mark-{uuid.uuid4()}"
    if not where:
        return text.encode()
    changed = copy.deepcopy(body)
    inner = changed
    for key in where[:-1]:
        inner = inner[key]
    inner[where[-1]] = mark
    return json.dumps(changed).replace(f'"{mark}"', text).encode()


@pytest.mark.parametrize("name", BODIES)
def test_every_member_of_a_body_meets_every_nasty_value(world: World, name: str) -> None:
    with Line(world, name) as line:
        whole = _members(name, line)
        places = list(_places(whole))
        # A case has a hundred members: every other one of the values for each.
        values = NASTY if len(places) < 30 else NASTY[::4]
        for where in places:
            for number, text in enumerate(values):
                if len(places) >= 30 and (number + len(where)) % 2:
                    continue
                line.ask(_spoiled(whole, where, text))
        assert _healthy(world)


@pytest.mark.parametrize("name", BODIES)
def test_what_is_no_json_is_refused(world: World, name: str) -> None:
    schema = BODIES[name]["schema"]
    optional = not resolved(OPERATIONS[name][1]["requestBody"]).get("required", False)
    with Line(world, name) as line:
        for body in BROKEN:
            status = line.ask(body)
            may = optional and not body
            assert may or status in (400, 401, 403, 404, 409, 413), (body[:40], status)
        # The last of two members with one name would win: whoever looks first sees another.
        valid = json.dumps(_valid(name, line))
        if valid != "{}":
            line.ask(valid[:-1].encode() + b"," + valid[1:].encode())
            line.ask(valid[:-1].encode() + b', "\xd0\xb0": 1}')
        assert not faults(schema, _valid(name, line)) or name.endswith("/templates")
        assert line.ask(b" " * 2_000_000 + b"{}") == 413
        for kind in HEADERS["Content-Type"]:
            line.ask(valid.encode(), header=("Content-Type", kind))
    assert _healthy(world)


def _parameters(name: str, place: str) -> list[str]:
    item, operation = OPERATIONS[name]
    every = (*item.get("parameters", ()), *operation.get("parameters", ()))
    return [one["name"] for one in map(resolved, every) if one["in"] == place]


@pytest.mark.parametrize("name", [name for name in OPERATIONS if _parameters(name, "query")])
def test_query_values_at_the_edge(world: World, name: str) -> None:
    with Line(world, name) as line:
        for parameter in _parameters(name, "query"):
            for value in QUERY:
                line.ask(query=f"?{parameter}={value.replace('{name}', parameter)}")
            assert line.ask(query=f"?{parameter}=1&{parameter}=1") == 400
            assert line.ask(query=f"?{parameter}=%00") == 400
        for query in ("?", "?&", "?=", "?x", "?%00=1", "?%FF=%FF", "?" + "a=1&" * 5000, "??", "?;"):
            line.ask(query=query)
    assert _healthy(world)


@pytest.mark.parametrize("name", [name for name in OPERATIONS if "{" in name])
def test_path_segments_at_the_edge(world: World, name: str) -> None:
    with Line(world, name) as line:
        for parameter in _parameters(name, "path"):
            for value in SEGMENTS:
                path = line.path
                for key, known in line.things.items():
                    path = path.replace(f"{{{key}}}", known if key != parameter else value)
                status = line.ask(path=path.replace(" ", "%20"))
                assert status >= 400 or line.method == "OPTIONS", path[:200]
            for alias in (
                quote(line.things[parameter]).replace("-", "%2D"),
                line.things[parameter].upper(),
            ):
                line.ask(path=line.path.replace(f"{{{parameter}}}", alias))
    assert _healthy(world)


@pytest.mark.parametrize("name", OPERATIONS)
def test_header_values_at_the_edge(world: World, name: str) -> None:
    described = set(_parameters(name, "header")) | {"Authorization", "Content-Encoding", "If-Match"}
    described |= (
        {"Range", "If-Range", "If-None-Match", "Accept-Encoding"} if "GET " in name else set()
    )
    described |= {"Upload-Checksum", "Content-Type"} if "/recordings" in name else set()
    with Line(world, name) as line:
        for header in sorted(described & set(HEADERS)):
            for value in HEADERS[header]:
                line.ask(header=(header, value))
    assert _healthy(world)
