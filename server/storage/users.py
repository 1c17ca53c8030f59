"""Queries on users."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select, update

from server.storage.tables import users


@dataclass(frozen=True, slots=True)
class UserRow:
    """One user; the role is read here at every request, never from a token."""

    id: str
    email: str
    role: str
    password_hash: str | None = field(repr=False)
    created_at: int
    display_name: str | None = None
    disabled_at: int | None = None
    delete_at: int | None = None


def find(connection: Connection, user_id: str) -> UserRow | None:
    """The user with this id."""
    row = connection.execute(select(users).where(users.c.id == user_id)).first()
    return UserRow(**row._mapping) if row else None


def find_by_email(connection: Connection, email: str) -> UserRow | None:
    """The user with this address (lower case)."""
    row = connection.execute(select(users).where(users.c.email == email)).first()
    return UserRow(**row._mapping) if row else None


def all_users(connection: Connection) -> list[UserRow]:
    """Everybody, by address."""
    rows = connection.execute(select(users).order_by(users.c.email))
    return [UserRow(**row._mapping) for row in rows]


def add(connection: Connection, user: UserRow) -> None:
    """Store a new user."""
    connection.execute(
        insert(users).values(
            id=user.id,
            email=user.email,
            role=user.role,
            password_hash=user.password_hash,
            created_at=user.created_at,
            display_name=user.display_name,
            disabled_at=user.disabled_at,
            delete_at=user.delete_at,
        )
    )


def set_password_hash(connection: Connection, user_id: str, password_hash: str) -> None:
    """Replace the stored hash (stronger parameters after a sign-in)."""
    connection.execute(
        update(users).where(users.c.id == user_id).values(password_hash=password_hash)
    )
