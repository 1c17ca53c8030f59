"""Journals on the disk: torn, damaged, full; delivered when there is a server; then removed."""

from __future__ import annotations

import asyncio
import os
import stat
import threading
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from interview_desktop.api.auth import FixedToken
from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import NotFound, Unreachable
from interview_desktop.domain.interview import Interview, Progress
from interview_desktop.domain.journal import Story
from interview_desktop.domain.transcript import Caption
from interview_desktop.runtime import journal as module
from interview_desktop.runtime.journal import (
    JournalFile,
    JournalInUse,
    forget,
    kept_notes,
    open_journal,
    path_of,
    write_notes,
)
from interview_desktop.runtime.journal_delivery import deliver_journals
from tests.helpers.server_thread import ThreadServer

ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
LIMIT_S = 20.0


def _story(folder: Path, interview_id: str = ID) -> Story:
    file = JournalFile(folder, interview_id)
    file.close()
    return file.journal.story


def _left(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()]


def _said(item: str, text: str, *, final: bool = True) -> Caption:
    return Caption(item, "candidate", text, 0, 10, 1, final=final)


# -- the file ----------------------------------------------------------------------------------


def test_what_was_written_is_there_for_its_owner_alone(tmp_path: Path) -> None:
    file = JournalFile(tmp_path / "journals", ID)
    file.journal.caption(_said("a", "the mar", final=False))
    file.journal.caption(_said("a", "the market"))
    file.journal.notes("2 × 40 = 80")
    written = threading.Event()
    file.journal.written(written.set)
    # Before it is closed: a kill would come now.
    assert written.wait(LIMIT_S)
    path = path_of(tmp_path / "journals", ID)
    assert path.read_bytes().count(b"\n") == 3
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    file.close()
    file.close()
    assert _story(tmp_path / "journals") == file.journal.story


def test_a_torn_line_is_no_damage_and_is_written_over(tmp_path: Path) -> None:
    file = JournalFile(tmp_path, ID)
    file.journal.notes("one")
    file.journal.notes("one two")
    file.close()
    path = path_of(tmp_path, ID)
    path.write_bytes(path.read_bytes()[:-5])
    assert _story(tmp_path).notes == "one"
    asyncio.run(write_notes(tmp_path, ID, "one three"))
    assert _story(tmp_path).notes == "one three"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_damaged_file_is_used_as_far_as_it_goes_and_kept_aside(
    tmp_path: Path, expected_logs: list[str]
) -> None:
    expected_logs.append("A journal is damaged")
    file = JournalFile(tmp_path, ID)
    for count in range(10):
        file.journal.notes("x" * count)
    file.close()
    path = path_of(tmp_path, ID)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert 0 < len(_story(tmp_path).notes) < 9
    (aside,) = (one for one in tmp_path.iterdir() if one != path)
    assert aside.read_bytes() == data
    assert stat.S_IMODE(aside.stat().st_mode) == 0o600
    # The beginning goes on as a whole file.
    asyncio.run(write_notes(tmp_path, ID, "again"))
    assert _story(tmp_path).notes == "again"
    forget(tmp_path, ID)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("odd", ["../../etc/passwd", "", "x", ID + "/.."])
def test_what_is_no_id_becomes_no_file(tmp_path: Path, odd: str) -> None:
    with pytest.raises(ValueError, match="UUID"):
        JournalFile(tmp_path, odd)
    assert list(tmp_path.iterdir()) == []


def test_a_second_writer_waits_for_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = JournalFile(tmp_path, ID)
    monkeypatch.setattr(module, "CLAIM_LIMIT_S", 0.05)
    with pytest.raises(JournalInUse):
        JournalFile(tmp_path, ID)
    monkeypatch.setattr(module, "CLAIM_LIMIT_S", LIMIT_S)
    stories: list[Story] = []
    second = threading.Thread(target=lambda: stories.append(_story(tmp_path)))
    second.start()
    first.journal.notes("of the first")
    first.close()
    second.join(LIMIT_S)
    assert stories[0].notes == "of the first"


