"""What deleting leaves behind, and what a full disk does."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from tests.helpers.api import detail, new_interview
from tests.helpers.server_thread import ThreadServer, server_in_thread

CANARY = "a sentence that only the candidate said"


def _say(client: httpx.Client, path: str, line_id: str, text: str) -> httpx.Response:
    segment = {"id": line_id, "speaker": "candidate", "text": text, "start_ms": 0, "end_ms": 1,
               "question": 1}  # fmt: skip
    return client.post(f"{path}/transcript/segments/", json={"segments": [segment]})


def test_what_was_deleted_is_not_in_the_files_any_more(tmp_path: Path) -> None:
    with server_in_thread(tmp_path) as server, server.user() as client:
        path = f"/interviews/{new_interview(client)['id']}"
        for number in range(200):
            assert _say(client, path, str(number), f"{CANARY} {number}").status_code == 200
        assert client.delete(path).status_code == 204
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert files
    for file in files:
        assert CANARY.encode() not in file.read_bytes(), file


def _limit_pages(server: ThreadServer, pages: int) -> None:
    asyncio.run(
        server.context.database.write(
            lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        )
    )


def test_a_full_disk_is_507_and_loses_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, expected_logs: list[str]
) -> None:
    expected_logs.append(r"^ERROR server\.routes\.http: POST failed$")
    with server_in_thread(tmp_path) as server, server.user() as client:
        path = f"/interviews/{new_interview(client)['id']}"
        assert _say(client, path, "kept", "kept").status_code == 200
        _limit_pages(server, 1)  # SQLite then takes the size that it has
        detail(_say(client, path, "big", CANARY * 500), 507)
        assert [one["id"] for one in client.get(f"{path}/transcript").json()["segments"]] == [
            "kept"
        ]
        _limit_pages(server, 1_000_000)
        assert _say(client, path, "big", CANARY * 500).status_code == 200
    # The log tells what failed, not what was said.
    assert "disk is full" in caplog.text
    assert CANARY not in caplog.text
