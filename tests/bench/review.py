"""Review of a session of an hour: from the click to its data, and from a seek to its sound."""

from __future__ import annotations

import asyncio
import resource
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interview_desktop.audio.devices import close_stream, open_stream
from interview_desktop.audio.peaks import peaks_path, session_peaks, stored_peaks
from interview_desktop.audio.player import Player
from interview_desktop.audio.recorder import (
    ABOUT_FILE,
    CANDIDATE_FILE,
    INTERVIEWER_FILE,
    Recorder,
    load_part,
)
from interview_desktop.config import AppPaths
from interview_desktop.domain.transcript import Caption
from interview_desktop.runtime import work
from interview_desktop.runtime.workspace import Workspace
from tests.bench.row import Row
from tests.bench.spread import median, spread
from tests.helpers.session_sound import RATE_HZ, repeat_track
from tests.helpers.sound_system import LOUDSPEAKER, Ear, listening

DEFAULT = True
BENCH = "review"
MINUTES = 60
CAPTIONS = 3000
CAPTIONS_A_POST = 100
BUCKETS = 1200
COMPUTED_MINUTES = 10
OPENINGS = 7
SEEKS = 15
COLD_STARTS = 5
AUDIBLE_DBFS = -40.0
DATA_TARGET_MS = 400.0
SEEK_TARGET_MS = 60.0
LIMIT_S = 20.0
# Each minute: a tone from 0 s, silence from 20 s, noise like speech from 40 s.
TONE_S, SILENCE_S, NOISE_S = 0, 20, 40
PLAY_S = 5.0


def rows(work_folder: Path) -> Iterator[Row]:
    """Data first, then sound."""
    part = _minute(work_folder)
    hour = work_folder / "hour"
    hour.mkdir()
    for name in (CANDIDATE_FILE, INTERVIEWER_FILE):
        repeat_track(part / name, hour / name, MINUTES)
    shutil.copy(part / ABOUT_FILE, hour)
    yield from asyncio.run(_data_rows(work_folder, hour))
    yield from _sound_rows(hour)
    yield _memory_row(hour)
    yield _compute_row(part)


