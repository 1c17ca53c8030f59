"""Peaks beside a track: written as it is recorded, made good where they are not."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from interview_desktop.audio import peaks as peaks_module
from interview_desktop.audio.ogg_opus import duration_ms
from interview_desktop.audio.peaks import (
    HEADER,
    SILENT,
    PeaksWriter,
    SessionPeaks,
    levels_of,
    peaks_path,
    session_peaks,
    stored_levels,
    stored_peaks,
    track_levels,
)
from interview_desktop.audio.peaks_load import PeaksLoad
from interview_desktop.audio.recorder import Recorder
from tests.helpers.session_sound import marked, write_track

SECONDS = 6
VALUES = SECONDS * 50


@pytest.fixture
def track(tmp_path: Path) -> Path:
    return write_track(tmp_path / "a.opus", marked(SECONDS))


def _recorded(folder: Path) -> Path:
    recorder = Recorder(folder, "part", "interview")
    sound, other = marked(SECONDS), marked(SECONDS, range(1))
    for start in range(0, len(sound), 480):
        recorder.write(sound[start : start + 480].tobytes(), other[start : start + 480].tobytes())
    return recorder.close().candidate


def test_a_recording_has_its_peaks_at_once(tmp_path: Path) -> None:
    candidate = _recorded(tmp_path)
    interviewer = candidate.with_name("interviewer.opus")
    found = stored_peaks([(candidate, interviewer)])
    assert found.complete
    assert found.duration_ms == SECONDS * 1000
    assert found.candidate.tolist() == levels_of(marked(SECONDS)).tolist()
    assert found.interviewer.tolist() == levels_of(marked(SECONDS, range(1))).tolist()
    mine, theirs = found.outline(SECONDS)
    assert mine == pytest.approx(np.full(SECONDS, 9000 / 32768), rel=0.03)
    assert theirs == pytest.approx([9000 / 32768] + [0] * (SECONDS - 1), rel=0.03)


def _about(found: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> bool:
    """Whether it is loud where the tones are, as far as the codec keeps it."""
    wanted = levels_of(marked(SECONDS))
    loud = found > 200
    return len(found) == VALUES and float(np.mean(loud == (wanted > 200))) > 0.97


def test_what_is_not_known_is_computed_once(track: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not stored_peaks([(track, track)]).complete
    shares: list[float] = []
    assert _about(track_levels(track, shares.append))
    assert shares == sorted(shares)
    assert shares[-1] >= 1
    monkeypatch.delattr(peaks_module, "OpusTrack")
    assert _about(track_levels(track))
    assert stored_peaks([(track, track)]).complete


@pytest.mark.parametrize("known", [b"", b"I", HEADER[:7], b"x" * 300, HEADER])
def test_damaged_peaks_are_computed_anew(track: Path, known: bytes) -> None:
    peaks_path(track).write_bytes(known)
    assert _about(track_levels(track))
    assert len(stored_levels(track)) == VALUES


@pytest.mark.parametrize("zeros", [0, 1, 200])
def test_a_torn_end_is_completed_and_the_rest_is_kept(track: Path, zeros: int) -> None:
    # 77 stands for what the recorder wrote; a power cut may leave zeros after it.
    peaks_path(track).write_bytes(HEADER + bytes([77]) * 100 + bytes(zeros))
    found = track_levels(track)
    assert len(found) == VALUES
    assert found[:100].tolist() == [77] * 100
    assert _about(np.concatenate([levels_of(marked(SECONDS))[:100], found[100:]]))


def test_more_peaks_than_sound_are_cut(track: Path) -> None:
    peaks_path(track).write_bytes(HEADER + bytes([77]) * (VALUES + 30))
    assert len(track_levels(track)) == VALUES
    assert len(stored_peaks([(track, None)]).candidate) == VALUES


@given(st.binary(max_size=600))
def test_no_bytes_bring_the_reader_down(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.opus"
    path.write_bytes(data)
    peaks_path(path).write_bytes(HEADER + data)
    assert len(stored_levels(path)) <= len(data)
    assert len(track_levels(path)) <= len(data)
    assert session_peaks([(path, path), (None, path)]).complete


def test_a_disk_without_room_for_peaks_does_not_harm_the_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, files = os.write, set[int]()

    def full(file: int, data: bytes) -> int:
        if bytes(data[:4]) == HEADER[:4] or file in files:
            files.add(file)
            raise OSError(28, "No space left on device")
        return real(file, data)

    monkeypatch.setattr(os, "write", full)
    candidate = _recorded(tmp_path)
    monkeypatch.undo()
    assert files
    assert duration_ms(candidate) == SECONDS * 1000
    assert _about(track_levels(candidate))


def test_peaks_that_are_there_already_are_left_alone(track: Path) -> None:
    peaks_path(track).write_bytes(b"other")
    writer = PeaksWriter(track)
    writer.write(marked(1))
    writer.close()
    assert peaks_path(track).read_bytes() == b"other"


def test_a_folder_that_takes_nothing_still_gives_peaks(
    track: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(peaks_module, "_store", refuse)
    assert _about(track_levels(track))
    assert not peaks_path(track).exists()


def test_a_load_gives_what_is_known_then_everything(track: Path, tmp_path: Path) -> None:
    told: list[SessionPeaks] = []
    shares: list[float] = []
    load = PeaksLoad([(track, None), (None, None), (track, track)], told.append, shares.append)
    assert load.join(30)
    assert [one.complete for one in told] == [False, True]
    assert told[1].duration_ms == 2 * SECONDS * 1000
    assert _about(told[1].candidate[:VALUES])
    assert _about(told[1].interviewer[VALUES:])
    assert set(told[1].interviewer[:VALUES].tolist()) == {SILENT}
    assert shares[-1] >= 1
    told.clear()
    assert PeaksLoad([(track, None)], told.append).join(30)
    assert [one.complete for one in told] == [True]
    assert not list(tmp_path.glob("*.part"))


def test_a_cancelled_load_stops_and_stores_nothing_half(track: Path, tmp_path: Path) -> None:
    told: list[SessionPeaks] = []
    begun = threading.Event()

    def progress(_share: float) -> None:
        begun.set()
        load.cancel()

    first = threading.Event()

    def on_peaks(peaks: SessionPeaks) -> None:
        told.append(peaks)
        first.wait(20)

    load = PeaksLoad([(track, track)], on_peaks, progress)
    first.set()
    assert load.join(30)
    assert begun.is_set()
    assert [one.complete for one in told] == [False]
    assert not peaks_path(track).exists()


@given(
    arrays.arrays(np.uint8, st.integers(1, 300)), st.integers(1, 50), st.integers(0, 290),
    st.integers(1, 300),
)  # fmt: skip
def test_an_outline_misses_no_peak(
    levels: np.ndarray[tuple[int], np.dtype[np.uint8]], buckets: int, start: int, length: int
) -> None:
    peaks = SessionPeaks(levels, levels, 20 * len(levels), complete=True)
    end = min(start + length, len(levels))
    outline, same = peaks.outline(buckets, 20 * start, 20 * end)
    assert outline.tolist() == same.tolist()
    assert len(outline) == buckets
    if end > start:
        loudest = peaks_module.AMPLITUDES[levels[start:end].max()]
        if buckets <= end - start:
            assert outline.max() == loudest
        assert outline.max() <= max(loudest, peaks_module.AMPLITUDES[levels.max()])


@given(arrays.arrays(np.int16, st.integers(0, 3000)))
def test_levels_are_the_loudest_samples(
    samples: np.ndarray[tuple[int], np.dtype[np.int16]],
) -> None:
    levels = levels_of(samples)
    assert len(levels) == -(-len(samples) // 960)
    for index, level in enumerate(levels):
        loudest = np.abs(samples[960 * index :][:960].astype(np.int32)).max()
        back = peaks_module.AMPLITUDES[level] * 32768
        assert level >= SILENT
        assert abs(back - loudest) <= max(0.022 * loudest, 1)
