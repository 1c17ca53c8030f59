"""Assignments: a coach asks a candidate to practise a case."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any

from server.errors import bad_request
from server.services import templates
from server.services.access import (
    REVIEWERS,
    assignment_given,
    assignment_readable,
    require_role,
)
from server.services.clock import iso
from server.services.context import Context
from server.storage import assignments, users
from server.storage.assignments import AssignmentRow
from server.storage.engine import Connection
from server.storage.users import UserRow


@dataclass(frozen=True, slots=True)
class Edit:
    """What a coach changes; None means not mentioned.

    Args:
        due_at: 0 takes it away.
    """

    note: str | None
    due_at: int | None


async def give(
    context: Context,
    user: UserRow,
    candidate_id: str,
    template_id: str,
    note: str,
    due_at: int | None,
) -> dict[str, Any]:
    """Ask a candidate to practise.

    Raises:
        ApiError: 403, 400 for an unknown candidate or case, or a date that has passed.
    """
    require_role(user, *REVIEWERS)
    now = context.now()
    _check_due(due_at, now)
    row = AssignmentRow(str(uuid.uuid4()), user.id, candidate_id, template_id, note, due_at, now)

    def change(connection: Connection) -> dict[str, Any]:
        candidate = users.find_enabled(connection, candidate_id)
        if candidate is None or candidate.role != "candidate":
            raise bad_request("There is no such candidate.")
        if not templates.may_start(context, connection, candidate, template_id):
            raise bad_request("There is no such template.")
        assignments.add(connection, row)
        return _shown(context, connection, row)

    return await context.database.write(change)


async def listed(
    context: Context, user: UserRow, skip: int, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """A page of what the user gave or got, newest first, and how many there are in all."""

    def read(connection: Connection) -> tuple[list[dict[str, Any]], int]:
        rows, total = assignments.of_user(
            connection, user.id, skip, limit, as_coach=user.role in REVIEWERS
        )
        return [_shown(context, connection, row) for row in rows], total

    return await context.database.read(read)


async def get(context: Context, user: UserRow, assignment_id: str) -> dict[str, Any]:
    """One that the user gave or got.

    Raises:
        ApiError: 404.
    """

    def read(connection: Connection) -> dict[str, Any]:
        return _shown(context, connection, assignment_readable(connection, user, assignment_id))

    return await context.database.read(read)


async def change(context: Context, user: UserRow, assignment_id: str, edit: Edit) -> dict[str, Any]:
    """Change one that the user gave.

    Raises:
        ApiError: 404, 400 for a date that has passed.
    """
    now = context.now()
    if edit.due_at:
        _check_due(edit.due_at, now)

    def apply(connection: Connection) -> dict[str, Any]:
        row = assignment_given(connection, user, assignment_id)
        new = replace(
            row,
            note=row.note if edit.note is None else edit.note,
            due_at=row.due_at if edit.due_at is None else edit.due_at or None,
        )
        assignments.replace(connection, new)
        return _shown(context, connection, new)

    return await context.database.write(apply)


async def remove(context: Context, user: UserRow, assignment_id: str) -> None:
    """Take back one that the user gave.

    Raises:
        ApiError: 404.
    """

    def apply(connection: Connection) -> None:
        row = assignment_given(connection, user, assignment_id)
        assignments.remove(connection, row.id, row.coach_id)

    await context.database.write(apply)


def _check_due(due_at: int | None, now: int) -> None:
    if due_at is not None and due_at <= now:
        raise bad_request("due_at has passed already.")


def _shown(context: Context, connection: Connection, row: AssignmentRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "coach_id": row.coach_id,
        "candidate_id": row.candidate_id,
        "template_id": row.template_id,
        "title": templates.title_of(context, connection, row.template_id),
        "note": row.note,
        "due_at": None if row.due_at is None else iso(row.due_at),
        "created_at": iso(row.created_at),
        # Whether, not how: the interview itself is its candidate's to share.
        "completed": assignments.completed(connection, row),
    }