def _minute(folder: Path) -> Path:
    """A recorded part of a minute."""
    time_s = np.arange(60 * RATE_HZ) / RATE_HZ
    sound = np.zeros(60 * RATE_HZ, dtype=np.int16)
    sound[: SILENCE_S * RATE_HZ] = (8000 * np.sin(2 * np.pi * 440 * time_s))[: SILENCE_S * RATE_HZ]
    random = np.random.default_rng(1)
    noise = 4000 * random.standard_normal(len(sound) - NOISE_S * RATE_HZ)
    sound[NOISE_S * RATE_HZ :] = np.clip(noise, -32768, 32767)
    recorder = Recorder(folder, str(uuid.uuid4()), "interview")
    for start in range(0, len(sound), RATE_HZ // 10):
        data = sound[start : start + RATE_HZ // 10].tobytes()
        recorder.write(data, data)
    return recorder.close().candidate.parent


async def _data_rows(folder: Path, hour: Path) -> list[Row]:
    paths = AppPaths(folder / "data").create()
    workspace, _ = await work.open_workspace(paths)
    try:
        card = (await workspace.api.templates())[0]
        interview = await workspace.api.create_interview(card.id, str(uuid.uuid4()))
        await _post_captions(workspace, interview.id)
        here = paths.recordings / interview.id / (await asyncio.to_thread(load_part, hour)).id
        shutil.copytree(hour, here)
        waits = [await _open(workspace, paths, interview.id) for _ in range(OPENINGS)]
        about = f"{MINUTES} min of two tracks, {CAPTIONS} captions, bundled server, off-window"
        value = median(waits)
        near = Row(BENCH, "call to waveform and transcript, recorded here", value, "ms",
                   DATA_TARGET_MS, value <= DATA_TARGET_MS,
                   f"{spread(waits, 'ms')}; {about}")  # fmt: skip
        part = await asyncio.to_thread(load_part, here)
        await workspace.api.upload_part(interview.id, part, lambda done, total: None)
        megabytes = sum(one.stat().st_size for one in here.glob("*.opus")) / 1e6
        shutil.rmtree(here)
        begun_s = time.perf_counter()
        files = await work.session_sound(workspace, paths, interview.id)
        fetched_ms = (time.perf_counter() - begun_s) * 1000
        assert len(files.parts) == 1
        far = Row(BENCH, "call to transcript and sound, from the server", fetched_ms, "ms", None,
                  None, f"one fetch of {megabytes:.0f} MB over loopback; {about}")  # fmt: skip
    finally:
        await workspace.aclose()
    return [near, far]


async def _post_captions(workspace: Workspace, interview_id: str) -> None:
    step_ms = MINUTES * 60_000 // CAPTIONS
    words = "the market grows by four percent a year and we have a third of it"
    captions = [
        Caption(
            f"item-{index}",
            "candidate" if index % 2 else "interviewer",
            words,
            index * step_ms,
            index * step_ms + 900,
            1,
            final=True,
        )
        for index in range(CAPTIONS)
    ]
    for start in range(0, CAPTIONS, CAPTIONS_A_POST):
        await workspace.api.post_captions(interview_id, captions[start : start + CAPTIONS_A_POST])


async def _open(workspace: Workspace, paths: AppPaths, interview_id: str) -> float:
    """Milliseconds until everything that Review draws is there, and the player is ready."""
    begun_s = time.perf_counter()
    captions = await work.transcript(workspace, interview_id)
    files = await work.session_sound(workspace, paths, interview_id)
    ready = threading.Event()
    player = Player(files.parts, lambda error: ready.set())
    peaks = await asyncio.to_thread(stored_peaks, files.parts)
    outline = await asyncio.to_thread(peaks.outline, BUCKETS)
    await asyncio.to_thread(ready.wait, LIMIT_S)
    wait_ms = (time.perf_counter() - begun_s) * 1000
    assert len(captions) == CAPTIONS
    assert peaks.complete
    assert outline[0].max() > 0
    assert player.duration_ms > (MINUTES - 1) * 60_000
    player.close()
    await asyncio.to_thread(player.join, LIMIT_S)
    return wait_ms


@contextmanager
def _player(hour: Path) -> Iterator[Player]:
    ready = threading.Event()
    player = Player([(hour / CANDIDATE_FILE, hour / INTERVIEWER_FILE)], lambda error: ready.set())
    ready.wait(LIMIT_S)
    try:
        yield player
    finally:
        player.close()
        player.join(LIMIT_S)


def _sound_rows(hour: Path) -> Iterator[Row]:
    where = f"{MINUTES} min of two tracks, virtual loudspeaker, above {AUDIBLE_DBFS:g} dBFS"
    with listening(LOUDSPEAKER) as ear:
        cold = [_first_play(hour, ear) for _ in range(COLD_STARTS)]
        with _player(hour) as player:
            player.play()
            paused = [_from_pause(player, ear, index) for index in range(SEEKS)]
            playing = [_while_playing(player, ear, index, 1.0) for index in range(SEEKS)]
            faster = [_while_playing(player, ear, index, 1.5) for index in range(SEEKS)]
            apart = [_apart(player, ear, index) for index in range(5)]
            begun_s = time.process_time()
            player.seek(NOISE_S * 1000)
            player.set_speed(1.5)
            time.sleep(PLAY_S)
            busy = (time.process_time() - begun_s) / PLAY_S * 100
    for name, waits in (
        ("seek and play to sound", paused),
        ("seek to sound while it plays", playing),
        ("seek to sound while it plays at 1.5 times", faster),
        ("first play of a session to sound", cold),
    ):
        value = median(waits)
        yield Row(BENCH, name, value, "ms", SEEK_TARGET_MS, value <= SEEK_TARGET_MS,
                  f"{spread(waits, 'ms')}; {where}")  # fmt: skip
    yield Row(BENCH, "position shown apart from position heard", median(apart), "ms", None, None,
              f"{spread(apart, 'ms')}; the ear itself is 2 to 10 ms late; {where}")  # fmt: skip
    yield Row(BENCH, "processor while playing at 1.5 times", busy, "% of a core", None, None,
              f"over {PLAY_S:g} s, the bench's own ear included")  # fmt: skip


def _place_ms(index: int, second: int) -> int:
    """Some place in the hour, early and late in turns, at that second of its minute."""
    return (index * 37 % (MINUTES - 1)) * 60_000 + second * 1000


def _sound_after(ear: Ear, since_s: float) -> float:
    """When it was loud first after `since_s`, in monotonic seconds."""
    limit_s = time.monotonic() + LIMIT_S
    while (found := ear.first_above(AUDIBLE_DBFS, since_s)) is None:
        if time.monotonic() > limit_s:
            raise TimeoutError("nothing was heard")
        time.sleep(0.002)
    return found


def _silent(ear: Ear, for_s: float = 0.3) -> None:
    since_s = time.monotonic()
    while True:
        time.sleep(0.02)
        now_s = time.monotonic()
        loud_s = ear.last_above(AUDIBLE_DBFS, since_s)
        if now_s - (loud_s if loud_s is not None else since_s) > for_s:
            return


def _from_pause(player: Player, ear: Ear, index: int) -> float:
    player.pause()
    _silent(ear)
    asked_s = time.monotonic()
    player.seek(_place_ms(index, TONE_S + 5))
    player.play()
    return (_sound_after(ear, asked_s) - asked_s) * 1000


def _while_playing(player: Player, ear: Ear, index: int, speed: float) -> float:
    player.set_speed(speed)
    player.seek(_place_ms(index + 3, SILENCE_S + 2))
    player.play()
    _silent(ear)
    asked_s = time.monotonic()
    player.seek(_place_ms(index, TONE_S + 5))
    return (_sound_after(ear, asked_s) - asked_s) * 1000


def _apart(player: Player, ear: Ear, index: int) -> float:
    """How far the position runs ahead of a sound whose place is known."""
    player.set_speed(1.0)
    begin_ms = _place_ms(index, NOISE_S)
    player.seek(begin_ms - 1500)
    player.play()
    _silent(ear)
    since_s = time.monotonic()
    shown: list[tuple[float, int]] = []
    while ear.first_above(AUDIBLE_DBFS, since_s) is None and time.monotonic() - since_s < LIMIT_S:
        shown.append((time.monotonic(), player.position_ms()))
        time.sleep(0.001)
    heard_s = _sound_after(ear, since_s)
    at_s, position = min(shown, key=lambda one: abs(one[0] - heard_s))
    return position + (heard_s - at_s) * 1000 - begin_ms


def _first_play(hour: Path, ear: Ear) -> float:
    with _player(hour) as player:
        _silent(ear)
        asked_s = time.monotonic()
        player.seek(_place_ms(7, TONE_S + 5))
        player.play()
        return (_sound_after(ear, asked_s) - asked_s) * 1000


def _memory_row(hour: Path) -> Row:
    command = [sys.executable, "-m", "tests.bench.review", str(hour)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return Row(BENCH, "memory that a playing session takes", float(done.stdout), "MB", None, None,
               f"resident, libraries and an open stream of the sound system not counted; "
               f"{MINUTES} min with peaks, 20 seeks")  # fmt: skip


def _grown_mb(hour: Path) -> float:
    """In a process of its own: by how much it grows while it plays."""
    stream = open_stream("OutputStream", _quiet, rate_hz=RATE_HZ, latency="high")
    before, most = _resident_mb(), 0.0
    with _player(hour) as player:
        player.use_peaks(stored_peaks([(hour / CANDIDATE_FILE, hour / INTERVIEWER_FILE)]))
        player.set_skip_silence(True)
        player.set_speed(1.5)
        player.play()
        for index in range(20):
            player.seek(player.duration_ms * index // 20)
            time.sleep(0.1)
            most = max(most, _resident_mb())
    close_stream(stream)
    return most - before


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def _quiet(data: NDArray[np.int16], *_: object) -> None:
    data.fill(0)


def _compute_row(part: Path) -> Row:
    tracks = (part / "long_one.opus", part / "long_two.opus")
    for track, name in zip(tracks, (CANDIDATE_FILE, INTERVIEWER_FILE), strict=True):
        repeat_track(part / name, track, COMPUTED_MINUTES)
        peaks_path(track).unlink()
    begun_s = time.perf_counter()
    peaks = session_peaks([tracks])
    assert peaks.complete
    return Row(BENCH, "peaks of a recording that has none", time.perf_counter() - begun_s, "s",
               None, None,
               f"once for each, in a thread; {COMPUTED_MINUTES} min of two tracks")  # fmt: skip


if __name__ == "__main__":
    print(_grown_mb(Path(sys.argv[1])))
