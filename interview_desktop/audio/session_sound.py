"""Both tracks of all parts of a session as one sound on one time line."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interview_desktop.audio.errors import UnreadableSoundError
from interview_desktop.audio.opus_track import RATE_HZ, OpusTrack
from interview_desktop.audio.peaks import Part, part_duration_ms

# Both sides are cut at the same moment, give or take a page; more is a loss worth a word.
UNEVEN_FRAMES = 2 * RATE_HZ
_OWNERS = ("Your side", "The interviewer's side")
DAMAGED = "Some of the sound is damaged and was left out. Everything else plays."


@dataclass(frozen=True, slots=True)
class _Line:
    """One part on the session's line, in frames."""

    start: int
    frames: int
    tracks: tuple[OpusTrack | None, OpusTrack | None]


class SessionSound:
    """A session, read from any place on.

    Missing and unreadable tracks are silence, and `notes` says so in plain words.

    Thread: one at a time; blocks on the disk.

    Raises:
        UnreadableSoundError: no track of any part can be read.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self._lines: list[_Line] = []
        self._missing: list[str] = []
        self._position = 0
        self._cued: _Line | None = None
        start = 0
        for number, part in enumerate(parts, start=1):
            tracks = (_opened(part[0]), _opened(part[1]))
            frames = part_duration_ms(part) * RATE_HZ // 1000
            where = f" of part {number}" if len(parts) > 1 else ""
            self._missing += _missing(tracks, where)
            self._lines.append(_Line(start, frames, tracks))
            start += frames
        self.frames = start
        if not any(track for line in self._lines for track in line.tracks):
            raise UnreadableSoundError

    @property
    def notes(self) -> tuple[str, ...]:
        """What is not there, a sentence each; damage is added when it is met."""
        tracks = [track for line in self._lines for track in line.tracks]
        damaged = any(track is not None and track.damaged for track in tracks)
        return (*self._missing, DAMAGED) if damaged else tuple(self._missing)

    def close(self) -> None:
        """Close the files. Idempotent."""
        for line in self._lines:
            for track in line.tracks:
                if track is not None:
                    track.close()

    def seek(self, frame: int) -> None:
        """Go on from `frame`."""
        self._position = max(0, frame)
        self._cued = None

    def read(self, count: int) -> NDArray[np.int16]:
        """The next `count` frames, both sides mixed; fewer at the end. int16, 48 kHz mono."""
        count = max(0, min(count, self.frames - self._position))
        pieces, done = [np.zeros(0, dtype=np.int16)], 0
        while done < count:
            line = self._line()
            taken = min(count - done, line.start + line.frames - self._position)
            pieces.append(_mixed(line, taken))
            self._position += taken
            done += taken
        return np.concatenate(pieces)

    def _line(self) -> _Line:
        """The part at the position, its tracks at the same place."""
        line = next(one for one in self._lines if self._position < one.start + one.frames)
        if line is not self._cued:
            for track in line.tracks:
                if track is not None:
                    track.seek(self._position - line.start)
            self._cued = line
        return line


def _opened(path: Path | None) -> OpusTrack | None:
    if path is not None:
        with contextlib.suppress(OSError, UnreadableSoundError):
            return OpusTrack(path)
    return None


def _missing(tracks: tuple[OpusTrack | None, OpusTrack | None], where: str) -> list[str]:
    if not any(tracks):
        return [f"The sound{where or ' of this session'} could not be read."]
    longest = max(track.frames for track in tracks if track is not None)
    notes = []
    for owner, track in zip(_OWNERS, tracks, strict=True):
        if track is None:
            notes.append(f"{owner}{where} could not be read. The other side plays.")
        elif track.frames < longest - UNEVEN_FRAMES:
            seconds = track.frames // RATE_HZ
            at = f"{seconds // 60}:{seconds % 60:02}"
            notes.append(f"{owner}{where} ends at {at}. The other side plays on.")
    return notes


def _mixed(line: _Line, count: int) -> NDArray[np.int16]:
    sides = [track.read(count) for track in line.tracks if track is not None]
    if len(sides) == 2:
        loud = sides[0].astype(np.int32) + sides[1]
        mixed: NDArray[np.int16] = np.clip(loud, -32768, 32767).astype(np.int16)
        return mixed
    return sides[0] if sides else np.zeros(count, dtype=np.int16)
