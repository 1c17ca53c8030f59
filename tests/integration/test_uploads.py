"""The app's side of recordings: uploads that are cut, refused or overtaken; downloads that last."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from interview_desktop.api import recordings
from interview_desktop.api.auth import FixedToken
from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import ApiError, Conflict, NotFound, UnexpectedAnswer, Unreachable
from tests.helpers.server_thread import ThreadServer

CHUNK = 1000
SOUND = b"OggS" + bytes(range(256)) * 20
Send = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "CHUNK_BYTES", CHUNK)


@dataclass(frozen=True)
class Files:
    """A recorded part."""

    candidate: Path
    interviewer: Path
    id: str
    started_at: str = "2026-01-31T12:00:00Z"
    duration_ms: int = 1000


@pytest.fixture
def part(tmp_path: Path) -> Files:
    files = Files(tmp_path / "candidate.opus", tmp_path / "interviewer.opus", str(uuid.uuid4()))
    files.candidate.write_bytes(SOUND)
    files.interviewer.write_bytes(SOUND[::1][:-7])
    return files


class ApiOnABadLine(InterviewApi):
    """The real client; `fault(count, send)` stands in for the `count`-th PATCH."""

    def __init__(self, base_url: str, token: str) -> None:
        super().__init__(base_url, FixedToken(token))
        self.fault: Callable[[int, Callable[..., Awaitable[httpx.Response]]], Any] | None = None
        self.patches = 0

    async def _request(self, method: str, path: str, **rest: Any) -> httpx.Response:
        async def send(**changed: Any) -> httpx.Response:
            return await super(ApiOnABadLine, self)._request(method, path, **(rest | changed))

        if method == "PATCH" and self.fault is not None:
            self.patches += 1
            answer = await self.fault(self.patches, send)
            return answer if isinstance(answer, httpx.Response) else await send()
        return await send()


@dataclass
class Side:
    """The app's client of one user, and the same user's plain client."""

    api: ApiOnABadLine
    plain: httpx.Client
    path: str

    @property
    def interview_id(self) -> str:
        return self.path.rpartition("/")[2]

    async def upload(self, part: Files) -> None:
        await self.api.upload_part(self.interview_id, part, lambda done, total: None)

    def tracks(self) -> dict[str, Any]:
        (part,) = self.plain.get(f"{self.path}/recordings/").json()["parts"]
        found: dict[str, Any] = part["tracks"]
        return found

    def bytes_of(self, track: str) -> bytes:
        url = self.tracks()[track]["url"].removeprefix("/api/v1")
        return self.plain.get(url).content

    def has_all(self, part: Files) -> bool:
        return all(
            self.tracks()[name]["complete"] and self.bytes_of(name) == file.read_bytes()
            for name, file in (("candidate", part.candidate), ("interviewer", part.interviewer))
        )


@pytest.fixture
def act(
    api: ThreadServer, owner: httpx.Client, path: str
) -> Callable[[Callable[[Side], Awaitable[None]]], None]:
    """Run a scene with the app's client."""

    def run(scene: Callable[[Side], Awaitable[None]]) -> None:
        async def body() -> None:
            token = owner.headers["Authorization"].removeprefix("Bearer ")
            client = ApiOnABadLine(api.url, token)
            try:
                await scene(Side(client, owner, path))
            finally:
                await client.aclose()

        asyncio.run(asyncio.wait_for(body(), 60))

    return run


Act = Callable[[Callable[[Side], Awaitable[None]]], None]


