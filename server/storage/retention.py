"""Queries on how long users keep what, and on what is due. The sweep alone sees everybody's."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert, select

from server.storage.tables import interviews, recordings, retention

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class RetentionRow:
    """What a user has chosen; None keeps it."""

    user_id: str
    recordings_days: int | None
    interviews_days: int | None
    updated_at: int


@dataclass(frozen=True, slots=True)
class Due:
    """Something that has been kept long enough: an interview, or one recording of it."""

    user_id: str
    interview_id: str
    recording_id: str | None


def find(connection: Connection, user_id: str) -> RetentionRow | None:
    """The user's choice, if they have made one."""
    row = connection.execute(select(retention).where(retention.c.user_id == user_id)).first()
    return RetentionRow(**row._mapping) if row else None


def put(connection: Connection, row: RetentionRow) -> None:
    """Store the user's choice in place of an earlier one."""
    connection.execute(delete(retention).where(retention.c.user_id == row.user_id))
    connection.execute(insert(retention), asdict(row))


def due_interviews(connection: Connection, now: int, limit: int) -> list[Due]:
    """Completed interviews that their owners keep no longer."""
    over = interviews.c.completed_at <= now - retention.c.interviews_days * DAY_S
    rows = connection.execute(
        select(interviews.c.user_id, interviews.c.id)
        .join(retention, retention.c.user_id == interviews.c.user_id)
        .where(interviews.c.status == "completed", over)
        .limit(limit)
    )
    return [Due(user_id, interview_id, None) for user_id, interview_id in rows]


def due_recordings(connection: Connection, now: int, unfinished_days: int, limit: int) -> list[Due]:
    """Recordings of completed interviews that are kept no longer, and uploads nobody finished."""
    columns = select(interviews.c.user_id, interviews.c.id, recordings.c.id).join(
        recordings, recordings.c.interview_id == interviews.c.id
    )
    completed = interviews.c.status == "completed"
    old = columns.join(retention, retention.c.user_id == interviews.c.user_id).where(
        completed, interviews.c.completed_at <= now - retention.c.recordings_days * DAY_S
    )
    unfinished = columns.where(
        completed,
        interviews.c.completed_at <= now - unfinished_days * DAY_S,
        recordings.c.received < recordings.c.length,
    )
    found = {
        Due(*row) for query in (old, unfinished) for row in connection.execute(query.limit(limit))
    }
    return sorted(found, key=lambda one: (one.interview_id, one.recording_id or ""))
