"""Exports: everything of a user, nothing of anybody else, no half file, no copy that outlives."""

from __future__ import annotations

import io
import json
import stat
import threading
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.storage.files import RecordingFiles
from tests.helpers.accounts import PASSWORD, Account, account, ask
from tests.helpers.api import detail, new_interview, template_id, until_done, upload
from tests.helpers.own_data import data_dir, export, files_with, full_interview, keep_house
from tests.helpers.server_thread import LOCAL_SECRET, SIGNING_KEY, ThreadServer, server_in_thread

WORD = "Zwetschgenknoedel"
ABOUT = "README.txt"
WEEK_S = 7 * 86_400


@pytest.fixture
def coach(api: ThreadServer) -> Iterator[httpx.Client]:
    with api.user("coach") as client:
        yield client


def _fetched(client: httpx.Client, path: str) -> zipfile.ZipFile:
    answer = client.get(f"{path}/file")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_everything_of_an_interview_is_in_it(owner: httpx.Client, coach: httpx.Client) -> None:
    made = full_interview(owner, coach, WORD)
    homework = {"candidate_id": owner.get("/users/me").json()["id"],
                "template_id": template_id(owner), "note": WORD}  # fmt: skip
    assert coach.post("/assignments", json=homework).status_code == 201
    empty = new_interview(owner)["id"]
    with _fetched(owner, export(owner)) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        root = f"interviews/{made.id}"

        def read(name: str) -> Any:
            return json.loads(archive.read(f"{root}/{name}.json"))

        assert json.loads(archive.read("profile.json")) == owner.get("/users/me").json()
        assert json.loads(archive.read("retention.json")) == owner.get("/settings/retention").json()
        given = json.loads(archive.read("assignments.json"))
        assert given == owner.get("/assignments").json() != []
        assert read("interview") == owner.get(made.path).json()
        told = {name: owner.get(f"{made.path}/{name}").json()
                for name in ("scores", "shares", "comments", "calls", "feedback")}  # fmt: skip
        assert read("scores") == told["scores"]
        for name in ("shares", "comments", "calls", "feedback"):
            assert read(name) == told[name][name] != [], name
        assert read("transcript") == owner.get(f"{made.path}/transcript").json()
        for form in ("txt", "vtt"):
            lines = owner.get(f"{made.path}/transcript?format={form}").text
            assert archive.read(f"{root}/transcript.{form}").decode() == lines
        assert archive.read(f"{root}/notes.txt").decode() == f"{WORD} in notes"
        assert read("events")[0]["data"] == {"text": WORD}
        assert [one["text"] for one in read("numbers")] == [f"{WORD} 1", f"{WORD} 2"]
        assert [(one["question"], one["level"]) for one in read("hints")] == [(1, 1)]
        assert read("parts") == owner.get(f"{made.path}/recordings").json()["parts"] != []
        for track, data in made.sound.items():
            assert archive.read(f"{root}/recordings/{made.part}-{track}.opus") == data
        # What the README names is there, and nothing else is.
        about = archive.read(ABOUT).decode()
        assert f"interviews/{empty}/interview.json" in names
        for name in names - {ABOUT}:
            assert name.rpartition("/")[2] in about or name.endswith(".opus"), name


def test_the_audit_is_whole_and_in_order(owner: httpx.Client) -> None:
    count = 620  # more than one page of them
    for _ in range(count):
        owner.put("/settings/retention", json={"recordings_days": None, "interviews_days": None})
    with _fetched(owner, export(owner)) as archive:
        entries = json.loads(archive.read("audit.json"))
    ids = [one["id"] for one in entries]
    assert ids == sorted(set(ids), reverse=True)
    assert [one["action"] for one in entries].count("retention.change") == count


