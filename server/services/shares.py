"""Shares: the owner gives a coach leave to look, and takes it back."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from server.errors import bad_request, not_found
from server.services.access import REVIEWERS, owned_or_hidden, require_role
from server.services.clock import iso
from server.services.context import Context
from server.services.interviews import contract_object
from server.storage import audit, shares, users
from server.storage.audit import Entry
from server.storage.engine import Connection
from server.storage.shares import Received, ShareRow
from server.storage.users import UserRow


async def share(
    context: Context,
    user: UserRow,
    interview_id: str,
    coach_id: str,
    scopes: Collection[str],
    expires_at: int | None,
) -> dict[str, Any]:
    """Share with a coach, in place of what was shared with them before.

    Raises:
        ApiError: 404, 400 for nobody who could look or an end that has passed.
    """
    now = context.now()
    if expires_at is not None and expires_at <= now:
        raise bad_request("expires_at has passed already.")
    row = ShareRow(
        id=str(uuid.uuid4()),
        interview_id=interview_id,
        coach_id=coach_id,
        transcript="transcript" in scopes,
        audio="audio" in scopes,
        feedback="feedback" in scopes,
        created_at=now,
        expires_at=expires_at,
        revoked_at=None,
    )

    def change(connection: Connection) -> None:
        owned_or_hidden(connection, user, interview_id)
        coach = users.find(connection, coach_id)
        if coach is None or not _may_look(coach) or coach.id == user.id:
            raise bad_request("There is no such coach.")
        for older in shares.revoke_of_coach(connection, interview_id, coach_id, now):
            audit.add(connection, Entry("share.revoke", user.id, user.id, interview_id, older), now)
        shares.add(connection, row)
        audit.add(connection, Entry("share.create", user.id, user.id, interview_id, row.id), now)

    await context.database.write(change)
    return shown(row, now)


async def listed(context: Context, user: UserRow, interview_id: str) -> dict[str, Any]:
    """Everything that was ever shared of the owner's interview.

    Raises:
        ApiError: 404.
    """

    def read(connection: Connection) -> list[ShareRow]:
        owned_or_hidden(connection, user, interview_id)
        return shares.of_interview(connection, interview_id)

    rows = await context.database.read(read)
    return {"shares": [shown(row, context.now()) for row in rows]}


async def revoke(context: Context, user: UserRow, interview_id: str, share_id: str) -> None:
    """End a share; the coach's next request finds nothing any more.

    Raises:
        ApiError: 404.
    """
    now = context.now()

    def change(connection: Connection) -> None:
        owned_or_hidden(connection, user, interview_id)
        if not shares.revoke(connection, interview_id, share_id, now):
            raise not_found("There is no such share.")
        audit.add(connection, Entry("share.revoke", user.id, user.id, interview_id, share_id), now)

    await context.database.write(change)


async def received(
    context: Context, user: UserRow, skip: int, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """A page of what is shared with the user now, and how much there is in all.

    Raises:
        ApiError: 403 for who is no coach.
    """
    require_role(user, *REVIEWERS)
    now = context.now()
    rows, total = await context.database.read(
        lambda connection: shares.received(connection, user.id, now, skip, limit)
    )
    return [_received(row, now) for row in rows], total


def _may_look(user: UserRow) -> bool:
    return user.role in REVIEWERS and user.disabled_at is None


def shown(row: ShareRow, now: int) -> dict[str, Any]:
    """The answer's shape."""
    return {
        "id": row.id,
        "interview_id": row.interview_id,
        "coach_id": row.coach_id,
        "scopes": row.scopes,
        "state": row.state(now),
        "created_at": iso(row.created_at),
        "expires_at": None if row.expires_at is None else iso(row.expires_at),
        "revoked_at": None if row.revoked_at is None else iso(row.revoked_at),
    }


def _received(row: Received, now: int) -> dict[str, Any]:
    candidate = {
        "id": row.interview.user_id,
        "email": row.email,
        "display_name": row.display_name,
    }
    return shown(row.share, now) | {
        "candidate": candidate,
        "interview": contract_object(row.interview),
    }
