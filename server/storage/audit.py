"""The audit: who looked, shared, signed in, deleted. Rows are added, never changed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from server.storage.tables import audit


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done.

    Args:
        action: `resource.verb`, such as `share.create`.
        owner_id: whose data it concerns; None where it concerns the server alone.
        actor_id: who did it; None for somebody who is not signed in.
        target: the id of the share, comment, recording or export that it was about.
    """

    action: str
    owner_id: str | None
    actor_id: str | None
    interview_id: str | None = None
    target: str | None = None


def add(connection: Connection, entry: Entry, now: int) -> None:
    """Note what was done."""
    connection.execute(
        insert(audit).values(
            owner_id=entry.owner_id,
            actor_id=entry.actor_id,
            action=entry.action,
            interview_id=entry.interview_id,
            target=entry.target,
            created_at=now,
        )
    )


def noted_since(connection: Connection, entry: Entry, since: int) -> bool:
    """Whether the same was noted at or after that second."""
    known = select(audit.c.id).where(
        audit.c.interview_id == entry.interview_id,
        audit.c.actor_id == entry.actor_id,
        audit.c.action == entry.action,
        audit.c.created_at >= since,
    )
    return connection.execute(known.limit(1)).first() is not None
