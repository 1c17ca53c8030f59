"""How long a user keeps what, and the sweep that acts on it."""

from __future__ import annotations

from typing import Any

from server.services.context import Context
from server.storage import audit, interviews, recordings, retention
from server.storage.audit import Entry
from server.storage.engine import Connection
from server.storage.retention import Due, RetentionRow
from server.storage.users import UserRow

# Whoever has not finished an upload by then has lost the file.
UNFINISHED_DAYS = 30


async def get(context: Context, user: UserRow) -> dict[str, Any]:
    """The user's choice; keeping everything, unless they have made one."""
    row = await context.database.read(lambda connection: retention.find(connection, user.id))
    return _answer(row)


async def put(
    context: Context, user: UserRow, recordings_days: int | None, interviews_days: int | None
) -> dict[str, Any]:
    """Replace the user's choice; the next sweep acts on it."""
    now = context.now()
    row = RetentionRow(user.id, recordings_days, interviews_days, now)

    def change(connection: Connection) -> None:
        retention.put(connection, row)
        audit.add(connection, Entry("retention.change", user.id, user.id), now)

    await context.database.write(change)
    return _answer(row)


async def sweep(context: Context) -> list[str]:
    """Delete what is kept no longer; the ids of the interviews that are gone.

    The files of recordings go to the trash, for `recordings.sweep`.
    """
    now = context.now()

    def change(connection: Connection) -> list[str]:
        gone = retention.due_interviews(connection, now)
        for due in gone:
            interviews.remove(connection, due.interview_id, due.user_id)
            _note(connection, "retention.interview", due, now)
        for due in retention.due_recordings(connection, now, UNFINISHED_DAYS):
            assert due.recording_id is not None
            recordings.remove(connection, due.interview_id, due.recording_id)
            _note(connection, "retention.recording", due, now)
        return [due.interview_id for due in gone]

    return await context.database.write(change)


def _note(connection: Connection, action: str, due: Due, now: int) -> None:
    entry = Entry(action, due.user_id, None, due.interview_id, due.recording_id)
    audit.add(connection, entry, now)


def _answer(row: RetentionRow | None) -> dict[str, Any]:
    return {
        "recordings_days": row.recordings_days if row else None,
        "interviews_days": row.interviews_days if row else None,
    }
