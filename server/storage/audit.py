"""Who looked into somebody else's interviews. Rows are added, never changed."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from server.storage.tables import audit


def add(
    connection: Connection,
    owner_id: str,
    actor_id: str,
    action: str,
    interview_id: str | None,
    now: int,
) -> None:
    """Note in the owner's audit what somebody else did."""
    connection.execute(
        insert(audit).values(
            owner_id=owner_id,
            actor_id=actor_id,
            action=action,
            interview_id=interview_id,
            created_at=now,
        )
    )
