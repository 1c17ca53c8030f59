"""Recordings: resumable uploads of two tracks a part, and their bytes again."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any
from weakref import WeakValueDictionary

from server.errors import ApiError, bad_request, conflict, not_found
from server.services.access import owned_or_hidden, read_shared
from server.services.context import Context
from server.storage import audit, jobs, recordings
from server.storage.audit import Entry
from server.storage.engine import Connection
from server.storage.interviews import InterviewRow
from server.storage.recordings import RecordingRow
from server.storage.users import UserRow

logger = logging.getLogger(__name__)

TRACKS = ("candidate", "interviewer")
MB = 1_000_000
MAX_TRACK_BYTES = 512 * 1024 * 1024
OGG_MAGIC = b"OggS"
CHECKSUM_MISMATCH = 460  # tus 1.0, checksum extension
# tus wants sha1 of every server. Here a checksum finds damage; it keeps nobody out.
CHECKSUMS: dict[str, Callable[[bytes], bytes]] = {
    "sha256": lambda data: hashlib.sha256(data).digest(),
    "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
}


@dataclass(frozen=True, slots=True)
class NewUpload:
    """What a creation asks for, checked."""

    part_id: str
    track: str
    started_at: str
    duration_ms: int
    length: int


def parse_metadata(header: str) -> dict[str, str]:
    """tus metadata: `key base64, key base64`.

    Raises:
        ApiError: 400.
    """
    result: dict[str, str] = {}
    for pair in header.split(","):
        key, _, value = pair.strip().partition(" ")
        if key in result:
            raise bad_request(f"The upload's metadata name {key!r} twice.")
        try:
            result[key] = base64.b64decode(value, validate=True).decode()
        except ValueError:  # base64's own error, text that is not ASCII, bytes that are not UTF-8
            raise bad_request(f"The upload's metadata {key!r} is not base64 text.") from None
    return result


async def begin(
    context: Context, user: UserRow, interview_id: str, upload: NewUpload
) -> tuple[RecordingRow, bool]:
    """(the upload, whether it is new); the same part and track again finds the first one.

    Raises:
        ApiError: 404, 409 for the same track with another length, 413 beyond the user's quota.
    """
    row = RecordingRow(
        id=str(uuid.uuid4()),
        interview_id=interview_id,
        part_id=upload.part_id,
        track=upload.track,
        started_at=upload.started_at,
        duration_ms=upload.duration_ms,
        length=upload.length,
        received=0,
    )

    quota = context.settings.recording_quota_mb * MB

    def change(connection: Connection) -> tuple[RecordingRow, bool]:
        owned_or_hidden(connection, user, interview_id)
        known = recordings.find_track(connection, interview_id, upload.part_id, upload.track)
        if known is not None:
            if known.length != upload.length:
                raise conflict("This track was begun with another length.")
            return known, False
        used = recordings.bytes_of_user(connection, user.id)
        if used + upload.length > quota:
            raise ApiError(
                413,
                f"Your recordings take {used // MB:,} of {quota // MB:,} MB: delete some first.",
            )
        recordings.add(connection, row)
        return row, True

    return await context.database.write(change)


async def find_to_hear(
    context: Context, user: UserRow, interview_id: str, recording_id: str
) -> RecordingRow:
    """One track, for its owner or a coach with the scope of the sound.

    Raises:
        ApiError: 404.
    """

    def read(connection: Connection, row: InterviewRow) -> RecordingRow:
        return _found(recordings.find(connection, row.id, recording_id))

    return await read_shared(context, user, interview_id, "audio", read)


def _found(row: RecordingRow | None) -> RecordingRow:
    if row is None:
        raise not_found("There is no such recording.")
    return row


async def find(
    context: Context, user: UserRow, interview_id: str, recording_id: str
) -> RecordingRow:
    """One track of the owner's.

    Raises:
        ApiError: 404.
    """

    def read(connection: Connection) -> RecordingRow:
        owned_or_hidden(connection, user, interview_id)
        return _found(recordings.find(connection, interview_id, recording_id))

    return await context.database.read(read)


class Uploads:
    """Appends chunks; one at a time for each recording.

    Thread: the event loop; the disk is touched in threads.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def append(
        self,
        user: UserRow,
        interview_id: str,
        recording_id: str,
        offset: int,
        data: bytes,
        checksum: str | None,
    ) -> RecordingRow:
        """Add `data` at `offset`: bytes are durable before the offset is.

        Raises:
            ApiError: 404, 409 for a wrong offset, 413 beyond the length, 415 for no Ogg, 460 for
                a checksum that does not fit.
        """
        if checksum is not None and not await asyncio.to_thread(_checksum_fits, checksum, data):
            raise ApiError(CHECKSUM_MISMATCH, "The checksum does not fit: send this piece again.")
        lock = self._locks.setdefault(recording_id, asyncio.Lock())
        async with lock:
            now = await find(self._context, user, interview_id, recording_id)
            if offset != now.received:
                raise conflict(f"The upload stands at {now.received}.")
            if offset + len(data) > now.length:
                raise ApiError(413, "This is more than was announced.")
            magic = OGG_MAGIC[offset : offset + len(data)]
            if not data.startswith(magic):
                raise ApiError(415, "A recording is an Ogg file.")
            if data:
                await self._context.database.require_room()
                await asyncio.to_thread(self._context.files.append, recording_id, offset, data)
                await self._count(interview_id, recording_id, offset, offset + len(data))
        return replace(now, received=offset + len(data))

    async def _count(self, interview_id: str, recording_id: str, before: int, after: int) -> None:
        def change(connection: Connection) -> RecordingRow | None:
            row = recordings.find(connection, interview_id, recording_id)
            if row is None:
                # Deleted while the bytes were written: they are a file again.
                recordings.add_trash(connection, recording_id)
            elif not recordings.set_received(connection, interview_id, recording_id, before, after):
                raise conflict("The upload has moved on meanwhile.")
            return row

        if await self._context.database.write(change) is None:
            await sweep(self._context)
            raise not_found("There is no such recording.")


