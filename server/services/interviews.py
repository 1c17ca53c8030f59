"""Rules of the interview object: who may, which changes are allowed, versions."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, replace
from typing import Any

from server.errors import ApiError, bad_request, conflict, forbidden
from server.services import templates
from server.services.access import ADMIN, object_readable, owned
from server.services.clock import iso
from server.services.context import Context
from server.services.tokens import Access, find_user
from server.storage import audit, calls, interviews, jobs, users
from server.storage.audit import Entry
from server.storage.engine import Connection
from server.storage.interviews import IdempotentCreate, InterviewRow
from server.storage.users import UserRow

STATUSES = ("in-progress", "completed", "abandoned")
KEY_TTL_S = 86_400
_ALLOWED = {
    ("in-progress", "completed"),
    ("in-progress", "abandoned"),
    ("abandoned", "in-progress"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """What a PATCH asks for; None means not mentioned."""

    status: str | None = None
    current_question: int | None = None
    questions_completed: tuple[int, ...] | None = None


def contract_object(row: InterviewRow) -> dict[str, Any]:
    """The contract's interview object."""
    return {
        "id": row.id,
        "user_id": row.user_id,
        "template_id": row.template_id,
        "status": row.status,
        "started_at": iso(row.started_at),
        "completed_at": None if row.completed_at is None else iso(row.completed_at),
        "progress_data": {
            "current_question": row.current_question,
            "questions_completed": list(row.questions_completed),
        },
    }


def etag(row: InterviewRow) -> str:
    """The version as an entity tag."""
    return f'"{row.version}"'


async def list_interviews(
    context: Context,
    access: Access,
    user_id: str | None,
    status: str | None,
    skip: int,
    limit: int,
) -> tuple[list[InterviewRow], int]:
    """A page and the total.

    Raises:
        ApiError: 401, 403 for somebody else's list.
    """
    now = context.now()
    whose = user_id or access.user_id

    def read(connection: Connection) -> tuple[list[InterviewRow], int]:
        user = find_user(connection, access, now)
        if whose != user.id and user.role != ADMIN:
            raise forbidden("Only an administrator may list the interviews of somebody else.")
        return interviews.listed(connection, whose, status, skip, limit)

    def read_noted(connection: Connection) -> tuple[list[InterviewRow], int]:
        page = read(connection)
        if users.find(connection, whose) is not None:
            audit.add(connection, Entry("interview.list", whose, access.user_id), now)
        return page

    if whose == access.user_id:
        return await context.database.read(read)
    return await context.database.write(read_noted)


async def create(
    context: Context, access: Access, template_id: str, key: str | None
) -> InterviewRow:
    """Start an interview, or find the one that was started under the same key.

    Raises:
        ApiError: 401, 400 for an unknown template, 409 for a key used with another body.
    """
    now = context.now()
    body_hash = hashlib.sha256(template_id.encode()).hexdigest()

    def change(connection: Connection) -> InterviewRow:
        user = find_user(connection, access, now)
        if key is not None:
            earlier = interviews.earlier_create(connection, user.id, key, now - KEY_TTL_S)
            if earlier is not None:
                if earlier.body_hash != body_hash:
                    raise conflict("This Idempotency-Key was used for another request.")
                known = interviews.find(connection, earlier.interview_id, user.id)
                if known is not None:
                    return known
        case = templates.to_start(context, connection, user, template_id)
        if case is None:
            raise bad_request("There is no such template.")
        row = InterviewRow(
            id=str(uuid.uuid4()),
            user_id=user.id,
            template_id=template_id,
            template_slug=case.id,
            template_version=case.version,
            status="in-progress",
            started_at=now,
            completed_at=None,
            current_question=1,
            questions_completed=(),
            version=1,
        )
        interviews.add(connection, row)
        if key is not None:
            created = IdempotentCreate(body_hash, row.id)
            interviews.remember_create(connection, user.id, key, created, now)
        return row

    return await context.database.write(change)


async def get(context: Context, access: Access, interview_id: str) -> InterviewRow:
    """One interview, for its owner, a coach with a live share, or an administrator.

    Raises:
        ApiError: 401, 403, 404.
    """
    now = context.now()

    def read(connection: Connection) -> InterviewRow:
        user = find_user(connection, access, now)
        return object_readable(connection, user, interview_id, now)

    def note(connection: Connection) -> InterviewRow:
        row = read(connection)
        entry = Entry("interview.read", row.user_id, access.user_id, row.id)
        audit.add(connection, entry, now)
        return row

    row = await context.database.read(read)
    return row if row.user_id == access.user_id else await context.database.write(note)


async def patch(
    context: Context,
    access: Access,
    interview_id: str,
    wanted: Change,
    if_match: frozenset[str] | None,
) -> InterviewRow:
    """Merge `wanted` into the interview.

    Raises:
        ApiError: 401, 403, 404, 409 for a forbidden transition, 412 for an old version.
    """
    now = context.now()

    def change(connection: Connection) -> InterviewRow:
        row = owned(connection, find_user(connection, access, now), interview_id)
        _check_version(row, if_match)
        new = _merged(row, wanted, now)
        if new == row:
            return row
        new = replace(new, version=row.version + 1)
        interviews.replace_if_version(connection, new, row.version)
        if new.status != row.status:
            calls.end_all(connection, interview_id, now)
        return new

    return await context.database.write(change)


async def delete(
    context: Context, user: UserRow, interview_id: str, if_match: frozenset[str] | None
) -> None:
    """Delete the interview with everything that hangs on it.

    Raises:
        ApiError: 403, 404, 412 for an old version.
    """

    def change(connection: Connection) -> None:
        row = owned(connection, user, interview_id, admin_may=True)
        _check_version(row, if_match)
        entry = Entry("interview.delete", row.user_id, user.id, row.id)
        audit.add(connection, entry, context.now())
        interviews.remove(connection, interview_id, row.user_id)
        # They hold what was deleted.
        jobs.remove_exports(connection, row.user_id)

    await context.database.write(change)


def _check_version(row: InterviewRow, if_match: frozenset[str] | None) -> None:
    if if_match is not None and not if_match & {"*", etag(row)}:
        raise ApiError(412, "The interview has changed meanwhile: read it again.")


def _merged(row: InterviewRow, wanted: Change, now: int) -> InterviewRow:
    new = row
    if wanted.current_question is not None:
        new = replace(new, current_question=wanted.current_question)
    if wanted.questions_completed is not None:
        new = replace(new, questions_completed=tuple(sorted(wanted.questions_completed)))
    if wanted.status is not None and wanted.status != row.status:
        if (row.status, wanted.status) not in _ALLOWED:
            raise conflict(f"An interview that is {row.status} cannot become {wanted.status}.")
        completed = now if wanted.status == "completed" else None
        new = replace(new, status=wanted.status, completed_at=completed)
    elif row.status == "completed" and new != row:
        raise conflict("The interview is completed and does not change any more.")
    return new
