"""The command line: how the server starts, ends, and refuses to start; accounts."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.helpers.api import detail, until_done
from tests.helpers.server_process import RunningServer, running_server

END_S = 5.0


def _run(*arguments: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "server", *arguments],
        input=given,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def _refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    for word in words:
        assert word in done.stderr


def _port(server: RunningServer) -> int:
    return int(server.url.rsplit(":", 1)[1])


def _end_within(server: RunningServer) -> int:
    started_s = time.monotonic()
    code = server.process.wait(20)
    assert time.monotonic() - started_s < END_S
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", _port(server)), timeout=5)
    return code


def test_sigterm_ends_it_in_order_whatever_is_open(tmp_path: Path) -> None:
    with running_server(tmp_path) as server, server.client() as client:
        template = client.get("/templates/").json()[0]["id"]
        made = client.post("/interviews/", json={"template_id": template}).json()
        address = ("127.0.0.1", _port(server))
        idle = socket.create_connection(address, timeout=10)
        half_head = socket.create_connection(address, timeout=10)
        half_body = socket.create_connection(address, timeout=10)
        with idle, half_head, half_body:
            half_head.sendall(b"GET /health HTTP/1.1\r\n")
            half_body.sendall(
                b"POST /api/v1/auth/local HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
                b"Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{" % address[1]
            )
            os.kill(server.pid, signal.SIGTERM)
            assert _end_within(server) == 0
        data = tmp_path / "data"
        assert not list(data.glob("*-wal")), "the write-ahead log was not folded in"
        for file in (data, *data.rglob("*")):
            assert file.stat().st_mode & 0o077 == 0, file
        log = (tmp_path / "server.log").read_text()
        assert "Traceback" not in log
        for secret in (server.local_secret, server.signing_key, made["id"]):
            assert secret not in log
    with running_server(tmp_path) as again, again.client() as client:
        assert client.get(f"/interviews/{made['id']}").json() == made


def test_the_end_of_stdin_ends_a_child(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        assert httpx.get(f"{server.url}/health", trust_env=False, verify=False).json() == {
            "status": "ok"
        }
        assert server.process.stdin is not None
        server.process.stdin.close()
        assert _end_within(server) == 0


def test_a_child_that_is_told_twice_still_ends_in_order(tmp_path: Path) -> None:
    """By a signal to everybody at once, and by the parent that ends with it."""
    with running_server(tmp_path) as server, socket.socket() as half:
        half.connect(("127.0.0.1", _port(server)))
        head = b"POST /api/v1/auth/local HTTP/1.1\r\nHost: %s\r\nContent-Length: 9\r\n\r\n"
        half.sendall(head % server.url.removeprefix("http://").encode())
        server.process.send_signal(signal.SIGTERM)
        # It listens no more and waits for the rest of the body.
        until_done(lambda: not _listens(server))
        assert server.process.stdin is not None
        server.process.stdin.close()
        assert server.process.wait(20) == 0
    assert "Traceback" not in (tmp_path / "server.log").read_text()


def _listens(server: RunningServer) -> bool:
    try:
        socket.create_connection(("127.0.0.1", _port(server)), timeout=5).close()
    except OSError:
        return False
    return True


def test_without_child_stdin_is_left_alone(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "server", "serve", "--port", "0", "--data-dir", str(tmp_path)]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert (ready["event"], ready["pid"]) == ("ready", process.pid)
        answer = httpx.post(f"{ready['url']}/api/v1/auth/local", json={"secret": "x"},
                            trust_env=False, verify=False)  # fmt: skip
        detail(answer, 404)
    finally:
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=20)
    assert process.returncode == 0, log


@pytest.mark.parametrize("line", ["", '{"local_secret": 1, "signing_key": "x"}\n'])
def test_a_child_without_its_secrets_does_not_start(tmp_path: Path, line: str) -> None:
    done = _run("serve", "--child", "--port", "0", "--data-dir", str(tmp_path), given=line)
    _refused(done, "stdin")


def test_a_bind_beyond_loopback_needs_a_public_address(tmp_path: Path) -> None:
    serve = ("serve", "--host", "0.0.0.0", "--port", "0", "--data-dir", str(tmp_path))
    _refused(_run(*serve), "INTERVIEW_PUBLIC_URL")


def test_accounts_are_made_beside_a_running_server(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        where = ("--data-dir", str(tmp_path / "data"))
        add = ("users", "add", "--password-stdin", *where)
        made = _run(*add, "Coach@Example.org", "--role", "coach", given="correct horse battery\n")
        assert made.returncode == 0, made.stderr
        assert made.stdout.startswith("coach@example.org coach ")
        _refused(_run(*add, "coach@example.org", given="correct horse battery\n"), "already")
        # The folder may come from the environment too.
        listed = _run("users", "list", INTERVIEW_DATA_DIR=str(tmp_path / "data"))
        assert "coach@example.org coach " in listed.stdout
        assert "correct horse" not in listed.stdout + listed.stderr + made.stderr
        url = f"{server.url}/api/v1/auth/token"
        right = {"email": " COACH@example.org", "password": "correct horse battery"}
        answer = httpx.post(url, json=right, trust_env=False, verify=False)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        token = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        me = httpx.get(
            f"{server.url}/api/v1/users/me", headers=token, trust_env=False, verify=False
        ).json()
        assert (me["email"], me["role"]) == ("coach@example.org", "coach")
        sentences = set()
        for email, password in (("coach@example.org", "wrong horse battery"),
                                ("nobody@example.org", "correct horse battery")):  # fmt: skip
            wrong = httpx.post(
                url, json={"email": email, "password": password}, trust_env=False, verify=False
            )
            sentences.add(detail(wrong, 401))
        assert len(sentences) == 1, "an unknown address must not look different"
