"""What is only here goes to the server by itself, without a busy loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from interview_desktop.api.auth import FixedToken
from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import NotFound, Refused, Unreachable
from interview_desktop.audio.recorder import Recorder
from interview_desktop.config import AppPaths, app_paths
from interview_desktop.domain.recording import PartFiles
from interview_desktop.runtime import sending
from interview_desktop.runtime.sending import Sender
from interview_desktop.runtime.uploads import upload_pending

LIMIT_S = 20.0


class AwayApi(InterviewApi):
    """Stands in for a server that comes back after some tries."""

    def __init__(self, tries: int) -> None:
        super().__init__("http://127.0.0.1:1", FixedToken("token"))
        self.tries_left = tries
        self.tried = asyncio.Semaphore(0)
        self.sent: list[str] = []
        self.refusal: Exception | None = None

    async def upload_part(
        self, interview_id: str, part: PartFiles, progress: Callable[[int, int], None]
    ) -> None:
        self.tried.release()
        if self.refusal is not None:
            raise self.refusal
        if self.tries_left:
            self.tries_left -= 1
            raise Unreachable("The server does not answer.")
        self.sent.append(part.id)


def _record(paths: AppPaths, part_id: str) -> None:
    recorder = Recorder(paths.recordings / "interview", part_id, "interview")
    recorder.write(bytes(960), bytes(960))
    recorder.close()


def _play(tries: int, tmp_path: Path, scene: Callable[[AwayApi, Sender], Awaitable[None]]) -> None:
    async def play() -> None:
        api = AwayApi(tries)
        sender = Sender(api, app_paths(tmp_path))
        sender.start()
        try:
            await scene(api, sender)
        finally:
            await sender.aclose()
            await api.aclose()

    asyncio.run(asyncio.wait_for(play(), LIMIT_S))


def test_an_upload_is_tried_until_the_server_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "RETRY_DELAYS_S", (0.01, 0.02))
    paths = app_paths(tmp_path).create()
    _record(paths, "part")

    async def scene(api: AwayApi, sender: Sender) -> None:
        for _ in range(4):
            await api.tried.acquire()
        assert await sender.send()
        assert api.sent == ["part"]

    _play(3, tmp_path, scene)
    # The mark says that it is there.
    assert (paths.recordings / "interview" / "part" / "uploaded").exists()


def test_with_nothing_to_send_it_sleeps_until_it_is_woken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = app_paths(tmp_path).create()
    rounds: list[int] = []
    real = upload_pending

    async def counted(api: InterviewApi, recordings: Path, left: list[Path]) -> int:
        rounds.append(1)
        return await real(api, recordings, left)

    monkeypatch.setattr(sending, "upload_pending", counted)

    async def scene(api: AwayApi, sender: Sender) -> None:
        # Longer than the first retry would wait; nothing comes of it.
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(api.tried.acquire(), sending.RETRY_DELAYS_S[0] * 1.2)
        assert len(rounds) == 1
        await asyncio.to_thread(_record, paths, "new")
        sender.wake()
        await api.tried.acquire()
        while not api.sent:  # noqa: ASYNC110  (the whole scene has a limit)
            await asyncio.sleep(0.01)
        assert api.sent == ["new"]

    _play(0, tmp_path, scene)


@pytest.mark.parametrize("refusal", [NotFound("gone"), Refused("another's")])
def test_what_the_server_will_not_have_is_kept_and_not_asked_for_all_the_time(
    tmp_path: Path, refusal: Exception
) -> None:
    paths = app_paths(tmp_path).create()
    _record(paths, "part")

    async def scene(api: AwayApi, sender: Sender) -> None:
        api.refusal = refusal
        assert await sender.send()
        assert api.sent == []
        # It belongs there after all: whoever sends something new sends it as well.
        api.refusal = None
        assert await sender.send()
        assert api.sent == ["part"]

    _play(0, tmp_path, scene)


def test_two_who_send_at_once_send_each_part_once(tmp_path: Path) -> None:
    paths = app_paths(tmp_path).create()
    for name in "abc":
        _record(paths, name)

    async def scene(api: AwayApi, sender: Sender) -> None:
        assert all(await asyncio.gather(sender.send(), sender.send()))
        assert sorted(api.sent) == ["a", "b", "c"]

    _play(0, tmp_path, scene)