def test_an_upload_that_was_cut_goes_on_where_it_stopped(act: Act, part: Files) -> None:
    async def cut(count: int, _send: Send) -> None:
        if count == 3:
            raise Unreachable("The server does not answer.")

    async def scene(side: Side) -> None:
        side.api.fault = cut
        with pytest.raises(Unreachable):
            await side.upload(part)
        before = side.api.patches
        await side.upload(part)
        assert side.has_all(part)
        # Two pieces had arrived and are not sent again: the third is tried twice.
        assert before == 3
        assert side.api.patches == 2 * -(-len(SOUND) // CHUNK) + 1

    act(scene)


def test_a_piece_whose_answer_was_lost_is_not_sent_twice(act: Act, part: Files) -> None:
    async def lost(count: int, send: Send) -> None:
        if count == 2:
            # It arrives, and then again: the second is at the wrong place by now.
            await send()

    async def scene(side: Side) -> None:
        side.api.fault = lost
        await side.upload(part)
        assert side.has_all(part)

    act(scene)


def test_a_piece_that_was_damaged_on_the_way_is_sent_again(act: Act, part: Files) -> None:
    async def damaged(count: int, send: Send) -> httpx.Response | None:
        return await send(content=b"x" * CHUNK) if count == 2 else None

    async def scene(side: Side) -> None:
        side.api.fault = damaged
        await side.upload(part)
        assert side.has_all(part)

    act(scene)


def test_a_line_that_damages_everything_is_given_up(act: Act, part: Files) -> None:
    async def damaged(_count: int, send: Send) -> httpx.Response | None:
        return await send(content=b"x" * CHUNK)

    async def scene(side: Side) -> None:
        side.api.fault = damaged
        with pytest.raises(ApiError):
            await side.upload(part)
        assert side.api.patches <= 1 + recordings.MAX_SECOND_TRIES

    act(scene)


def test_an_upload_that_was_deleted_on_the_server_begins_again(act: Act, part: Files) -> None:
    async def scene(side: Side) -> None:
        async def deleted(count: int, _send: Send) -> None:
            if count == 2:
                url = side.tracks()["candidate"]["url"].removeprefix("/api/v1")
                answer = side.plain.delete(url, headers={"Tus-Resumable": "1.0.0"})
                assert answer.status_code == 204

        side.api.fault = deleted
        await side.upload(part)
        assert side.has_all(part)

    act(scene)


def test_a_recording_that_has_grown_since_replaces_the_shorter_one(act: Act, part: Files) -> None:
    async def scene(side: Side) -> None:
        await side.upload(part)
        part.candidate.write_bytes(SOUND + b"more")
        await side.upload(part)
        assert side.has_all(part)
        # The other way round nothing is thrown away.
        part.candidate.write_bytes(SOUND[:100])
        with pytest.raises(Conflict):
            await side.upload(part)
        assert side.bytes_of("candidate") == SOUND + b"more"

    act(scene)


def test_a_file_that_shrinks_meanwhile_ends_the_upload(act: Act, part: Files) -> None:
    async def shrink(count: int, _send: Send) -> None:
        if count == 1:
            part.candidate.write_bytes(SOUND[: CHUNK + 10])

    async def scene(side: Side) -> None:
        side.api.fault = shrink
        with pytest.raises(ApiError):
            await side.upload(part)

    act(scene)


def test_an_interview_that_is_gone_says_so(act: Act, part: Files) -> None:
    async def scene(side: Side) -> None:
        assert side.plain.delete(side.path).status_code == 204
        with pytest.raises(NotFound):
            await side.upload(part)

    act(scene)


def test_only_what_is_whole_is_fetched_and_kept(act: Act, part: Files, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()

    async def cut(count: int, _send: Send) -> None:
        if count == 2:
            raise Unreachable("The server does not answer.")

    async def scene(side: Side) -> None:
        side.api.fault = cut
        with pytest.raises(Unreachable):
            await side.upload(part)
        assert await side.api.download_part(side.interview_id, cache) == []
        await side.upload(part)
        both = await asyncio.gather(
            *(side.api.download_part(side.interview_id, cache) for _ in range(2))
        )
        assert both[0] == both[1]
        (files,) = both[0]
        assert files["candidate"].read_bytes() == SOUND
        assert files["interviewer"].read_bytes() == part.interviewer.read_bytes()
        # Nothing half is left, and a folder that takes nothing is told in a sentence.
        assert {one.suffix for one in cache.iterdir()} == {".opus"}
        with pytest.raises(ApiError) as told:
            await side.api.download_part(side.interview_id, tmp_path / "nowhere")
        assert told.value.sentence.startswith("The recording could not be kept")

    act(scene)


@pytest.mark.parametrize("name", ["../../evil", "/etc/passwd", "", "x"])
def test_a_name_of_the_server_is_no_path_here(tmp_path: Path, name: str) -> None:
    track = {"id": name, "bytes": 1, "complete": True, "url": "/api/v1/x"}
    listing = {"parts": [{"id": "p", "tracks": {"candidate": track, "interviewer": track}}]}

    async def scripted(_method: str, path: str, **_rest: Any) -> httpx.Response:
        return httpx.Response(200, json=listing) if path.endswith("/") else httpx.Response(200)

    with pytest.raises(UnexpectedAnswer):
        asyncio.run(recordings.download_parts(scripted, "i", tmp_path))
    assert list(tmp_path.iterdir()) == []
