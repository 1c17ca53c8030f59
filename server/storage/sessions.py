"""Queries on sessions and their refresh tokens. Every one carries the user or a token's hash."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from server.storage.tables import users
from server.storage.tables_accounts import refresh_tokens, sessions
from server.storage.users import UserRow


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One sign-in on one device; times are whole seconds since 1970."""

    id: str
    user_id: str
    label: str
    created_at: int
    used_at: int
    expires_at: int
    revoked_at: int | None = None


def _live(now: int) -> ColumnElement[bool]:
    return and_(sessions.c.revoked_at.is_(None), sessions.c.expires_at > now)


def find_user(connection: Connection, user_id: str, session_id: str, now: int) -> UserRow | None:
    """The user, if they are enabled and this session of theirs is live."""
    row = connection.execute(
        select(users)
        .join(sessions, sessions.c.user_id == users.c.id)
        .where(
            users.c.id == user_id,
            users.c.disabled_at.is_(None),
            sessions.c.id == session_id,
            _live(now),
        )
    ).first()
    return UserRow(**row._mapping) if row else None


def add(connection: Connection, row: SessionRow, token_hash: str) -> None:
    """Store a new session with its first refresh token."""
    connection.execute(insert(sessions), asdict(row))
    _add_token(connection, row.id, token_hash, row.created_at)


def find_by_token(connection: Connection, token_hash: str) -> SessionRow | None:
    """The session that a refresh token belongs to, live or not, used or not."""
    row = connection.execute(
        select(sessions)
        .join(refresh_tokens, refresh_tokens.c.session_id == sessions.c.id)
        .where(refresh_tokens.c.token_hash == token_hash)
    ).first()
    return SessionRow(**row._mapping) if row else None


def use_token(connection: Connection, token_hash: str, now: int) -> bool:
    """Mark a refresh token as used; False if it was before. One statement: two cannot both win."""
    done = connection.execute(
        update(refresh_tokens)
        .where(refresh_tokens.c.token_hash == token_hash, refresh_tokens.c.used_at.is_(None))
        .values(used_at=now)
    )
    return done.rowcount == 1


def renew(
    connection: Connection, row: SessionRow, token_hash: str, now: int, expires_at: int
) -> None:
    """Give the session its next refresh token and a longer life."""
    connection.execute(
        update(sessions)
        .where(sessions.c.id == row.id, sessions.c.user_id == row.user_id)
        .values(used_at=now, expires_at=expires_at)
    )
    _add_token(connection, row.id, token_hash, now)


def _add_token(connection: Connection, session_id: str, token_hash: str, now: int) -> None:
    connection.execute(
        insert(refresh_tokens).values(token_hash=token_hash, session_id=session_id, created_at=now)
    )


def forget_used_before(connection: Connection, session_id: str, since: int) -> None:
    """Remove the session's tokens that were used before that second."""
    connection.execute(
        delete(refresh_tokens).where(
            refresh_tokens.c.session_id == session_id, refresh_tokens.c.used_at < since
        )
    )


def forget_ended(connection: Connection, user_id: str, now: int) -> None:
    """Remove the user's sessions that are out of date, with their tokens."""
    connection.execute(
        delete(sessions).where(sessions.c.user_id == user_id, sessions.c.expires_at <= now)
    )


def listed(
    connection: Connection, user_id: str, now: int, skip: int, limit: int
) -> tuple[list[SessionRow], int]:
    """A page of the user's live sessions, last used first, and how many there are in all."""
    mine = and_(sessions.c.user_id == user_id, _live(now))
    page = (
        select(sessions)
        .where(mine)
        .order_by(sessions.c.used_at.desc(), sessions.c.id)
        .offset(skip)
        .limit(limit)
    )
    total = connection.execute(select(func.count()).select_from(sessions).where(mine)).scalar_one()
    return [SessionRow(**row._mapping) for row in connection.execute(page)], total


def end(connection: Connection, user_id: str, session_id: str, now: int) -> bool:
    """End one live session of the user; False if there is none."""
    done = connection.execute(
        update(sessions)
        .where(sessions.c.id == session_id, sessions.c.user_id == user_id, _live(now))
        .values(revoked_at=now)
    )
    return done.rowcount == 1


def end_all(connection: Connection, user_id: str, now: int, *, but: str | None = None) -> None:
    """End every live session of the user, but for one."""
    theirs = update(sessions).where(sessions.c.user_id == user_id, _live(now))
    if but is not None:
        theirs = theirs.where(sessions.c.id != but)
    connection.execute(theirs.values(revoked_at=now))


def oldest(connection: Connection, user_id: str, now: int, beyond: int) -> list[str]:
    """The ids of the user's live sessions beyond the newest `beyond`, by their last use."""
    rows = connection.execute(
        select(sessions.c.id)
        .where(sessions.c.user_id == user_id, _live(now))
        .order_by(sessions.c.used_at.desc(), sessions.c.id)
        .offset(beyond)
    )
    return [str(row.id) for row in rows]
