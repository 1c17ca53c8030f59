"""Backup, restore and check: everything comes back, and nothing that is broken gets in."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.storage.backup import BackupError, make_backup
from server.storage.integrity import DATABASE, StoppedError, integrity_check, row_counts
from server.storage.opening import claimed, open_to_serve
from server.storage.restore import restore_backup
from server.storage.snapshots import DAY_S, copy_database, snapshots, take_snapshot, thin
from tests.helpers.api import new_interview, upload
from tests.helpers.server_process import running_server

SOUND = b"OggS" + bytes(range(256)) * 600
NOTES = "what I thought of it"


def _command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "server", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _whole_tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@dataclass(frozen=True)
class Kept:
    """A data folder at rest, its backup, and what a client saw there."""

    folder: Path
    file: Path
    interview: dict[str, Any]
    recording: str
    secrets: tuple[str, ...]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """Made beside a live server that others write to all the time."""
    folder = tmp_path_factory.mktemp("kept")
    file = folder / "backup.tar"
    with running_server(folder) as server, server.client() as client:
        made = new_interview(client)
        path = f"/interviews/{made['id']}"
        client.put(f"{path}/notes", json={"text": NOTES}).raise_for_status()
        recording = upload(client, path, SOUND)
        deleted = f"/interviews/{new_interview(client)['id']}"
        client.delete(deleted).raise_for_status()
        with _writing(server.client) as written:
            done = _command("backup", str(file), "--data-dir", str(folder / "data"))
            checked = _command("check", "--data-dir", str(folder / "data"))
        assert written
        assert (done.returncode, checked.returncode) == (0, 0), done.stderr + checked.stdout
        interview = client.get(path).json()
    yield Kept(
        folder / "data", file, interview, recording, (server.signing_key, server.local_secret)
    )


@contextlib.contextmanager
def _writing(client_of: Callable[[], httpx.Client]) -> Iterator[list[str]]:
    """Somebody makes interviews all the time."""
    end, made = threading.Event(), list[str]()

    def write() -> None:
        with client_of() as client:
            while not end.is_set():
                made.append(new_interview(client)["id"])

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield made
    finally:
        end.set()
        thread.join(20)


def test_a_backup_holds_everything_but_secrets(kept: Kept) -> None:
    assert kept.file.stat().st_mode & 0o777 == 0o600
    with tarfile.open(kept.file, "r:") as archive:
        members = {one.name: archive.extractfile(one).read() for one in archive}  # type: ignore[union-attr]
    manifest = json.loads(members.pop("manifest.json"))
    recording = f"recordings/{kept.recording.rpartition('/')[2]}.opus"
    assert sorted(members) == sorted([DATABASE, recording])
    assert manifest["sha256"] == {
        name: hashlib.sha256(data).hexdigest() for name, data in members.items()
    }
    assert members[recording] == SOUND
    assert manifest["rows"]["notes"] == 1
    assert (manifest["format"], manifest["schema"], manifest["left_out"]) == (1, "0004", [])
    for secret in kept.secrets:
        assert secret.encode() not in kept.file.read_bytes()
    assert not list(kept.file.parent.glob("backup.tar?*"))


def test_what_was_backed_up_is_served_again_somewhere_else(kept: Kept, tmp_path: Path) -> None:
    data = tmp_path / "data"
    done = _command("restore", str(kept.file), "--data-dir", str(data))
    assert done.returncode == 0, done.stderr
    with running_server(tmp_path) as server, server.client() as client:
        path = f"/interviews/{kept.interview['id']}"
        assert client.get(path).json() == kept.interview
        assert client.get(f"{path}/notes").json()["text"] == NOTES
        assert client.get(kept.recording).content == SOUND
        refused = _command("restore", str(kept.file), "--data-dir", str(data))
        assert refused.returncode == 2
        assert f"process {server.pid}" in refused.stderr
        port = server.url.rpartition(":")[2]
        second = _command("serve", "--port", port, "--data-dir", str(data))
        assert second.returncode == 2
        assert f"process {server.pid}" in second.stderr
        assert json.loads(second.stdout)["reason"] == "locked"
        assert client.get(path).status_code == 200
    for file in data.rglob("*"):
        assert file.stat().st_mode & 0o077 == 0, file


def test_the_former_data_are_kept_aside(kept: Kept, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(kept.folder, data)
    (recording,) = (data / "recordings").iterdir()
    before = {"db": (data / DATABASE).read_bytes(), "sound": recording.read_bytes()}
    done = _command("restore", str(kept.file), "--data-dir", str(data))
    assert done.returncode == 0, done.stderr
    (aside,) = data.glob("replaced-*")
    assert str(aside) in done.stdout
    assert (aside / DATABASE).read_bytes() == before["db"]
    assert (aside / "recordings" / recording.name).read_bytes() == before["sound"]


def test_a_name_that_is_taken_is_refused(kept: Kept, tmp_path: Path) -> None:
    taken = tmp_path / "mine.txt"
    taken.write_text("mine")
    for target in (taken, tmp_path / "nowhere" / "backup.tar"):
        done = _command("backup", str(target), "--data-dir", str(kept.folder))
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
    assert taken.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [taken]


def test_what_a_killed_backup_left_is_no_hindrance_but_a_strange_file_is(
    kept: Kept, tmp_path: Path
) -> None:
    target, work = tmp_path / "backup.tar", tmp_path / "backup.tar.part"
    work.mkdir()
    (work / f"{DATABASE}.part").touch()
    (work / "mine.txt").touch()
    with pytest.raises(BackupError):
        make_backup(kept.folder, target, "1")
    assert [path.name for path in work.iterdir()] == ["mine.txt"]
    (work / "mine.txt").unlink()
    make_backup(kept.folder, target, "1")
    assert list(tmp_path.iterdir()) == [target]


def test_stopped_at_any_moment_there_is_no_file(kept: Kept, tmp_path: Path) -> None:
    stops = 0
    while True:
        asked = 0
        stops += 1

        def stop(limit: int = stops) -> bool:
            nonlocal asked
            asked += 1
            return asked >= limit

        try:
            make_backup(kept.folder, tmp_path / "backup.tar", "1", stop)
        except StoppedError:
            assert list(tmp_path.iterdir()) == []
        else:
            break
    assert stops > 3
    assert [path.name for path in tmp_path.iterdir()] == ["backup.tar"]


def test_control_c_leaves_no_half_file(kept: Kept, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(kept.folder, data)
    # Long enough for somebody to change their mind.
    (recording,) = (data / "recordings").iterdir()
    with recording.open("r+b") as file:
        file.truncate(256 * 1024 * 1024)
    _set_received(data / DATABASE, 256 * 1024 * 1024)
    target = tmp_path / "backup.tar"
    process = subprocess.Popen(
        [sys.executable, "-m", "server", "backup", str(target), "--data-dir", str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        assert "Copying the database" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130, said
    assert "Stopped" in said
    assert list(tmp_path.iterdir()) == [data]


def _set_received(database: Path, size: int) -> None:
    # In a process of its own: see server_in_thread.
    change = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
        "c.execute('UPDATE recordings SET length = ?1, received = ?1', (int(sys.argv[2]),)); "
        "c.commit()"
    )
    subprocess.run([sys.executable, "-c", change, str(database), str(size)], check=True)


def test_a_recording_that_goes_meanwhile_is_left_out(kept: Kept, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(kept.folder, data)
    (recording,) = (data / "recordings").iterdir()

    def progress(what: str, _done: int, _total: int) -> None:
        if what == "Copying recordings":
            recording.unlink(missing_ok=True)

    manifest = make_backup(data, tmp_path / "backup.tar", "1", progress=progress)
    assert manifest.left_out == [recording.stem]
    with claimed(data):
        assert restore_backup(data, tmp_path / "backup.tar").recordings == 0


# What somebody may have done to a backup, by what it does to the members.
Members = list[tuple[tarfile.TarInfo, bytes]]


def _renamed(index: int, name: str) -> Callable[[Members], Members]:
    def change(members: Members) -> Members:
        members[index][0].name = name
        return members

    return change


def _of_type(kind: bytes, name: str, link: str = "") -> Callable[[Members], Members]:
    def change(members: Members) -> Members:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, link
        return [(member, b""), *members]

    return change


def _extra(name: str) -> Callable[[Members], Members]:
    def change(members: Members) -> Members:
        member = tarfile.TarInfo(name)
        member.size = 4
        return [(member, b"evil"), *members]

    return change


def _flipped(index: int, at: int) -> Callable[[Members], Members]:
    def change(members: Members) -> Members:
        member, data = members[index]
        members[index] = (member, data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        return members

    return change


def _manifest_with(**values: Any) -> Callable[[Members], Members]:
    def change(members: Members) -> Members:
        member, data = members[-1]
        changed = json.dumps(json.loads(data) | values).encode()
        member.size = len(changed)
        members[-1] = (member, changed)
        return members

    return change


A_UUID = "01234567-89ab-4cde-8f01-23456789abcd"
HOSTILE: dict[str, Callable[[Members], Members]] = {
    "a way out": _renamed(1, "../../evil.opus"),
    "an absolute name": _renamed(1, "/evil.opus"),
    "a way out of the recordings": _renamed(1, f"recordings/../{A_UUID}.opus"),
    "another file of the folder": _extra("signing.key"),
    "a setting": _extra("config.toml"),
    "a recording that no row names": _extra(f"recordings/{A_UUID}.opus"),
    "a symbolic link": _of_type(tarfile.SYMTYPE, "recordings", "/etc"),
    "a link as a recording": _of_type(tarfile.SYMTYPE, f"recordings/{A_UUID}.opus", "/etc/passwd"),
    "a hard link": _of_type(tarfile.LNKTYPE, f"recordings/{A_UUID}.opus", DATABASE),
    "a device": _of_type(tarfile.CHRTYPE, f"recordings/{A_UUID}.opus"),
    "a pipe": _of_type(tarfile.FIFOTYPE, f"recordings/{A_UUID}.opus"),
    "a folder": _of_type(tarfile.DIRTYPE, "recordings"),
    "the database twice": lambda members: [members[0], *members],
    "no database": lambda members: members[1:],
    "no recording": lambda members: [members[0], members[-1]],
    "no list": lambda members: members[:-1],
    "something behind the list": lambda members: [*members, members[0]],
    "nothing": lambda _members: [],
    "a changed bit in the database": _flipped(0, 5000),
    "a changed bit in the recording": _flipped(1, 5000),
    "a list that is no list": _flipped(-1, 0),
    "a list of a newer format": _manifest_with(format=2),
    "a list with other rows": _manifest_with(rows={}),
    "a list of another schema": _manifest_with(schema="0003"),
    "a list with more in it": _manifest_with(run="this"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_backup_that_is_not_as_it_was_written_touches_nothing(
    kept: Kept, tmp_path: Path, what: str
) -> None:
    with tarfile.open(kept.file, "r:") as archive:
        members: Members = [(one, archive.extractfile(one).read()) for one in archive]  # type: ignore[union-attr]
    changed = tmp_path / "changed.tar"
    with tarfile.open(changed, "w") as archive:
        for member, data in HOSTILE[what](members):
            archive.addfile(member, io.BytesIO(data))
    _refused(kept, tmp_path, changed)


@pytest.mark.parametrize("what", ["newer", "no tables", "a broken row", "a damaged page"])
def test_a_database_that_cannot_be_served_is_not_restored(
    kept: Kept, tmp_path: Path, what: str
) -> None:
    alone = tmp_path / "alone.sqlite3"
    copy_database(kept.folder / DATABASE, alone)
    change = {
        "newer": "UPDATE alembic_version SET version_num = '9999'",
        "no tables": "DROP TABLE alembic_version",
        "a broken row": "UPDATE notes SET interview_id = 'nobody'",
    }.get(what)
    if change is None:
        with alone.open("r+b") as file:
            file.seek(2 * 4096)
            file.write(b"\xff" * 4096)
    else:
        _sql(alone, change)
    _refused(kept, tmp_path, alone)


def _sql(database: Path, statement: str) -> None:
    change = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()"
    )
    subprocess.run([sys.executable, "-c", change, str(database), statement], check=True)


@given(data=st.data())
def test_whatever_bytes_are_changed_it_is_refused_or_the_same(
    kept: Kept, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    tmp_path = tmp_path_factory.mktemp("fuzz")
    whole = bytearray(kept.file.read_bytes())
    blocks = len(whole) // tarfile.BLOCKSIZE
    with tarfile.open(kept.file, "r:") as archive:
        heads = [one.offset // tarfile.BLOCKSIZE for one in archive]
    # Mostly where the archive speaks of itself.
    block = st.sampled_from(heads) | st.integers(0, blocks - 1)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(block) * tarfile.BLOCKSIZE + data.draw(st.integers(0, 511))
        piece = data.draw(st.binary(min_size=1, max_size=12))
        whole[start : start + len(piece)] = piece
    changed = tmp_path / "changed.tar"
    changed.write_bytes(whole)
    folder = tmp_path / "data"
    folder.mkdir()
    with claimed(folder):
        try:
            restore_backup(folder, changed)
        except BackupError:
            assert not (folder / DATABASE).exists()
        else:
            (recording,) = (folder / "recordings").iterdir()
            assert recording.read_bytes() == SOUND
            assert row_counts(folder / DATABASE)["notes"] == 1
    shutil.rmtree(tmp_path)


@given(junk=st.binary(max_size=2000))
def test_a_file_of_anything_is_no_backup(
    kept: Kept, tmp_path_factory: pytest.TempPathFactory, junk: bytes
) -> None:
    tmp_path = tmp_path_factory.mktemp("junk")
    (tmp_path / "junk").write_bytes(junk)
    with claimed(tmp_path), pytest.raises(BackupError):
        restore_backup(tmp_path, tmp_path / "junk")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["junk", "server.lock"]


def test_a_backup_that_was_cut_off_touches_nothing(kept: Kept, tmp_path: Path) -> None:
    whole = kept.file.read_bytes()
    for part in range(1, 8):
        cut = tmp_path / "cut.tar"
        cut.write_bytes(whole[: len(whole) * part // 8])
        _refused(kept, tmp_path, cut)


def _refused(kept: Kept, tmp_path: Path, file: Path) -> None:
    data = tmp_path / "data"
    if not data.exists():
        shutil.copytree(kept.folder, data)
    with claimed(data):
        before = _whole_tree(data)
        with pytest.raises(BackupError) as told:
            restore_backup(data, file)
        assert str(told.value).endswith(".")
        assert _whole_tree(data) == before
        assert not (data / "restoring").exists()


def test_killed_at_any_step_a_restore_leaves_the_old_or_the_new(kept: Kept, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(kept.folder, old)
    (recording,) = (old / "recordings").iterdir()
    recording.rename(recording.with_name(f"{A_UUID}.opus"))
    _sql(old / DATABASE, "DELETE FROM notes")
    kills = subprocess.run(
        [sys.executable, "-m", "tests.helpers.restore_until_killed",
         str(old), str(kept.file), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )  # fmt: skip
    killed = [json.loads(line) for line in kills.stdout.splitlines()]
    before = {"rows": row_counts(old / DATABASE), "recordings": {f"{A_UUID}.opus": len(SOUND)}}
    after = killed[-1]["after"]
    assert list(after["recordings"]) == [f"{kept.recording.rpartition('/')[2]}.opus"]
    print(f"{len(killed) - 1} kills")
    assert len(killed) > 15
    assert [one["after"] for one in killed if one["after"] not in (before, after)] == []
    assert before in [one["after"] for one in killed]
    assert all(one["again"] == after for one in killed)


def test_the_newest_copy_of_the_server_itself_is_whole(kept: Kept, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(kept.folder, data)
    snapshot = take_snapshot(data, "0004")
    integrity_check(snapshot.path)
    assert row_counts(snapshot.path) == row_counts(data / DATABASE)
    assert snapshot.path.stat().st_mode & 0o777 == 0o600
    recordings = _whole_tree(data / "recordings")
    with claimed(data):
        restore_backup(data, snapshot.path)
        open_to_serve(data).close()
    # A copy of the database alone leaves the recordings where they are.
    assert _whole_tree(data / "recordings") == recordings


def test_copies_are_let_go_of_with_their_age(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    now = int(time.time()) // DAY_S * DAY_S + DAY_S // 2
    for hours in range(0, 24 * 60, 6):
        taken = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now - 3600 * hours))
        (folder / f"0004-{taken}.sqlite3").touch()
    (folder / "mine.sqlite3").touch()
    thin(folder, now)
    ages = [round((now - one.taken_at) / DAY_S, 2) for one in snapshots(tmp_path)]
    assert ages[:5] == [0, 0.25, 0.5, 0.75, 1.0]
    for day in range(1, 6):
        assert any(day - 1 <= age <= day + 0.5 for age in ages)
    assert 14 <= max(ages) <= 28
    assert len(ages) <= 5 + 7 + 4
    assert (folder / "mine.sqlite3").exists()


def test_check_names_what_is_wrong(kept: Kept, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(kept.folder, data)
    (recording,) = (data / "recordings").iterdir()
    (data / "recordings" / f"{A_UUID}.opus").touch()
    os.truncate(recording, 10)
    done = _command("check", "--data-dir", str(data))
    assert done.returncode == 1
    wrong = [line for line in done.stdout.splitlines() if line.startswith("WRONG: ")]
    assert wrong == [
        f"WRONG: recordings whose file is too short: {recording.stem}",
        f"WRONG: files that belong to no recording: {A_UUID}.opus",
    ]
    recording.unlink()
    done = _command("check", "--data-dir", str(data))
    assert f"WRONG: recordings whose file is missing: {recording.stem}" in done.stdout
