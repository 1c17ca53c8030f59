"""The audit: who looked, shared, signed in, deleted. Rows are added, never changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, func, insert, select, true

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


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as it is stored; `created_at` in whole seconds since 1970."""

    id: int
    owner_id: str | None
    actor_id: str | None
    action: str
    interview_id: str | None
    target: str | None
    created_at: int


def listed(
    connection: Connection, owner_id: str | None, action: str | None, skip: int, limit: int
) -> tuple[list[EntryRow], int]:
    """(a page, newest first; how many in all); everybody's where `owner_id` is None."""
    wanted = true() if owner_id is None else audit.c.owner_id == owner_id
    if action is not None:
        wanted = wanted & (audit.c.action == action)
    total = connection.execute(select(func.count()).select_from(audit).where(wanted)).scalar_one()
    page = select(audit).where(wanted).order_by(audit.c.id.desc()).offset(skip).limit(limit)
    return [EntryRow(**row._mapping) for row in connection.execute(page)], total


def older(connection: Connection, owner_id: str, before: int | None, limit: int) -> list[EntryRow]:
    """The owner's newest entries, or the newest before that id."""
    wanted = audit.c.owner_id == owner_id
    if before is not None:
        wanted = wanted & (audit.c.id < before)
    page = select(audit).where(wanted).order_by(audit.c.id.desc()).limit(limit)
    return [EntryRow(**row._mapping) for row in connection.execute(page)]


def add(connection: Connection, entry: Entry, now: int) -> None:
    """Note what was done."""
    connection.execute(insert(audit).values(**asdict(entry), created_at=now))


def noted_since(connection: Connection, entry: Entry, since: int) -> bool:
    """Whether the same was noted at or after that second."""
    known = select(audit.c.id).where(
        audit.c.interview_id == entry.interview_id,
        audit.c.actor_id == entry.actor_id,
        audit.c.action == entry.action,
        audit.c.created_at >= since,
    )
    return connection.execute(known.limit(1)).first() is not None
