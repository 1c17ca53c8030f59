"""A database that is broken: refused at the start with the way out, or told while it runs."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.storage.engine import DamagedError
from server.storage.instance import CHECK_EVERY_S
from server.storage.integrity import DATABASE, keep_aside, quick_check
from server.storage.opening import RefusedError, claimed, open_to_serve
from server.storage.snapshots import take_snapshot
from tests.helpers.api import detail, new_interview
from tests.helpers.schema_versions import at_version
from tests.helpers.server_process import running_server

PAGE = 4096
NOTES = "what I thought of it"
WAL = f"{DATABASE}-wal"


@dataclass(frozen=True)
class Left:
    """What servers left behind: one that ended, one that was killed."""

    ended: Path
    killed: Path
    interview: str


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    folder = tmp_path_factory.mktemp("left")
    data = folder / "data"
    with running_server(folder) as server, server.client() as client:
        path = f"/interviews/{new_interview(client)['id']}"
        client.put(f"{path}/notes", json={"text": NOTES}).raise_for_status()
        for number in range(4):
            segments = [
                {"id": f"{number}-{line}", "speaker": "candidate", "text": "word " * 300,
                 "start_ms": line, "end_ms": line + 1, "question": 1}
                for line in range(100)
            ]  # fmt: skip
            sent = client.post(f"{path}/transcript/segments/", json={"segments": segments})
            assert sent.status_code == 200, sent.text
    take_snapshot(data, "0004")
    shutil.copytree(data, folder / "ended")
    with running_server(folder) as server, server.client() as client:
        client.put(f"{path}/notes", json={"text": NOTES + " later"}).raise_for_status()
        os.kill(server.pid, signal.SIGKILL)
        server.process.wait(10)
    assert (data / WAL).stat().st_size > 0
    shutil.copytree(data, folder / "killed")
    yield Left(folder / "ended", folder / "killed", path)


def _at(offset: int, data: bytes) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        with (folder / DATABASE).open("r+b") as file:
            file.seek(offset)
            file.write(data)

    return damage


def _middle(folder: Path) -> None:
    pages = (folder / DATABASE).stat().st_size // PAGE
    for page in range(pages // 2, pages // 2 + 12):
        _at(page * PAGE, b"\xa5" * PAGE)(folder)


def _cut(part: float) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        size = (folder / DATABASE).stat().st_size
        os.truncate(folder / DATABASE, int(size * part))

    return damage


def _without_log(damage: Callable[[Path], None]) -> Callable[[Path], None]:
    """As on a disk that lost what came last."""

    def both(folder: Path) -> None:
        (folder / WAL).unlink()
        damage(folder)

    return both


def _zeroed_log(folder: Path) -> None:
    size = (folder / WAL).stat().st_size
    (folder / WAL).write_bytes(bytes(size))


DAMAGE: dict[str, Callable[[Path], None]] = {
    "header": _at(0, b"\xa5" * 100),
    "header of zeros": _at(0, bytes(100)),
    "schema page": _at(100, b"\xa5" * (PAGE - 100)),
    "schema page of zeros": _at(100, bytes(PAGE - 100)),
    "middle pages": _middle,
    "half a file": _cut(0.5),
    "an odd end": _cut(0.9003),
    "zero length": _cut(0),
    "missing": lambda folder: (folder / DATABASE).unlink(),
}


def _serve(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "server", "serve", "--port", "0", "--data-dir", str(folder)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def _files(folder: Path) -> dict[str, bytes]:
    """What holds data: to look at a database makes an empty log."""
    present = [folder / name for name in (DATABASE, WAL) if (folder / name).exists()]
    return {path.name: path.read_bytes() for path in present if path.stat().st_size}


@pytest.mark.parametrize("what", DAMAGE)
def test_after_a_kill_a_broken_file_is_refused_and_kept(
    left: Left, tmp_path: Path, what: str
) -> None:
    shutil.copytree(left.killed, tmp_path, dirs_exist_ok=True)
    _without_log(DAMAGE[what])(tmp_path)
    broken = _files(tmp_path)
    (snapshot,) = (tmp_path / "backups").iterdir()
    with claimed(tmp_path):
        # Again and again the same answer, never an empty start.
        for _ in range(3):
            with pytest.raises(RefusedError) as told:
                open_to_serve(tmp_path)
            assert (told.value.reason, told.value.backup) == ("damaged", snapshot)
    (aside,) = tmp_path.glob("damaged-*")
    assert _files(aside) == broken


def test_the_command_that_is_told_brings_the_backup_back(left: Left, tmp_path: Path) -> None:
    data = tmp_path / "my data"
    shutil.copytree(left.killed, data)
    _without_log(_middle)(data)
    line = _refused(_serve(data))
    (snapshot,) = (data / "backups").iterdir()
    assert line["backup"] == str(snapshot)
    command = line["detail"].partition("restore it with: ")[2]
    assert command == f"python3 -m server restore '{snapshot}' --data-dir '{data}'"
    restored = subprocess.run(
        command.replace("python3", sys.executable, 1),
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert restored.returncode == 0, restored.stderr
    data.rename(tmp_path / "data")
    with running_server(tmp_path) as server, server.client() as client:
        assert client.get(f"{left.interview}/notes").json()["text"] == NOTES


@pytest.mark.parametrize("what", ["header", "half a file", "missing"])
def test_what_the_log_holds_is_kept_beside_the_broken_file(
    left: Left, tmp_path: Path, what: str
) -> None:
    shutil.copytree(left.killed, tmp_path / "data")
    DAMAGE[what](tmp_path / "data")
    broken = _files(tmp_path / "data")
    assert WAL in broken
    with claimed(tmp_path / "data"), pytest.raises(RefusedError):
        open_to_serve(tmp_path / "data")
    (aside,) = (tmp_path / "data").glob("damaged-*")
    assert _files(aside) == broken


def _refused(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 3, done.stderr
    line: dict[str, Any] = json.loads(done.stdout)
    assert (line["event"], line["reason"]) == ("refused", "damaged")
    assert done.stderr.strip() == line["detail"]
    return line


def test_a_log_of_zeros_is_an_older_state_and_no_broken_one(left: Left, tmp_path: Path) -> None:
    shutil.copytree(left.killed, tmp_path / "data")
    _zeroed_log(tmp_path / "data")
    with running_server(tmp_path) as server, server.client() as client:
        assert client.get(f"{left.interview}/notes").json()["text"] == NOTES


def test_with_its_log_everything_is_there_after_a_kill(left: Left, tmp_path: Path) -> None:
    shutil.copytree(left.killed, tmp_path / "data")
    with running_server(tmp_path) as server, server.client() as client:
        assert client.get(f"{left.interview}/notes").json()["text"] == NOTES + " later"


def test_damage_is_found_while_it_runs_and_told_as_what_it_is(left: Left, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(left.ended, data)
    # After an end in order nothing is read at the start, so a server comes up.
    _middle(data)
    with running_server(tmp_path) as server, server.client() as client:
        for _ in range(3):
            sentence = detail(client.get(f"{left.interview}/transcript"), 500)
            assert "restore a backup" in sentence
        # Nothing is written into what is broken; what is whole can still be read.
        detail(client.put(f"{left.interview}/notes", json={"text": "new"}), 500)
        assert client.get(f"{left.interview}/notes").json()["text"] == NOTES
        health = httpx.get(f"{server.url}/health", trust_env=False, verify=False)
        assert health.status_code >= 500
        server.process.terminate()
        assert server.process.wait(10) == 0
    log = (tmp_path / "server.log").read_text()
    assert log.count("The database is damaged") == 1
    assert "Traceback" not in log
    assert _refused(_serve(data))


def test_damage_that_the_start_itself_meets_is_refused(left: Left, tmp_path: Path) -> None:
    shutil.copytree(left.ended, tmp_path, dirs_exist_ok=True)
    # What a start reads, although it reads no more than it must.
    root = (
        "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute("
        "\"SELECT rootpage FROM sqlite_master WHERE name = 'trash'\").fetchone()[0])"
    )
    page = subprocess.run(
        [sys.executable, "-c", root, str(tmp_path / DATABASE)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    _at((int(page.stdout) - 1) * PAGE, b"\xa5" * PAGE)(tmp_path)
    done = _serve(tmp_path)
    assert done.returncode == 3
    assert json.loads(done.stdout)["reason"] == "damaged"
    assert len(list(tmp_path.glob("damaged-*"))) == 1


def test_damage_that_the_copy_before_a_migration_meets_is_refused(tmp_path: Path) -> None:
    at_version(tmp_path / DATABASE, "0003").close()
    size = (tmp_path / DATABASE).stat().st_size
    _at(size - 5 * PAGE, b"\xa5" * 5 * PAGE)(tmp_path)
    broken = _files(tmp_path)
    with claimed(tmp_path), pytest.raises(RefusedError) as told:
        open_to_serve(tmp_path)
    assert told.value.reason == "damaged"
    (aside,) = tmp_path.glob("damaged-*")
    assert _files(aside) == broken


def test_a_note_that_cannot_be_read_is_no_fresh_start(left: Left, tmp_path: Path) -> None:
    shutil.copytree(left.ended, tmp_path, dirs_exist_ok=True)
    (tmp_path / "instance.json").write_text("{")
    with claimed(tmp_path):
        open_to_serve(tmp_path).close()
        (tmp_path / "instance.json").write_text("{")
        (tmp_path / DATABASE).unlink()
        with pytest.raises(RefusedError):
            open_to_serve(tmp_path)


def test_once_a_week_it_is_read_to_its_end(left: Left, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(left.ended, data)
    _middle(data)
    with claimed(data):
        database = open_to_serve(data)
        database.close()
        (data / "running").unlink()
        note = data / "instance.json"
        values = json.loads(note.read_text())
        note.write_text(json.dumps(values | {"checked_at": time.time() // 1 - CHECK_EVERY_S - 1}))
        with pytest.raises(RefusedError) as told:
            open_to_serve(data)
    assert told.value.reason == "damaged"


def test_a_broken_backup_is_not_offered(left: Left, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(left.killed, data)
    (snapshot,) = (data / "backups").iterdir()
    newer = snapshot.with_name("0004-20990101T000000Z.sqlite3")
    newer.write_bytes(snapshot.read_bytes()[:-PAGE])
    _cut(0)(data)
    with claimed(data):
        with pytest.raises(RefusedError) as told:
            open_to_serve(data)
        assert told.value.backup == snapshot
        newer.unlink()
        snapshot.unlink()
        with pytest.raises(RefusedError) as told:
            open_to_serve(data)
    assert told.value.backup is None
    assert "restore FILE" in told.value.detail


def test_a_broken_file_is_moved_once_a_day(left: Left, tmp_path: Path) -> None:
    now_s = time.time()
    for _ in range(3):
        shutil.copy(left.killed / DATABASE, tmp_path / DATABASE)
        shutil.copy(left.killed / WAL, tmp_path / WAL)
        _cut(0.5)(tmp_path)
        broken = _files(tmp_path)
        keep_aside(tmp_path, now_s)
    (aside,) = tmp_path.glob("damaged-*")
    assert _files(aside) == _files(tmp_path) == broken
    keep_aside(tmp_path, now_s + 25 * 3600)
    assert _files(tmp_path) == {}
    assert len(list(tmp_path.glob("damaged-*"))) == 2


def test_a_newer_schema_is_refused_in_words_for_both(left: Left, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(left.ended, data)
    change = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
        "c.execute(\"UPDATE alembic_version SET version_num = '9999'\"); c.commit()"
    )
    subprocess.run([sys.executable, "-c", change, str(data / DATABASE)], check=True)
    done = _serve(data)
    assert done.returncode == 2
    line = json.loads(done.stdout)
    assert (line["event"], line["reason"], line["backup"]) == ("refused", "newer", None)
    assert "newer version" in line["detail"]
    assert done.stderr.strip() == line["detail"]


def test_a_quick_check_finds_what_opens_and_answers(left: Left, tmp_path: Path) -> None:
    shutil.copy(left.ended / DATABASE, tmp_path / DATABASE)
    quick_check(tmp_path / DATABASE)
    _middle(tmp_path)
    with pytest.raises(DamagedError):
        quick_check(tmp_path / DATABASE)
