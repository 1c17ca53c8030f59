"""Queries on assignments: the coach's who gave them, the candidate's who got them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from server.storage.tables import interviews
from server.storage.tables_review import assignments


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """What a coach asks a candidate to practise; times are whole seconds since 1970."""

    id: str
    coach_id: str
    candidate_id: str
    template_id: str
    note: str
    due_at: int | None
    created_at: int


def of_user(
    connection: Connection, user_id: str, skip: int, limit: int, *, as_coach: bool
) -> tuple[list[AssignmentRow], int]:
    """A page of what the user got, and gave as a coach, newest first; and how many in all."""
    mine = _mine(user_id, as_coach=as_coach)
    total = connection.execute(
        select(func.count()).select_from(assignments).where(mine)
    ).scalar_one()
    page = (
        select(assignments)
        .where(mine)
        .order_by(assignments.c.created_at.desc(), assignments.c.id)
        .offset(skip)
        .limit(limit)
    )
    return [AssignmentRow(**row._mapping) for row in connection.execute(page)], total


def find(
    connection: Connection, assignment_id: str, user_id: str, *, as_coach: bool
) -> AssignmentRow | None:
    """An assignment that the user got, or gave as a coach."""
    mine = _mine(user_id, as_coach=as_coach)
    row = connection.execute(
        select(assignments).where(assignments.c.id == assignment_id, mine)
    ).first()
    return AssignmentRow(**row._mapping) if row else None


def _mine(user_id: str, *, as_coach: bool) -> ColumnElement[bool]:
    got = assignments.c.candidate_id == user_id
    return or_(got, assignments.c.coach_id == user_id) if as_coach else got


def completed(connection: Connection, row: AssignmentRow) -> bool:
    """Whether the candidate has begun an interview of the case since, and completed it."""
    done = select(interviews.c.id).where(
        interviews.c.user_id == row.candidate_id,
        interviews.c.template_id == row.template_id,
        interviews.c.status == "completed",
        interviews.c.started_at >= row.created_at,
    )
    return connection.execute(done.limit(1)).first() is not None


def add(connection: Connection, row: AssignmentRow) -> None:
    """Store a new assignment."""
    connection.execute(insert(assignments), asdict(row))


def replace(connection: Connection, row: AssignmentRow) -> None:
    """Store what its coach has changed."""
    connection.execute(
        update(assignments)
        .where(assignments.c.id == row.id, assignments.c.coach_id == row.coach_id)
        .values(note=row.note, due_at=row.due_at)
    )


def remove(connection: Connection, assignment_id: str, coach_id: str) -> None:
    """Delete an assignment that this coach gave."""
    connection.execute(
        delete(assignments).where(
            assignments.c.id == assignment_id, assignments.c.coach_id == coach_id
        )
    )
