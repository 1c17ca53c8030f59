"""Processor time for each request: our server, the same API on FastAPI and an ORM, a bare route.

Every server is a process of its own on one core, the load on the other. What is compared is the
server's processor time (all of its threads, the kernel's part included), which a noisy machine
disturbs least; rounds are taken in turns, and every figure is a median over them.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import insert

from server.cases import load_cases, template_uuid
from server.config import ASSETS
from server.signing import KeyRing
from server.storage.engine import Database
from server.storage.migrate import migrate
from server.storage.tables import interviews, users
from tests.bench.row import Row
from tests.bench.spread import median, spread

DEFAULT = True
BENCH = "server_requests"
USERS, EACH = 50, 2000
ROUNDS = 7
CONNECTIONS = 8
REQUESTS = 320
SERVER_CORE, LOAD_CORE = "0", 1
# (kind, times cheaper than the peer, at most as many times the bare route)
KINDS = {"list": (3.0, 10.0), "get": (2.0, 8.0), "create": (2.0, 16.0), "patch": (2.0, 16.0)}
DEEP_TARGET = 2.0
LIMIT_S = 60.0


@dataclass(frozen=True)
class Data:
    """A database with its users' rows, and how to sign in."""

    folder: Path
    key: str
    template_id: str
    template_slug: str
    user_ids: list[str]
    rows: list[list[str]]
    tokens: list[str]


@dataclass
class Served:
    """One server under load."""

    url: str
    pid: int
    cpu_us: dict[str, list[float]] = field(default_factory=dict)
    latencies_ms: dict[str, list[float]] = field(default_factory=dict)
    per_s: dict[str, list[float]] = field(default_factory=dict)


def rows(work: Path) -> Iterator[Row]:
    """Interleaved rounds of every kind of request."""
    data = make_data(work / "data")
    peer_data = work / "peer.sqlite3"
    shutil.copy(data.folder / "interviews.sqlite3", peer_data)
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {LOAD_CORE} & before or before)
    try:
        with contextlib.ExitStack() as stack:
            servers = {
                "hello": stack.enter_context(_served(["-m", "tests.bench.peer", "hello"], {})),
                "ours": stack.enter_context(ours(data)),
                "peer": stack.enter_context(peer(data, peer_data)),
            }
            for number in range(ROUNDS + 1):
                for kind in (*KINDS, "deep"):
                    for name, server in servers.items():
                        _round(server, name, kind, data, number)
    finally:
        os.sched_setaffinity(0, before)
    yield from _rows(servers)


def _rows(servers: dict[str, Served]) -> Iterator[Row]:
    bare, mine, other = servers["hello"].cpu_us, servers["ours"].cpu_us, servers["peer"].cpu_us
    where = (
        f"{ROUNDS} rounds of {REQUESTS} requests in turns, {CONNECTIONS} connections, server and"
        f" load on a core each; {USERS * EACH:,} interviews, {EACH:,} a user; SQLite, WAL, FULL"
    )
    for kind, (cheaper, multiple) in KINDS.items():
        ratios = [theirs / own for theirs, own in zip(other[kind], mine[kind], strict=True)]
        yield Row(
            BENCH, f"{kind}: peer against ours", median(ratios), "ratio", cheaper,
            median(ratios) >= cheaper, f"{spread(ratios, '')}; at least; {where}",
        )  # fmt: skip
        times = [own / hello for own, hello in zip(mine[kind], bare[kind], strict=True)]
        yield Row(
            BENCH, f"{kind}: ours against a bare route", median(times), "ratio", multiple,
            median(times) <= multiple, f"{spread(times, '')}; at most",
        )  # fmt: skip
    deep = [far / near for far, near in zip(mine["deep"], mine["list"], strict=True)]
    yield Row(
        BENCH, "list: page at 1,900 against the first", median(deep), "ratio", DEEP_TARGET,
        median(deep) <= DEEP_TARGET, spread(deep, ""),
    )  # fmt: skip
    for name, server in servers.items():
        for kind in ("list",) if name == "hello" else (*KINDS, "deep"):
            slow = sorted(server.latencies_ms[kind])
            p50, p99 = statistics.median(slow), slow[int(len(slow) * 0.99)]
            yield Row(
                BENCH, f"{name if name == 'hello' else f'{name}, {kind}'}: processor time",
                median(server.cpu_us[kind]), "µs", None, None,
                f"{spread(server.cpu_us[kind], 'µs')}; {median(server.per_s[kind]):.0f} requests/s,"
                f" p50 {p50:.1f} ms, p99 {p99:.1f} ms at {CONNECTIONS} connections",
            )  # fmt: skip


# -- the servers ------------------------------------------------------------------------------


