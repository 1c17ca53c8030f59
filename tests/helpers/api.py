"""What tests of the API say again and again."""

from __future__ import annotations

import base64
import socket
import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import msgspec

from server.cases import load_case
from server.config import ASSETS

TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = TUS | {"Content-Type": "application/offset+octet-stream"}


def detail(answer: httpx.Response, status: int) -> str:
    """The sentence of an error; it must be the one shape."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    assert list(body) == ["detail"]
    assert isinstance(body["detail"], str)
    assert len(body["detail"]) > 10
    return str(body["detail"])


def template_id(client: httpx.Client) -> str:
    """Some template."""
    return str(client.get("/templates/").json()[0]["id"])


def a_document(slug: str = "", **change: Any) -> dict[str, Any]:
    """The document of a new case: a shipped one under another slug."""
    case = load_case(ASSETS / "cases" / "market-entry-scanning-software.yaml")
    document: dict[str, Any] = msgspec.to_builtins(case)
    return document | {"id": slug or f"case-{uuid.uuid4().hex[:8]}"} | change


def new_interview(client: httpx.Client) -> dict[str, Any]:
    """An interview, just started."""
    answer = client.post("/interviews/", json={"template_id": template_id(client)})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def set_question(client: httpx.Client, path: str, number: int) -> None:
    """Move an interview to a question."""
    progress = {"current_question": number, "questions_completed": list(range(1, number))}
    answer = client.patch(path, json={"progress_data": progress})
    assert answer.status_code == 200, answer.text


def complete(client: httpx.Client, path: str) -> None:
    """Finish an interview."""
    assert client.patch(path, json={"status": "completed"}).status_code == 200


def upload_headers(length: int, **about: str) -> dict[str, str]:
    """Headers that begin an upload; `about` replaces single values of the metadata."""
    values = {
        "track": "candidate",
        "part": str(uuid.uuid4()),
        "started_at": "2026-01-31T12:00:00Z",
        "duration_ms": "1000",
    } | about
    metadata = ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items()
    )
    return TUS | {"Upload-Length": str(length), "Upload-Metadata": metadata}


def upload(client: httpx.Client, path: str, data: bytes, **about: str) -> str:
    """A complete recording; its path below /api/v1."""
    begun = client.post(f"{path}/recordings/", headers=upload_headers(len(data), **about))
    assert begun.status_code == 201, begun.text
    location = begun.headers["Location"].removeprefix("/api/v1")
    sent = client.patch(location, content=data, headers=CHUNK | {"Upload-Offset": "0"})
    assert sent.status_code == 204, sent.text
    return str(location)


def until_done(done: Callable[[], object], limit_s: float = 20) -> None:
    """Ask again and again until `done` says something true.

    Raises:
        TimeoutError: it never does.
    """
    until_s = time.monotonic() + limit_s
    while not done():
        if time.monotonic() > until_s:
            raise TimeoutError("the server did not come so far")
        time.sleep(0.02)


def raw_request(address: tuple[str, int], data: bytes, timeout_s: float = 10) -> bytes:
    """Everything the server answers to `data` until it closes or a whole answer is there."""
    with socket.create_connection(address, timeout=timeout_s) as connection:
        connection.sendall(data)
        return read_answer(connection)


def read_answer(connection: socket.socket) -> bytes:
    """One whole answer, or what came before the server closed."""
    received = b""
    while not _whole(received):
        piece = connection.recv(65_536)
        if not piece:
            break
        received += piece
    return received


def _whole(answer: bytes) -> bool:
    head, separator, body = answer.partition(b"\r\n\r\n")
    if not separator:
        return False
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return len(body) >= int(value)
    return False
