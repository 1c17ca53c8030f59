"""The real server as a process of its own, as the desktop starts it."""

from __future__ import annotations

import contextlib
import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx


@dataclass
class RunningServer:
    """A server that answers, and its secrets."""

    url: str
    pid: int
    local_secret: str
    signing_key: str
    process: subprocess.Popen[str]

    def client(self) -> httpx.Client:
        """Signed in as the local user."""
        root = f"{self.url}/api/v1"
        answer = httpx.post(
            f"{root}/auth/local",
            json={"secret": self.local_secret},
            trust_env=False,
            verify=False,
        )
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        return httpx.Client(
            base_url=root, headers=headers, timeout=10, trust_env=False, verify=False
        )


@contextlib.contextmanager
def running_server(data_dir: Path, module: str = "server", *more: str) -> Iterator[RunningServer]:
    """Start it, and end it by closing its stdin.

    Args:
        module: what runs in place of the server's own, with `more` before its command.
    """
    local_secret, signing_key = secrets.token_hex(32), secrets.token_hex(32)
    command = [sys.executable, "-m", module, *more, "serve", "--child", "--port", "0"]
    with (data_dir / "server.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--data-dir", str(data_dir / "data")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        given = {"local_secret": local_secret, "signing_key": signing_key, "openai_api_key": None}
        process.stdin.write(json.dumps(given) + "\n")
        process.stdin.flush()
        ready = json.loads(process.stdout.readline())
        yield RunningServer(ready["url"], ready["pid"], local_secret, signing_key, process)
    finally:
        process.stdin.close()
        try:
            process.wait(8)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
