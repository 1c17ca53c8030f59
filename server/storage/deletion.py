"""Queries of deleting an account; the sweep alone sees everybody's."""

from __future__ import annotations

from sqlalchemy import Connection, Table, delete, func, select, update

from server.storage.recordings import add_trash
from server.storage.tables import interviews, jobs, recordings, users
from server.storage.tables_accounts import codes
from server.storage.tables_review import comments, shares


def set_delete_at(connection: Connection, user_id: str, delete_at: int | None) -> None:
    """When the account goes, or None to keep it."""
    connection.execute(update(users).where(users.c.id == user_id).values(delete_at=delete_at))


def due(connection: Connection, now: int) -> list[str]:
    """The accounts whose time to think is over."""
    rows = connection.execute(select(users.c.id).where(users.c.delete_at <= now))
    return [user_id for (user_id,) in rows]


def is_last_admin(connection: Connection, user_id: str) -> bool:
    """Whether they are an administrator, and no other is left who is enabled and stays."""
    admins = select(users.c.id).where(users.c.role == "admin")
    staying = admins.where(
        users.c.id != user_id, users.c.disabled_at.is_(None), users.c.delete_at.is_(None)
    )
    is_admin = connection.execute(admins.where(users.c.id == user_id)).first() is not None
    return is_admin and connection.execute(staying.limit(1)).first() is None


def delete_user(connection: Connection, user_id: str) -> dict[str, int]:
    """Delete the user with everything that hangs on them; how much of what went.

    The files of recordings go to the trash table; those of exports have no job any more.
    """
    mine = select(interviews.c.id).where(interviews.c.user_id == user_id)
    files = connection.execute(
        select(recordings.c.id).where(recordings.c.interview_id.in_(mine))
    ).scalars()
    held = files.all()
    gone = {
        "interviews": _count(connection, interviews, user_id),
        "recordings": len(held),
        "comments": connection.execute(
            select(func.count()).where(comments.c.author_id == user_id)
        ).scalar_one(),
        "shares": connection.execute(
            select(func.count()).where(
                (shares.c.coach_id == user_id) | shares.c.interview_id.in_(mine)
            )
        ).scalar_one(),
        "exports": connection.execute(
            select(func.count()).where(jobs.c.user_id == user_id, jobs.c.kind == "export")
        ).scalar_one(),
    }
    for file in held:
        add_trash(connection, file)
    # An invitation has no user yet: it is found by the address.
    address = select(users.c.email).where(users.c.id == user_id).scalar_subquery()
    connection.execute(delete(codes).where(codes.c.email == address))
    connection.execute(delete(users).where(users.c.id == user_id))
    return gone


def _count(connection: Connection, table: Table, user_id: str) -> int:
    counted = select(func.count()).where(table.c.user_id == user_id)
    return int(connection.execute(counted).scalar_one())