def test_nothing_secret_and_nothing_of_others_is_in_it(
    api: ThreadServer, owner: httpx.Client, coach: httpx.Client
) -> None:
    other = full_interview(owner, coach, WORD, feedback=False)
    person = account(api)
    tokens = person.tokens()
    made = ask(api, "POST", "/me/exports", tokens["access_token"], json={})
    one = made.headers["Location"].removeprefix("/api/v1")
    until_done(lambda: ask(api, "GET", one, tokens["access_token"]).json()["status"] == "done")
    found = ask(api, "GET", f"{one}/file", tokens["access_token"]).content
    with zipfile.ZipFile(io.BytesIO(found)) as archive:
        everything = b"\n".join(archive.read(name) for name in archive.namelist())
    assert person.email.encode() in everything
    for secret in (tokens["access_token"], tokens["refresh_token"], PASSWORD, "argon2",
                   LOCAL_SECRET, SIGNING_KEY, WORD, other.id):  # fmt: skip
        assert secret.encode() not in everything
    # Of a coach's view of somebody else's interview, nothing goes along either.
    with _fetched(coach, export(coach)) as archive:
        assert not [name for name in archive.namelist() if name.startswith("interviews/")]


def test_an_export_is_nobody_elses(
    owner: httpx.Client, stranger: httpx.Client, admin: httpx.Client
) -> None:
    path = export(owner)
    for client in (stranger, admin):
        assert client.get("/me/exports").json() == {"exports": []}
        for method, below in (("GET", ""), ("DELETE", ""), ("GET", "/file"), ("HEAD", "/file")):
            answer = client.request(method, path + below)
            assert answer.status_code == 404
    detail(owner.get("/me/exports/x"), 400)
    detail(owner.get(f"/me/exports/{uuid.uuid4()}"), 404)
    assert owner.get(path).json()["status"] == "done"


def test_a_download_that_was_cut_goes_on(owner: httpx.Client, path: str) -> None:
    upload(owner, path, b"OggS" + bytes(range(256)) * 600)
    file = f"{export(owner)}/file"
    whole = owner.get(file).content
    middle = len(whole) // 2
    first = owner.get(file, headers={"Range": f"bytes=0-{middle - 1}"})
    rest = owner.get(file, headers={"Range": f"bytes={middle}-"})
    assert (first.status_code, rest.status_code) == (206, 206)
    assert first.content + rest.content == whole
    # A range is GET's alone.
    head = owner.head(file, headers={"Range": "bytes=0-1"})
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(len(whole)))


