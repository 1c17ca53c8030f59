"""Recordings on a disk that is full, slow or broken, and files that grew to an hour."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from interview_desktop.api.auth import FixedToken
from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import Unreachable
from interview_desktop.audio import ogg_opus, recorder
from interview_desktop.audio.errors import SoundError
from interview_desktop.audio.ogg_opus import OggOpusWriter, duration_ms, page, read_blocks
from interview_desktop.audio.player import Player
from interview_desktop.audio.recorder import Recorder, load_part
from interview_desktop.domain.recording import PartFiles
from interview_desktop.runtime.uploads import UPLOADED_MARK, pending_parts, upload_pending

SECOND = np.zeros(48_000, dtype=np.int16)


def _opus(path: Path, seconds: int = 3) -> Path:
    writer = OggOpusWriter(path)
    for _ in range(seconds):
        writer.write(SECOND)
    writer.close()
    return path


def _frames(path: Path) -> int:
    return sum(len(block) for block in read_blocks(path, 4800))


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


# -- one file ----------------------------------------------------------------------------------


def test_a_long_block_makes_pages_of_half_a_second_all_the_same(tmp_path: Path) -> None:
    writer = OggOpusWriter(tmp_path / "a.opus")
    writer.write(np.zeros(48_000 * 7, dtype=np.int16))
    assert duration_ms(tmp_path / "a.opus") >= 6000
    writer.close()
    assert duration_ms(tmp_path / "a.opus") == 7000
    assert abs(_frames(tmp_path / "a.opus") - 7 * 48_000) <= 960


@pytest.mark.parametrize("cut", [1, 30, 500])
def test_the_length_is_that_of_the_last_whole_page(tmp_path: Path, cut: int) -> None:
    path = _opus(tmp_path / "a.opus")
    path.write_bytes(path.read_bytes()[:-cut])
    assert 2000 <= duration_ms(path) < 3000
    # What looks like a page and is none does not count.
    with path.open("ab") as file:
        file.write(page([b"x"], 48_000 * 9, 1, 9, 0)[:-1] + b"y")
        file.write(b"OggS" + bytes(23))
    assert 2000 <= duration_ms(path) < 3000


@pytest.mark.parametrize("data", [b"", b"OggS", b"x" * 400, b"OggS" + bytes(400)])
def test_what_is_no_recording_lasts_no_time(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.opus").write_bytes(data)
    assert duration_ms(tmp_path / "a.opus") == 0


def test_a_track_with_an_hour_of_damage_still_tells_its_length(tmp_path: Path) -> None:
    path = _opus(tmp_path / "a.opus")
    with path.open("ab") as file:
        file.write(bytes(3 * 65_307))
    assert duration_ms(path) == 3000


MEASURE = """
import resource, sys
from pathlib import Path
from interview_desktop.audio.ogg_opus import duration_ms
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(duration_ms(Path(sys.argv[1])), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_the_length_of_a_long_track_takes_no_memory(tmp_path: Path) -> None:
    path = _opus(tmp_path / "a.opus")
    data = path.read_bytes()
    head, pages = data[:200], data.rindex(b"OggS")
    with path.open("wb") as file:
        # As large as some hours; only its ends are sound.
        file.write(data[:pages])
        file.truncate(60_000_000)
        file.seek(60_000_000)
        file.write(data[pages:])
    assert head == path.read_bytes()[:200]
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True
    )
    length_ms, grown_kib = map(int, done.stdout.split())
    assert length_ms == 3000
    assert grown_kib < 20_000


def test_a_page_that_did_not_fit_leaves_no_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.opus"
    writer = OggOpusWriter(path)
    writer.write(SECOND)
    size, real = path.stat().st_size, os.write

    def nearly_full(file: int, data: memoryview) -> int:
        if len(data) <= 10:
            raise OSError(28, "No space left on device")
        return real(file, data[:10])

    with monkeypatch.context() as full:
        full.setattr(os, "write", nearly_full)
        with pytest.raises(OSError, match="space"):
            writer.write(SECOND)
    # No half of a page stays behind, and what did not fit is written when there is room again.
    assert path.stat().st_size == size
    writer.close()
    assert duration_ms(path) == 2000
    assert abs(_frames(path) - 2 * 48_000) <= 960


def test_a_file_that_cannot_be_begun_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    before = _open_files()
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="space"):
        OggOpusWriter(tmp_path / "a.opus")
    with pytest.raises(OSError, match="space"):
        Recorder(tmp_path, "part", "interview")
    monkeypatch.undo()
    assert _open_files() == before
    # Nothing of a part that never was is in the way afterwards.
    assert not (tmp_path / "part").exists()


# -- a part ------------------------------------------------------------------------------------


