"""Secrets and words planted in a real server process turn up nowhere that others read.

What signing in knows (passwords, refresh tokens, codes) has tests of its own; here are the secrets
that the process is started with, and what a candidate says and writes.
"""

from __future__ import annotations

import io
import sys
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.openapi import METHODS, document
from tests.helpers.api import complete, new_interview, set_question, until_done, upload
from tests.helpers.schema import resolved
from tests.helpers.server_process import RunningServer, running_server

JSON = "application/json"
GIVEN = {
    "OPENAI_API_KEY": "sk-canary-1f0aOpenAiKeyOfTheServer000000",
    "INTERVIEW_TURN_SECRET": "canary-turn-9c41",
    "INTERVIEW_METRICS_TOKEN": "canary-metrics-e07b",
}
WORDS = {name: f"canary-{name}-{number}d3f" for number, name in enumerate(
    ("said", "noted", "commented", "counted"))}  # fmt: skip
SOUND = b"OggScanary-sound-77ab"
# What is in a request that is refused: it must not be told again.
SENT = "canary-sent-4e8d"
PATHS: dict[str, Any] = document()["paths"]


@contextmanager
def _started(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)
    # All that it can say.
    monkeypatch.setenv("INTERVIEW_LOG_LEVEL", "debug")
    monkeypatch.setenv("INTERVIEW_TURN_URLS", "turn:turn.example.com")
    with running_server(folder) as server:
        yield server


def _filled(client: httpx.Client) -> tuple[dict[str, str], set[str]]:
    """(the ids of an interview with words in every place, what was handed out in secret)."""
    one = f"/interviews/{new_interview(client)['id']}"
    set_question(client, one, 3)
    given = client.post(f"{one}/credentials").json()
    recording = upload(client, one, SOUND)
    segment = {"id": "a", "speaker": "candidate", "text": WORDS["said"], "start_ms": 0,
               "end_ms": 9, "question": 1}  # fmt: skip
    comment = {"id": str(uuid.uuid4()), "at_ms": 1, "text": WORDS["commented"]}
    event = {"id": str(uuid.uuid4()), "type": "note", "at_ms": 1, "data": {"a": WORDS["noted"]}}
    for method, below, body in (
        ("POST", "transcript/segments", {"segments": [segment]}),
        ("PUT", "notes", {"text": WORDS["noted"]}),
        ("POST", "comments", comment),
        ("POST", "questions/1/events", event),
        ("POST", "questions/3/numbers", {"text": WORDS["counted"], "value": 1}),
    ):
        answer = client.request(method, f"{one}/{below}", json=body)
        assert answer.is_success, answer.text
    complete(client, one)
    ids = {
        "interview_id": one.rsplit("/", 1)[1],
        "question_number": "1",
        "recording_id": recording.rsplit("/", 1)[1],
        "comment_id": str(comment["id"]),
    }
    token = client.headers["Authorization"].removeprefix("Bearer ")
    return ids, {
        token,
        given["session_token"]["client_secret"]["value"],
        given["turn_credentials"]["password"],
    }


def _walk(client: httpx.Client, root: str, ids: dict[str, str]) -> list[httpx.Response]:
    """Every operation: as its example has it, and with something that is refused in each place."""
    answers = []
    for path, item in sorted(PATHS.items()):
        for method in METHODS:
            if method not in item or (method, path) in (("delete", "/api/v1/users/me"),):
                continue
            content = resolved(item[method].get("requestBody", {})).get("content", {})
            filled, wrong = path, path
            for name in _names(path):
                # Nothing is deleted that a later operation could tell of.
                kept = ids.get(name, str(uuid.uuid4()))
                filled = filled.replace(
                    f"{{{name}}}", str(uuid.uuid4()) if method == "delete" else kept
                )
                wrong = wrong.replace(f"{{{name}}}", SENT)
            for url, body in (
                (filled, content.get(JSON, {}).get("example")),
                (filled, {"secret": SENT, "text": SENT, "password": SENT, SENT: SENT}),
                (f"{wrong}?user_id={SENT}&limit={SENT}&format={SENT}&action={SENT}", None),
            ):
                headers = {"If-Match": SENT, "X-Request-Id": str(uuid.uuid4())}
                answers.append(client.request(method, root + url, json=body, headers=headers))
    return answers


def _names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _found(where: bytes, what: set[str]) -> set[str]:
    return {one for one in what if one.encode() in where}


def test_canaries_turn_up_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _started(tmp_path, monkeypatch) as server, server.client() as client:
        ids, handed_out = _filled(client)
        secrets = {*GIVEN.values(), server.local_secret, server.signing_key} | handed_out
        words = {*WORDS.values(), SOUND.decode()}
        answers = _walk(client, server.url, ids)
        export = client.post("/me/exports").json()["id"]
        one = f"/me/exports/{export}"
        until_done(lambda: client.get(one).json()["status"] == "done")
        archive = zipfile.ZipFile(io.BytesIO(client.get(f"{one}/file").content))
        exported = b"".join(archive.read(name) for name in archive.namelist())
        # The figures, for who has the token, the page and the document: of the server alone.
        scraper = {"Authorization": f"Bearer {GIVEN['INTERVIEW_METRICS_TOKEN']}"}
        public = [
            client.get(f"{server.url}{path}", headers=scraper)
            for path in ("/metrics", "/docs", "/openapi.json", "/health/ready", "/version")
        ]
        if sys.platform == "linux":
            # What every user of the machine can read of a process.
            command_line = Path(f"/proc/{server.pid}/cmdline").read_bytes()
            assert not _found(command_line, secrets | words)
        stored = _bytes_of(tmp_path / "data")
    assert all(answer.is_success for answer in public)
    assert {answer.status_code for answer in answers} > {200, 400, 404}
    for answer in answers:
        told = answer.content + repr(answer.headers).encode()
        assert not _found(told, secrets - handed_out), answer.request.url
        if answer.status_code >= 400:
            # What was sent may stand in a sentence; never a secret or what somebody said.
            assert not _found(told, secrets | words), answer.request.url
    for answer in public:
        assert not _found(answer.content, secrets | words | {SENT}), answer.request.url
    log = (tmp_path / "server.log").read_bytes()
    assert b"Started server process" in log
    assert not _found(log, secrets | words | {SENT})
    assert not _found(stored + _bytes_of(tmp_path / "data"), secrets)
    assert _found(stored, words) == words, "else nothing is proven by not finding secrets there"
    assert not _found(exported, secrets)
    assert _found(exported, set(WORDS.values())) == set(WORDS.values())


def test_a_database_that_breaks_under_the_server_tells_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _started(tmp_path, monkeypatch) as server, server.client() as client:
        ids, handed_out = _filled(client)
        secrets = {*GIVEN.values(), server.local_secret, server.signing_key} | handed_out
        words = {*WORDS.values(), SENT}
        for file in (tmp_path / "data").glob("*.sqlite3*"):
            if file.suffix != ".sqlite3-shm":
                size = file.stat().st_size
                with file.open("r+b") as broken:
                    broken.write(b"canary" * (size // 6))
        answers = _walk(client, server.url, ids)
    assert any(answer.status_code >= 500 for answer in answers), "nothing was broken"
    for answer in answers:
        if answer.status_code >= 400:
            assert not _found(answer.content, secrets | set(WORDS.values())), answer.request.url
    log = (tmp_path / "server.log").read_bytes()
    assert b"ERROR" in log
    assert not _found(log, secrets | words)


def _bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())
