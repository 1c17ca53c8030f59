"""Queries on comments. The caller has checked whose interview it is, or names the author."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from server.storage.tables_review import comments


@dataclass(frozen=True, slots=True)
class CommentRow:
    """What somebody says about a moment or a span of the recording; times in milliseconds."""

    id: str
    interview_id: str
    author_id: str
    parent_id: str | None
    at_ms: int
    end_ms: int | None
    text: str
    created_at: int
    updated_at: int
    version: int


def listed(
    connection: Connection, interview_id: str, skip: int, limit: int
) -> tuple[list[CommentRow], int]:
    """A page of an interview's comments in the order of the recording, and how many there are."""
    mine = comments.c.interview_id == interview_id
    total = connection.execute(select(func.count()).select_from(comments).where(mine)).scalar_one()
    page = _in_order(interview_id).offset(skip).limit(limit)
    return [CommentRow(**row._mapping) for row in connection.execute(page)], total


def of_interview(connection: Connection, interview_id: str) -> list[CommentRow]:
    """Every comment of an interview in the order of the recording, for an export."""
    rows = connection.execute(_in_order(interview_id))
    return [CommentRow(**row._mapping) for row in rows]


def find(connection: Connection, interview_id: str, comment_id: str) -> CommentRow | None:
    """One comment of this interview."""
    row = connection.execute(
        select(comments).where(comments.c.id == comment_id, comments.c.interview_id == interview_id)
    ).first()
    return CommentRow(**row._mapping) if row else None


def is_taken(connection: Connection, comment_id: str) -> bool:
    """Whether any interview has a comment with this id."""
    known = select(comments.c.id).where(comments.c.id == comment_id)
    return connection.execute(known).first() is not None


def add(connection: Connection, row: CommentRow) -> None:
    """Store a new comment."""
    connection.execute(insert(comments), asdict(row))


def replace(connection: Connection, row: CommentRow) -> None:
    """Store what its author has changed."""
    connection.execute(
        update(comments)
        .where(
            comments.c.id == row.id,
            comments.c.interview_id == row.interview_id,
            comments.c.author_id == row.author_id,
        )
        .values(
            at_ms=row.at_ms,
            end_ms=row.end_ms,
            text=row.text,
            updated_at=row.updated_at,
            version=row.version,
        )
    )


def remove(connection: Connection, interview_id: str, comment_id: str) -> None:
    """Delete a comment with its replies."""
    connection.execute(
        delete(comments).where(comments.c.id == comment_id, comments.c.interview_id == interview_id)
    )


def _in_order(interview_id: str) -> Select[Any]:
    return (
        select(comments)
        .where(comments.c.interview_id == interview_id)
        .order_by(comments.c.at_ms, comments.c.created_at, comments.c.id)
    )
