"""Builds what this system can build into `dist/`, then starts and uses it as a user would.

That is the wheel so far: built by hatchling with no network, checked for all assets, installed
into a fresh environment with exactly the packages of `requirements.lock`, and used from there.
Installers for Linux, macOS and Windows come later.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import httpx

Result = TypeVar("Result")
ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "dist"
ENVIRONMENT = DIST / "environment"
LOCK = ROOT / "requirements.lock"
PACKAGES = ("interview_desktop", "server", "assets")
BUILD_LIMIT_S = 120.0
INSTALL_LIMIT_S = 600.0
COMMAND_LIMIT_S = 60.0
END_LIMIT_S = 10.0


class PackageError(Exception):
    """An artefact that cannot be built, or does not do what it should."""


def main() -> int:
    """Build and use every artefact; 0 if all of it works."""
    DIST.mkdir(exist_ok=True)
    try:
        wheel = _step("wheel built", build_wheel)
        _step("wheel holds every file", lambda: check_contents(wheel))
        _step("wheel installed", lambda: install(wheel))
        with tempfile.TemporaryDirectory(prefix="interview-package-") as folder:
            # Away from the checkout: what is used is what was installed.
            work = Path(folder)
            _step("commands explain themselves", lambda: explain(work))
            _step("server answers and lists its cases", lambda: serve(work))
    except PackageError as error:
        print(f"package: FAILED: {error}", flush=True)
        return 1
    print(f"package: passed: {wheel.relative_to(ROOT)}", flush=True)
    return 0


def _step(name: str, work: Callable[[], Result]) -> Result:
    started_s = time.monotonic()
    result = work()
    print(f"{name}: {time.monotonic() - started_s:.1f} s", flush=True)
    return result


def build_wheel() -> Path:
    """Build the wheel with the backend of the lock.

    Raises:
        PackageError: there is not exactly one.
    """
    for old in DIST.glob("*.whl"):
        old.unlink()
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(DIST)]
    _run(build, BUILD_LIMIT_S, ROOT)
    wheels = list(DIST.glob("*.whl"))
    if len(wheels) != 1:
        raise PackageError(f"{len(wheels)} wheels were built")
    return wheels[0]


def check_contents(wheel: Path) -> None:
    """Every file of the packages and the licence are inside, and nothing else is.

    Raises:
        PackageError: naming what is missing or too much.
    """
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    own = {name for name in names if ".dist-info/" in name}
    if not any(name.endswith("/LICENSE") for name in own):
        raise PackageError("the wheel has no licence")
    different = sorted(wanted ^ (names - own))
    if different:
        raise PackageError(f"wheel and checkout differ: {', '.join(different[:5])}")


def install(wheel: Path) -> None:
    """Put the wheel and the locked packages into a fresh environment.

    Raises:
        PackageError: it does not install, or the lock does not give what the wheel asks for.
    """
    uv = ROOT / ".tools" / "bin" / "uv"
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    python = ["--python", str(ENVIRONMENT / "bin" / "python")]
    for words in (
        ["venv", "-q", "--python", sys.executable, str(ENVIRONMENT)],
        ["pip", "sync", "-q", "--require-hashes", *python, str(LOCK)],
        ["pip", "install", "-q", "--no-deps", "--offline", *python, str(wheel)],
        ["pip", "check", "-q", *python],
    ):
        _run([str(uv), *words], INSTALL_LIMIT_S, ROOT)


def explain(work: Path) -> None:
    """Both commands start and tell how they are used.

    Raises:
        PackageError: one does not.
    """
    for words, expected in (
        (["interview-server", "--help"], "serve"),
        (["interview-desktop", "rehearse", "--help"], "--template"),
    ):
        if expected not in _run(_installed(*words), COMMAND_LIMIT_S, work):
            raise PackageError(f"`{' '.join(words)}` does not mention {expected}")


def serve(work: Path) -> None:
    """A server of the installed package answers, and its cases can be spoken.

    Raises:
        PackageError: it does not start, answer or end in order.
    """
    data = ["--data-dir", str(work / "data")]
    email, password = "somebody@example.org", secrets.token_urlsafe(16)
    add = _installed("interview-server", "users", "add", email, "--password-stdin", *data)
    _run(add, COMMAND_LIMIT_S, work, password + "\n")
    command = _installed("interview-server", "serve", "--port", "0", *data)
    log = work / "server.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command, cwd=work, env=_environment(), stdout=subprocess.PIPE, stderr=errors, text=True
        ) as server,
    ):
        limit = threading.Timer(COMMAND_LIMIT_S, server.kill)
        limit.start()
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            if not line:
                raise PackageError("the server did not start")
            _ask(json.loads(line)["url"], email, password)
            server.send_signal(signal.SIGTERM)
            if server.wait(END_LIMIT_S) != 0:
                raise PackageError(f"the server ended with {server.returncode}")
        except (PackageError, httpx.HTTPError, subprocess.TimeoutExpired) as error:
            print(log.read_text(), flush=True)
            raise PackageError(f"the server failed: {error}") from error
        finally:
            limit.cancel()
            server.kill()


def _ask(url: str, email: str, password: str) -> None:
    with httpx.Client(base_url=url, trust_env=False, timeout=10) as client:
        client.get("/health").raise_for_status()
        signed_in = client.post("/api/v1/auth/token", json={"email": email, "password": password})
        signed_in.raise_for_status()
        bearer = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
        cards = client.get("/api/v1/templates", headers=bearer).raise_for_status().json()
    listed = {card["slug"] for card in cards if card["speech"] == "ready"}
    shipped = {path.stem for path in (ROOT / "assets" / "cases").glob("*.yaml")}
    if not shipped or listed != shipped:
        raise PackageError(f"the server lists {sorted(listed)} instead of {sorted(shipped)}")


def _installed(command: str, *words: str) -> list[str]:
    return [str(ENVIRONMENT / "bin" / command), *words]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def _run(command: list[str], limit_s: float, folder: Path, given: str = "") -> str:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=_environment(),
            input=given,
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PackageError(str(error)) from error
    if done.returncode != 0:
        print(done.stdout + done.stderr, flush=True)
        raise PackageError(f"`{Path(command[0]).name} {command[1]}` ended with {done.returncode}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
