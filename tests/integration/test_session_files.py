"""Where the sound of a session comes from: here first, the rest from the server."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from interview_desktop.api import parsing, recordings
from interview_desktop.api.auth import FixedToken
from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import ApiError, NotFound, Unreachable
from interview_desktop.audio.peaks import Part
from interview_desktop.audio.recorder import Recorder, RecordingPart
from interview_desktop.config import AppPaths
from interview_desktop.runtime import session_files as module
from interview_desktop.runtime.session_files import SessionFiles, session_files
from tests.helpers.server_thread import ThreadServer

CHUNK = 2000


class WatchedApi(InterviewApi):
    """The real client; it counts what it fetches, and can be cut off."""

    def __init__(self, base_url: str, token: str) -> None:
        super().__init__(base_url, FixedToken(token))
        self.fetched: list[str] = []
        self.cut = False
        self.slow_listing = False
        self.on_fetch: Callable[[], None] = lambda: None

    async def stored_parts(self, interview_id: str) -> list[parsing.Part]:
        if self.slow_listing:
            await asyncio.Event().wait()
        return await super().stored_parts(interview_id)

    async def _request(self, method: str, path: str, **rest: Any) -> httpx.Response:
        if method == "GET" and not path.endswith("/"):
            self.fetched.append(path)
            self.on_fetch()
            if self.cut:
                raise Unreachable("The server does not answer.")
        return await super()._request(method, path, **rest)


@dataclass(frozen=True)
class Side:
    """The app's client, its folders, and the interview in question."""

    api: WatchedApi
    paths: AppPaths
    interview_id: str

    async def record(self, blocks: int = 300, *, send: bool = True) -> RecordingPart:
        """A part that was recorded on this computer."""
        noise = os.urandom(960)

        def write() -> RecordingPart:
            folder = self.paths.recordings / self.interview_id
            recorder = Recorder(folder, str(uuid.uuid4()), self.interview_id)
            for _ in range(blocks):
                recorder.write(noise, bytes(960))
            return recorder.close()

        part = await asyncio.to_thread(write)
        if send:
            await self.api.upload_part(self.interview_id, part, lambda done, total: None)
        return part

    async def files(
        self, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> SessionFiles:
        return await session_files(self.api, self.paths, self.interview_id, progress)


Act = Callable[[Callable[[Side], Awaitable[None]]], None]


@pytest.fixture
def act(
    api: ThreadServer,
    owner: httpx.Client,
    path: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Act:
    """Run a scene."""
    monkeypatch.setattr(recordings, "CHUNK_BYTES", CHUNK)
    # Not what is tested, and a busy computer may take its time.
    monkeypatch.setattr(module, "LISTING_LIMIT_S", 20.0)

    def run(scene: Callable[[Side], Awaitable[None]]) -> None:
        async def body() -> None:
            token = owner.headers["Authorization"].removeprefix("Bearer ")
            client = WatchedApi(api.url, token)
            try:
                await scene(Side(client, AppPaths(tmp_path).create(), path.rpartition("/")[2]))
            finally:
                await client.aclose()

        asyncio.run(asyncio.wait_for(body(), 60))

    return run


def _elsewhere(part: RecordingPart) -> tuple[bytes, bytes]:
    """The part's bytes, as if it had been recorded on another computer."""
    both = part.candidate.read_bytes(), part.interviewer.read_bytes()
    for file in part.candidate.parent.iterdir():
        file.unlink()
    part.candidate.parent.rmdir()
    return both


def test_what_is_here_is_played_from_here(act: Act) -> None:
    async def scene(side: Side) -> None:
        sent = await side.record()
        unsent = await side.record(send=False)
        files = await side.files()
        assert set(files.parts) == {(one.candidate, one.interviewer) for one in (sent, unsent)}
        assert files.notes == ()
        assert side.api.fetched == []

    act(scene)


def test_what_is_elsewhere_is_fetched_in_pieces_once(act: Act) -> None:
    async def scene(side: Side) -> None:
        here = await side.record()
        sounds = [_elsewhere(await side.record()) for _ in range(2)]
        counts: list[tuple[int, int]] = []
        files = await side.files(lambda done, total: counts.append((done, total)))
        found = [(one.read_bytes(), two.read_bytes()) for one, two in files.parts if one and two]
        assert sorted(found) == sorted(
            [*sounds, (here.candidate.read_bytes(), here.interviewer.read_bytes())]
        )
        total = sum(len(one) + len(two) for one, two in sounds)
        assert counts[-1] == (total, total)
        assert [done for done, _ in counts] == sorted(done for done, _ in counts)
        assert len(counts) > 4
        pieces = len(side.api.fetched)
        assert pieces > 4
        assert (await side.files()).parts == files.parts
        assert len(side.api.fetched) == pieces

    act(scene)


def test_a_side_that_is_lost_or_shorter_here_comes_from_the_server(act: Act) -> None:
    async def scene(side: Side) -> None:
        part = await side.record()
        whole = part.candidate.read_bytes(), part.interviewer.read_bytes()
        part.candidate.write_bytes(whole[0][:-200])
        part.interviewer.unlink()
        ((one, two),) = (await side.files()).parts
        assert one is not None
        assert two is not None
        assert (one.read_bytes(), two.read_bytes()) == whole

    act(scene)


def test_without_the_server_what_is_here_still_plays(
    act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(side: Side) -> None:
        part = await side.record()
        local: list[Part] = [(part.candidate, part.interviewer)]
        _elsewhere(await side.record())
        side.api.cut = True
        files = await side.files()
        assert files.parts == local
        assert files.notes == (
            "Some of this session is on the server only and could not be fetched.",
        )
        side.api.slow_listing = True
        monkeypatch.setattr(module, "LISTING_LIMIT_S", 0.01)
        assert await side.files() == SessionFiles(local)
        side.api.slow_listing = False
        _elsewhere(part)
        with pytest.raises(Unreachable):
            await side.files()

    act(scene)


def test_a_session_that_nobody_knows_is_refused(act: Act) -> None:
    async def scene(side: Side) -> None:
        assert await side.files() == SessionFiles([])
        with pytest.raises(NotFound):
            await session_files(side.api, side.paths, str(uuid.uuid4()))

    act(scene)


def test_what_another_computer_still_sends_is_noted(act: Act) -> None:
    async def scene(side: Side) -> None:
        part = await side.record(send=False)

        def after_some(done: int, _total: int) -> None:
            if done > CHUNK:
                raise Unreachable("The server does not answer.")

        with pytest.raises(ApiError):
            await side.api.upload_part(side.interview_id, part, after_some)
        _elsewhere(part)
        files = await side.files()
        assert files.parts == []
        assert files.notes == ("Some of this session is still being sent from another computer.",)

    act(scene)


def test_cancelled_it_leaves_nothing_half(act: Act) -> None:
    async def scene(side: Side) -> None:
        for _ in range(2):
            _elsewhere(await side.record())
        for after in (1, 3, 6):
            seen = 0

            def count(task: asyncio.Task[SessionFiles], limit: int = after) -> None:
                nonlocal seen
                seen += 1
                if seen == limit:
                    task.cancel()

            task = asyncio.create_task(side.files())
            side.api.on_fetch = lambda task=task: count(task)  # type: ignore[misc]
            with pytest.raises(asyncio.CancelledError):
                await task
            assert [one for one in side.paths.cache.iterdir() if one.suffix != ".opus"] == []
        side.api.on_fetch = lambda: None
        assert len((await side.files()).parts) == 2

    act(scene)
