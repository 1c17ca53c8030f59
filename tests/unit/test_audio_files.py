"""Rings and recordings."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from interview_desktop.audio import recorder as recorder_module
from interview_desktop.audio.ogg_opus import OggOpusWriter, duration_ms, read_blocks
from interview_desktop.audio.recorder import Recorder, load_part
from interview_desktop.audio.ring import Ring
from tests.helpers.speech import correlation_peak

OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, 40)),
        st.tuples(st.just("read"), st.integers(0, 40)),
        st.tuples(st.just("flush"), st.just(0)),
    )
)


@given(OPERATIONS)
def test_a_ring_behaves_like_a_bounded_queue(operations: list[tuple[str, int]]) -> None:
    ring, model, counter = Ring(32), deque[int](), 0
    held = 0  # flushed frames keep their place until the next read
    for name, size in operations:
        if name == "write":
            samples = np.arange(counter, counter + size, dtype=np.int16)
            taken = ring.write(samples)
            assert taken == min(size, 32 - len(model) - held)
            model.extend(samples[:taken].tolist())
            counter += taken
        elif name == "read":
            out = np.zeros(size, dtype=np.int16)
            count = ring.read_into(out)
            assert out[:count].tolist() == [model.popleft() for _ in range(count)]
            assert count == size or not model
            held = 0
        else:
            held += len(model)
            ring.flush()
            model.clear()
        assert len(ring) == len(model)


def _tone(seconds: float, hz: float = 300) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    time_s = np.arange(int(48_000 * seconds)) / 48_000
    sweep = np.sin(2 * np.pi * (hz + 400 * time_s) * time_s)
    return (sweep * 9000).astype(np.int16)


def test_what_is_written_is_what_a_player_hears(tmp_path: Path) -> None:
    sound = _tone(2.5)
    writer = OggOpusWriter(tmp_path / "a.opus")
    for start in range(0, len(sound), 480):
        writer.write(sound[start : start + 480])
    writer.close()
    assert duration_ms(tmp_path / "a.opus") == 2500
    heard = np.concatenate(list(read_blocks(tmp_path / "a.opus", 4800)))
    assert abs(len(heard) - len(sound)) <= 960
    peak, lag = correlation_peak(heard, sound[4800:-4800])
    assert peak > 0.95
    assert abs(lag - 4800) < 48


KILLED = """
import sys, time
from pathlib import Path
from interview_desktop.audio.recorder import Recorder
recorder = Recorder(Path(sys.argv[1]), "part", "interview")
start = time.monotonic()
blocks = 0
print("go", flush=True)
while True:
    recorder.write(bytes(960), bytes(960))
    blocks += 1
    if blocks % 10 == 0:
        print(blocks * 10, flush=True)
    time.sleep(max(0, start + blocks * 0.01 - time.monotonic()))
"""


def test_a_killed_recorder_loses_less_than_a_second(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    written_ms = 0
    while written_ms < 2300:
        line = process.stdout.readline().strip()
        written_ms = int(line) if line.isdigit() else 0
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    rest = process.stdout.read().split()
    process.stdout.close()
    written_ms = max([written_ms, *map(int, rest)])
    part = load_part(tmp_path / "part")
    for track in (part.candidate, part.interviewer):
        frames = sum(len(block) for block in read_blocks(track, 4800))
        assert written_ms - 1000 <= frames // 48 <= written_ms + 1000


def test_a_full_disk_stops_the_recording_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    recorder = Recorder(tmp_path, "part", "interview", told.append)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    for _ in range(60):
        recorder.write(bytes(960), bytes(960))
    until_s = time.monotonic() + 10
    while recorder._queue.qsize() and time.monotonic() < until_s:
        time.sleep(0.01)
    monkeypatch.setattr(os, "write", full)
    for _ in range(60):
        recorder.write(bytes(960), bytes(960))
    until_s = time.monotonic() + 10
    while not told and time.monotonic() < until_s:
        time.sleep(0.01)
    monkeypatch.undo()
    assert told[0].startswith("The disk is full. Recording stopped at 0:")
    assert recorder.close().duration_ms >= 500


def _until(condition: Callable[[], object]) -> None:
    until_s = time.monotonic() + 10
    while not condition() and time.monotonic() < until_s:
        time.sleep(0.005)
    assert condition()


def _drained(made: Recorder) -> None:
    _until(lambda: not made._queue.qsize())


def test_recording_goes_on_when_the_disk_has_room_again_and_the_time_line_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "RETRY_S", 0.0)
    told: list[str] = []
    again: list[str] = []
    made = Recorder(tmp_path, "part", "interview", told.append, again.append, offset_ms=60_000)
    before, after = _tone(1.0), _tone(1.0, hz=700)
    silence = np.zeros(480 * 200, np.int16)

    handled = [0]
    append = made._append

    def counted(at_frame: int, *sides: bytes) -> None:
        try:
            append(at_frame, *sides)
        finally:
            handled[0] += 1

    monkeypatch.setattr(made, "_append", counted)

    def say(sound: NDArray[np.int16]) -> None:
        before = handled[0]
        for start in range(0, len(sound), 480):
            block = sound[start : start + 480].tobytes()
            made.write(block, block)
        # An empty queue would not do: the last block may still be on its way to the disk.
        _until(lambda: handled[0] == before + len(sound) // 480)

    say(before)
    real = os.write

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    say(silence)
    _until(lambda: told)
    monkeypatch.setattr(os, "write", real)
    say(after)
    part = made.close()
    assert [sentence[:41] for sentence in told] == ["The disk is full. Recording stopped at 1:"]
    assert again == ["Recording goes on at 1:03; the gap is silent."]
    assert part.duration_ms == 4000
    for track in (part.candidate, part.interviewer):
        heard = np.concatenate(list(read_blocks(track, 4800)))
        assert abs(len(heard) - 4 * 48_000) <= 960
        # The last page before the trouble was kept for a better time: not even it is missing.
        for tone, at_frame in ((before, 0), (after, 3 * 48_000)):
            peak, lag = correlation_peak(heard, tone[4800:-4800])
            assert peak > 0.95
            assert abs(lag - at_frame - 4800) < 96


def test_what_a_slow_disk_could_not_take_is_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "QUEUE_BLOCKS", 10)
    told: list[str] = []
    again: list[str] = []
    made = Recorder(tmp_path, "part", "interview", told.append, again.append)
    going = threading.Event()
    real = OggOpusWriter.write

    def slow(self: OggOpusWriter, samples: NDArray[np.int16]) -> None:
        assert going.wait(20)
        real(self, samples)

    monkeypatch.setattr(OggOpusWriter, "write", slow)
    for _ in range(100):
        made.write(bytes(960), bytes(960))
    going.set()
    _drained(made)
    made.write(bytes(960), bytes(960))
    _drained(made)
    assert made.close().duration_ms == 1010
    assert [sentence[:30] for sentence in told] == ["The disk is too slow. Recordin"]
    assert again == ["Recording goes on at 0:01; the gap is silent."]


def test_parts_keep_their_order_whatever_the_clock_says(tmp_path: Path) -> None:
    later = "2199-01-31T12:00:00Z"
    made = Recorder(tmp_path, "part", "interview", after=later)
    assert made.close().started_at == "2199-01-31T12:00:01Z"
    for count, odd in enumerate(("", "x", "2026-01-31", "9999-12-31T23:59:59Z")):
        made = Recorder(tmp_path, f"part {count}", "interview", after=odd)
        assert made.close().started_at < later