def test_a_full_disk_is_told_and_what_came_meanwhile_is_written_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_S", 0.01)
    told: list[bool] = []
    changed = threading.Event()

    def stuck(is_stuck: bool) -> None:
        told.append(is_stuck)
        changed.set()

    file = JournalFile(tmp_path, ID, stuck)
    real = os.write

    def half(descriptor: int, data: bytes) -> int:
        if descriptor != file._file:
            return real(descriptor, data)
        if len(data) > 10:
            return real(descriptor, data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", half)
    for count in range(5):
        file.journal.notes("x" * count)
    assert changed.wait(LIMIT_S)
    assert told == [True]
    # Nothing half is left that would hide what follows.
    assert path_of(tmp_path, ID).read_bytes() == b""
    changed.clear()
    monkeypatch.setattr(os, "write", real)
    assert changed.wait(LIMIT_S)
    assert told == [True, False]
    file.close()
    assert _story(tmp_path).notes == "xxxx"


def test_a_disk_that_cannot_make_it_durable_is_not_asked_all_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SYNC_EVERY_S", LIMIT_S)
    told: list[bool] = []
    tried: list[int] = []
    file = JournalFile(tmp_path, ID, told.append)
    real = os.fsync

    def failing(descriptor: int) -> None:
        if descriptor != file._file:
            return real(descriptor)
        tried.append(1)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    for count in range(4):
        file.journal.notes("x" * count)
        written = threading.Event()
        file.journal.written(written.set)
        assert written.wait(LIMIT_S)
    assert (len(tried), told) == (1, [True])
    monkeypatch.setattr(os, "fsync", real)
    file.close()
    assert (told, file.failed) == ([True, False], False)
    assert _story(tmp_path).notes == "xxx"


def test_notes_that_the_disk_did_not_take_are_not_called_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_logs: list[str]
) -> None:
    expected_logs.append("end of a journal")
    path = path_of(tmp_path, ID)
    real = os.write

    def full(descriptor: int, data: bytes) -> int:
        if os.path.samestat(os.fstat(descriptor), os.stat(path)):
            raise OSError(28, "No space left on device")
        return real(descriptor, data)

    monkeypatch.setattr(module, "RETRY_S", 0.01)
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="could not be written"):
        asyncio.run(write_notes(tmp_path, ID, "mine"))
    monkeypatch.setattr(os, "write", real)
    asyncio.run(write_notes(tmp_path, ID, "mine"))
    assert _story(tmp_path).notes == "mine"


def test_of_notes_typed_while_the_file_is_taken_the_last_stay(tmp_path: Path) -> None:
    async def type_quickly() -> None:
        taken = await asyncio.to_thread(JournalFile, tmp_path, ID)
        typed = [asyncio.create_task(write_notes(tmp_path, ID, "x" * count)) for count in range(40)]
        # More than there are worker threads: closing needs one.
        await asyncio.sleep(0)
        await asyncio.wait_for(asyncio.to_thread(taken.close), LIMIT_S / 2)
        await asyncio.gather(*typed)

    asyncio.run(asyncio.wait_for(type_quickly(), LIMIT_S))
    assert _story(tmp_path).notes == "x" * 39


def test_whoever_is_cancelled_while_it_opens_leaves_it_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = threading.Event()
    claim = module._claim

    def claimed(path: Path) -> None:
        asked.set()
        claim(path)

    async def cancel() -> None:
        taken = await asyncio.to_thread(JournalFile, tmp_path, ID)
        monkeypatch.setattr(module, "_claim", claimed)
        second = asyncio.create_task(open_journal(tmp_path, ID))
        assert await asyncio.to_thread(asked.wait, LIMIT_S / 2)
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        await asyncio.to_thread(taken.close)
        third = await asyncio.wait_for(open_journal(tmp_path, ID), LIMIT_S / 2)
        await asyncio.to_thread(third.close)

    asyncio.run(asyncio.wait_for(cancel(), LIMIT_S))