def make_data(folder: Path) -> Data:
    """The rows, as a team's server would have them after a while."""
    folder.mkdir(parents=True)
    key = secrets.token_hex(32)
    slug, case = next(iter(load_cases(ASSETS / "cases", rules=False).items()))
    template_id = str(template_uuid(slug))
    user_ids = [str(uuid.uuid4()) for _ in range(USERS)]
    now = int(time.time())
    database = Database(folder / "interviews.sqlite3")
    ids: list[list[str]] = []
    try:
        migrate(database.writer)
        with database.writer.begin() as connection:
            connection.execute(insert(users), [
                {"id": one, "email": f"{one}@example.org", "role": "candidate",
                 "created_at": now} for one in user_ids
            ])  # fmt: skip
            for user_id in user_ids:
                ids.append([str(uuid.uuid4()) for _ in range(EACH)])
                connection.execute(insert(interviews), [
                    {"id": one, "user_id": user_id, "template_id": template_id,
                     "template_slug": slug, "template_version": case.version,
                     "status": "in-progress", "started_at": now - 60 * age,
                     "current_question": 2, "questions_completed": "1", "version": 1}
                    for age, one in enumerate(ids[-1])
                ])  # fmt: skip
    finally:
        database.close()
    ring = KeyRing((key,))
    tokens = [
        ring.sign(audience="interview-api", use="access", claims={"sub": one}, now=now, ttl_s=3600)
        for one in user_ids
    ]
    return Data(folder, key, template_id, slug, user_ids, ids, tokens)


@contextlib.contextmanager
def ours(data: Data) -> Iterator[Served]:
    """Our server, as the desktop starts it."""
    command = ["-m", "server", "serve", "--child", "--port", "0", "--data-dir", str(data.folder)]
    with _served(command, {"local_secret": "0" * 64, "signing_key": data.key}) as served:
        yield served


@contextlib.contextmanager
def peer(data: Data, path: Path) -> Iterator[Served]:
    """The yardstick on a copy of the same file."""
    about = {"path": str(path), "signing_key": data.key, "template_slug": data.template_slug,
             "template_id": data.template_id}  # fmt: skip
    with _served(["-m", "tests.bench.peer"], about) as served:
        yield served


@contextlib.contextmanager
def _served(command: list[str], about: dict[str, str]) -> Iterator[Served]:
    process = subprocess.Popen(
        ["taskset", "-c", SERVER_CORE, sys.executable, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(about) + "\n")
        process.stdin.flush()
        ready = json.loads(process.stdout.readline())
        yield Served(ready["url"], ready["pid"])
    finally:
        process.terminate()
        process.wait(LIMIT_S)
        process.stdin.close()
        process.stdout.close()


def _cpu_s(pid: int) -> float:
    """What all threads of a process have run for, those that have ended included.

    Source: Linux, include/linux/posix-timers.h: the clock of a process is its number inverted, and
    2 stands for what the scheduler counted.
    """
    return time.clock_gettime((~pid << 3) | 2)


# -- the load ---------------------------------------------------------------------------------


def _round(server: Served, name: str, kind: str, data: Data, number: int) -> None:
    """One round; the first of all warms up and does not count."""
    make = _requests(name, kind, data, number)
    before_s, began_s = _cpu_s(server.pid), time.perf_counter()
    latencies = asyncio.run(_load(server.url, make))
    taken_s, used_s = time.perf_counter() - began_s, _cpu_s(server.pid) - before_s
    if number:
        server.cpu_us.setdefault(kind, []).append(used_s / REQUESTS * 1e6)
        server.per_s.setdefault(kind, []).append(REQUESTS / taken_s)
        server.latencies_ms.setdefault(kind, []).extend(latencies)


def _requests(name: str, kind: str, data: Data, number: int) -> Callable[[int], bytes]:
    """What the request with each number is; users and rows differ from one to the next."""

    def make(index: int) -> bytes:
        if name == "hello":
            return b"GET /hello HTTP/1.1\r\nHost: %s\r\n\r\n"
        place = (index + number * REQUESTS) % (USERS * 20)
        who = place % USERS
        row = data.rows[who][place // USERS * 7 % EACH]
        path, method, body = "/api/v1/interviews", "GET", b""
        if kind in ("list", "deep"):
            path += f"?skip={1900 if kind == 'deep' else 0}&limit=20"
        elif kind == "create":
            method = "POST"
            body = json.dumps({"template_id": data.template_id}).encode()
        else:
            path += f"/{row}"
        if kind == "patch":
            method = "PATCH"
            progress = {"current_question": 1 + (number + index) % 4, "questions_completed": [1, 2]}
            body = json.dumps({"progress_data": progress}).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer {data.tokens[who]}\r\n"
        )
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return head.encode() + b"\r\n" + body

    return make


async def _load(url: str, make: Callable[[int], bytes]) -> list[float]:
    """Send all requests over the connections; each one's latency in milliseconds."""
    host = url.removeprefix("http://").encode()
    numbers = iter(range(REQUESTS))
    latencies: list[float] = []

    async def connection() -> None:
        reader, writer = await asyncio.open_connection(*host.decode().split(":"))
        try:
            for number in numbers:
                request = make(number).replace(b"Host: %s", b"Host: " + host)
                began_s = time.perf_counter()
                writer.write(request)
                await _answer(reader)
                latencies.append((time.perf_counter() - began_s) * 1000)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async with asyncio.timeout(LIMIT_S):
        await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    return latencies


async def _answer(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    if not 200 <= status < 300:
        raise RuntimeError(head.decode())
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            await reader.readexactly(int(line.split(b":")[1]))
            return
    raise RuntimeError("an answer without a length")
