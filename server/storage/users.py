"""Queries on users."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from sqlalchemy import Connection, and_, bindparam, func, insert, select, update

from server.storage.tables import users

# Built once, as every statement that most requests execute: building costs more than executing.
_COLUMNS = (
    users.c.id,
    users.c.email,
    users.c.role,
    users.c.password_hash,
    users.c.created_at,
    users.c.display_name,
    users.c.disabled_at,
    users.c.delete_at,
)
_ENABLED = select(*_COLUMNS).where(
    users.c.id == bindparam("user_id"), users.c.disabled_at.is_(None)
)


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


def find_enabled(connection: Connection, user_id: str) -> UserRow | None:
    """The user with this id, unless they are disabled."""
    row = connection.execute(_ENABLED, {"user_id": user_id}).first()
    return None if row is None else UserRow(*row)


def find_by_email(connection: Connection, email: str) -> UserRow | None:
    """The user with this address (lower case)."""
    row = connection.execute(select(users).where(users.c.email == email)).first()
    return UserRow(**row._mapping) if row else None


def all_users(connection: Connection) -> list[UserRow]:
    """Everybody, by address."""
    rows = connection.execute(select(users).order_by(users.c.email))
    return [UserRow(**row._mapping) for row in rows]


def listed(connection: Connection, skip: int, limit: int) -> tuple[list[UserRow], int]:
    """A page of everybody, by address, and how many there are in all."""
    page = select(users).order_by(users.c.email).offset(skip).limit(limit)
    total = connection.execute(select(func.count()).select_from(users)).scalar_one()
    return [UserRow(**row._mapping) for row in connection.execute(page)], total


def listed_with_roles(
    connection: Connection, roles: Sequence[str], skip: int, limit: int
) -> tuple[list[UserRow], int]:
    """A page of the enabled users who have one of these roles, and how many there are in all."""
    wanted = and_(users.c.role.in_(roles), users.c.disabled_at.is_(None))
    page = select(users).where(wanted).order_by(users.c.email).offset(skip).limit(limit)
    total = connection.execute(select(func.count()).select_from(users).where(wanted)).scalar_one()
    return [UserRow(**row._mapping) for row in connection.execute(page)], total


def replace(connection: Connection, user: UserRow) -> None:
    """Store what may change of a user: role, display name, whether they are disabled."""
    connection.execute(
        update(users)
        .where(users.c.id == user.id)
        .values(role=user.role, display_name=user.display_name, disabled_at=user.disabled_at)
    )


def add(connection: Connection, user: UserRow) -> None:
    """Store a new user."""
    connection.execute(insert(users), asdict(user))


def set_password_hash(connection: Connection, user_id: str, password_hash: str) -> None:
    """Replace the stored hash (stronger parameters after a sign-in)."""
    connection.execute(
        update(users).where(users.c.id == user_id).values(password_hash=password_hash)
    )