def test_looking_at_a_damaged_file_leaves_nothing_behind(tmp_path: Path) -> None:
    asyncio.run(write_notes(tmp_path, ID, "mine"))
    with path_of(tmp_path, ID).open("ab") as out:
        out.write(b"odd\n")
    for _ in range(3):
        assert asyncio.run(kept_notes(tmp_path, ID)) == "mine"
    assert _left(tmp_path) == [path_of(tmp_path, ID).name]


def test_a_long_file_becomes_a_short_one_that_tells_the_same(tmp_path: Path) -> None:
    file = JournalFile(tmp_path, ID)
    text = ""
    for count in range(4000):
        text += f"word{count} "
        file.journal.caption(_said("a", text, final=False))
    file.journal.caption(_said("a", text))
    notes = file.journal.notes("mine")
    file.journal.notes_delivered(notes)
    file.close()
    path = path_of(tmp_path, ID)
    long = path.stat().st_size
    assert long > module.LONG_BYTES
    again = JournalFile(tmp_path, ID)
    story = again.journal.story
    assert path.stat().st_size < long / 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one for _, one in story.undelivered()] == [_said("a", text)]
    assert (story.notes, story.notes_wait) == ("mine", False)
    # It goes on as any other.
    again.journal.notes("mine and yours")
    again.close()
    assert _story(tmp_path) == story
    assert _left(tmp_path) == [path.name]


# -- delivering --------------------------------------------------------------------------------


class NotesApi(InterviewApi):
    """The real client of a server that keeps notes; it is away when told so."""

    def __init__(self, base_url: str, token: str) -> None:
        super().__init__(base_url, FixedToken(token))
        self.away = False
        self.kept: dict[str, str] = {}
        self.knows_notes = True

    async def _request(self, method: str, path: str, **rest: Any) -> httpx.Response:
        if self.away:
            raise Unreachable("The server does not answer.")
        return await super()._request(method, path, **rest)

    async def put_notes(self, interview_id: str, text: str) -> None:
        if self.away:
            raise Unreachable("The server does not answer.")
        if not self.knows_notes:
            raise NotFound("There is nothing here.")
        self.kept[interview_id] = text


Scene = Callable[[NotesApi, Interview], Awaitable[None]]


def _play(server: ThreadServer, scene: Scene) -> None:
    async def play(token: str) -> None:
        api = NotesApi(server.url, token)
        try:
            card = (await api.templates())[0]
            await scene(api, await api.create_interview(card.id, str(uuid.uuid4())))
        finally:
            await api.aclose()

    with server.user() as client:
        token = client.headers["Authorization"].removeprefix("Bearer ")
        asyncio.run(asyncio.wait_for(play(token), 40))


def _killed(folder: Path, interview: Interview) -> None:
    """What a killed app left: a line that was final, one that was open, an event, notes."""
    file = JournalFile(folder, interview.id)
    file.journal.caption(_said("a", "First the market."))
    file.journal.caption(_said("b", "Then the mon", final=False))
    event = {"id": str(uuid.uuid4()), "type": "repeated", "at_ms": 5, "data": {}}
    file.journal.event(1, event)
    file.journal.notes("ask about margins")
    file.close()


def test_what_a_killed_app_left_is_delivered_once(api: ThreadServer, tmp_path: Path) -> None:
    async def scene(client: NotesApi, interview: Interview) -> None:
        _killed(tmp_path, interview)
        client.away = True
        assert not await deliver_journals(client, tmp_path)
        client.away = False
        assert await deliver_journals(client, tmp_path)
        lines = {line.item_id: line for line in await client.captions(interview.id)}
        assert lines["a"].text == "First the market."
        assert not lines["a"].interrupted
        assert lines["b"].text == "Then the mon"
        assert lines["b"].interrupted
        assert client.kept == {interview.id: "ask about margins"}
        # All of it is there; a second time nothing is sent.
        client.kept.clear()
        assert await deliver_journals(client, tmp_path)
        assert client.kept == {}
        # The interview can be resumed: what it has so far stays at hand.
        story = _story(tmp_path, interview.id)
        assert (len(story.captions), story.undelivered()) == (2, [])
        await client.update(interview, Progress(4, (1, 2, 3, 4)), "completed")
        assert await deliver_journals(client, tmp_path)
        assert _left(tmp_path) == []

    _play(api, scene)


