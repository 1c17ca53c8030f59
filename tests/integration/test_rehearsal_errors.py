"""Rehearsals that cannot come to their end: a plain sentence each, and status 1."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.server_process import RunningServer, running_server
from tests.helpers.speech import silence

SLUG = "market-entry-scanning-software"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


def _rehearse(out: Path, *arguments: str) -> str:
    """What a rehearsal that fails says on standard error: one line, no stack."""
    command = [sys.executable, "-m", "interview_desktop", "rehearse", "--out", str(out)]
    done = subprocess.run(
        [*command, *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    (line,) = done.stderr.splitlines()
    return line


def _sound_file(folder: Path, data: bytes | None) -> str:
    if data is not None:
        (folder / "answer.wav").write_bytes(data)
    return str(folder / "answer.wav")


@pytest.mark.parametrize(
    "data",
    [
        None,
        b"",
        b"no sound at all",
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        b"\x89PNG\r\n\x1a\n" + b"x" * 90,
    ],
)
def test_a_microphone_file_that_is_missing_or_broken(tmp_path: Path, data: bytes | None) -> None:
    said = _rehearse(tmp_path / "out", "--mic", _sound_file(tmp_path, data))
    assert said == "answer.wav cannot be read as sound. Give a WAV file that a player opens."


def test_a_microphone_that_is_a_folder(tmp_path: Path) -> None:
    said = _rehearse(tmp_path / "out", "--mic", str(tmp_path))
    assert "cannot be read as sound" in said


def test_more_files_than_questions(tmp_path: Path) -> None:
    wav = str(silence(0.1, tmp_path / "a.wav"))
    said = _rehearse(tmp_path / "out", *(["--mic", wav] * 5))
    assert said.startswith("There are 4 questions and more files.")


def test_a_template_that_does_not_exist(server: RunningServer, tmp_path: Path) -> None:
    with server.client() as client:
        token = client.headers["Authorization"].removeprefix("Bearer ")
    at_server = ("--server", server.url, "--token", token)
    said = _rehearse(tmp_path / "out", "--template", "no-such-case", *at_server)
    assert said == "There is no case 'no-such-case'. Name it by its slug or its UUID."


@pytest.mark.parametrize("token", ["wrong", "wr\u00f6ng", ""])
def test_a_token_that_is_wrong(server: RunningServer, tmp_path: Path, token: str) -> None:
    said = _rehearse(tmp_path / "out", "--server", server.url + "/", "--token", token)
    assert said.endswith("Sign in again.")
    assert not token or token not in said


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("http://127.0.0.1:1", "The server does not answer."),
        ("http://example.org", "This server does not protect the connection."),
        ("nonsense", "This is not the address of a server."),
    ],
)
def test_a_server_that_cannot_be_used(tmp_path: Path, address: str, sentence: str) -> None:
    assert _rehearse(tmp_path / "out", "--server", address, "--token", "t").startswith(sentence)


def test_too_few_seconds(tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = _rehearse(out, "--template", SLUG, "--seconds", "0.5")
    assert said == ("The rehearsal was not over after 0.5 seconds. Give it more with --seconds.")
    # The bundled server has ended with it: its folder is free, and a new one is used.
    assert not list(out.glob("**/report.json"))
    assert _rehearse(out, "--seconds", "0.2").startswith("The rehearsal was not over")
    assert len(list(out.glob("data*"))) == 2


@pytest.mark.parametrize("seconds", ["0", "-3", "nan"])
def test_no_time_at_all(tmp_path: Path, seconds: str) -> None:
    said = _rehearse(tmp_path / "out", f"--seconds={seconds}")
    assert said.startswith("--seconds must be more than 0.")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    said = _rehearse(tmp_path / "out")
    assert re.match("The files could not be written to .*out: ", said)


def test_seconds_that_end_in_mid_call_keep_the_recording(
    server: RunningServer, tmp_path: Path
) -> None:
    with server.client() as client:
        token = client.headers["Authorization"].removeprefix("Bearer ")
    at_server = ("--server", server.url, "--token", token)
    said = _rehearse(tmp_path / "out", "--template", SLUG, "--seconds", "8", *at_server)
    assert said.startswith("The rehearsal was not over after 8 seconds.")
    (part,) = (tmp_path / "out" / "recording").glob("*")
    assert json.loads((part / "part.json").read_text())["id"] == part.name
    assert not (part / "recording").exists()
