"""`keys rotate`, and the key a server makes for itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import jwt

from server.signing import KeyRing, key_id
from tests.helpers.accounts import PASSWORD


def _run(
    folder: Path, *arguments: str, given: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "server", *arguments, "--data-dir", str(folder)],
        input=given,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    """A server with the keys of its folder; its address."""
    command = [sys.executable, "-m", "server", "serve", "--port", "0", "--data-dir", str(folder)]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield str(httpx.Response(200, text=process.stdout.readline()).json()["url"])
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def _ask(method: str, url: str, token: str = "", **sent: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with httpx.Client(headers=headers, trust_env=False, verify=False, timeout=20) as client:
        return client.request(method, url, **sent)  # type: ignore[arg-type]


def _sign_in(url: str) -> str:
    body = {"email": "kim@example.org", "password": PASSWORD}
    answer = _ask("POST", f"{url}/api/v1/auth/token", json=body)
    return str(answer.json()["access_token"])


def _ring(folder: Path) -> KeyRing:
    file = folder / "signing.key"
    assert file.stat().st_mode & 0o777 == 0o600
    return KeyRing.parse(file.read_text())


def test_a_rotation_keeps_what_was_signed_before_and_forgets_it_at_the_next(
    tmp_path: Path,
) -> None:
    made = _run(tmp_path, "users", "add", "kim@example.org", "--password-stdin", given=PASSWORD)
    assert made.returncode == 0, made.stderr
    (first,) = _ring(tmp_path).keys
    with _serving(tmp_path) as url:
        old = _sign_in(url)
        assert jwt.get_unverified_header(old)["kid"] == key_id(first)
        done = _run(tmp_path, "keys", "rotate")
        assert done.returncode == 0, done.stderr
        for key in _ring(tmp_path).keys:
            assert key not in done.stdout + done.stderr
        # The running server goes on as it was.
        assert _ask("GET", f"{url}/api/v1/users/me", old).status_code == 200
    second = _ring(tmp_path).keys[0]
    assert _ring(tmp_path).keys == (second, first)
    with _serving(tmp_path) as url:
        new = _sign_in(url)
        assert jwt.get_unverified_header(new)["kid"] == key_id(second)
        for token in (old, new):
            assert _ask("GET", f"{url}/api/v1/users/me", token).status_code == 200
    assert _run(tmp_path, "keys", "rotate").returncode == 0
    assert _ring(tmp_path).keys[1:] == (second,)
    with _serving(tmp_path) as url:
        assert _ask("GET", f"{url}/api/v1/users/me", new).status_code == 200
        assert _ask("GET", f"{url}/api/v1/users/me", old).status_code == 401
    assert [file.name for file in tmp_path.glob("signing*")] == ["signing.key"]


def test_keys_that_stand_elsewhere_are_not_rotated_here(tmp_path: Path) -> None:
    done = _run(tmp_path, "keys", "rotate", INTERVIEW_SIGNING_KEY="k" * 64)
    assert done.returncode == 2
    assert "INTERVIEW_SIGNING_KEY" in done.stderr
    assert not (tmp_path / "signing.key").exists()


def test_a_key_that_is_too_short_is_refused_and_not_shown(tmp_path: Path) -> None:
    weak = "canary-weak-key"
    for given in (weak, f"{'k' * 64},{weak}"):
        done = _run(tmp_path, "users", "add", "kim@example.org", "--password-stdin",
                    given=PASSWORD, INTERVIEW_SIGNING_KEY=given)  # fmt: skip
        assert done.returncode == 2
        assert "INTERVIEW_SIGNING_KEY" in done.stderr
        assert weak not in done.stderr
        assert len(done.stderr.splitlines()) == 1
    (tmp_path / "signing.key").write_bytes(weak.encode() + b"\xff")
    done = _run(tmp_path, "keys", "rotate")
    assert done.returncode == 2
    assert "signing.key" in done.stderr
    assert weak not in done.stderr
