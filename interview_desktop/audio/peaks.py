"""How loud a track is all along, small enough to draw an hour at once.

A file `<track>.peaks` lies beside each track. It begins with eight bytes: "IPPK", the version
(1), the milliseconds of one value (20), two zeros. Each further byte is the loudest sample of
20 ms on a logarithmic scale: 255 is full scale, each step below it 0.375 dB, 1 is silence
(-95.25 dB and less), and 0 was never written. The recorder appends to it as it records; a torn
end is computed again from the sound.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interview_desktop.audio.errors import UnreadableSoundError
from interview_desktop.audio.ogg_opus import duration_ms
from interview_desktop.audio.opus_track import MAX_FRAMES, RATE_HZ, OpusTrack

STEP_MS = 20
STEP_FRAMES = RATE_HZ * STEP_MS // 1000
STEP_DB = 0.375
SILENT = 1
HEADER = b"IPPK" + bytes([1, STEP_MS, 0, 0])
# Half a second, as much as a page of the recording.
WRITE_VALUES = 25
SCAN_VALUES = 250
_FULL_SCALE = 32768.0

Levels = NDArray[np.uint8]
# The candidate's and the interviewer's file of a part; None where there is none.
Part = tuple[Path | None, Path | None]


def peaks_path(track: Path) -> Path:
    """Where the peaks of a track lie."""
    return track.with_suffix(".peaks")


def levels_of(samples: NDArray[np.int16]) -> Levels:
    """Values of 20 ms each, the last for what is left: uint8, shape (ceil(frames / 960),)."""
    if not len(samples):
        return np.zeros(0, dtype=np.uint8)
    starts = np.arange(0, len(samples), STEP_FRAMES)
    loudest = np.maximum(
        np.maximum.reduceat(samples, starts).astype(np.float64),
        -np.minimum.reduceat(samples, starts).astype(np.float64),
    )
    below_db = 20 * np.log10(np.maximum(loudest, 0.5) / _FULL_SCALE)
    return np.clip(np.rint(255 + below_db / STEP_DB), SILENT, 255).astype(np.uint8)


def level_at(dbfs: float) -> int:
    """The value of a loudness."""
    return max(SILENT, min(255, round(255 + dbfs / STEP_DB)))


# Value → loudest sample, 0 to 1: silence and what is not known are drawn as nothing.
AMPLITUDES: NDArray[np.float32] = (10 ** ((np.arange(256) - 255) * STEP_DB / 20)).astype(np.float32)
AMPLITUDES[: SILENT + 1] = 0


class PeaksWriter:
    """Appends the peaks of a track that is being recorded. It must never harm the recording:
    when a file cannot be written, it stops, and the rest is computed when it is wanted.

    Thread: the recorder's.
    """

    def __init__(self, track: Path) -> None:
        self._rest = np.zeros(0, dtype=np.int16)
        self._levels = bytearray(HEADER)
        self._file: int | None = None
        with contextlib.suppress(OSError):
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
            self._file = os.open(peaks_path(track), flags, 0o600)

    def write(self, samples: NDArray[np.int16]) -> None:
        """Append samples: int16, shape (frames,), 48 kHz."""
        if self._file is None:
            return
        sound = np.concatenate((self._rest, samples))
        whole = len(sound) // STEP_FRAMES * STEP_FRAMES
        self._rest = sound[whole:]
        self._levels += levels_of(sound[:whole]).tobytes()
        if len(self._levels) >= WRITE_VALUES:
            self._flush()

    def close(self) -> None:
        """Write the rest. Idempotent."""
        if self._file is not None:
            self._levels += levels_of(self._rest).tobytes()
            self._flush()
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _flush(self) -> None:
        assert self._file is not None
        try:
            whole = os.write(self._file, self._levels) == len(self._levels)
        except OSError:
            whole = False
        self._levels.clear()
        if not whole:
            # What came after a gap would lie at the wrong place.
            os.close(self._file)
            self._file = None


def stored_levels(track: Path) -> Levels:
    """What is known of a track: everything up to the first gap, nothing of a damaged file."""
    try:
        with peaks_path(track).open("rb") as file:
            data = file.read(len(HEADER) + MAX_FRAMES // STEP_FRAMES)
    except OSError:
        data = b""
    if data[: len(HEADER)] != HEADER:
        return np.zeros(0, dtype=np.uint8)
    known, _, _ = data[len(HEADER) :].partition(b"\0")
    return np.frombuffer(known, dtype=np.uint8)


def track_levels(
    track: Path,
    progress: Callable[[float], None] = lambda share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Levels:
    """A track's values: the stored ones, and what is missing computed and stored for next time.

    `progress(share)` counts from 0 to 1. A track without readable sound has none; one that was
    cancelled has what was known until then.

    Thread: a worker; a whole hour takes some ten seconds to compute.
    """
    known = stored_levels(track)
    try:
        wanted = -(-duration_ms(track) // STEP_MS)
        if len(known) >= wanted:
            return known[:wanted]
        pieces = [known]
        with OpusTrack(track) as sound:
            total = -(-sound.frames // STEP_FRAMES)
            sound.seek(len(known) * STEP_FRAMES)
            for start in range(len(known), total, SCAN_VALUES):
                if cancelled():
                    return np.concatenate(pieces)
                frames = min(SCAN_VALUES * STEP_FRAMES, sound.frames - start * STEP_FRAMES)
                pieces.append(levels_of(sound.read(frames)))
                progress((start + SCAN_VALUES) / total)
    except (OSError, UnreadableSoundError):
        return np.zeros(0, dtype=np.uint8)
    found = np.concatenate(pieces)
    # A full or read-only disk only means that it is computed again.
    with contextlib.suppress(OSError):
        _store(peaks_path(track), found)
    return found


def _store(path: Path, levels: Levels) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        part = Path(file.name)
    try:
        part.write_bytes(HEADER + levels.tobytes())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


@dataclass(frozen=True, slots=True, eq=False)
class SessionPeaks:
    """Both sides of a session on one time line.

    Args:
        candidate: uint8, shape (ceil(duration_ms / 20),), as in the file; 0 is not known.
        interviewer: the same.
        duration_ms: of all parts, one after the other.
        complete: whether every value is known.
    """

    candidate: Levels
    interviewer: Levels
    duration_ms: int
    complete: bool

    def outline(
        self, buckets: int, start_ms: int = 0, end_ms: int | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(candidate, interviewer) between two places, ready to draw: the loudest sample of each
        bucket, 0 to 1, float32, shape (buckets,)."""
        until_ms = self.duration_ms if end_ms is None else end_ms
        return (
            _outline(self.candidate, buckets, start_ms, until_ms),
            _outline(self.interviewer, buckets, start_ms, until_ms),
        )


