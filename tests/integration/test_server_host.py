"""The bundled server that does not start, or not again: what the app is told."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from interview_desktop.api.errors import Unreachable
from interview_desktop.config import app_paths
from interview_desktop.credentials.store import MemoryStore
from interview_desktop.runtime import server_host
from interview_desktop.runtime.server_host import ServerHost, ServerSecrets, ServerStartError
from interview_desktop.runtime.workspace import open_local_workspace

ILL = [
    ["/nonexistent/program"],
    [sys.executable, "-c", "raise SystemExit(3)"],
    [sys.executable, "-c", "print('x' * 200_000)"],
    [sys.executable, "-c", 'print(\'{"event": "ready"}\')'],
    [sys.executable, "-c", "print('[1]')"],
]


@pytest.mark.parametrize("command", ILL)
def test_a_server_that_does_not_start_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setattr(server_host, "server_command", lambda *_: command)

    async def start() -> None:
        host = ServerHost(tmp_path, ServerSecrets("s", "k"), tmp_path / "server.log")
        with pytest.raises(ServerStartError) as told:
            await host.start()
        assert told.value.what == "The local workspace could not start."
        assert host.pid is None
        await host.aclose()

    before = len(os.listdir("/proc/self/fd"))
    asyncio.run(start())
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_server_that_refuses_says_why_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = '{"event": "refused", "reason": "damaged", "detail": "It is broken.", "backup": null}'
    refuse = [sys.executable, "-c", f"print({line!r}); raise SystemExit(3)"]
    monkeypatch.setattr(server_host, "server_command", lambda *_: refuse)

    async def start() -> None:
        host = ServerHost(tmp_path, ServerSecrets("s", "k"), tmp_path / "server.log")
        with pytest.raises(ServerStartError) as told:
            await host.start()
        assert told.value.sentence == "The local workspace could not start. It is broken."
        assert host.pid is None
        await host.aclose()

    asyncio.run(start())


def test_a_damaged_workspace_says_so(tmp_path: Path) -> None:
    paths = app_paths(tmp_path).create()

    async def start() -> str:
        workspace = await open_local_workspace(paths, MemoryStore())
        await workspace.aclose()
        (database,) = paths.data.rglob("interviews.sqlite3")
        database.write_bytes(b"")
        with pytest.raises(ServerStartError) as told:
            await open_local_workspace(paths, MemoryStore())
        return told.value.sentence

    sentence = asyncio.run(start())
    assert sentence.startswith("The local workspace could not start. The database is damaged: ")
    assert "Nothing was deleted." in sentence


def test_a_log_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file, no folder")

    async def start() -> None:
        host = ServerHost(tmp_path, ServerSecrets("s", "k"), tmp_path / "logs" / "server.log")
        with pytest.raises(ServerStartError):
            await host.start()
        await host.aclose()

    asyncio.run(start())


def test_a_server_that_does_not_come_back_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_logs: list[str]
) -> None:
    expected_logs.append("The bundled server does not start again")

    async def crash() -> None:
        workspace = await open_local_workspace(app_paths(tmp_path).create(), MemoryStore())
        try:
            assert await workspace.api.templates()
            monkeypatch.setattr(server_host, "server_command", lambda *_: ILL[0])
            monkeypatch.setattr(server_host, "RESTART_DELAYS_S", (0.01, 0.01))
            assert workspace.host.pid is not None
            os.kill(workspace.host.pid, signal.SIGKILL)
            assert workspace.host._watch is not None
            await asyncio.wait_for(workspace.host._watch, 20)
            with pytest.raises(Unreachable) as told:
                await workspace.api.templates()
            assert told.value.sentence == (
                "The local workspace stopped and could not be started again. "
                "Start the app again; nothing is lost."
            )
        finally:
            await workspace.aclose()

    asyncio.run(crash())


def test_a_port_that_a_stranger_has_taken_meanwhile_is_left_to_him(tmp_path: Path) -> None:
    async def crash() -> None:
        workspace = await open_local_workspace(app_paths(tmp_path).create(), MemoryStore())
        port = urlsplit(workspace.host.url).port
        assert port is not None
        try:
            assert workspace.host.pid is not None
            os.kill(workspace.host.pid, signal.SIGKILL)
            # The loop stands still meanwhile, so nothing can be started again before.
            with _taken(port):
                while workspace.host.restarts == 0:
                    assert not workspace.host.given_up
                    await asyncio.sleep(0.05)
                assert urlsplit(workspace.host.url).port != port
                assert await workspace.api.templates()
        finally:
            await workspace.aclose()

    asyncio.run(asyncio.wait_for(crash(), 60))


def _taken(port: int) -> socket.socket:
    until_s = time.monotonic() + 20
    while True:
        try:
            return socket.create_server(("127.0.0.1", port))
        except OSError:
            assert time.monotonic() < until_s
            time.sleep(0.01)
