"""Uploads by an independent tus client to the real server, through cuts and kills of it."""

from __future__ import annotations

import io
import os
import signal
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed
from tusclient.uploader.uploader import Uploader

from tests.helpers.api import CHUNK, TUS, new_interview, upload_headers
from tests.helpers.server_process import RunningServer, running_server

KIB = 1024
SOUND = b"OggS" + bytes(range(256)) * 4 * 200
KILLED = "tests.helpers.upload_until_killed"


def _uploader(
    server: RunningServer, client: httpx.Client, path: str, url: str | None = None, **more: Any
) -> Uploader:
    """The other program's own upload of `SOUND`."""
    tus = TusClient(
        f"{server.url}/api/v1{path}/recordings/",
        headers={"Authorization": client.headers["Authorization"]},
    )
    about = {"track": "candidate", "part": str(uuid.uuid4()),
             "started_at": "2026-01-31T12:00:00Z", "duration_ms": "1000"}  # fmt: skip
    return Uploader(
        client=tus,
        file_stream=io.BytesIO(SOUND),
        chunk_size=32 * KIB,
        metadata=about,
        upload_checksum=True,
        url=url and f"{server.url}{httpx.URL(url).path}",
        **more,
    )


def _content(server: RunningServer, client: httpx.Client, url: str | None) -> bytes:
    assert url is not None
    answer = client.get(f"{server.url}{httpx.URL(url).path}")
    assert answer.status_code == 200
    return answer.content


def test_another_program_uploads_and_resumes_with_checksums(tmp_path: Path) -> None:
    with running_server(tmp_path) as server, server.client() as client:
        path = f"/interviews/{new_interview(client)['id']}"
        first = _uploader(server, client, path)
        first.upload(stop_at=80 * KIB)
        url = first.url
        assert _uploader(server, client, path, url).offset == 80 * KIB
        assert _content(server, client, url) == SOUND[: 80 * KIB]
        os.kill(server.pid, signal.SIGKILL)
        server.process.wait(10)
        with pytest.raises((TusCommunicationError, TusUploadFailed)):
            _uploader(server, client, path, url)
    with running_server(tmp_path) as server, server.client() as client:
        second = _uploader(server, client, path, url)
        assert second.offset == 80 * KIB
        second.upload()
        assert _content(server, client, url) == SOUND
        (part,) = client.get(f"{path}/recordings").json()["parts"]
        assert part["tracks"]["candidate"]["complete"] is True


def _damaged(data: bytes, count: int) -> bytes:
    return data[:-1] + b"!" if count == 2 else data


def test_bytes_that_another_program_damages_are_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_server(tmp_path) as server, server.client() as client:
        path = f"/interviews/{new_interview(client)['id']}"
        uploader = _uploader(server, client, path, retries=1, retry_delay=0)
        sent: list[int] = []

        def damaged_once(url: str, data: bytes, **rest: Any) -> Any:
            sent.append(len(data))
            return requests.request("PATCH", url, data=_damaged(data, len(sent)), **rest)

        monkeypatch.setattr(requests, "patch", damaged_once)
        uploader.upload()
        assert len(sent) == -(-len(SOUND) // (32 * KIB)) + 1
        assert _content(server, client, uploader.url) == SOUND


@pytest.mark.parametrize("pieces", [1, 3])
def test_bytes_that_are_safe_before_their_offset_is_do_not_count(
    tmp_path: Path, pieces: int
) -> None:
    stored, piece = (pieces - 1) * 32 * KIB, 32 * KIB
    with running_server(tmp_path, KILLED, str(pieces)) as server, server.client() as client:
        path = f"/interviews/{new_interview(client)['id']}"
        begun = client.post(f"{path}/recordings", headers=upload_headers(len(SOUND)))
        location = begun.headers["Location"].removeprefix("/api/v1")
        for number in range(pieces):
            data = SOUND[number * piece : (number + 1) * piece]
            headers = CHUNK | {"Upload-Offset": str(number * piece)}
            if number + 1 < pieces:
                assert client.patch(location, content=data, headers=headers).status_code == 204
            else:
                with pytest.raises(httpx.TransportError):
                    client.patch(location, content=data, headers=headers)
        assert server.process.wait(10) == -signal.SIGKILL
    file = tmp_path / "data" / "recordings" / f"{location.rpartition('/')[2]}.opus"
    assert file.read_bytes() == SOUND[: pieces * piece]
    with running_server(tmp_path) as server, server.client() as client:
        stands = client.head(location, headers=TUS)
        assert stands.headers["Upload-Offset"] == str(stored)
        if stored:
            assert client.get(location).content == SOUND[:stored]
        # Less than lies there already: what does not count is dropped, not left behind it.
        headers = CHUNK | {"Upload-Offset": str(stored)}
        little = SOUND[stored : stored + 100]
        assert client.patch(location, content=little, headers=headers).status_code == 204
        assert file.stat().st_size == stored + 100
        headers = CHUNK | {"Upload-Offset": str(stored + 100)}
        rest = SOUND[stored + 100 :]
        assert client.patch(location, content=rest, headers=headers).status_code == 204
        assert client.get(location).content == SOUND