def _outline(levels: Levels, buckets: int, start_ms: int, end_ms: int) -> NDArray[np.float32]:
    if not len(levels) or end_ms <= start_ms:
        return np.zeros(buckets, dtype=np.float32)
    edges = np.linspace(start_ms / STEP_MS, end_ms / STEP_MS, buckets + 1).astype(np.int64)
    starts = np.clip(edges[:-1], 0, len(levels) - 1)
    # The last bucket ends with the passage, not with the track.
    end = max(int(starts[-1]) + 1, min(int(edges[-1]), len(levels)))
    loudest: NDArray[np.uint8] = np.maximum.reduceat(levels[:end], starts)
    return AMPLITUDES[loudest]


def part_duration_ms(part: Part) -> int:
    """The length of a part: that of its longer track; 0 if neither can be read."""
    lengths = [0]
    for track in part:
        if track is not None:
            with contextlib.suppress(OSError):
                lengths.append(min(duration_ms(track), MAX_FRAMES * 1000 // RATE_HZ))
    return max(lengths)


def stored_peaks(parts: Sequence[Part]) -> SessionPeaks:
    """What is known of a session at once, in a few milliseconds for an hour. Blocks on the disk."""
    return _joined(parts, stored_levels)


def session_peaks(
    parts: Sequence[Part],
    progress: Callable[[float], None] = lambda share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> SessionPeaks:
    """All of a session, computed where it is not known; see `track_levels`."""
    tracks = max(1, sum(track is not None for part in parts for track in part))
    done = 0

    def levels(track: Path) -> Levels:
        nonlocal done
        found = track_levels(track, lambda share: progress((done + share) / tracks), cancelled)
        done += 1
        progress(done / tracks)
        return found

    found = _joined(parts, levels)
    if cancelled():
        return found
    # What cannot be read will not be known another time either.
    sides = [np.maximum(side, SILENT) for side in (found.candidate, found.interviewer)]
    return SessionPeaks(sides[0], sides[1], found.duration_ms, complete=True)


def _joined(parts: Sequence[Part], levels: Callable[[Path], Levels]) -> SessionPeaks:
    lengths = [part_duration_ms(part) for part in parts]
    duration = sum(lengths)
    sides = tuple(np.full(-(-duration // STEP_MS), SILENT, dtype=np.uint8) for _ in range(2))
    start_ms = 0
    for part, length in zip(parts, lengths, strict=True):
        for side, track in zip(sides, part, strict=True):
            if track is None:
                continue
            with contextlib.suppress(OSError):
                frames_ms = duration_ms(track)
                line = side[start_ms // STEP_MS :][: -(-frames_ms // STEP_MS)]
                line[:] = 0
                found = levels(track)[: len(line)]
                line[: len(found)] = found
        start_ms += length
    complete = all(bool(side.all()) for side in sides)
    return SessionPeaks(sides[0], sides[1], duration, complete)
