"""Recordings: resumable uploads with every wrong turn, and reading by Range."""

from __future__ import annotations

import base64
import hashlib
import stat
import threading
import uuid
from pathlib import Path

import httpx
import pytest

from tests.helpers.api import CHUNK, TUS, detail, new_interview, upload, upload_headers
from tests.helpers.server_thread import ThreadServer, server_in_thread

DATA = b"OggS" + bytes(range(256)) * 40


def _begin(client: httpx.Client, path: str, length: int = len(DATA), **about: str) -> str:
    begun = client.post(f"{path}/recordings/", headers=upload_headers(length, **about))
    assert begun.status_code == 201, begun.text
    assert begun.headers["Tus-Resumable"] == "1.0.0"
    assert begun.headers["Location"].startswith(f"/api/v1{path}/recordings/")
    return begun.headers["Location"].removeprefix("/api/v1")


def _send(
    client: httpx.Client, location: str, offset: int, data: bytes, **headers: str
) -> httpx.Response:
    all_headers = CHUNK | {"Upload-Offset": str(offset)} | headers
    return client.patch(location, content=data, headers=all_headers)


def _offset(client: httpx.Client, location: str) -> int:
    answer = client.head(location, headers=TUS)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    return int(answer.headers["Upload-Offset"])


def test_a_recording_arrives_in_pieces(owner: httpx.Client, path: str) -> None:
    location, half = _begin(owner, path), len(DATA) // 2
    assert _offset(owner, location) == 0
    detail(owner.get(location), 404)
    digest = base64.b64encode(hashlib.sha256(DATA[:half]).digest()).decode()
    checksum = {"Upload-Checksum": f"sha256 {digest}"}
    first = _send(owner, location, 0, DATA[:half], **checksum)
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(half))
    assert owner.head(location).headers["Upload-Length"] == str(len(DATA))
    (part,) = owner.get(f"{path}/recordings").json()["parts"]
    assert part["tracks"]["candidate"]["complete"] is False
    assert owner.get(location).content == DATA[:half]
    assert _send(owner, location, half, b"").status_code == 204
    assert _send(owner, location, half, DATA[half:]).status_code == 204
    answer = owner.get(location)
    assert (answer.status_code, answer.content) == (200, DATA)
    assert answer.headers["Content-Type"] == "audio/ogg"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    (part,) = owner.get(f"{path}/recordings/").json()["parts"]
    track = part["tracks"]["candidate"]
    assert (track["complete"], track["bytes"]) == (True, len(DATA))
    assert track["url"] == f"/api/v1{location}"


