"""Queries on feedback. The caller has checked whose interview it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select

from server.storage.tables_review import feedback


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """One version of the feedback, with what made it; `document` is JSON text."""

    id: str
    interview_id: str
    model: str
    prompt_version: str
    document: str
    created_at: int


def of_interview(connection: Connection, interview_id: str) -> list[FeedbackRow]:
    """Every version, newest first."""
    rows = connection.execute(
        select(feedback)
        .where(feedback.c.interview_id == interview_id)
        .order_by(feedback.c.created_at.desc(), feedback.c.id)
    )
    return [FeedbackRow(**row._mapping) for row in rows]


def find(connection: Connection, interview_id: str, feedback_id: str) -> FeedbackRow | None:
    """One version of this interview's feedback."""
    row = connection.execute(
        select(feedback).where(
            feedback.c.id == feedback_id, feedback.c.interview_id == interview_id
        )
    ).first()
    return FeedbackRow(**row._mapping) if row else None


def add(connection: Connection, row: FeedbackRow) -> None:
    """Store a new version beside the older ones."""
    connection.execute(insert(feedback), asdict(row))
