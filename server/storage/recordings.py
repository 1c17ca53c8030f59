"""Queries on recordings. The caller has checked whose interview it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from server.storage.tables import interviews, recordings, trash


@dataclass(frozen=True, slots=True)
class RecordingRow:
    """One track of one part; `received` of `length` bytes are safe on disk."""

    id: str
    interview_id: str
    part_id: str
    track: str
    started_at: str
    duration_ms: int
    length: int
    received: int


def find(connection: Connection, interview_id: str, recording_id: str) -> RecordingRow | None:
    """One track of this interview."""
    row = connection.execute(
        select(recordings).where(
            recordings.c.id == recording_id, recordings.c.interview_id == interview_id
        )
    ).first()
    return RecordingRow(**row._mapping) if row else None


def find_track(
    connection: Connection, interview_id: str, part_id: str, track: str
) -> RecordingRow | None:
    """The upload of a part's track, if it was begun."""
    row = connection.execute(
        select(recordings).where(
            recordings.c.interview_id == interview_id,
            recordings.c.part_id == part_id,
            recordings.c.track == track,
        )
    ).first()
    return RecordingRow(**row._mapping) if row else None


def of_interview(connection: Connection, interview_id: str) -> list[RecordingRow]:
    """Every track of an interview, oldest part first."""
    rows = connection.execute(
        select(recordings)
        .where(recordings.c.interview_id == interview_id)
        .order_by(recordings.c.started_at, recordings.c.part_id, recordings.c.track)
    )
    return [RecordingRow(**row._mapping) for row in rows]


def bytes_of_user(connection: Connection, user_id: str) -> int:
    """How much room the user's recordings take or will take, in bytes."""
    mine = select(interviews.c.id).where(interviews.c.user_id == user_id)
    total = select(func.sum(recordings.c.length)).where(recordings.c.interview_id.in_(mine))
    return int(connection.execute(total).scalar() or 0)


def add(connection: Connection, row: RecordingRow) -> None:
    """Begin an upload."""
    connection.execute(insert(recordings), asdict(row))


def set_received(
    connection: Connection, interview_id: str, recording_id: str, before: int, after: int
) -> bool:
    """Move the safe offset on, unless another request did so first."""
    done = connection.execute(
        update(recordings)
        .where(
            recordings.c.id == recording_id,
            recordings.c.interview_id == interview_id,
            recordings.c.received == before,
        )
        .values(received=after)
    )
    return done.rowcount == 1


def remove(connection: Connection, interview_id: str, recording_id: str) -> bool:
    """Delete a track; its file goes to the trash table. False if there is no such track."""
    done = connection.execute(
        delete(recordings).where(
            recordings.c.id == recording_id, recordings.c.interview_id == interview_id
        )
    )
    if done.rowcount == 1:
        add_trash(connection, recording_id)
    return done.rowcount == 1


def add_trash(connection: Connection, file: str) -> None:
    """Name a file that has no row, to be removed."""
    if connection.execute(select(trash.c.file).where(trash.c.file == file)).first() is None:
        connection.execute(insert(trash).values(file=file))


def trashed(connection: Connection) -> list[str]:
    """Files whose rows are gone."""
    return [file for (file,) in connection.execute(select(trash.c.file)).all()]


def untrash(connection: Connection, file: str) -> None:
    """Forget a file that has been removed."""
    connection.execute(delete(trash).where(trash.c.file == file))