def test_a_server_without_notes_takes_the_rest_and_the_notes_stay(
    api: ThreadServer, tmp_path: Path
) -> None:
    async def scene(client: NotesApi, interview: Interview) -> None:
        client.knows_notes = False
        _killed(tmp_path, interview)
        await client.update(interview, Progress(4, (1, 2, 3, 4)), "completed")
        assert await deliver_journals(client, tmp_path)
        assert len(await client.captions(interview.id)) == 2
        assert _story(tmp_path, interview.id).notes == "ask about margins"
        client.knows_notes = True
        assert await deliver_journals(client, tmp_path)
        assert client.kept == {interview.id: "ask about margins"}
        assert _left(tmp_path) == []

    _play(api, scene)


def test_what_belongs_to_a_deleted_interview_is_gone_too(api: ThreadServer, tmp_path: Path) -> None:
    async def scene(client: NotesApi, interview: Interview) -> None:
        _killed(tmp_path, interview)
        await client.delete(interview.id)
        assert await deliver_journals(client, tmp_path)
        assert _left(tmp_path) == []

    _play(api, scene)


def test_notes_typed_while_the_last_are_delivered_are_not_removed_with_them(
    api: ThreadServer, tmp_path: Path
) -> None:
    async def scene(client: NotesApi, interview: Interview) -> None:
        _killed(tmp_path, interview)
        await client.update(interview, Progress(4, (1, 2, 3, 4)), "completed")
        typed: list[asyncio.Task[None]] = []
        put = client.put_notes

        async def put_notes(interview_id: str, text: str) -> None:
            if not typed:
                # It waits for the file from now on.
                typed.append(
                    asyncio.create_task(write_notes(tmp_path, interview_id, "one thing more"))
                )
            await put(interview_id, text)

        client.put_notes = put_notes  # type: ignore[method-assign]
        assert await deliver_journals(client, tmp_path)
        await typed[0]
        assert _story(tmp_path, interview.id).notes == "one thing more"
        assert await deliver_journals(client, tmp_path)
        assert client.kept == {interview.id: "one thing more"}
        assert _left(tmp_path) == []

    _play(api, scene)


def test_what_belongs_to_somebody_else_is_kept_and_not_asked_for_all_the_time(
    api: ThreadServer, tmp_path: Path
) -> None:
    with api.user() as other:
        strangers = other.headers["Authorization"].removeprefix("Bearer ")

    async def scene(client: NotesApi, interview: Interview) -> None:
        _killed(tmp_path, interview)
        stranger = NotesApi(api.url, strangers)
        try:
            assert await deliver_journals(stranger, tmp_path)
        finally:
            await stranger.aclose()
        assert _story(tmp_path, interview.id).notes == "ask about margins"
        assert await deliver_journals(client, tmp_path)
        assert client.kept == {interview.id: "ask about margins"}

    _play(api, scene)


def test_one_that_is_being_written_is_left_alone(api: ThreadServer, tmp_path: Path) -> None:
    async def scene(client: NotesApi, interview: Interview) -> None:
        file = await asyncio.to_thread(JournalFile, tmp_path, interview.id)
        file.journal.notes("still typing")
        assert await deliver_journals(client, tmp_path)
        assert client.kept == {}
        await asyncio.to_thread(file.close)
        (tmp_path / "no-id.jsonl").write_text("odd")
        assert await deliver_journals(client, tmp_path)
        assert client.kept == {interview.id: "still typing"}

    _play(api, scene)