class _Slow:
    """Recordings that are read without end until somebody lets them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.started, self.released = threading.Event(), threading.Event()
        read = RecordingFiles.read

        def slow(files: RecordingFiles, recording_id: str, start: int, end: int) -> Iterator[bytes]:
            pieces = list(read(files, recording_id, start, end))
            self.started.set()
            while not self.released.wait(0.01):
                yield b"again"
            yield from pieces

        monkeypatch.setattr(RecordingFiles, "read", slow)


def _ask(client: httpx.Client) -> str:
    answer = client.post("/me/exports", json={})
    assert answer.status_code == 202
    assert set(answer.json()) >= {"id", "status", "created_at"}
    return str(answer.headers["Location"].removeprefix("/api/v1"))


def test_one_at_a_time_and_no_file_before_it_is_done(
    owner: httpx.Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(owner, path, b"OggS....")
    slow = _Slow(monkeypatch)
    one = _ask(owner)
    assert slow.started.wait(10)
    assert owner.get(one).json()["status"] == "running"
    detail(owner.get(f"{one}/file"), 409)
    assert _ask(owner) == one
    slow.released.set()
    until_done(lambda: owner.get(one).json()["status"] == "done")
    assert owner.get(f"{one}/file").status_code == 200
    assert _ask(owner) != one


def _folder(server: ThreadServer) -> Path:
    return data_dir(server) / "exports"


def _files(server: ThreadServer, path: str) -> list[Path]:
    return list(_folder(server).glob(f"{path.rpartition('/')[2]}*"))


def test_of_the_earlier_ones_the_newest_stays(api: ThreadServer, owner: httpx.Client) -> None:
    made = []
    for _ in range(3):
        made.append(export(owner))
        api.clock.now += 1
    listed = [one["id"] for one in owner.get("/me/exports").json()["exports"]]
    assert listed == [one.rpartition("/")[2] for one in (made[2], made[1])]
    detail(owner.get(f"{made[0]}/file"), 404)
    assert _files(api, made[0]) == []
    (file,) = _files(api, made[2])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_after_a_week_it_is_gone(api: ThreadServer, owner: httpx.Client) -> None:
    path = export(owner)
    api.clock.now += WEEK_S - 1
    assert owner.get(f"{path}/file").status_code == 200
    api.clock.now += 1
    detail(owner.get(path), 404)
    detail(owner.get(f"{path}/file"), 404)
    assert owner.get("/me/exports").json() == {"exports": []}
    assert _files(api, path) != []
    keep_house(api)
    assert _files(api, path) == []


def test_deleting_it_deletes_the_file(api: ThreadServer, owner: httpx.Client) -> None:
    path = export(owner)
    assert owner.delete(path).status_code == 204
    assert _files(api, path) == []
    detail(owner.get(path), 404)
    detail(owner.delete(path), 404)


def test_what_is_deleted_is_in_no_export_any_more(api: ThreadServer, owner: httpx.Client) -> None:
    interview = new_interview(owner)["id"]
    sound = b"OggS" + f"{WORD} again".encode()
    for kind in ("recording", "interview"):
        location = upload(owner, f"/interviews/{interview}", sound)
        path = export(owner)
        assert files_with(_folder(api), f"{WORD} again")
        gone = location if kind == "recording" else f"/interviews/{interview}"
        assert owner.delete(gone).status_code == 204
        detail(owner.get(f"{path}/file"), 404)
        assert files_with(data_dir(api), f"{WORD} again") == []


@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize("what", ["interview", "export", "account"])
def test_what_is_deleted_meanwhile_ends_it(
    api: ThreadServer,
    owner: httpx.Client,
    path: str,
    what: str,
    more: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    word = f"{WORD} {what} {more}"
    # Noticed before the next interview is written, or else at the end.
    for one in (path, *(f"/interviews/{new_interview(owner)['id']}" for _ in range(more))):
        upload(owner, one, b"OggS" + word.encode())
    slow = _Slow(monkeypatch)
    made = _ask(owner)
    assert slow.started.wait(10)
    if what == "account":
        body = {"secret": LOCAL_SECRET, "now": True}
        assert owner.request("DELETE", "/users/me", json=body).status_code == 200
    else:
        assert owner.delete(path if what == "interview" else made).status_code == 204
    slow.released.set()
    if what != "account":
        detail(owner.get(made), 404)
    # The next job comes after this one.
    with api.user() as other:
        export(other)
    assert _files(api, made) == []
    if what == "account":
        assert files_with(data_dir(api), word) == []


def _client(person: Account) -> httpx.Client:
    bearer = {"Authorization": f"Bearer {person.tokens()['access_token']}"}
    root = f"{person.server.url}/api/v1"
    return httpx.Client(base_url=root, headers=bearer, trust_env=False, verify=False)


def test_a_server_that_ends_meanwhile_leaves_no_half_file_and_makes_it_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        slow = _Slow(patched)
        with server_in_thread(tmp_path) as server, _client(person := account(server)) as client:
            upload(client, f"/interviews/{new_interview(client)['id']}", b"OggS....")
            made = _ask(client)
            assert slow.started.wait(10)
            assert [file.suffix for file in _files(server, made)] == [".part"]
        # Nobody let it go on: the end of the server has ended it.
        assert list((tmp_path / "exports").iterdir()) == []
    with server_in_thread(tmp_path) as server, _client(replace(person, server=server)) as client:
        until_done(lambda: client.get(made).json()["status"] == "done")
        assert client.get(f"{made}/file").status_code == 200


@pytest.mark.parametrize("body", [b" ", b"\x0c", b"\r\n"])
def test_a_body_that_may_be_left_out_is_no_white_space(owner: httpx.Client, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    detail(owner.post("/me/exports", content=body, headers=headers), 400)
    assert owner.post("/me/exports").status_code == 202
