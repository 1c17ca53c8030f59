"""What deleting leaves behind, what a full disk does, and how data are looked after."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from server.services import backups
from server.storage.instance import ended_unclean, read_instance
from server.storage.instance_lock import FolderInUseError, InstanceLock
from server.storage.integrity import DATABASE, integrity_check, look
from server.storage.opening import RefusedError, claimed, close_in_order, open_to_serve
from server.storage.reserve import RESERVE_BYTES, Reserve
from server.storage.snapshots import snapshots
from tests.helpers.api import detail, new_interview
from tests.helpers.server_thread import ThreadServer, server_in_thread

CANARY = "a sentence that only the candidate said"


def _say(client: httpx.Client, path: str, line_id: str, text: str) -> httpx.Response:
    segment = {"id": line_id, "speaker": "candidate", "text": text, "start_ms": 0, "end_ms": 1,
               "question": 1}  # fmt: skip
    return client.post(f"{path}/transcript/segments/", json={"segments": [segment]})


def test_what_was_deleted_is_not_in_the_files_any_more(tmp_path: Path) -> None:
    with server_in_thread(tmp_path) as server, server.user() as client:
        path = f"/interviews/{new_interview(client)['id']}"
        for number in range(200):
            assert _say(client, path, str(number), f"{CANARY} {number}").status_code == 200
        assert client.delete(path).status_code == 204
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert files
    for file in files:
        assert CANARY.encode() not in file.read_bytes(), file


def _limit_pages(server: ThreadServer, pages: int) -> None:
    asyncio.run(
        server.context.database.write(
            lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        )
    )


def test_a_full_disk_is_507_and_loses_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, expected_logs: list[str]
) -> None:
    expected_logs.append(r"^ERROR server\.routes\.http: POST failed$")
    with server_in_thread(tmp_path) as server, server.user() as client:
        path = f"/interviews/{new_interview(client)['id']}"
        assert _say(client, path, "kept", "kept").status_code == 200
        _limit_pages(server, 1)  # SQLite then takes the size that it has
        detail(_say(client, path, "big", CANARY * 500), 507)
        assert [one["id"] for one in client.get(f"{path}/transcript").json()["segments"]] == [
            "kept"
        ]
        _limit_pages(server, 1_000_000)
        assert _say(client, path, "big", CANARY * 500).status_code == 200
    # The log tells what failed, not what was said.
    assert "disk is full" in caplog.text
    assert CANARY not in caplog.text


def test_the_reserve_is_really_there_and_is_made_again_with_room(
    tmp_path: Path, expected_logs: list[str]
) -> None:
    expected_logs.append("the reserve is released")
    reserve = Reserve(tmp_path)
    assert reserve.make()
    file = tmp_path / "reserve"
    assert file.stat().st_blocks * 512 >= RESERVE_BYTES
    assert file.stat().st_mode & 0o777 == 0o600
    again = Reserve(tmp_path)
    again.find()
    assert again.held
    again.release()
    assert not file.exists()
    assert again.make()
    assert file.stat().st_size == RESERVE_BYTES


def test_a_folder_has_one_server_until_its_process_is_gone(tmp_path: Path) -> None:
    hold = (
        "import sys; from pathlib import Path; from server.storage.instance_lock import "
        "InstanceLock; InstanceLock(Path(sys.argv[1])).claim(); print('held', flush=True); "
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"held\n"
            lock = InstanceLock(tmp_path)
            with pytest.raises(FolderInUseError, match=f"process {process.pid}"):
                lock.claim()
            process.kill()
            # The one who may wait, gets it.
            lock.claim(wait_s=10)
            lock.close()
        finally:
            process.kill()


def test_once_a_day_the_running_server_copies_its_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "FIRST_S", 0.01)
    monkeypatch.setattr(backups, "EVERY_S", 0.01)
    with server_in_thread(tmp_path) as server, server.user() as client:
        path = f"/interviews/{new_interview(client)['id']}"
        until_s = time.monotonic() + 20
        while not (made := snapshots(tmp_path)):
            assert time.monotonic() < until_s
            assert client.get(path).status_code == 200
        (snapshot,) = made
        yesterday = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() - 24 * 3600 - 60))
        snapshot.path.rename(snapshot.path.with_name(f"0004-{yesterday}.sqlite3"))
        while len(snapshots(tmp_path)) < 2:
            assert time.monotonic() < until_s
            assert client.get(path).status_code == 200
        newest = snapshots(tmp_path)[0]
        integrity_check(newest.path)
        assert newest.schema == "0004"
        assert newest.path.stat().st_mode & 0o777 == 0o600
    assert len(snapshots(tmp_path)) == 2


def test_an_empty_folder_is_a_fresh_start_and_only_that(tmp_path: Path) -> None:
    (tmp_path / DATABASE).touch()
    with claimed(tmp_path):
        database = open_to_serve(tmp_path)
        assert ended_unclean(tmp_path)
        database.close()
        close_in_order(database)
        assert not ended_unclean(tmp_path)
        known = read_instance(tmp_path)
        assert known is not None
        assert look(tmp_path / DATABASE).instance == known.id
        # The note of the folder is lost: it is learnt again.
        (tmp_path / "instance.json").unlink()
        open_to_serve(tmp_path).close()
        assert read_instance(tmp_path) is not None
        (tmp_path / DATABASE).unlink()
        with pytest.raises(RefusedError):
            open_to_serve(tmp_path)
        assert not (tmp_path / DATABASE).exists()
