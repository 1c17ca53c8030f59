"""Queries on scores. The caller has checked whose interview it is, and who writes."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert, select

from server.storage.tables import scores


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One author's score on one dimension; evidence is a span on the recording's line."""

    interview_id: str
    author_id: str
    kind: str
    dimension: str
    score: int
    start_ms: int | None
    end_ms: int | None
    created_at: int


def of_interview(connection: Connection, interview_id: str) -> list[ScoreRow]:
    """Every score of an interview, author by author."""
    rows = connection.execute(
        select(scores)
        .where(scores.c.interview_id == interview_id)
        .order_by(scores.c.created_at, scores.c.author_id, scores.c.kind, scores.c.dimension)
    )
    return [ScoreRow(**row._mapping) for row in rows]


def replace(
    connection: Connection, interview_id: str, author_id: str, kind: str, rows: list[ScoreRow]
) -> None:
    """Put `rows` in place of everything that the author gave before, of this kind."""
    connection.execute(
        delete(scores).where(
            scores.c.interview_id == interview_id,
            scores.c.author_id == author_id,
            scores.c.kind == kind,
        )
    )
    for row in rows:
        connection.execute(insert(scores), asdict(row))
