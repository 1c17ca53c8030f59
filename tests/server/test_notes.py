"""Notes: as they were typed, at any time, and gone with the interview."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import httpx
import pytest

from tests.helpers.api import complete, detail, new_interview
from tests.helpers.server_thread import server_in_thread


def test_notes_are_kept_as_typed_with_the_time(tmp_path: Path) -> None:
    with server_in_thread(tmp_path) as server, server.user() as client:
        server.clock.now = 1_800_000_000
        path = f"/interviews/{new_interview(client)['id']}/notes"
        assert client.get(path).json() == {"text": "", "updated_at": None}
        text = "  Price × volume\n\n\t- 2.6 m?\r\n\u202eright to left\u202c \U0001f600 \\n "
        written = client.put(path, json={"text": text})
        expected = {"text": text, "updated_at": "2027-01-15T08:00:00Z"}
        assert (written.status_code, written.json()) == (200, expected)
        server.clock.now += 61
        assert client.get(path).json() == expected
        emptied = client.put(path, json={"text": ""}).json()
        assert emptied == {"text": "", "updated_at": "2027-01-15T08:01:01Z"}
        assert client.get(path).json() == emptied


def test_notes_are_measured_in_characters_however_they_are_sent(
    owner: httpx.Client, path: str
) -> None:
    longest = "\U0001f600" * 100_000
    for escaped in (False, True):
        body = json.dumps({"text": longest}, ensure_ascii=escaped).encode()
        headers = {"Content-Type": "application/json"}
        answer = owner.put(f"{path}/notes", content=body, headers=headers)
        assert answer.status_code == 200
        assert owner.get(f"{path}/notes").json()["text"] == longest
    detail(owner.put(f"{path}/notes", json={"text": "x" * 100_001}), 400)
    detail(owner.put(f"{path}/notes", json={"text": "x" * 2_000_000}), 413)
    assert owner.get(f"{path}/notes").json()["text"] == longest


@pytest.mark.parametrize(
    "body", [b"{}", b'{"text": null}', b'{"text": 1}', b'{"text": "x", "updated_at": null}', b"[]",
             b'{"text": "\\u0000"}', b'{"text": "\\ud800"}', b'{"text": "\xff"}']
)  # fmt: skip
def test_broken_notes_are_400_and_change_nothing(
    owner: httpx.Client, path: str, body: bytes
) -> None:
    before = owner.put(f"{path}/notes", json={"text": "kept"}).json()
    headers = {"Content-Type": "application/json"}
    detail(owner.put(f"{path}/notes", content=body, headers=headers), 400)
    assert owner.get(f"{path}/notes").json() == before


def test_notes_can_be_written_after_the_end(owner: httpx.Client, path: str) -> None:
    complete(owner, path)
    etag = owner.get(path).headers["ETag"]
    assert owner.put(f"{path}/notes", json={"text": "afterwards"}).status_code == 200
    assert owner.get(f"{path}/notes").json()["text"] == "afterwards"
    # Notes are no part of the interview object: who holds its version still does.
    assert owner.get(path).headers["ETag"] == etag
    detail(owner.get(f"/interviews/{uuid.uuid4()}/notes"), 404)
