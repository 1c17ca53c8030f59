"""Queries on the candidate's notes. The caller has checked whose interview it is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from server.storage.tables import notes


@dataclass(frozen=True, slots=True)
class NotesRow:
    """The notes of one interview, and the second of their last change."""

    text: str
    updated_at: int


def find(connection: Connection, interview_id: str) -> NotesRow | None:
    """The notes, or None where nothing was ever written."""
    columns = notes.c.text, notes.c.updated_at
    row = connection.execute(select(*columns).where(notes.c.interview_id == interview_id)).first()
    return NotesRow(**row._mapping) if row else None


def put(connection: Connection, interview_id: str, row: NotesRow) -> None:
    """Replace the notes."""
    connection.execute(delete(notes).where(notes.c.interview_id == interview_id))
    connection.execute(
        insert(notes).values(interview_id=interview_id, text=row.text, updated_at=row.updated_at)
    )
