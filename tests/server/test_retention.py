"""Retention: what is due goes with its files, to the second; everything else stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.services import housekeeping, retention
from tests.helpers.api import CHUNK, complete, detail, new_interview, until_done, upload
from tests.helpers.api import upload_headers as headers_of
from tests.helpers.own_data import data_dir, export, files_with, keep_house
from tests.helpers.server_thread import ThreadServer, server_in_thread

DAY_S = 86_400
SOUND = b"OggS" + b"somebody speaks"
SETTING = "/settings/retention"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ThreadServer]:
    """One whose clock no other test moves."""
    with server_in_thread(tmp_path) as running:
        yield running


@pytest.fixture
def client(server: ThreadServer) -> Iterator[httpx.Client]:
    with server.user() as user:
        yield user


def _choose(client: httpx.Client, **days: int) -> None:
    body = {"recordings_days": None, "interviews_days": None} | days
    answer = client.put(SETTING, json=body)
    assert (answer.status_code, answer.json()) == (200, body)


def _recorded(client: httpx.Client, *, done: bool = True) -> tuple[str, str]:
    """An interview with a recording: (its path, the recording's)."""
    path = f"/interviews/{new_interview(client)['id']}"
    location = upload(client, path, SOUND)
    if done:
        complete(client, path)
    return path, location


def _noted(client: httpx.Client, action: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = client.get(f"/audit?action={action}").json()
    return entries


def test_everything_is_kept_until_somebody_chooses(
    server: ThreadServer, client: httpx.Client
) -> None:
    assert client.get(SETTING).json() == {"recordings_days": None, "interviews_days": None}
    path, location = _recorded(client)
    server.clock.now += 4000 * DAY_S
    keep_house(server)
    assert client.get(path).status_code == 200
    assert client.get(location).content == SOUND


@pytest.mark.parametrize(
    "body",
    [{"recordings_days": 0, "interviews_days": None}, {"recordings_days": 1},
     {"recordings_days": 3651, "interviews_days": 1}, {"recordings_days": 1, "interviews_days": -1},
     {"recordings_days": "1", "interviews_days": None}, {}, [],
     {"recordings_days": 1.5, "interviews_days": None},
     {"recordings_days": True, "interviews_days": None},
     {"recordings_days": None, "interviews_days": None, "comments_days": 1}],
)  # fmt: skip
def test_what_is_no_number_of_days_is_400(owner: httpx.Client, body: object) -> None:
    before = {"recordings_days": 3650, "interviews_days": 1}
    assert owner.put(SETTING, json=before).status_code == 200
    detail(owner.put(SETTING, json=body), 400)
    assert owner.get(SETTING).json() == before


def test_a_recording_goes_to_the_second_and_its_interview_stays(
    server: ThreadServer, client: httpx.Client
) -> None:
    _choose(client, recordings_days=2)
    path, location = _recorded(client)
    running, heard = _recorded(client, done=False)
    with server.user() as other:
        not_chosen = _recorded(other)[1]
        held = export(client)
        file = server.recording_path(location.rsplit("/", 1)[1])
        server.clock.now += 2 * DAY_S - 1
        keep_house(server)
        assert client.get(location).content == SOUND
        assert client.get(f"{held}/file").status_code == 200
        server.clock.now += 1
        keep_house(server)
        detail(client.get(location), 404)
        assert not file.exists()
        detail(client.get(held), 404)
        # The interview without its sound, one that runs, and other people's are still there.
        assert client.get(path).json()["status"] == "completed"
        assert client.get(f"{path}/recordings").json() == {"parts": []}
        assert client.get(heard).content == SOUND
        assert client.get(running).status_code == 200
        assert other.get(not_chosen).content == SOUND
        assert _noted(other, "retention.recording") == []
    (entry,) = _noted(client, "retention.recording")
    assert entry["interview_id"] == path.rsplit("/", 1)[1]
    assert entry["target"] == location.rsplit("/", 1)[1]
    assert entry["actor_id"] is None
    keep_house(server)
    assert len(_noted(client, "retention.recording")) == 1


def test_an_interview_goes_with_all_that_hangs_on_it(
    server: ThreadServer, client: httpx.Client
) -> None:
    word = "Kaiserschmarrn"
    _choose(client, interviews_days=1, recordings_days=1)
    path = f"/interviews/{new_interview(client)['id']}"
    client.put(f"{path}/notes", json={"text": word * 50})
    location = upload(client, path, SOUND + word.encode())
    complete(client, path)
    server.clock.now += DAY_S - 1
    kept, _ = _recorded(client)
    server.clock.now += 1
    assert files_with(data_dir(server), word)
    keep_house(server)
    detail(client.get(path), 404)
    detail(client.get(location), 404)
    assert files_with(data_dir(server), word) == []
    assert [one["id"] for one in client.get("/interviews").json()] == [kept.rsplit("/", 1)[1]]
    (entry,) = _noted(client, "retention.interview")
    assert entry["interview_id"] == path.rsplit("/", 1)[1]
    # It went with the interview, and is not told as if it had gone by itself.
    assert _noted(client, "retention.recording") == []


def test_uploads_that_nobody_finishes_go(server: ThreadServer, client: httpx.Client) -> None:
    made = {}
    for done in (True, False):
        path = f"/interviews/{new_interview(client)['id']}"
        begun = client.post(f"{path}/recordings", headers=headers_of(1000))
        location = begun.headers["Location"].removeprefix("/api/v1")
        sent = client.patch(location, content=SOUND, headers=CHUNK | {"Upload-Offset": "0"})
        assert sent.status_code == 204
        whole = upload(client, path, SOUND)
        if done:
            complete(client, path)
        made[done] = (location, whole)
    server.clock.now += 30 * DAY_S - 1
    keep_house(server)
    assert client.get(made[True][0]).content == SOUND
    server.clock.now += 1
    keep_house(server)
    detail(client.get(made[True][0]), 404)
    assert not server.recording_path(made[True][0].rsplit("/", 1)[1]).exists()
    for location in (made[True][1], *made[False]):
        assert client.get(location).content == SOUND


def test_more_than_one_transaction_of_them(
    server: ThreadServer, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for _ in range(5):
        path, _location = _recorded(client)
        upload(client, path, SOUND, track="interviewer")
    _choose(client, recordings_days=1)
    server.clock.now += DAY_S
    keep_house(server)
    assert len(_noted(client, "retention.recording")) == 10
    assert list((data_dir(server) / "recordings").iterdir()) == []
    _choose(client, interviews_days=1)
    keep_house(server)
    assert client.get("/interviews").json() == []
    assert len(_noted(client, "retention.interview")) == 5


def test_the_server_does_it_by_itself_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_logs: list[str]
) -> None:
    expected_logs.append(r"^ERROR server\.services\.housekeeping: Housekeeping failed")
    sweep, failures = retention.sweep, [RuntimeError("once")]

    async def failing_once(context: Any) -> list[str]:
        if failures:
            raise failures.pop()
        return await sweep(context)

    monkeypatch.setattr(retention, "sweep", failing_once)
    monkeypatch.setattr(housekeeping, "FIRST_S", 0.01)
    monkeypatch.setattr(housekeeping, "EVERY_S", 0.05)
    with server_in_thread(tmp_path) as server, server.user() as client:
        _choose(client, interviews_days=1)
        path, _ = _recorded(client)
        server.clock.now += DAY_S
        until_done(lambda: client.get(path).status_code == 404)
        assert failures == []
