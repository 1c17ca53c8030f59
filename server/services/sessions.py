"""Sessions: one for each sign-in, kept alive by refresh tokens that work once."""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

from server.errors import conflict, not_found, unauthorized
from server.services.clock import iso
from server.services.context import Context
from server.services.tokens import Access, access_token
from server.storage import audit, sessions, users
from server.storage.audit import Entry
from server.storage.engine import Connection
from server.storage.sessions import SessionRow
from server.storage.users import UserRow

# Of a session, from its last refresh.
LIFE_S = 30 * 86_400
MAX_SESSIONS = 50
MAX_LABEL = 200
REFRESH_PREFIX = "rt_"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_REFUSED = "This refresh token does not work any more. Sign in again."


@dataclass(frozen=True, slots=True)
class Begun:
    """A session, just made: its refresh token is stored nowhere."""

    row: SessionRow
    refresh_token: str = field(repr=False)


def label_of(user_agent: str) -> str:
    """How a session is shown: what the client calls itself, safe to print."""
    shown = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", user_agent.strip())
    return shown[:MAX_LABEL] or "unknown"


def digest(secret: str) -> str:
    """What is stored of a random secret. It has 32 random bytes, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def begin(connection: Connection, user: UserRow, label: str, now: int) -> Begun:
    """Make a session in the transaction that signs the user in."""
    row = SessionRow(str(uuid.uuid4()), user.id, label, now, now, now + LIFE_S)
    token = _new_token()
    sessions.forget_ended(connection, user.id, now)
    for old in sessions.oldest(connection, user.id, now, MAX_SESSIONS - 1):
        sessions.end(connection, user.id, old, now)
    sessions.add(connection, row, digest(token))
    audit.add(connection, Entry("auth.sign_in", user.id, user.id, target=row.id), now)
    return Begun(row, token)


def tokens(context: Context, begun: Begun) -> dict[str, Any]:
    """Both tokens in the answer's shape."""
    access = access_token(context, begun.row.user_id, begun.row.id)
    return {**access, "refresh_token": begun.refresh_token}


def _new_token() -> str:
    return REFRESH_PREFIX + secrets.token_urlsafe(32)


async def refresh(context: Context, refresh_token: str) -> dict[str, Any]:
    """New tokens for a refresh token, which works once.

    One that was used before ends its session, however soon it comes again. A client whose answer
    was lost has to sign in anew, and that is the lesser evil: a grace of some seconds would let a
    thief who is quick take over the session unseen, and no server can tell the two apart.

    Raises:
        ApiError: 401.
    """
    known = digest(refresh_token)
    now = context.now()

    def turn(connection: Connection) -> Begun | None:
        row = sessions.find_by_token(connection, known)
        if row is None or row.revoked_at is not None or row.expires_at <= now:
            return None
        if not sessions.use_token(connection, known, now):
            # Kept, although the answer is an error: that is why nothing is raised in here.
            sessions.end(connection, row.user_id, row.id, now)
            audit.add(connection, Entry("auth.reuse", row.user_id, None, target=row.id), now)
            return None
        if users.find_enabled(connection, row.user_id) is None:
            return None
        token = _new_token()
        sessions.renew(connection, row, digest(token), now, now + LIFE_S)
        sessions.forget_used_before(connection, row.id, now - LIFE_S)
        return Begun(row, token)

    begun = None
    # What was never a token costs no turn of the one writer.
    if await context.database.read(lambda connection: sessions.find_by_token(connection, known)):
        begun = await context.database.write(turn)
    if begun is None:
        raise unauthorized(_REFUSED)
    return tokens(context, begun)


async def log_out(context: Context, access: Access) -> None:
    """End the session of the access token.

    Raises:
        ApiError: 401 where it has ended meanwhile, 409 for a token that has none.
    """
    if access.session_id is None:
        raise conflict("This sign-in has no session: its token runs out by itself.")
    if not await _end(context, access.user_id, access.session_id):
        raise unauthorized()


async def end(context: Context, user: UserRow, session_id: str) -> None:
    """End one of the user's own sessions.

    Raises:
        ApiError: 404.
    """
    if not await _end(context, user.id, session_id):
        raise not_found("There is no such session.")


async def _end(context: Context, user_id: str, session_id: str) -> bool:
    now = context.now()

    def change(connection: Connection) -> bool:
        ended = sessions.end(connection, user_id, session_id, now)
        if ended:
            audit.add(connection, Entry("auth.logout", user_id, user_id, target=session_id), now)
        return ended

    return await context.database.write(change)


async def own(
    context: Context, user: UserRow, current: str | None, skip: int, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """A page of the user's live sessions, and how many there are."""
    now = context.now()
    rows, total = await context.database.read(
        lambda connection: sessions.listed(connection, user.id, now, skip, limit)
    )
    return [_shown(row, current) for row in rows], total


def _shown(row: SessionRow, current: str | None) -> dict[str, Any]:
    return {
        "id": row.id,
        "label": row.label,
        "created_at": iso(row.created_at),
        "used_at": iso(row.used_at),
        "expires_at": iso(row.expires_at),
        "current": row.id == current,
    }
