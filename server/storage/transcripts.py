"""Queries on transcripts. The caller has checked whose interview it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert, select

from server.storage.tables import segments


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One line of a transcript; positions are milliseconds on the recording's line."""

    id: str
    speaker: str
    text: str
    start_ms: int
    end_ms: int
    question: int
    interrupted: bool


def store(connection: Connection, interview_id: str, rows: list[SegmentRow]) -> None:
    """Store the lines; one with a known id replaces it, so repeating is safe."""
    for row in rows:
        connection.execute(
            delete(segments).where(segments.c.interview_id == interview_id, segments.c.id == row.id)
        )
        connection.execute(insert(segments).values(**asdict(row), interview_id=interview_id))


def lines(connection: Connection, interview_id: str) -> list[SegmentRow]:
    """The transcript in the order of the recording."""
    columns = [column for column in segments.c if column.name != "interview_id"]
    rows = connection.execute(
        select(*columns)
        .where(segments.c.interview_id == interview_id)
        .order_by(segments.c.start_ms, segments.c.id)
    )
    return [SegmentRow(**row._mapping) for row in rows]
