"""The recording of a call: one append-only Ogg Opus file a side, on one time line."""

from __future__ import annotations

import contextlib
import json
import logging
import queue
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from interview_desktop.audio.ogg_opus import RATE_HZ, OggOpusWriter, duration_ms
from interview_desktop.audio.peaks import PeaksWriter

logger = logging.getLogger(__name__)

CANDIDATE_FILE = "candidate.opus"
INTERVIEWER_FILE = "interviewer.opus"
ABOUT_FILE = "part.json"
# The parts that this process is writing. A mark on the disk would outlive a crash, and the next
# process may well have the number of the one before.
_being_recorded: set[Path] = set()
# Ten seconds of blocks: a disk that is slower than that is as good as full.
QUEUE_BLOCKS = 1000
SYNC_EVERY_S = 5.0
# How soon a disk that was full is tried again.
RETRY_S = 1.0
JOIN_TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True)
class RecordingPart:
    """One start of the app within an interview, as two files of equal length."""

    id: str
    interview_id: str
    started_at: str
    duration_ms: int
    candidate: Path
    interviewer: Path


class Recorder:
    """Writes both sides from a thread of its own.

    Whatever could not be written (a full disk, one that is too slow) is silence later on, so that
    every position on the line stays where it is. `on_trouble(sentence)` tells when that begins,
    `on_again(sentence)` when it is over; both come from the audio worker or the recorder's thread.

    Thread: `write` on the audio worker (never blocks); the constructor and `close` block on the
    disk and belong into a worker thread.
    """

    def __init__(
        self,
        folder: Path,
        part_id: str,
        interview_id: str,
        on_trouble: Callable[[str], None] = lambda sentence: None,
        on_again: Callable[[str], None] = lambda sentence: None,
        *,
        after: str = "",
        offset_ms: int = 0,
    ) -> None:
        """Begin a part.

        Args:
            folder: the interview's own.
            after: when the part before began. Parts are ordered by their beginnings, and the
                clock may have been set back since.
            offset_ms: where the part begins on the interview's line, for the sentences.
        """
        self._folder = folder / part_id
        self._folder.mkdir(mode=0o700, parents=True)
        _being_recorded.add(self._folder.absolute())
        self._on_trouble = on_trouble
        self._on_again = on_again
        self._offset_ms = offset_ms
        about = {
            "id": part_id,
            "interview_id": interview_id,
            "started_at": _started_after(after),
        }
        try:
            (self._folder / ABOUT_FILE).write_text(json.dumps(about), encoding="utf-8")
            self._writers = _open_writers(self._folder)
            tracks = (self._folder / CANDIDATE_FILE, self._folder / INTERVIEWER_FILE)
            self._peaks = tuple(map(PeaksWriter, tracks))
        except OSError:
            # Nothing was said yet: a part without sound would only be in the way.
            _being_recorded.discard(self._folder.absolute())
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        # (frames on the line before it, the candidate's block, the interviewer's block)
        self._queue: queue.Queue[tuple[int, bytes, bytes] | None] = queue.Queue(QUEUE_BLOCKS)
        # Frames on the line so far, written or not; the audio worker's own until the end.
        self._frames = 0
        self._troubled = False
        self._failing = False
        self._over = False
        self._synced_s = time.monotonic()
        self._retry_s = 0.0
        self._closing = threading.Lock()
        self._part: RecordingPart | None = None
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    @property
    def folder(self) -> Path:
        """Where this part lies."""
        return self._folder

    def write(self, candidate: bytes, interviewer: bytes) -> None:
        """Append a block of equal length to both sides: int16, 48 kHz mono."""
        if self._over:
            return
        at_frame = self._frames
        self._frames += len(candidate) // 2
        try:
            self._queue.put_nowait((at_frame, candidate, interviewer))
        except queue.Full:
            self._trouble("The disk is too slow. Recording stopped")

    def close(self) -> RecordingPart:
        """Finish both files; returns what was recorded. Idempotent.

        Thread: any; a second caller waits for the first one's end.
        """
        with self._closing:
            if self._part is None:
                # A queue that is full has a stuck writer: it is given its time, then left.
                with contextlib.suppress(queue.Full):
                    self._queue.put(None, timeout=JOIN_TIMEOUT_S)
                    self._thread.join(JOIN_TIMEOUT_S)
                if self._thread.is_alive():
                    logger.error("The recorder did not finish in time")
                else:
                    # What comes after the end is for nobody.
                    self._over = True
                    _being_recorded.discard(self._folder.absolute())
                self._part = load_part(self._folder)
            return self._part

    def _run(self) -> None:
        while (block := self._queue.get()) is not None:
            if time.monotonic() < self._retry_s:
                continue
            try:
                self._append(*block)
            except OSError:
                self._failing = True
                # They would no longer be in step; what is missing is computed when it is wanted.
                self._close_peaks()
                self._retry_s = time.monotonic() + RETRY_S
                self._trouble("The disk is full. Recording stopped")
        self._over = True
        self._close_peaks()
        for writer in self._writers:
            try:
                _pad(writer, self._frames)
            except OSError:
                logger.warning("The end of a recording could not be written")
            try:
                writer.close()
            except OSError:
                logger.warning("The end of a recording could not be written")

    def _append(self, at_frame: int, *sides: bytes) -> None:
        gap = at_frame > self._writers[0].frames
        for writer, peaks, data in zip(self._writers, self._peaks, sides, strict=True):
            missing = at_frame - writer.frames
            _pad(writer, at_frame)
            samples = np.frombuffer(data, dtype=np.int16)
            writer.write(samples)
            if missing > 0:
                peaks.write(np.zeros(missing, dtype=np.int16))
            peaks.write(samples)
        if self._troubled and (gap or self._failing):
            self._troubled = self._failing = False
            self._on_again(f"Recording goes on at {self._clock(at_frame)}; the gap is silent.")
        if time.monotonic() - self._synced_s > SYNC_EVERY_S:
            self._synced_s = time.monotonic()
            for writer in self._writers:
                writer.sync()

    def _close_peaks(self) -> None:
        for peaks in self._peaks:
            peaks.close()

    def _trouble(self, what: str) -> None:
        if self._troubled:
            return
        self._troubled = True
        self._on_trouble(
            f"{what} at {self._clock(self._writers[0].frames)}; everything before is safe. "
            "Free 100 MB to go on."
        )

    def _clock(self, frames: int) -> str:
        seconds = (self._offset_ms + frames * 1000 // RATE_HZ) // 1000
        return f"{seconds // 60}:{seconds % 60:02}"


def _pad(writer: OggOpusWriter, to_frame: int) -> None:
    """Silence up to `to_frame`, a second at a time; what an earlier try kept is written first."""
    if writer.frames < to_frame:
        writer.write(np.zeros(0, dtype=np.int16))
    while writer.frames < to_frame:
        writer.write(np.zeros(min(RATE_HZ, to_frame - writer.frames), dtype=np.int16))


def _started_after(earlier: str) -> str:
    """Now, ISO 8601 in UTC; a second after `earlier` if the clock says that it is not later."""
    now = datetime.now(UTC)
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        now = max(now, datetime.fromisoformat(earlier) + timedelta(seconds=1))
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def _open_writers(folder: Path) -> tuple[OggOpusWriter, OggOpusWriter]:
    candidate = OggOpusWriter(folder / CANDIDATE_FILE)
    try:
        return candidate, OggOpusWriter(folder / INTERVIEWER_FILE)
    except OSError:
        with contextlib.suppress(OSError):
            candidate.close()
        raise


def is_being_recorded(folder: Path) -> bool:
    """Whether this process is still writing the part; one that a crash left is finished."""
    return folder.absolute() in _being_recorded


def load_part(folder: Path) -> RecordingPart:
    """A recorded part, also one that a crash left unfinished or that has lost a side.

    Raises:
        OSError: the folder holds no recording.
    """
    candidate, interviewer = folder / CANDIDATE_FILE, folder / INTERVIEWER_FILE
    # What is left of it has its place on the line.
    left = [track for track in (candidate, interviewer) if track.exists()] or [candidate]
    duration = max(map(duration_ms, left))
    about = {"id": folder.name, "interview_id": folder.parent.name, "started_at": ""}
    try:
        known = json.loads((folder / ABOUT_FILE).read_text(encoding="utf-8"))
        about |= {key: known[key] for key in about if isinstance(known[key], str)}
    except (OSError, ValueError, KeyError, TypeError):
        logger.warning("A recording has lost its description")
    if not about["started_at"]:
        made_s = left[0].stat().st_mtime
        about["started_at"] = datetime.fromtimestamp(made_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return RecordingPart(
        about["id"],
        about["interview_id"],
        about["started_at"],
        duration,
        candidate,
        interviewer,
    )
