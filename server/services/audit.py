"""The audit as people read it: one's own, or everybody's for an administrator."""

from __future__ import annotations

from typing import Any

from server.errors import forbidden
from server.services.access import ADMIN
from server.services.clock import iso
from server.services.context import Context
from server.storage import audit
from server.storage.audit import EntryRow
from server.storage.users import UserRow


async def listed(
    context: Context, user: UserRow, owner_id: str | None, action: str | None, skip: int, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """A page, newest first, and how many entries there are in all.

    Raises:
        ApiError: 403 for somebody else's.
    """
    if owner_id is not None and owner_id != user.id and user.role != ADMIN:
        raise forbidden("Only an administrator may read the audit of somebody else.")
    whose = owner_id if user.role == ADMIN else user.id
    rows, total = await context.database.read(
        lambda connection: audit.listed(connection, whose, action, skip, limit)
    )
    return [shown(row) for row in rows], total


def shown(row: EntryRow) -> dict[str, Any]:
    """The answer's shape."""
    return {
        "id": row.id,
        "at": iso(row.created_at),
        "action": row.action,
        "actor_id": row.actor_id,
        "owner_id": row.owner_id,
        "interview_id": row.interview_id,
        "target": row.target,
    }
