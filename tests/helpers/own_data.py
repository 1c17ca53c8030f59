"""What a user leaves on a server: an interview with something of every kind, exports, files."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from pathlib import Path

import httpx

from server.services import housekeeping
from tests.helpers.api import complete, new_interview, set_question, until_done, upload
from tests.helpers.server_thread import ThreadServer

PIECE = 64


@dataclass(frozen=True)
class FullInterview:
    """A completed interview that is shared with a coach, and what was recorded of it."""

    id: str
    sound: dict[str, bytes]
    part: str

    @property
    def path(self) -> str:
        """Below /api/v1."""
        return f"/interviews/{self.id}"


def full_interview(
    owner: httpx.Client, coach: httpx.Client, word: str, *, feedback: bool = True
) -> FullInterview:
    """Everything that candidate and coach can leave in an interview, each text with `word`."""
    interview_id = new_interview(owner)["id"]
    path = f"/interviews/{interview_id}"
    _check(owner.put(f"{path}/notes", json={"text": f"{word} in notes"}))
    lines = [
        {"id": str(number), "speaker": "candidate", "text": f"{word} line {number}",
         "start_ms": number, "end_ms": number + 1, "question": 1}
        for number in range(50)
    ]  # fmt: skip
    _check(owner.post(f"{path}/transcript/segments", json={"segments": lines}))
    event = {"id": str(uuid.uuid4()), "type": "note", "at_ms": 3, "data": {"text": word}}
    _check(owner.post(f"{path}/questions/1/events", json=event))
    _check(owner.post(f"{path}/questions/1/hints"))
    set_question(owner, path, 3)
    for value in (1, 2):
        number = {"text": f"{word} {value}", "value": value, "unit": "EUR"}
        _check(owner.post(f"{path}/questions/3/numbers", json=number))
    _check(owner.post(f"{path}/calls", json={"call_id": "rtc_1", "question": 1}))
    part = str(uuid.uuid4())
    sound = {
        track: b"OggS" + f"{word} of {track}".ljust(PIECE).encode() * 2000
        for track in ("candidate", "interviewer")
    }
    for track, data in sound.items():
        upload(owner, path, data, track=track, part=part)
    complete(owner, path)
    coach_id = coach.get("/users/me").json()["id"]
    leave = {"coach_id": coach_id, "scopes": ["transcript", "audio", "feedback"]}
    _check(owner.post(f"{path}/shares", json=leave))
    _check(coach.post(f"{path}/comments", json={"at_ms": 5, "text": f"{word} by a coach"}))
    _check(owner.post(f"{path}/comments", json={"at_ms": 6, "text": f"{word} by the owner"}))
    given = {"scores": [{"dimension": "numeracy", "score": 4}]}
    _check(coach.post(f"{path}/scores", json=given))
    if feedback:
        _check(owner.post(f"{path}/feedback", json={}))
        until_done(lambda: owner.get(f"{path}/feedback").json()["feedback"])
    return FullInterview(interview_id, sound, part)


def export(client: httpx.Client) -> str:
    """An export that is done; its path below /api/v1."""
    answer = client.post("/me/exports", json={})
    assert answer.status_code == 202, answer.text
    path = answer.headers["Location"].removeprefix("/api/v1")
    until_done(lambda: client.get(path).json()["status"] in ("done", "failed"))
    assert client.get(path).json()["status"] == "done"
    return str(path)


def files_with(folder: Path, *words: str) -> list[str]:
    """The files below `folder` that hold one of the words, in UTF-8."""
    return [
        f"{file.relative_to(folder)}: {word}"
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.is_symlink()
        for word in words
        if word.encode() in file.read_bytes()
    ]


def data_dir(server: ThreadServer) -> Path:
    """Where the server keeps everything."""
    return server.context.settings.data_dir


class _NoCalls:
    """No call is live."""

    async def hang_up(self, call_id: str, user_id: str) -> bool:
        return False

    async def end_interview(self, interview_id: str) -> None: ...

    async def end_user(self, user_id: str) -> None: ...

    def count(self) -> int:
        return 0


def keep_house(server: ThreadServer) -> None:
    """What the server does by itself once an hour."""
    asyncio.run(housekeeping.keep_house(server.context, _NoCalls()))


def _check(answer: httpx.Response) -> None:
    assert answer.is_success, f"{answer.request.url} {answer.status_code} {answer.text}"
