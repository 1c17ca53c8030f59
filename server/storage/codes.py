"""Queries on single-use codes: invitations and password resets."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Literal

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from server.storage.tables_accounts import codes

Kind = Literal["invitation", "reset"]


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code, known by its hash alone; times are whole seconds since 1970.

    Args:
        user_id: whose password it resets; None for an invitation.
        created_by: the administrator who asked for it.
    """

    code_hash: str = field(repr=False)
    id: str
    kind: str
    email: str
    role: str
    user_id: str | None
    created_by: str
    created_at: int
    expires_at: int
    used_at: int | None = None


def _live(kind: Kind, now: int) -> ColumnElement[bool]:
    return and_(codes.c.kind == kind, codes.c.used_at.is_(None), codes.c.expires_at > now)


def add(connection: Connection, row: CodeRow) -> None:
    """Store a new code in place of the unused ones of its kind for the same address."""
    connection.execute(
        delete(codes).where(
            codes.c.kind == row.kind, codes.c.email == row.email, codes.c.used_at.is_(None)
        )
    )
    connection.execute(insert(codes), asdict(row))


def find_live(connection: Connection, kind: Kind, code_hash: str, now: int) -> CodeRow | None:
    """The code with this hash, if it can still be used."""
    row = connection.execute(
        select(codes).where(codes.c.code_hash == code_hash, _live(kind, now))
    ).first()
    return CodeRow(**row._mapping) if row else None


def use(connection: Connection, kind: Kind, code_hash: str, now: int) -> bool:
    """Use the code up; False if it cannot be used. One statement: two cannot both win."""
    done = connection.execute(
        update(codes).where(codes.c.code_hash == code_hash, _live(kind, now)).values(used_at=now)
    )
    return done.rowcount == 1


def belongs_to(connection: Connection, code_hash: str, user_id: str) -> None:
    """A used invitation goes with the account that it made: it holds the address."""
    connection.execute(update(codes).where(codes.c.code_hash == code_hash).values(user_id=user_id))


def listed(
    connection: Connection, kind: Kind, now: int, skip: int, limit: int
) -> tuple[list[CodeRow], int]:
    """A page of the codes that can still be used, newest first, and how many there are in all."""
    page = (
        select(codes)
        .where(_live(kind, now))
        .order_by(codes.c.created_at.desc(), codes.c.id)
        .offset(skip)
        .limit(limit)
    )
    total = connection.execute(
        select(func.count()).select_from(codes).where(_live(kind, now))
    ).scalar_one()
    return [CodeRow(**row._mapping) for row in connection.execute(page)], total


def remove(connection: Connection, kind: Kind, code_id: str, now: int) -> bool:
    """Take back a code that can still be used; False if there is none."""
    done = connection.execute(delete(codes).where(codes.c.id == code_id, _live(kind, now)))
    return done.rowcount == 1


def forget_ended(connection: Connection, since: int) -> None:
    """Remove the codes that ran out before that second."""
    connection.execute(delete(codes).where(codes.c.expires_at < since))
