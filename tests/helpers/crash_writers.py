"""Clients that write at the same time and keep what was confirmed, until their server dies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.helpers.api import CHUNK, TUS, new_interview, upload_headers

PIECE = 3000
LENGTH = 64 * PIECE


def sound(start: int, end: int) -> bytes:
    """The bytes of every recording, from `start` up to `end`."""
    whole = b"OggS" + b"".join(number.to_bytes(4, "big") for number in range(LENGTH // 4))
    return whole[start:end]


@dataclass
class Confirmed:
    """What the server has answered 2xx to, and what was asked last without an answer."""

    interviews: dict[str, dict[str, Any]] = field(default_factory=dict)
    # By interview: the last version; notes; the ids of segments; by upload: the offset.
    versions: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    segments: dict[str, set[str]] = field(default_factory=dict)
    offsets: dict[str, int] = field(default_factory=dict)


class Writers:
    """Four threads, each with a client and an interview of its own."""

    def __init__(self, client_of: Callable[[], httpx.Client], confirmed: Confirmed) -> None:
        self._client_of = client_of
        self._confirmed = confirmed
        self._answers = 0
        self._one_more = threading.Condition()
        self._ending = False
        self.faults: list[str] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Write while the block runs, or until the server is gone."""
        works = (self._create, self._patch, self._notes, self._segments, self._upload)
        threads = [threading.Thread(target=self._run, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ending = True
            for thread in threads:
                thread.join(30)

    def wait_for(self, answers: int, limit_s: float = 60) -> None:
        """Return after that many confirmed writes."""
        with self._one_more:
            assert self._one_more.wait_for(lambda: self._answers >= answers, limit_s)

    def _confirmed_one(self) -> None:
        with self._one_more:
            self._answers += 1
            self._one_more.notify_all()

    def _run(self, work: Callable[[httpx.Client, dict[str, Any]], Iterator[None]]) -> None:
        try:
            with self._client_of() as client:
                made = new_interview(client)
                self._confirmed.interviews[made["id"]] = made
                for _ in work(client, made):
                    self._confirmed_one()
                    if self._ending:
                        return
        except httpx.TransportError:
            pass  # the server is gone
        except (httpx.HTTPStatusError, AssertionError, KeyError) as error:
            self.faults.append(repr(error))

    def _create(self, client: httpx.Client, _made: dict[str, Any]) -> Iterator[None]:
        while True:
            made = new_interview(client)
            self._confirmed.interviews[made["id"]] = made
            yield

    def _patch(self, client: httpx.Client, made: dict[str, Any]) -> Iterator[None]:
        number = 0
        while True:
            number += 1
            done = client.patch(
                f"/interviews/{made['id']}",
                json={"progress_data": {"current_question": 1 + number % 4}},
            ).raise_for_status()
            self._confirmed.versions[made["id"]] = int(done.headers["ETag"].strip('"'))
            yield

    def _notes(self, client: httpx.Client, made: dict[str, Any]) -> Iterator[None]:
        number = 0
        while True:
            number += 1
            text = f"{number} " + "words " * 200
            client.put(f"/interviews/{made['id']}/notes", json={"text": text}).raise_for_status()
            self._confirmed.notes[made["id"]] = number
            yield

    def _segments(self, client: httpx.Client, made: dict[str, Any]) -> Iterator[None]:
        number, path = 0, f"/interviews/{made['id']}/transcript/segments/"
        ids = self._confirmed.segments.setdefault(made["id"], set())
        while True:
            number += 1
            segment = {"id": str(number), "speaker": "candidate", "text": "words " * 30,
                       "start_ms": number, "end_ms": number + 1, "question": 1}  # fmt: skip
            client.post(path, json={"segments": [segment]}).raise_for_status()
            ids.add(str(number))
            yield

    def _upload(self, client: httpx.Client, made: dict[str, Any]) -> Iterator[None]:
        while True:
            begun = client.post(
                f"/interviews/{made['id']}/recordings/", headers=upload_headers(LENGTH)
            ).raise_for_status()
            location = begun.headers["Location"].removeprefix("/api/v1")
            self._confirmed.offsets[location] = 0
            for offset in range(0, LENGTH, PIECE):
                client.patch(
                    location,
                    content=sound(offset, offset + PIECE),
                    headers=CHUNK | {"Upload-Offset": str(offset)},
                ).raise_for_status()
                self._confirmed.offsets[location] = offset + PIECE
                yield


def assert_kept(client: httpx.Client, confirmed: Confirmed, recordings: Path) -> None:
    """Everything that was confirmed is there, and of what was not at most the one in flight."""
    for interview_id, made in confirmed.interviews.items():
        now = client.get(f"/interviews/{interview_id}")
        assert now.status_code == 200, interview_id
        assert now.json()["started_at"] == made["started_at"]
    for interview_id, version in confirmed.versions.items():
        tag = client.get(f"/interviews/{interview_id}").headers["ETag"]
        assert int(tag.strip('"')) in (version, version + 1)
    for interview_id, number in confirmed.notes.items():
        text = client.get(f"/interviews/{interview_id}/notes").json()["text"]
        assert int(text.partition(" ")[0]) in (number, number + 1)
    for interview_id, ids in confirmed.segments.items():
        said = client.get(f"/interviews/{interview_id}/transcript").json()["segments"]
        assert ids <= {one["id"] for one in said}
        assert len(said) <= len(ids) + 1
    for location, offset in confirmed.offsets.items():
        stands = int(client.head(location, headers=TUS).headers["Upload-Offset"])
        assert stands in (offset, offset + PIECE)
        file = recordings / f"{location.rpartition('/')[2]}.opus"
        data = file.read_bytes() if stands else b""
        assert data[:stands] == sound(0, stands)
