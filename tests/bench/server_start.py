"""From the command to the server's ready line, and its memory; beside a bare server in turns."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.bench.row import Row
from tests.bench.spread import median, spread

DEFAULT = True
BENCH = "server_start"
STARTS = 7
LIMIT_S = 60.0
READY_TARGET_S = 1.0
RESIDENT_TARGET_MB = 90.0
# What no server on this stack can be faster than: interpreter, uvicorn, one route of Starlette.
BARE = """
import asyncio, json, os, socket
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
async def hello(request):
    return PlainTextResponse("hello")
class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print(json.dumps({"event": "ready", "pid": os.getpid()}), flush=True)
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen()
config = uvicorn.Config(Starlette(routes=[Route("/", hello)]), log_config=None, loop="asyncio")
asyncio.run(Server(config).serve(sockets=[listener]))
"""
BARE_MODULE = "bare_server"
EMPTY = (
    "import json, os, sys; print(json.dumps({'pid': os.getpid()}), flush=True); sys.stdin.read()"
)
IMPORT = (
    "import time; began_s = time.perf_counter(); import server.cli; "
    "print(time.perf_counter() - began_s)"
)


@dataclass(frozen=True, slots=True)
class _Start:
    ready_s: float
    resident_mb: float


def rows(work: Path) -> Iterator[Row]:
    """With bytecode as an installed program has it, then as it is in this environment where that
    keeps none; one start of each kind before that does not count.
    """
    with_bytecode = dict(os.environ)
    with_bytecode.pop("PYTHONDONTWRITEBYTECODE", None)
    with_bytecode["PYTHONPYCACHEPREFIX"] = str(work / "bytecode")
    (work / f"{BARE_MODULE}.py").write_text(BARE)
    yield from _rows(work, with_bytecode, "with bytecode")
    if sys.flags.dont_write_bytecode:
        # Modules of the interpreter's own library may have theirs all the same.
        yield from _rows(work, dict(os.environ), "compiled at every start")


def _rows(work: Path, environment: dict[str, str], kind: str) -> Iterator[Row]:
    own: list[_Start] = []
    bare: list[_Start] = []
    empty: list[_Start] = []
    imports: list[float] = []
    serve = ["-m", "server", "serve", "--child", "--port", "0", "--data-dir", str(work / "data")]
    for number in range(STARTS + 1):
        starts = (
            _start(serve, environment, settled=True),
            _start(["-m", BARE_MODULE], environment | {"PYTHONPATH": str(work)}),
            _start(["-c", EMPTY], environment),
        )
        imported_s = _import_s(environment)
        if number:
            own.append(starts[0])
            bare.append(starts[1])
            empty.append(starts[2])
            imports.append(imported_s)
    where = f"{kind}; warm disk, data folder made before; in turns with the bare server"
    ready = [one.ready_s for one in own]
    yield Row(
        BENCH, f"command to ready, {kind}", median(ready), "s", READY_TARGET_S,
        median(ready) <= READY_TARGET_S, f"{spread(ready, 's')}; {where}",
    )  # fmt: skip
    resident = [one.resident_mb for one in own]
    yield Row(
        BENCH, f"resident before the interviewer, {kind}", median(resident), "MB",
        RESIDENT_TARGET_MB, median(resident) <= RESIDENT_TARGET_MB,
        f"{spread(resident, 'MB')}; after a sign-in and the library; {where}",
    )  # fmt: skip
    yield Row(
        BENCH, f"import alone, {kind}", median(imports), "s", None, None,
        f"{spread(imports, 's')}; server.cli, inside of the interpreter; {kind}",
    )  # fmt: skip
    for name, kept in (("bare uvicorn and Starlette", bare), ("empty interpreter", empty)):
        seconds, memory = [one.ready_s for one in kept], [one.resident_mb for one in kept]
        yield Row(
            BENCH, f"{name}, {kind}", median(seconds), "s", None, None,
            f"{spread(seconds, 's')}; {median(memory):.3g} MB resident; {kind}",
        )  # fmt: skip
    ratios = [mine.ready_s / other.ready_s for mine, other in zip(own, bare, strict=True)]
    yield Row(
        BENCH, f"ready against the bare server, {kind}", median(ratios), "ratio", None, None,
        f"{spread(ratios, '')}, pair by pair",
    )  # fmt: skip


def _start(command: list[str], environment: dict[str, str], *, settled: bool = False) -> _Start:
    """Start, measure, end. `settled` asks what the desktop asks first before the memory is read."""
    local = secrets.token_hex(32)
    began_s = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    limit = threading.Timer(LIMIT_S, process.kill)
    limit.start()
    try:
        process.stdin.write(json.dumps({"local_secret": local, "signing_key": local}) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        ready_s = time.monotonic() - began_s
        if not line:
            raise RuntimeError(f"{' '.join(command[:2])} ended before it was ready")
        ready = json.loads(line)
        if settled:
            _look_around(ready["url"], local)
        return _Start(ready_s, _resident_mb(ready["pid"]))
    finally:
        process.terminate()
        process.wait(LIMIT_S)
        limit.cancel()
        process.stdin.close()
        process.stdout.close()


def _look_around(url: str, local: str) -> None:
    with httpx.Client(base_url=f"{url}/api/v1", trust_env=False, verify=False) as client:
        token = client.post("/auth/local", json={"secret": local}).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        assert client.get("/templates", headers=headers).json()


def _import_s(environment: dict[str, str]) -> float:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=LIMIT_S,
    )
    return float(done.stdout)


def _resident_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024
