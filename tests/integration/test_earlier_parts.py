"""Where the line of a resumed interview goes on, whatever has become of its earlier sound."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from interview_desktop.api import parsing
from interview_desktop.api.auth import FixedToken
from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import NotFound, Unreachable
from interview_desktop.audio.recorder import Recorder, load_part
from interview_desktop.config import app_paths
from interview_desktop.domain.earlier import Earlier
from interview_desktop.domain.journal import Happened, Story
from interview_desktop.domain.transcript import Caption
from interview_desktop.runtime.earlier_parts import gathered, last_beginning


class BareApi(InterviewApi):
    """Stands in for a server that knows some parts, and neither notes nor events."""

    def __init__(self, **durations_ms: int) -> None:
        super().__init__("http://127.0.0.1:1", FixedToken("token"))
        self.durations_ms = durations_ms
        self.away = False

    async def captions(self, interview_id: str) -> list[Caption]:
        if self.away:
            raise Unreachable("The server does not answer.")
        return []

    async def events(self, interview_id: str) -> list[Happened]:
        raise NotFound("There is nothing here.")

    async def notes(self, interview_id: str) -> str:
        raise NotFound("There is nothing here.")

    async def recorded_parts(self, interview_id: str) -> list[parsing.Part]:
        return [parsing.Part(name, {}, "", ms) for name, ms in self.durations_ms.items()]


def _record(folder: Path, part_id: str, blocks: int) -> Path:
    recorder = Recorder(folder / "i", part_id, "i", after=last_beginning(folder / "i"))
    for _ in range(blocks):
        recorder.write(bytes(960), bytes(960))
    recorder.close()
    return folder / "i" / part_id


def _gathered(api: BareApi, data: Path) -> Earlier:
    async def gather() -> Earlier:
        try:
            return await gathered(api, app_paths(data), "i", Story())
        finally:
            await api.aclose()

    return asyncio.run(gather())


def test_the_line_goes_on_after_every_part_wherever_it_is(tmp_path: Path) -> None:
    folder = app_paths(tmp_path).create().recordings
    assert _gathered(BareApi(), tmp_path) == Earlier()
    _record(folder, "here", 100)
    _record(folder, "both", 50)
    found = _gathered(BareApi(there=2000, both=500), tmp_path)
    assert found.offset_ms == 1000 + 500 + 2000


def test_truncated_and_missing_sound_is_in_nobodys_way(tmp_path: Path) -> None:
    folder = app_paths(tmp_path).create().recordings
    torn = _record(folder, "torn", 200)
    for side in ("candidate", "interviewer"):
        track = torn / f"{side}.opus"
        track.write_bytes(track.read_bytes()[:-30])
    one_side = _record(folder, "one side", 100)
    (one_side / "interviewer.opus").unlink()
    empty = _record(folder, "empty", 100)
    for side in ("candidate", "interviewer"):
        (empty / f"{side}.opus").write_bytes(b"")
    (folder / "i" / "stray file").write_text("no part")
    # Two seconds but for the torn page, and what is whole on the server.
    found = _gathered(BareApi(**{"one side": 1000, "empty": 700}), tmp_path)
    assert 1500 + 1000 + 700 <= found.offset_ms <= 2000 + 1000 + 700


@pytest.mark.parametrize("lost", ["candidate", "interviewer"])
def test_a_part_that_has_lost_a_side_keeps_its_place_on_the_line(tmp_path: Path, lost: str) -> None:
    folder = app_paths(tmp_path).create().recordings
    part = _record(folder, "part", 100)
    began = load_part(part).started_at
    (part / f"{lost}.opus").unlink()
    # Review plays what is left of it: what comes after must lie behind it there and here.
    assert _gathered(BareApi(), tmp_path).offset_ms == 1000
    assert last_beginning(folder / "i") == began
    for side in ("candidate", "interviewer"):
        (part / f"{side}.opus").unlink(missing_ok=True)
    assert _gathered(BareApi(), tmp_path).offset_ms == 0


def test_an_interview_whose_past_cannot_be_asked_for_is_not_begun(tmp_path: Path) -> None:
    api = BareApi()
    api.away = True
    with pytest.raises(Unreachable):
        _gathered(api, tmp_path)
