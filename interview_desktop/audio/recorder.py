"""The recording of a call: one append-only Ogg Opus file a side, on one time line."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from interview_desktop.audio.ogg_opus import OggOpusWriter, duration_ms

logger = logging.getLogger(__name__)

CANDIDATE_FILE = "candidate.opus"
INTERVIEWER_FILE = "interviewer.opus"
ABOUT_FILE = "part.json"
# Holds the id of the process that writes the part.
RECORDING_MARK = "recording"
# Ten seconds of blocks: a disk that is slower than that is as good as full.
QUEUE_BLOCKS = 1000
SYNC_EVERY_S = 5.0
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

    Thread: `write` on the audio worker (never blocks); the constructor and `close` block on the
    disk and belong into a worker thread.
    """

    def __init__(
        self,
        folder: Path,
        part_id: str,
        interview_id: str,
        on_trouble: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        self._folder = folder / part_id
        self._folder.mkdir(mode=0o700, parents=True)
        self._on_trouble = on_trouble
        about = {
            "id": part_id,
            "interview_id": interview_id,
            "started_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        try:
            (self._folder / ABOUT_FILE).write_text(json.dumps(about), encoding="utf-8")
            self._mark = self._folder / RECORDING_MARK
            self._mark.write_text(str(os.getpid()), encoding="ascii")
            self._writers = _open_writers(self._folder)
        except OSError:
            # Nothing was said yet: a part without sound would only be in the way.
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        self._queue: queue.Queue[tuple[bytes, bytes] | None] = queue.Queue(QUEUE_BLOCKS)
        self._failed = False
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
        if self._failed:
            return
        try:
            self._queue.put_nowait((candidate, interviewer))
        except queue.Full:
            self._fail("The disk is too slow. Recording stopped")

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
                    self._failed = True
                    self._mark.unlink(missing_ok=True)
                self._part = load_part(self._folder)
            return self._part

    def _run(self) -> None:
        synced_s = time.monotonic()
        while (block := self._queue.get()) is not None:
            if self._failed:
                continue
            try:
                for writer, data in zip(self._writers, block, strict=True):
                    writer.write(np.frombuffer(data, dtype=np.int16))
                if time.monotonic() - synced_s > SYNC_EVERY_S:
                    synced_s = time.monotonic()
                    for writer in self._writers:
                        writer.sync()
            except OSError:
                self._fail("The disk is full. Recording stopped")
        for writer in self._writers:
            try:
                writer.close()
            except OSError:
                logger.warning("The end of a recording could not be written")

    def _fail(self, what: str) -> None:
        if self._failed:
            return
        self._failed = True
        seconds = self._writers[0].frames // 48_000
        self._on_trouble(
            f"{what} at {seconds // 60}:{seconds % 60:02}; everything before is safe. "
            "Free 100 MB to go on."
        )


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
    try:
        return (folder / RECORDING_MARK).read_text(encoding="ascii") == str(os.getpid())
    except (OSError, ValueError):
        return False


def load_part(folder: Path) -> RecordingPart:
    """A recorded part, also one that a crash left unfinished.

    Raises:
        OSError: the folder holds no recording.
    """
    about = {"id": folder.name, "interview_id": folder.parent.name, "started_at": ""}
    try:
        known = json.loads((folder / ABOUT_FILE).read_text(encoding="utf-8"))
        about |= {key: known[key] for key in about if isinstance(known[key], str)}
    except (OSError, ValueError, KeyError, TypeError):
        logger.warning("A recording has lost its description")
    if not about["started_at"]:
        made_s = (folder / CANDIDATE_FILE).stat().st_mtime
        about["started_at"] = datetime.fromtimestamp(made_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    candidate, interviewer = folder / CANDIDATE_FILE, folder / INTERVIEWER_FILE
    return RecordingPart(
        about["id"],
        about["interview_id"],
        about["started_at"],
        max(duration_ms(candidate), duration_ms(interviewer)),
        candidate,
        interviewer,
    )
