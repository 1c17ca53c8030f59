"""Everything of a user in open formats: the zip that an export's job makes."""

from __future__ import annotations

import asyncio
import errno
import threading
import time
import zipfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from functools import partial
from typing import IO, TypeVar

import msgspec

from server.errors import ApiError
from server.services import assignments, exports
from server.services import audit as audits
from server.services import retention as retentions
from server.services.accounts import shown
from server.services.context import Context
from server.services.export_interview import Kept, read_kept
from server.storage import audit, interviews, jobs, users
from server.storage.engine import Connection
from server.storage.jobs import JobRow
from server.storage.recordings import RecordingRow
from server.storage.users import UserRow

T = TypeVar("T")
PAGE = 500
MOST = 100_000
ABOUT = """Everything that this server keeps of you.

profile.json      your account
retention.json    how long you keep what
assignments.json  cases that you gave or got to practise
audit.json        who looked, shared, signed in and deleted; newest first
interviews/<id>/  for each interview:
  interview.json    what it was and how far you came
  transcript.json   what was said; also as transcript.txt and, as captions, transcript.vtt
  notes.txt         your notes
  events.json       what happened in the room
  numbers.json      the numbers you gave, and what was found of them
  hints.json        the hints you took
  scores.json       your scores and your coaches'
  comments.json     what you and your coaches wrote beside the recording
  shares.json       whom you let look
  calls.json        the calls that were live
  feedback.json     every version of the feedback
  parts.json        the parts of the recording, on one line
  recordings/       their sound: <part>-<side>.opus, Ogg Opus, mono

Times are UTC. Positions are milliseconds on one line over all parts of a recording.
"""


class _GoneError(Exception):
    """Whoever asked deleted the export, something that is in it, or their account."""


async def make(context: Context, job: JobRow) -> None:
    """The work of a job: write the zip. Nothing of it stays if it fails or is given up.

    Raises:
        ApiError: 507 when the disk is full.
    """
    files = context.exports
    file = await asyncio.to_thread(files.begin, job.id)
    try:
        async with _writing(file, context.now()) as writer:
            await _fill(context, job, writer)
        if not await asyncio.to_thread(files.finish, job.id, file):
            return
    except _GoneError:
        return
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise ApiError(507, "The server's disk is full: the export was not made.") from None
        raise
    finally:
        await asyncio.to_thread(files.give_up, job.id, file)
    if await context.database.read(lambda connection: jobs.find(connection, job.id, job.user_id)):
        return
    # Deleted since it was last looked at, when the file had not its name yet.
    await exports.sweep(context)


@asynccontextmanager
async def _writing(file: IO[bytes], now: int) -> AsyncIterator[_Writer]:
    archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
    writer = _Writer(archive, time.gmtime(now))
    try:
        yield writer
    finally:
        await writer.run(archive.close)


class _Writer:
    """Puts members into an archive, in threads; one at a time."""

    def __init__(self, archive: zipfile.ZipFile, date: time.struct_time) -> None:
        self._archive = archive
        self._date = date
        self._cancelled = threading.Event()

    async def run(self, work: Callable[[], T]) -> T:
        """Do `work` in a thread. Who is cancelled meanwhile waits until it has ended.

        The archive and its file must not be closed under it.
        """
        task = asyncio.create_task(asyncio.to_thread(work))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            self._cancelled.set()
            await asyncio.wait([task])
            if not task.cancelled():
                task.exception()  # it does not matter any more, and is not to be logged
            raise

    async def text(self, name: str, text: str) -> None:
        """A member of text."""
        await self.run(lambda: self._archive.writestr(self._member(name), text))

    async def json(self, name: str, value: object) -> None:
        """A member of JSON."""
        await self.run(lambda: self._archive.writestr(self._member(name), _json(value)))

    async def json_list(self, name: str, pages: AsyncIterator[list[object]]) -> None:
        """A member of JSON that is never whole in memory."""
        target = await self.run(lambda: self._archive.open(self._member(name), "w"))
        before = b"["
        try:
            async for page in pages:
                lines = b",\n ".join(msgspec.json.encode(one) for one in page)
                await self.run(partial(target.write, before + b"\n " + lines))
                before = b","
            await self.run(lambda: target.write(b"[]\n" if before == b"[" else b"\n]\n"))
        finally:
            await self.run(target.close)

    async def sound(self, name: str, pieces: Iterator[bytes]) -> None:
        """A member of sound, which is compressed already; none where its file is gone."""

        def copy() -> None:
            try:
                piece = next(pieces, b"")
            except FileNotFoundError:
                return
            member = self._member(name)
            member.compress_type = zipfile.ZIP_STORED
            with self._archive.open(member, "w", force_zip64=True) as target:
                while piece and not self._cancelled.is_set():
                    target.write(piece)
                    piece = next(pieces, b"")

        await self.run(copy)

    def _member(self, name: str) -> zipfile.ZipInfo:
        year, month, day, hour, minute, second = self._date[:6]
        member = zipfile.ZipInfo(name, (year, month, day, hour, minute, second))
        member.compress_type = zipfile.ZIP_DEFLATED
        member.external_attr = 0o600 << 16
        return member


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


async def _fill(context: Context, job: JobRow, writer: _Writer) -> None:
    def read(connection: Connection) -> tuple[UserRow, list[str]]:
        user = users.find(connection, job.user_id)
        if user is None:
            raise _GoneError
        return user, interviews.ids_of_user(connection, user.id)

    user, ids = await context.database.read(read)
    await writer.text("README.txt", ABOUT)
    await writer.json("profile.json", shown(user))
    await writer.json("retention.json", await retentions.get(context, user))
    given, _total = await assignments.listed(context, user, 0, MOST)
    await writer.json("assignments.json", given)
    async with aclosing(_audit(context, user.id)) as entries:
        await writer.json_list("audit.json", entries)
    for interview_id in ids:
        kept = await context.database.read(partial(_interview, context, job, interview_id))
        await _write(context, kept, f"interviews/{interview_id}", writer)


def _interview(context: Context, job: JobRow, interview_id: str, connection: Connection) -> Kept:
    row = interviews.find(connection, interview_id, job.user_id)
    # Whatever is deleted takes the exports with it that may hold it: this one too.
    if row is None or jobs.find(connection, job.id, job.user_id) is None:
        raise _GoneError
    return read_kept(connection, row, context.now())


async def _write(context: Context, kept: Kept, folder: str, writer: _Writer) -> None:
    for name, value in kept.values.items():
        await writer.json(f"{folder}/{name}.json", value)
    for name, text in kept.texts.items():
        await writer.text(f"{folder}/{name}", text)
    for one in kept.sound:
        await _sound(context, one, folder, writer)


async def _sound(context: Context, row: RecordingRow, folder: str, writer: _Writer) -> None:
    if 0 < row.received <= await asyncio.to_thread(context.files.size, row.id):
        pieces = context.files.read(row.id, 0, row.received)
        await writer.sound(f"{folder}/recordings/{row.part_id}-{row.track}.opus", pieces)


async def _audit(context: Context, user_id: str) -> AsyncGenerator[list[object]]:
    before: int | None = None
    while True:
        rows = await context.database.read(
            partial(audit.older, owner_id=user_id, before=before, limit=PAGE)
        )
        if not rows:
            return
        before = rows[-1].id
        yield [audits.shown(row) for row in rows]