@pytest.mark.parametrize("offset", [1, len(DATA) // 2 - 1, len(DATA), 10**9])
def test_a_piece_at_the_wrong_place_is_409(owner: httpx.Client, path: str, offset: int) -> None:
    location = _begin(owner, path)
    if offset > 1:
        assert _send(owner, location, 0, DATA[: len(DATA) // 2]).status_code == 204
    before = _offset(owner, location)
    for wrong in {offset, 0 if before else 1}:
        if wrong <= 512 * 1024 * 1024:
            detail(_send(owner, location, wrong, b"xy"), 409)
    detail(_send(owner, location, 10**12, b"xy"), 400)
    assert _offset(owner, location) == before


@pytest.mark.parametrize(
    ("checksum", "status"),
    [("sha256 AAAA", 460), ("sha256 !", 400), ("sha256 \u00e9", 400), ("sha256", 460),
     ("md5 AAAA", 400), ("", 400)],
)  # fmt: skip
def test_a_piece_that_was_damaged_is_not_kept(
    owner: httpx.Client, path: str, checksum: str, status: int
) -> None:
    location = _begin(owner, path)
    headers = CHUNK | {"Upload-Offset": "0"}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    raw.append((b"Upload-Checksum", checksum.encode("latin-1")))
    detail(owner.patch(location, content=DATA, headers=raw), status)
    assert _offset(owner, location) == 0


def test_more_than_was_announced_is_413(owner: httpx.Client, path: str) -> None:
    location = _begin(owner, path, 10)
    detail(_send(owner, location, 0, DATA[:11]), 413)
    assert _send(owner, location, 0, DATA[:9]).status_code == 204
    detail(_send(owner, location, 9, b"ab"), 413)
    assert _send(owner, location, 9, b"a").status_code == 204
    detail(_send(owner, location, 10, b"b"), 413)
    assert owner.get(location).content == DATA[:9] + b"a"


def test_a_piece_beyond_the_limit_is_413(owner: httpx.Client, path: str) -> None:
    size = 8 * 1024 * 1024
    location = _begin(owner, path, size + 1)
    detail(_send(owner, location, 0, b"OggS" + bytes(size - 3)), 413)
    assert _send(owner, location, 0, b"OggS" + bytes(size - 4)).status_code == 204


@pytest.mark.parametrize("pieces", [[b"RIFF...."], [b"O", b"gg", b"X"], [b"x"]])
def test_only_ogg_is_taken(owner: httpx.Client, path: str, pieces: list[bytes]) -> None:
    location, offset = _begin(owner, path, 100), 0
    for piece in pieces[:-1]:
        assert _send(owner, location, offset, piece).status_code == 204
        offset += len(piece)
    detail(_send(owner, location, offset, pieces[-1]), 415)
    assert _offset(owner, location) == offset


def test_what_is_missing_in_a_piece_is_said(owner: httpx.Client, path: str) -> None:
    location = _begin(owner, path)
    detail(owner.patch(location, content=DATA, headers=CHUNK), 400)
    answer = owner.patch(location, content=DATA, headers={**CHUNK, "Tus-Resumable": "0.2.2"})
    detail(answer, 412)
    assert answer.headers["Tus-Version"] == "1.0.0"
    media = {"Upload-Offset": "0", "Content-Type": "audio/ogg"}
    detail(owner.patch(location, content=DATA, headers=TUS | media), 415)
    detail(owner.post(f"{path}/recordings/", headers={"Upload-Length": "1"}), 412)


@pytest.mark.parametrize(
    "about",
    [{"track": "coach"}, {"part": "x"}, {"started_at": "yesterday"}, {"duration_ms": "-1"},
     {"started_at": "2026-13-31T12:00:00Z"}, {"started_at": "2026-01-31T::::::Z"},
     {"started_at": "0001-01-01T00:00:00+23:00"}, {"duration_ms": "1.5"},
     {"duration_ms": "999999999"}, {"duration_ms": "\u0663"}],
)  # fmt: skip
def test_a_recording_of_nothing_known_is_400(
    owner: httpx.Client, path: str, about: dict[str, str]
) -> None:
    detail(owner.post(f"{path}/recordings/", headers=upload_headers(4, **about)), 400)
    assert owner.get(f"{path}/recordings/").json() == {"parts": []}


@pytest.mark.parametrize(
    "change",
    [{"Upload-Length": "-1"}, {"Upload-Length": "x"},
     {"Upload-Length": ""}, {"Upload-Metadata": "track !"}, {"Upload-Metadata": ""},
     {"Upload-Metadata": "track \u00e9"}, {"Upload-Metadata": "track /w=="}],
)  # fmt: skip
def test_a_broken_beginning_is_400(owner: httpx.Client, path: str, change: dict[str, str]) -> None:
    headers = {**upload_headers(4), **change}
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    detail(owner.post(f"{path}/recordings/", headers=raw), 400)


def test_beginning_again_finds_the_first_upload(owner: httpx.Client, path: str) -> None:
    part = str(uuid.uuid4())
    location = _begin(owner, path, part=part)
    assert _send(owner, location, 0, DATA[:100]).status_code == 204
    again = owner.post(f"{path}/recordings/", headers=upload_headers(len(DATA), part=part.upper()))
    assert again.status_code == 200
    assert again.headers["Location"] == f"/api/v1{location}"
    assert again.headers["Upload-Offset"] == "100"
    other = upload_headers(5, part=part)
    detail(owner.post(f"{path}/recordings/", headers=other), 409)
    second = _begin(owner, path, part=part, track="interviewer")
    assert second != location


def test_parts_lie_on_one_line(owner: httpx.Client, path: str) -> None:
    late, early = str(uuid.uuid4()), str(uuid.uuid4())
    for part, started_at, durations in (
        (late, "2026-01-31T13:30:00+01:00", ("700", "900")),
        (early, "2026-01-31T12:00:00.25Z", ("2500", "2400")),
    ):
        for track, duration in zip(("candidate", "interviewer"), durations, strict=True):
            upload(owner, path, DATA, part=part, track=track, started_at=started_at,
                   duration_ms=duration)  # fmt: skip
    parts = owner.get(f"{path}/recordings/").json()["parts"]
    keys = ("id", "started_at", "offset_ms", "duration_ms")
    assert [tuple(one[key] for key in keys) for one in parts] == [
        (early, "2026-01-31T12:00:00Z", 0, 2500),
        (late, "2026-01-31T12:30:00Z", 2500, 900),
    ]
    assert all(set(one["tracks"]) == {"candidate", "interviewer"} for one in parts)


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [("bytes=0-0", 0, 0), ("bytes=4-7", 4, 7), ("bytes=10-", 10, len(DATA) - 1),
     ("bytes=-5", len(DATA) - 5, len(DATA) - 1), ("bytes=-999999999", 0, len(DATA) - 1),
     ("bytes=5-999999999", 5, len(DATA) - 1), ("Bytes=4-7", 4, 7)],
)  # fmt: skip
def test_a_range_gives_these_bytes(
    owner: httpx.Client, path: str, header: str, first: int, last: int
) -> None:
    location = upload(owner, path, DATA)
    answer = owner.get(location, headers={"Range": header})
    assert (answer.status_code, answer.content) == (206, DATA[first : last + 1])
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(DATA)}"


@pytest.mark.parametrize("header", [f"bytes={len(DATA)}-", "bytes=-0", "bytes=999999-9999999"])
def test_a_range_outside_is_416(owner: httpx.Client, path: str, header: str) -> None:
    location = upload(owner, path, DATA)
    answer = owner.get(location, headers={"Range": header})
    detail(answer, 416)
    assert answer.headers["Content-Range"] == f"bytes */{len(DATA)}"


@pytest.mark.parametrize(
    "header", ["bytes=7-4", "bytes=0-1,3-4", "items=0-1", "bytes=-", "bytes=x-1", "bytes", ""]
)
def test_a_range_that_is_none_gives_everything(owner: httpx.Client, path: str, header: str) -> None:
    location = upload(owner, path, DATA)
    answer = owner.get(location, headers={"Range": header})
    assert (answer.status_code, answer.content) == (200, DATA)
    # A condition we cannot have met.
    conditional = {"Range": "bytes=0-1", "If-Range": '"x"'}
    assert owner.get(location, headers=conditional).content == DATA


def test_deleting_removes_row_and_file(api: ThreadServer, owner: httpx.Client, path: str) -> None:
    location = upload(owner, path, DATA)
    file = api.recording_path(location.rsplit("/", 1)[1])
    assert file.exists()
    answer = owner.delete(location, headers=TUS)
    assert (answer.status_code, answer.headers["Tus-Resumable"]) == (204, "1.0.0")
    assert not file.exists()
    detail(owner.get(location), 404)
    detail(owner.delete(location, headers=TUS), 404)
    detail(_send(owner, location, 0, DATA), 404)
    assert owner.get(f"{path}/recordings/").json() == {"parts": []}


def test_a_file_that_is_gone_is_404(api: ThreadServer, owner: httpx.Client, path: str) -> None:
    location = upload(owner, path, DATA)
    api.recording_path(location.rsplit("/", 1)[1]).unlink()
    detail(owner.get(location), 404)


def test_an_interview_deleted_under_an_upload_leaves_no_file(
    api: ThreadServer, owner: httpx.Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = _begin(owner, path)
    writing, deleted = threading.Event(), threading.Event()
    append = type(api.context.files).append

    def late_append(files: object, recording_id: str, offset: int, data: bytes) -> None:
        writing.set()
        assert deleted.wait(10)
        append(api.context.files, recording_id, offset, data)

    monkeypatch.setattr(type(api.context.files), "append", late_append)
    answers: list[httpx.Response] = []
    sender = threading.Thread(target=lambda: answers.append(_send(owner, location, 0, DATA)))
    sender.start()
    assert writing.wait(10)
    with httpx.Client(
        base_url=owner.base_url, headers=owner.headers, trust_env=False, verify=False
    ) as second:
        assert second.delete(path).status_code == 204
    deleted.set()
    sender.join(10)
    detail(answers[0], 404)
    assert not api.recording_path(location.rsplit("/", 1)[1]).exists()


def test_tus_says_what_it_can(owner: httpx.Client, path: str) -> None:
    for route in (f"{path}/recordings/", f"{path}/recordings/{uuid.uuid4()}"):
        answer = owner.options(route)
        assert answer.status_code == 204
        assert answer.headers["Tus-Version"] == "1.0.0"
        assert answer.headers["Tus-Extension"] == "creation,checksum,termination"
        assert answer.headers["Tus-Checksum-Algorithm"] == "sha256,sha1"
        assert int(answer.headers["Tus-Max-Size"]) == 512 * 1024 * 1024


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_checksum_of_either_kind_is_checked(
    owner: httpx.Client, path: str, algorithm: str
) -> None:
    location = _begin(owner, path)
    digest = base64.b64encode(hashlib.new(algorithm, DATA).digest()).decode()
    checksum = {"Upload-Checksum": f"{algorithm} {digest}"}
    detail(_send(owner, location, 0, DATA[:-1], **checksum), 460)
    assert _offset(owner, location) == 0
    assert _send(owner, location, 0, DATA, **checksum).status_code == 204


def test_every_answer_to_tus_names_its_version(owner: httpx.Client, path: str) -> None:
    location, other = _begin(owner, path), {"Tus-Resumable": "0.2.2"}
    answers = [
        owner.post(f"{path}/recordings/", headers={}),
        owner.post(f"{path}/recordings/", headers=TUS),
        owner.post(f"{path}/recordings/", headers=upload_headers(1) | other),
        owner.head(f"{path}/recordings/{uuid.uuid4()}", headers=TUS),
        owner.head(location, headers=other),
        owner.delete(location, headers=other),
        owner.put(location, headers=TUS),
        _send(owner, location, 7, DATA),
        _send(owner, location, 0, DATA, Authorization="Bearer x"),
        _send(owner, f"{path}/recordings/x", 0, DATA),
    ]
    statuses = [412, 400, 412, 404, 412, 412, 405, 409, 401, 400]
    assert [answer.status_code for answer in answers] == statuses
    for answer in answers:
        assert answer.headers["Tus-Resumable"] == "1.0.0"
        assert ("Tus-Version" in answer.headers) == (answer.status_code == 412)
    # Nothing was done for another version.
    assert _offset(owner, location) == 0


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [({"Upload-Defer-Length": "1"}, 400, "Upload-Defer-Length"),
     ({"Upload-Concat": "partial"}, 400, "Upload-Concat"),
     ({"Upload-Metadata": "track Y2E=,track Y2E="}, 400, "twice"),
     ({"Upload-Length": str(512 * 1024 * 1024 + 1)}, 413, "512 MiB")],
)  # fmt: skip
def test_what_tus_has_and_we_have_not_is_refused_plainly(
    owner: httpx.Client, path: str, change: dict[str, str], status: int, words: str
) -> None:
    answer = owner.post(f"{path}/recordings/", headers={**upload_headers(4), **change})
    assert words in detail(answer, status)


def test_a_quota_says_how_much_is_used(tmp_path: Path) -> None:
    with server_in_thread(tmp_path, recording_quota_mb=2) as server, server.user() as client:
        path = f"/interviews/{new_interview(client)['id']}"
        first = _begin(client, path, 1_500_000)
        # What was announced counts, before a byte of it is there.
        answer = client.post(f"{path}/recordings/", headers=upload_headers(500_001))
        sentence = detail(answer, 413)
        assert "1 of 2 MB" in sentence
        assert client.delete(first, headers=TUS).status_code == 204
        _begin(client, path, 2_000_000)
        with server.user() as other:
            _begin(other, f"/interviews/{new_interview(other)['id']}", 2_000_000)


def test_files_are_private_and_links_are_not_followed(
    api: ThreadServer, owner: httpx.Client, path: str, tmp_path: Path, expected_logs: list[str]
) -> None:
    location = _begin(owner, path)
    assert _send(owner, location, 0, DATA[:100]).status_code == 204
    file = api.recording_path(location.rsplit("/", 1)[1])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    secret = tmp_path / ("somebody's" * 20)  # a link to it is longer than what was uploaded
    secret.write_bytes(DATA)
    file.unlink()
    file.symlink_to(secret)
    detail(owner.get(location), 404)
    expected_logs.append(r"^ERROR server\.routes\.http: PATCH failed$")
    detail(_send(owner, location, 100, DATA[100:]), 500)
    assert secret.read_bytes() == DATA
    assert owner.delete(location, headers=TUS).status_code == 204
    assert not file.is_symlink()
    assert secret.read_bytes() == DATA