async def remove(context: Context, user: UserRow, interview_id: str, recording_id: str) -> None:
    """Delete one track.

    Raises:
        ApiError: 404.
    """

    def change(connection: Connection) -> None:
        owned_or_hidden(connection, user, interview_id)
        if not recordings.remove(connection, interview_id, recording_id):
            raise not_found("There is no such recording.")
        # They hold what was deleted.
        jobs.remove_exports(connection, user.id)
        entry = Entry("recording.delete", user.id, user.id, interview_id, recording_id)
        audit.add(connection, entry, context.now())

    await context.database.write(change)


async def sweep(context: Context) -> None:
    """Remove the files whose rows are gone; what fails stays for the next time."""
    for file in await context.database.read(recordings.trashed):
        try:
            await asyncio.to_thread(context.files.remove, file)
        except OSError as error:
            logger.warning("A deleted recording could not be removed yet: %s", error.strerror)
            continue
        await context.database.write(
            lambda connection, file=file: recordings.untrash(connection, file)  # type: ignore[misc]
        )


async def parts(context: Context, user: UserRow, interview_id: str) -> dict[str, Any]:
    """The parts on one line: each begins where the one before ends.

    Raises:
        ApiError: 404.
    """

    found = await read_shared(
        context,
        user,
        interview_id,
        "audio",
        lambda connection, row: recordings.of_interview(connection, row.id),
    )
    return described(interview_id, found)


def described(interview_id: str, found: list[RecordingRow]) -> dict[str, Any]:
    """The answer's shape; `found` oldest part first."""
    result = []
    for part_id, offset_ms in part_offsets(found).items():
        rows = [row for row in found if row.part_id == part_id]
        result.append(
            {
                "id": part_id,
                "started_at": rows[0].started_at,
                "offset_ms": offset_ms,
                "duration_ms": max(row.duration_ms for row in rows),
                "tracks": {
                    row.track: {
                        "id": row.id,
                        "bytes": row.length,
                        "complete": row.received == row.length,
                        "url": f"/api/v1/interviews/{interview_id}/recordings/{row.id}",
                    }
                    for row in rows
                },
            }
        )
    return {"parts": result}


def part_offsets(rows: list[RecordingRow]) -> dict[str, int]:
    """Where each part begins on the one line, by its id; `rows` oldest part first."""
    durations: dict[str, int] = {}
    for row in rows:
        durations[row.part_id] = max(row.duration_ms, durations.get(row.part_id, 0))
    ends = accumulate(durations.values(), initial=0)
    return dict(zip(durations, ends, strict=False))


def line_ms(rows: list[RecordingRow]) -> int:
    """How long the one line is; 0 without a recording. `rows` as `part_offsets` takes them."""
    offsets = part_offsets(rows)
    ends = [offsets[row.part_id] + row.duration_ms for row in rows]
    return max(ends, default=0)


def _checksum_fits(header: str, data: bytes) -> bool:
    algorithm, _, value = header.partition(" ")
    known = CHECKSUMS.get(algorithm)
    if known is None:
        raise bad_request(f"Only checksums by {' and '.join(CHECKSUMS)} are known.")
    try:
        wanted = base64.b64decode(value, validate=True)
    except ValueError:
        raise bad_request("The checksum is not base64.") from None
    return known(data) == wanted
