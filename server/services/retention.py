"""How long a user keeps what, and the sweep that acts on it."""

from __future__ import annotations

from typing import Any

from server.services.context import Context
from server.storage import audit, interviews, jobs, recordings, retention
from server.storage.audit import Entry
from server.storage.engine import Connection
from server.storage.retention import Due, RetentionRow
from server.storage.users import UserRow

# Whoever has not finished an upload by then has lost the file.
UNFINISHED_DAYS = 30
# In one transaction.
AT_ONCE = 200


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
    gone: list[str] = []

    def change(connection: Connection) -> list[Due]:
        found = retention.due_interviews(connection, now, AT_ONCE)
        found += retention.due_recordings(connection, now, UNFINISHED_DAYS, AT_ONCE)
        for due in found:
            _delete(connection, due, now)
        return found

    # Requests have their turn between the transactions.
    while found := await context.database.write(change):
        gone += [due.interview_id for due in found if due.recording_id is None]
    return gone


def _delete(connection: Connection, due: Due, now: int) -> None:
    if due.recording_id is None:
        done = interviews.remove(connection, due.interview_id, due.user_id)
        action = "retention.interview"
    else:
        done = recordings.remove(connection, due.interview_id, due.recording_id)
        action = "retention.recording"
    # A recording may have gone with its interview just before.
    if done:
        entry = Entry(action, due.user_id, None, due.interview_id, due.recording_id)
        audit.add(connection, entry, now)
        jobs.remove_exports(connection, due.user_id)


def _answer(row: RetentionRow | None) -> dict[str, Any]:
    return {
        "recordings_days": row.recordings_days if row else None,
        "interviews_days": row.interviews_days if row else None,
    }
