"""Exports: asked for, made by a job, kept for a week."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from server.errors import conflict, not_found
from server.services.clock import iso
from server.services.context import Context
from server.services.jobs import shown_job
from server.storage import audit, jobs
from server.storage.audit import Entry
from server.storage.engine import Connection
from server.storage.jobs import JobRow
from server.storage.users import UserRow

KEPT_S = 7 * 86_400
NONE = "There is no such export."


async def ask(context: Context, user: UserRow) -> tuple[JobRow, bool]:
    """(the job, whether it is new); one that is not finished yet is found again.

    Of the earlier ones the newest stays, so that nobody fills the disk with copies.
    """
    now = context.now()

    def change(connection: Connection) -> tuple[JobRow, bool]:
        known = jobs.of_user(connection, user.id, "export")
        for job in known:
            if job.status in ("queued", "running"):
                return job, False
        done = [job.id for job in known if job.status == "done"]
        jobs.remove_exports(connection, user.id, keep=done[0] if done else None)
        job = jobs.add(connection, str(uuid.uuid4()), user.id, None, "export", now)
        audit.add(connection, Entry("export.create", user.id, user.id, target=job.id), now)
        return job, True

    asked = await context.database.write(change)
    await sweep(context)
    return asked


async def listed(context: Context, user: UserRow) -> list[JobRow]:
    """The user's exports that are not over, newest first."""
    rows = await context.database.read(
        lambda connection: jobs.of_user(connection, user.id, "export")
    )
    return [row for row in rows if not _over(row, context.now())]


async def get(context: Context, user: UserRow, job_id: str) -> JobRow:
    """One of the user's exports.

    Raises:
        ApiError: 404, also a week after it was made.
    """
    row = await context.database.read(lambda connection: jobs.find(connection, job_id, user.id))
    if row is None or row.kind != "export" or _over(row, context.now()):
        raise not_found(NONE)
    return row


async def size(context: Context, user: UserRow, job_id: str) -> int:
    """How large the finished file is; fetching it is noted.

    Raises:
        ApiError: 404, 409 before it is done.
    """
    row = await get(context, user, job_id)
    if row.status != "done":
        raise conflict("This export is not done." if row.error is None else row.error)
    found = await asyncio.to_thread(context.exports.size, job_id)
    if found is None:
        raise not_found(NONE)
    entry = Entry("export.read", user.id, user.id, target=job_id)
    await context.database.write(lambda connection: audit.add(connection, entry, context.now()))
    return found


async def remove(context: Context, user: UserRow, job_id: str) -> None:
    """Delete an export with its file.

    Raises:
        ApiError: 404.
    """
    await get(context, user, job_id)
    entry = Entry("export.delete", user.id, user.id, target=job_id)

    def change(connection: Connection) -> None:
        jobs.remove(connection, job_id, user.id)
        audit.add(connection, entry, context.now())

    await context.database.write(change)
    await sweep(context)


async def sweep(context: Context) -> None:
    """Remove the exports that are over, and the files that have no job any more."""
    now = context.now()
    # Looked for before the jobs are: a job is there before its file.
    files = await asyncio.to_thread(context.exports.job_ids)

    def change(connection: Connection) -> list[str]:
        jobs.remove_finished(connection, "export", now - KEPT_S)
        return jobs.ids(connection, "export")

    kept = await context.database.write(change)
    await asyncio.to_thread(context.exports.remove, files.difference(kept))


def shown_export(row: JobRow) -> dict[str, Any]:
    """The answer's shape."""
    over = None if row.finished_at is None else iso(row.finished_at + KEPT_S)
    return shown_job(row) | {"expires_at": over}


def _over(row: JobRow, now: int) -> bool:
    return row.finished_at is not None and row.finished_at + KEPT_S <= now
