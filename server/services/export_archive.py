"""Everything of a user in open formats: the zip that an export's job makes."""

from __future__ import annotations

import asyncio
import errno
import zipfile
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from server.errors import ApiError
from server.services import audit as audits
from server.services import comments as all_comments
from server.services import feedback as feedbacks
from server.services import retention as retentions
from server.services import shares as all_shares
from server.services.accounts import shown
from server.services.clock import iso
from server.services.context import Context
from server.services.interviews import contract_object
from server.services.recordings import described
from server.services.scores import shown_scores
from server.services.transcripts import as_json, as_text, as_vtt
from server.storage import (
    audit,
    comments,
    feedback,
    interviews,
    notes,
    recordings,
    room,
    scores,
    shares,
    transcripts,
    users,
)
from server.storage.engine import Connection
from server.storage.interviews import InterviewRow
from server.storage.jobs import JobRow
from server.storage.recordings import RecordingRow

PAGE = 100
ABOUT = """Everything that this server keeps of you.

profile.json      your account
retention.json    how long you keep what
audit.json        who looked, shared, signed in and deleted
interviews/<id>/  for each interview: interview.json, transcript as json, txt and vtt, notes.txt,
                  events.json, numbers.json, scores.json, comments.json, shares.json,
                  feedback.json, recording.json and the sound below recordings/ (Ogg Opus)

Times are UTC. Positions are milliseconds on one line over all parts of a recording.
"""


async def make(context: Context, job: JobRow) -> None:
    """The work of a job: write the zip.

    Raises:
        ApiError: 507 when the disk is full.
    """
    files = context.exports
    file = await asyncio.to_thread(files.begin, job.id)
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            await _fill(context, job.user_id, _Writer(archive))
        await asyncio.to_thread(files.finish, job.id, file)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise ApiError(507, "The server's disk is full: the export was not made.") from None
        raise
    finally:
        file.close()
        files.give_up(job.id)


class _Writer:
    """Puts members into an archive, off the event loop."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    async def text(self, name: str, text: str) -> None:
        await asyncio.to_thread(self._archive.writestr, name, text)

    async def json(self, name: str, value: object) -> None:
        encoded = msgspec.json.format(msgspec.json.encode(value), indent=2)
        await asyncio.to_thread(self._archive.writestr, name, encoded)

    async def sound(self, context: Context, name: str, row: RecordingRow) -> None:
        """The bytes that have arrived; they are compressed already."""
        member = zipfile.ZipInfo(name)
        with self._archive.open(member, "w", force_zip64=True) as target:
            pieces = context.files.read(row.id, 0, row.received)
            while piece := await asyncio.to_thread(next, pieces, b""):
                await asyncio.to_thread(target.write, piece)


async def _fill(context: Context, user_id: str, writer: _Writer) -> None:
    await writer.text("README.txt", ABOUT)
    user = await context.database.read(lambda connection: users.find(connection, user_id))
    if user is None:
        return
    await writer.json("profile.json", shown(user))
    await writer.json("retention.json", await retentions.get(context, user))
    await writer.json("audit.json", await _audit(context, user_id))
    for row in await _interviews(context, user_id):
        await _interview(context, row, writer)


async def _interviews(context: Context, user_id: str) -> list[InterviewRow]:
    found: list[InterviewRow] = []
    while True:
        rows, total = await context.database.read(
            partial(interviews.listed, user_id=user_id, status=None, skip=len(found), limit=PAGE)
        )
        found += rows
        if not rows or len(found) >= total:
            return found


async def _audit(context: Context, user_id: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    while True:
        rows, total = await context.database.read(
            partial(audit.listed, owner_id=user_id, action=None, skip=len(entries), limit=PAGE)
        )
        entries += [audits.shown(row) for row in rows]
        if not rows or len(entries) >= total:
            return entries


async def _interview(context: Context, row: InterviewRow, writer: _Writer) -> None:
    folder = f"interviews/{row.id}"
    kept = await context.database.read(lambda connection: _Kept.read(connection, row, context))
    for name, value in kept.values.items():
        await writer.json(f"{folder}/{name}.json", value)
    for name, text in kept.texts.items():
        await writer.text(f"{folder}/{name}", text)
    for one in kept.sound:
        if 0 < one.received <= await asyncio.to_thread(context.files.size, one.id):
            await writer.sound(context, f"{folder}/recordings/{one.part_id}-{one.track}.opus", one)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is stored of one interview: JSON values, texts, and the rows of its sound."""

    values: dict[str, object]
    texts: dict[str, str]
    sound: list[RecordingRow]

    @classmethod
    def read(cls, connection: Connection, row: InterviewRow, context: Context) -> _Kept:
        lines = transcripts.lines(connection, row.id)
        sound = recordings.of_interview(connection, row.id)
        own_notes = notes.find(connection, row.id)
        said = comments.of_interview(connection, row.id)
        leave = shares.of_interview(connection, row.id)
        made = feedback.of_interview(connection, row.id)
        values: dict[str, object] = {
            "interview": contract_object(row),
            "transcript": as_json(lines),
            "events": [
                {
                    "question": one.question,
                    "type": one.type,
                    "at_ms": one.at_ms,
                    "data": msgspec.Raw(one.data.encode()),
                }
                for one in room.events(connection, row.id)
            ],
            "numbers": [
                {
                    "question": one.question,
                    "text": one.text,
                    "value": one.value,
                    "unit": one.unit,
                    "verdict": one.verdict,
                    "at": iso(one.created_at),
                }
                for one in room.last_numbers(connection, row.id).values()
            ],
            "scores": shown_scores(scores.of_interview(connection, row.id)),
            "comments": [all_comments.shown(one) for one in said],
            "shares": [all_shares.shown(one, context.now()) for one in leave],
            "feedback": [feedbacks.shown(one) for one in made],
            "recording": described(row.id, sound),
        }
        texts = {
            "transcript.txt": as_text(lines),
            "transcript.vtt": as_vtt(lines),
            "notes.txt": own_notes.text if own_notes else "",
        }
        return cls(values, texts, sound)