def test_a_disk_that_does_not_keep_up_is_told_once_and_blocks_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(recorder, "QUEUE_BLOCKS", 5)
    going = threading.Event()
    real = OggOpusWriter.write

    def slow(self: OggOpusWriter, samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> None:
        assert going.wait(20)
        real(self, samples)

    monkeypatch.setattr(OggOpusWriter, "write", slow)
    made = Recorder(tmp_path, "part", "interview", told.append)
    for _ in range(20):
        made.write(bytes(960), bytes(960))
    going.set()
    made.close()
    assert len(told) == 1
    assert told[0].startswith("The disk is too slow. Recording stopped at 0:00")


def test_two_may_close_and_what_comes_later_is_for_nobody(tmp_path: Path) -> None:
    told: list[str] = []
    made = Recorder(tmp_path, "part", "interview", told.append)
    for _ in range(100):
        made.write(bytes(960), bytes(960))
    parts: list[int] = []
    closers = [
        threading.Thread(target=lambda: parts.append(made.close().duration_ms)) for _ in range(3)
    ]
    for closer in closers:
        closer.start()
    for closer in closers:
        closer.join()
    assert parts == [1000] * 3
    for _ in range(2000):
        made.write(bytes(960), bytes(960))
    assert told == []
    assert load_part(tmp_path / "part").duration_ms == 1000


@pytest.mark.parametrize("text", ["", "null", "[]", '"x"', "{", '{"id": 1}', "{}"])
def test_a_lost_description_does_not_lose_the_sound(
    tmp_path: Path, text: str, expected_logs: list[str]
) -> None:
    expected_logs.append("lost its description")
    made = Recorder(tmp_path / "interview", "part", "interview")
    made.write(bytes(960), bytes(960))
    made.close()
    (tmp_path / "interview" / "part" / "part.json").write_text(text)
    part = load_part(tmp_path / "interview" / "part")
    assert (part.id, part.interview_id, part.duration_ms) == ("part", "interview", 10)
    assert part.started_at.endswith("Z")


# -- what is sent ------------------------------------------------------------------------------


class KeepingApi(InterviewApi):
    """Stands in for a server that takes every part, except those in `refused`."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1", FixedToken("token"))
        self.sent: list[str] = []
        self.refused: set[str] = set()

    async def upload_part(
        self, interview_id: str, part: PartFiles, progress: Callable[[int, int], None]
    ) -> None:
        if part.id in self.refused:
            raise Unreachable("The server does not answer.")
        self.sent.append(part.id)


def _send(api: KeepingApi, recordings: Path) -> int:
    async def send() -> int:
        return await upload_pending(api, recordings)

    return asyncio.run(send())


def test_a_part_is_sent_when_it_is_finished_and_only_then(tmp_path: Path) -> None:
    api = KeepingApi()
    made = Recorder(tmp_path / "i", "p", "i")
    made.write(bytes(960), bytes(960))
    # Another part of the same interview is sent while this one is being recorded.
    _opus_part(tmp_path / "i" / "earlier")
    assert _send(api, tmp_path) == 1
    made.close()
    assert _send(api, tmp_path) == 1
    assert api.sent == ["earlier", "p"]
    assert (tmp_path / "i" / "p" / UPLOADED_MARK).exists()
    assert pending_parts(tmp_path) == []


def _opus_part(folder: Path) -> None:
    folder.mkdir(parents=True)
    for track in ("candidate.opus", "interviewer.opus"):
        _opus(folder / track, 1)
    (folder / "part.json").write_text(
        f'{{"id": "{folder.name}", "interview_id": "i", "started_at": "2026-01-31T12:00:00Z"}}'
    )


def test_a_part_that_a_crash_left_is_finished(tmp_path: Path) -> None:
    _opus_part(tmp_path / "i" / "p")
    # An app in a sandbox has the same process id at every start.
    (tmp_path / "i" / "p" / "recording").write_text(str(os.getpid()))
    assert [folder.name for _, folder in pending_parts(tmp_path)] == ["p"]


def test_one_broken_part_holds_back_nobody(tmp_path: Path) -> None:
    api = KeepingApi()
    api.refused.add("c")
    for name in ("a", "b", "c", "d"):
        _opus_part(tmp_path / "i" / name)
    (tmp_path / "i" / "a" / "interviewer.opus").unlink()
    (tmp_path / "i" / "b" / UPLOADED_MARK).mkdir()
    (tmp_path / "i" / "file").write_text("no part")
    assert _send(api, tmp_path) == 1
    assert api.sent == ["d"]


# -- listening again ---------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"no sound", b"OggS" + bytes(100), None])
def test_sound_that_cannot_be_read_is_told(tmp_path: Path, data: bytes | None) -> None:
    track = tmp_path / "a.opus"
    if data is not None:
        track.write_bytes(data)
    told: list[SoundError | None] = []
    ready = threading.Event()

    def on_ready(error: SoundError | None) -> None:
        told.append(error)
        ready.set()

    player = Player([(track, track)], on_ready)
    assert ready.wait(20)
    player.close()
    assert told[0] is not None
    assert told[0].sentence == "The sound of this session could not be read."


def test_every_constant_of_the_tail_covers_the_largest_page() -> None:
    # Source: RFC 3533, section 6: 27 bytes, 255 lacing values, 255 segments of 255 bytes.
    assert ogg_opus._TAIL_BYTES >= 2 * (27 + 255 + 255 * 255)
