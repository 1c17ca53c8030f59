"""Killed at any moment: what was answered 2xx is there again, and nothing is half."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from server.storage.instance import mark_running
from server.storage.integrity import DATABASE, integrity_check
from server.storage.opening import claimed, open_to_serve
from server.storage.tables import facts, users
from tests.helpers.api import CHUNK, TUS, new_interview, upload_headers
from tests.helpers.crash_writers import Confirmed, Writers, assert_kept, sound
from tests.helpers.server_process import running_server
from tests.helpers.server_thread import server_in_thread

SEED = 4
WRITTEN = 200
WAL = f"{DATABASE}-wal"
# Before the frames of the log begin, and how long each is. Source: sqlite.org/fileformat2.html.
WAL_HEADER, WAL_FRAME = 32, 24 + 4096


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kills", [5, pytest.param(30, marks=pytest.mark.soak)])
def test_what_was_confirmed_survives_a_kill(tmp_path: Path, kills: int) -> None:
    chance, data = random.Random(SEED), tmp_path / "data"
    print(f"seed {SEED}, {kills} kills")
    everything = Confirmed()
    for _ in range(kills):
        confirmed = Confirmed()
        with running_server(tmp_path) as server:
            writers = Writers(server.client, confirmed)
            with writers.running():
                writers.wait_for(chance.randint(30, 150))
                os.kill(server.pid, signal.SIGKILL)
                server.process.wait(10)
        assert writers.faults == []
        everything.interviews |= confirmed.interviews
        with running_server(tmp_path) as server, server.client() as client:
            assert_kept(client, confirmed, data / "recordings")
            done = subprocess.run(
                [sys.executable, "-m", "server", "check", "--data-dir", str(data)],
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            # Not only what came last.
            some = chance.sample(sorted(everything.interviews), k=5)
            assert all(client.get(f"/interviews/{one}").status_code == 200 for one in some)


def test_a_kill_between_the_bytes_and_their_count_is_as_if_they_never_came(tmp_path: Path) -> None:
    with server_in_thread(tmp_path) as server, server.user() as client:
        path = f"/interviews/{new_interview(client)['id']}/recordings/"
        begun = client.post(path, headers=upload_headers(9000))
        location = begun.headers["Location"].removeprefix("/api/v1")
        first = client.patch(
            location, content=sound(0, 3000), headers=CHUNK | {"Upload-Offset": "0"}
        )
        assert first.status_code == 204
        (file,) = (tmp_path / "recordings").iterdir()
        signed_in = {"Authorization": client.headers["Authorization"]}
    with file.open("ab") as written:
        written.write(b"\xa5" * 5000)
    with server_in_thread(tmp_path) as server:
        root = f"{server.url}/api/v1"
        with httpx.Client(
            base_url=root, headers=signed_in, trust_env=False, verify=False
        ) as client:
            assert client.head(location, headers=TUS).headers["Upload-Offset"] == "3000"
            rest = client.patch(
                location, content=sound(3000, 9000), headers=CHUNK | {"Upload-Offset": "3000"}
            )
            assert rest.status_code == 204
            assert client.get(location).content == sound(0, 9000)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A database and its log as they stood at one moment between two writes of a process."""
    folder = tmp_path_factory.mktemp("image")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.write_until_killed", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) >= WRITTEN:
                break
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    yield folder


def _cut(log: bytearray, chance: random.Random) -> None:
    del log[chance.randrange(len(log)) :]


def _garble(log: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(log))
    count = min(len(log) - start, chance.choice((1, 100, 4096, 100_000)))
    log[start : start + count] = chance.randbytes(count)


def _zeros(log: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(log))
    log[start:] = bytes(len(log) - start)


def _hole(log: bytearray, chance: random.Random) -> None:
    # A page that never reached the disk while later ones did.
    frame = chance.randrange((len(log) - WAL_HEADER) // WAL_FRAME)
    start = WAL_HEADER + frame * WAL_FRAME
    log[start : start + WAL_FRAME] = bytes(WAL_FRAME)


def _swapped(log: bytearray, chance: random.Random) -> None:
    frames = (len(log) - WAL_HEADER) // WAL_FRAME
    one, other = (WAL_HEADER + n * WAL_FRAME for n in chance.sample(range(frames), k=2))
    kept = log[one : one + WAL_FRAME]
    log[one : one + WAL_FRAME] = log[other : other + WAL_FRAME]
    log[other : other + WAL_FRAME] = kept


TORN: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _cut, _garble, _zeros, _hole, _swapped,
)  # fmt: skip


@pytest.mark.timeout(900)
@pytest.mark.parametrize("count", [20, pytest.param(200, marks=pytest.mark.soak)])
def test_a_torn_log_opens_as_everything_up_to_some_write(
    image: Path, tmp_path: Path, count: int
) -> None:
    prefixes = []
    for seed in range(count):
        chance = random.Random(seed)
        folder = tmp_path / str(seed)
        folder.mkdir()
        shutil.copyfile(image / DATABASE, folder / DATABASE)
        log = bytearray((image / WAL).read_bytes())
        TORN[seed % len(TORN)](log, chance)
        (folder / WAL).write_bytes(log)
        # So that the start reads every page.
        mark_running(folder)
        with claimed(folder):
            database = open_to_serve(folder)
            with database.writer.begin() as connection:
                ids = connection.execute(select(users.c.id).order_by(users.c.id)).scalars().all()
                counter = connection.execute(
                    select(facts.c.value).where(facts.c.name == "count")
                ).scalar_one()
                assert connection.execute(select(func.count()).select_from(users)).scalar() == (
                    len(ids)
                )
            database.close()
            integrity_check(folder / DATABASE)
        assert [int(one) for one in ids] == list(range(1, len(ids) + 1)), f"seed {seed}"
        assert int(counter) == len(ids), f"seed {seed}"
        prefixes.append(len(ids))
        shutil.rmtree(folder)
    print(f"seeds 0 to {count - 1}: {len(set(prefixes))} different prefixes")
    assert len(set(prefixes)) > count // 3
    assert max(prefixes) <= WRITTEN + 20
